/** What the rules say to a call with what stands on the dial, asked for as somebody types: so that they know before they press
 * Call. It is a courtesy: without an answer nothing is said, and Call tells. */

import type { Api, CallCheck } from '../api';

/** Long enough for the next digit, in milliseconds. */
const PAUSE_MS = 350;
/** How often it is asked again while it stands there, in milliseconds: hours and allowances pass. */
const AGAIN_MS = 60_000;

export class CallChecks {
  /** For what is on the dial now. */
  now = $state.raw<CallCheck>();
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** What is asked about; an answer about anything else comes too late. */
  #wanted: { protocol: string; to: string } | undefined;

  constructor(private readonly api: Api) {}

  /** Shows what the rules say to calling this number with this protocol; nothing while either isn't known. */
  show(protocol: string | undefined, to: string | undefined): void {
    clearTimeout(this.#waiting);
    this.now = undefined;
    this.#wanted = protocol && to ? { protocol, to } : undefined;
    if (this.#wanted) this.#waiting = setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  /** Something changed that the rules go by; what is shown stays until the answer is there. */
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
