/** What stands on the dial: kept while one looks elsewhere, and until the next visit. */

import type { Preferences } from './preferences.svelte';

export class Wish {
  #number: string;

  constructor(private readonly preferences: Preferences) {
    this.#number = $state(preferences.now.last_number ?? '');
  }

  get number(): string {
    return this.#number;
  }

  set number(number: string) {
    this.#number = number;
    this.preferences.set({ last_number: number || null });
  }

  /** Whether the protocol was chosen for the call that is being made, and isn't only the last one. */
  isChosen = $state(false);

  get protocol(): string | undefined {
    return this.preferences.now.last_protocol ?? undefined;
  }

  set protocol(id: string | undefined) {
    this.isChosen = true;
    this.preferences.set({ last_protocol: id ?? null });
  }
}
