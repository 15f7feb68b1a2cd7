/** The price per minute, loaded while a number is typed. Optional: without an estimate nothing is shown. */

import type { Api, Estimate } from '../api';

/** Waits for the next digit, in milliseconds. */
const PAUSE_MS = 350;
/** How long the server keeps a price, in milliseconds. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
const MOST = 200;

export class Estimates {
  now = $state.raw<Estimate>();
  readonly #known = new Map<string, Estimate>();
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** Current question; answers to any other aren't shown. */
  #wanted = '';

  constructor(
    private readonly api: Api,
    private readonly clock: () => number = Date.now,
  ) {}

  show(protocol: string | undefined, number: string | undefined): void {
    clearTimeout(this.#waiting);
    const wanted = protocol && number ? `${protocol} ${number}` : '';
    this.#wanted = wanted;
    const known = this.#known.get(wanted);
    const age = known ? this.clock() - Date.parse(known.as_of) : KEPT_MS;
    const fresh = age < KEPT_MS ? known : undefined;
    this.now = fresh;
    if (!protocol || !number || fresh) return;
    this.#waiting = setTimeout(() => void this.#ask(wanted, protocol, number), PAUSE_MS);
  }

  async #ask(wanted: string, protocol: string, number: string): Promise<void> {
    const estimate = await this.api.estimate(protocol, number).catch(() => undefined);
    if (!estimate) return;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(wanted, estimate);
    if (this.#wanted === wanted) this.now = estimate;
  }
}
