/** The account's balance; nothing if the key may not read it or Twilio doesn't answer. */

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
      // The last balance may be wrong by now.
      this.now = undefined;
    }
  }

  /** A call was charged: reloads the balance if it has been shown. */
  paid(): void {
    if (this.#asked) void this.refresh();
  }
}
