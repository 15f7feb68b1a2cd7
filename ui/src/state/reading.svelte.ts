/** The language that the person reads, and changes. */

import type { LanguageChoice } from '../host';
import { languageFor, speak, type Language } from '../texts';
import type { Preferences } from './preferences.svelte';

export class Reading {
  /** What is on the screen. Whatever shows words is made anew when it changes. */
  language = $state<Language>('en');
  /** The choice was made a moment ago, and whoever shows it takes the focus: what had it is gone. */
  chosen = false;

  constructor(
    private readonly preferences: Preferences,
    private readonly complain: (thrown: unknown) => void,
  ) {
    this.language = languageFor(preferences.now.language, navigator.languages);
  }

  /** Takes effect at once, and stays. */
  async choose(choice: LanguageChoice): Promise<void> {
    const language = languageFor(choice, navigator.languages);
    try {
      await speak(language, navigator.languages);
    } catch (thrown) {
      this.complain(thrown);
      return;
    }
    this.preferences.set({ language: choice });
    this.chosen = language !== this.language;
    this.language = language;
  }
}
