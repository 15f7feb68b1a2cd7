/** Places calls: one click, one call. */

import type { Api, Call } from '../api';
import { Problem } from '../problem';
import { texts } from '../texts';
import type { Calls } from './calls.svelte';

/** The same call again within this time is the second half of a double click, in milliseconds. */
const DOUBLE_CLICK_MS = 1_000;

interface Attempt {
  protocol: string;
  to: string;
  key: string;
}

export class Dialler {
  busy = $state(false);
  problem = $state<Problem>();
  /** An attempt that may or may not have reached the server. Trying it again must not ring a second time. */
  #unanswered: Attempt | undefined;
  #placed: { protocol: string; to: string; at: number } | undefined;

  constructor(
    private readonly api: Api,
    private readonly calls: Calls,
  ) {}

  /** Rings `to`; `undefined` when it was refused, or when another call is being placed at this moment. */
  async dial(protocol: string, to: string): Promise<Call | undefined> {
    if (this.busy || this.#isSecondClick(protocol, to)) return undefined;
    this.busy = true;
    this.problem = undefined;
    const again = this.#unanswered;
    const same = again?.protocol === protocol && again.to === to;
    const attempt = same ? again : { protocol, to, key: newKey() };
    const horizon = this.calls.horizon;
    try {
      const call = await this.api.placeCall(protocol, to, attempt.key);
      this.#unanswered = undefined;
      this.#placed = { protocol, to, at: Date.now() };
      this.calls.take([call], horizon);
      return call;
    } catch (thrown) {
      const problem = Problem.from(thrown);
      this.#unanswered = problem.isUnanswered ? attempt : undefined;
      this.problem = problem.isUnanswered ? Problem.unreachable(texts.problems.unreachableDial) : problem;
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  #isSecondClick(protocol: string, to: string): boolean {
    const placed = this.#placed;
    return placed?.protocol === protocol && placed.to === to && Date.now() - placed.at < DOUBLE_CLICK_MS;
  }
}

/** 128 random bits. Browsers give `crypto.randomUUID` to pages of HTTPS alone, and a LAN has none. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
