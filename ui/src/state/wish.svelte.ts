/** What stands on the dial: kept while one looks elsewhere, and until the next visit. */

import type { Preferences } from './preferences.svelte';

const KEPT = 'benspamsphones.message';

export class Wish {
  #number: string;
  /** What the call is to say. It stays in this tab: it is for one person, and soon out of date. */
  #message = $state(read());

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

  /** Counts the calls that were asked for elsewhere and wait here for their message. */
  needsMessage = $state(0);

  get message(): string {
    return this.#message;
  }

  set message(text: string) {
    this.#message = text;
    try {
      if (text) sessionStorage.setItem(KEPT, text);
      else sessionStorage.removeItem(KEPT);
    } catch {
      // A browser may refuse storage; then it is there until the page goes.
    }
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

function read(): string {
  try {
    return sessionStorage.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
}
