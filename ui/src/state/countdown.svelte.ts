/** Nothing rings a phone by accident: who and what, three seconds, and Cancel. */

import type { Dialler } from './dialler.svelte';
import type { Preferences } from './preferences.svelte';

const SECONDS = 3;

export interface Planned {
  protocol: string;
  to: string;
  /** What the protocol takes in. */
  message?: string;
  /** What follows once it is placed. */
  placed?: () => void;
}

export class Countdown {
  planned = $state.raw<Planned>();
  left = $state(0);
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly dialler: Dialler,
    private readonly preferences: Preferences,
    private readonly complain: (thrown: unknown) => void,
  ) {}

  /** Plans a call: it counts from the moment that it is shown, or rings at once for who has switched the countdown off.
   * Another one that still counts gives way: the person asks for this one now. */
  begin(planned: Planned): void {
    this.cancel();
    if (!this.preferences.now.countdown) {
      void this.#dial(planned);
      return;
    }
    this.planned = planned;
    this.left = SECONDS;
  }

  /** It is in front of the person's eyes: the seconds run. */
  shown(): void {
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) this.now();
    }, 1_000);
  }

  /** Rings without waiting for the rest. */
  now(): void {
    const planned = this.planned;
    this.cancel();
    if (planned) void this.#dial(planned);
  }

  cancel(): void {
    clearInterval(this.#ticking);
    this.planned = undefined;
  }

  async #dial({ protocol, to, message, placed }: Planned): Promise<void> {
    const call = await this.dialler.dial(protocol, to, to, message);
    const problem = this.dialler.takeProblemOf(to);
    if (call) placed?.();
    else if (problem) this.complain(problem);
  }
}
