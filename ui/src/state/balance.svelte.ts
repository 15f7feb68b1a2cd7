/** What is left on the account. Where the key may not read it, or Twilio doesn't tell, nothing is said. */

import type { AccountBalance, Api } from '../api';

export class Balance {
  now = $state.raw<AccountBalance>();
  #asked = false;

  constructor(private readonly api: Api) {}

  async refresh(): Promise<void> {
    this.#asked = true;
    try {
      this.now = await this.api.balance();
    } catch {
      // What was known before may be wrong by now.
      this.now = undefined;
    }
  }

  /** A call was paid for; whoever shows the balance wants the new one. */
  paid(): void {
    if (this.#asked) void this.refresh();
  }
}
