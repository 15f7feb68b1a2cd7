import type { LanguageChoice } from '../host';
import { languageFor, speak, type Language } from '../texts';
import type { Preferences } from './preferences.svelte';

export class Reading {
  /** When it changes, everything with text is rebuilt. */
  language = $state<Language>('en');
  /** Just changed: the language choice takes the focus, since the old one is gone. */
  chosen = false;

  constructor(
    private readonly preferences: Preferences,
    private readonly complain: (thrown: unknown) => void,
  ) {
    this.language = languageFor(preferences.now.language, navigator.languages);
  }

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
