/** The fields of the dial, kept between views and visits. */

import type { Preferences } from './preferences.svelte';

const KEPT = 'benspamsphones.message';

export class Wish {
  #number: string;
  /** Only in this tab: a message is for one person and soon outdated. */
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

  /** Counts calls from elsewhere that need a message, which is written on the dial. */
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
      // Storage may be disabled; then the message is lost with the page.
    }
  }

  /** Whether the protocol was chosen for this call, and isn't just the last one. */
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
