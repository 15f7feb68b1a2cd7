import type { Verdict } from '../owner-api';
import type { Toasts } from '../state/toasts.svelte';

/** Whether the test says nothing about the credentials, because no answer of Twilio's came. */
export function isConnectionTrouble({ code }: Verdict): boolean {
  return ['twilio_unreachable', 'twilio_silent', 'not_twilio', 'no_encryption'].includes(code);
}

export class Trial {
  verdict = $state.raw<Verdict>();
  testing = $state(false);
  #latest = 0;

  constructor(private readonly toasts: Toasts) {}

  async run(test: () => Promise<Verdict>): Promise<Verdict | undefined> {
    if (this.testing) return undefined;
    this.testing = true;
    this.verdict = undefined;
    const asked = ++this.#latest;
    try {
      const verdict = await test();
      // Credentials that were changed or removed meanwhile have no verdict yet.
      if (asked !== this.#latest) return undefined;
      this.verdict = verdict;
      return verdict;
    } catch (thrown) {
      this.toasts.complain(thrown);
      return undefined;
    } finally {
      this.testing = false;
    }
  }

  /** The verdict goes with its credentials. */
  clear(): void {
    this.#latest += 1;
    this.verdict = undefined;
  }
}
