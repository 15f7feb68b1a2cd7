import type { Verdict } from '../owner-api';
import type { Toasts } from '../state/toasts.svelte';

export class Trial {
  verdict = $state.raw<Verdict>();
  testing = $state(false);

  constructor(private readonly toasts: Toasts) {}

  async run(test: () => Promise<Verdict>): Promise<void> {
    if (this.testing) return;
    this.testing = true;
    this.verdict = undefined;
    try {
      this.verdict = await test();
    } catch (thrown) {
      this.toasts.complain(thrown);
    } finally {
      this.testing = false;
    }
  }

  clear(): void {
    this.verdict = undefined;
  }
}
