/** No call by accident: shows who and what, counts down three seconds, and can be cancelled. */

import type { Dialler } from './dialler.svelte';
import type { Preferences } from './preferences.svelte';

const SECONDS = 3;

export interface Planned {
  protocol: string;
  to: string;
  message?: string;
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

  /** Plans a call. It counts down once it is shown, or is placed at once if the countdown is off. It replaces another
   * call that is still counting down. */
  begin(planned: Planned): void {
    this.cancel();
    if (!this.preferences.now.countdown) {
      void this.#dial(planned);
      return;
    }
    this.planned = planned;
    this.left = SECONDS;
  }

  shown(): void {
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => {
      this.left -= 1;
      if (this.left <= 0) this.now();
    }, 1_000);
  }

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
