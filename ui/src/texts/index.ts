/** The texts in use. A language is a file beside this one, with a folder of the same name, and a line below; only the
 * one that is spoken is fetched. */

import type { Texts } from './en';

const CATALOGUES = {
  en: async () => (await import('./en')).en,
  de: async () => (await import('./de')).de,
} satisfies Record<string, () => Promise<Texts>>;

export type { Texts };
export type Language = keyof typeof CATALOGUES;

/** Each language by its own name, as whoever looks for it reads it. */
export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** What the person reads. It is there once `speak` has been waited for, and before any component is. */
export let texts: Texts;
/** What `Intl` is asked for: the language with the region that the system adds, such as `de-AT`. */
export let locale = 'en';

/** The language for a choice; for `system`, or one of another version, the first of the system's that there is. */
export function languageFor(choice: string, systems: readonly string[]): Language {
  return [choice, ...systems].map(languageOf).find(isLanguage) ?? 'en';
}

/** Fetches texts of a part of the page in a language, and returns what puts them in use. */
type Part = (language: Language) => Promise<() => void>;
let language: Language = 'en';
const parts: Part[] = [];

/** Fetches the texts of a part that isn't there from the start, now and whenever another language is chosen. */
export async function alsoSpeak(part: Part): Promise<void> {
  const use = await part(language);
  parts.push(part);
  use();
}

/** Fetches a part of the page that shows groups, once their texts are there. */
export async function withGroups<T>(part: () => Promise<T>): Promise<T> {
  await (await import('./groups')).ready();
  return part();
}

/** Fetches the texts of a language and puts them in use. What is on the screen already stays as it is.
 *
 * Rejects when they can't be fetched; then the language stays what it was. */
export async function speak(chosen: Language, systems: readonly string[] = []): Promise<void> {
  const [spoken, ...uses] = await Promise.all([
    CATALOGUES[chosen](),
    ...parts.map((part) => part(chosen)),
  ] as const);
  [texts, language] = [spoken, chosen];
  for (const use of uses) use();
  locale = systems.find((tag) => languageOf(tag) === language) ?? language;
  document.documentElement.lang = language;
}

/** Makes something of `Intl` once for each locale. */
export function byLocale<T>(make: (locale: string) => T): () => T {
  let made: { for: string; it: T } | undefined;
  return () => {
    if (made?.for !== locale) made = { for: locale, it: make(locale) };
    return made.it;
  };
}

const languageOf = (tag: string) => tag.toLowerCase().replace(/-.*/, '');

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(CATALOGUES, tag);
}
