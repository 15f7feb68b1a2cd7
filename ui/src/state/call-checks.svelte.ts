/** Checks the call on the dial while it is typed. Optional: without an answer, Call reports the problem. */

import type { Api, CallCheck } from '../api';

/** Waits for the next digit, in milliseconds. */
const PAUSE_MS = 350;
/** How often to check again, in milliseconds: hours and allowances pass. */
const AGAIN_MS = 60_000;

export class CallChecks {
  now = $state.raw<CallCheck>();
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** Current question; answers to any other are too late. */
  #wanted: { protocol: string; to: string } | undefined;

  constructor(private readonly api: Api) {}

  show(protocol: string | undefined, to: string | undefined): void {
    clearTimeout(this.#waiting);
    this.now = undefined;
    this.#wanted = protocol && to ? { protocol, to } : undefined;
    if (this.#wanted) this.#waiting = setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  /** Something relevant to the rules changed. The old result stays until the new one arrives. */
  again(): void {
    if (!this.#wanted) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    if (!wanted) return;
    const check = await this.api.checkCall(wanted.protocol, wanted.to).catch(() => undefined);
    if (this.#wanted !== wanted) return;
    this.now = check;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#ask(), AGAIN_MS);
  }
}
