/** The account's numbers, to choose from. They are asked for when somebody is about to choose, since Twilio is asked. */

import type { AccountNumber, Api } from '../api';
import { Problem } from '../problem';

export class AccountNumbers {
  #all = $state.raw<AccountNumber[]>([]);
  /** Why they could not be read. */
  problem = $state<Problem>();
  /** Those that can call. */
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
