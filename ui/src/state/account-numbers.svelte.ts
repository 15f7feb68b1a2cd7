/** The Twilio account's numbers. Loaded only when needed, since it takes a request to Twilio. */

import type { AccountNumber, Api } from '../api';
import { Problem } from '../problem';

export class AccountNumbers {
  #all = $state.raw<AccountNumber[]>([]);
  problem = $state<Problem>();
  readonly callers: AccountNumber[] = $derived(this.#all.filter((number) => number.voice));

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      this.#all = await this.api.numbers();
      this.problem = undefined;
    } catch (thrown) {
      this.problem = Problem.from(thrown);
    }
  }
}
