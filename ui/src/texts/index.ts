/** The texts in use. Each language has a file and a folder here, and a line below; only the chosen one is fetched. */

import type { Texts } from './en';

const CATALOGUES = {
  en: async () => (await import('./en')).en,
  de: async () => (await import('./de')).de,
} satisfies Record<string, () => Promise<Texts>>;

export type { Texts };
export type Language = keyof typeof CATALOGUES;

/** In the language itself. */
export const LANGUAGES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** Available after `speak`, which runs before any component is shown. */
export let texts: Texts;
/** The locale for `Intl`: the language with the system's region, such as `de-AT`. */
export let locale = 'en';

/** Resolves `system`, or an unknown choice, to the first of the system's languages that exists here. */
export function languageFor(choice: string, systems: readonly string[]): Language {
  return [choice, ...systems].map(languageOf).find(isLanguage) ?? 'en';
}

/** Fetches texts of a part of the page, and returns a function that puts them in use. */
type Part = (language: Language) => Promise<() => void>;
let language: Language = 'en';
const parts: Part[] = [];

/** Loads texts that aren't needed at the start, now and after each change of the language. */
async function alsoSpeak(part: Part): Promise<void> {
  let spoken: Language;
  let use: () => void;
  do {
    spoken = language;
    use = await part(spoken);
  } while (spoken !== language);
  parts.push(part);
  use();
}

/** Makes a function that loads such texts and puts them in use. */
export function fetchedLater<T>(
  catalogues: Record<Language, () => Promise<T>>,
  use: (fetched: T) => void,
): () => Promise<void> {
  let isReady = false;
  return async () => {
    if (isReady) return;
    await alsoSpeak(async (language) => {
      const fetched = await catalogues[language]();
      return () => use(fetched);
    });
    isReady = true;
  };
}

const LATER = { groups: () => import('./groups'), settings: () => import('./settings') };

/** Loads a part of the page and the texts that only it shows. */
export async function withTexts<T>(which: keyof typeof LATER, part: () => Promise<T>): Promise<T> {
  const texts = LATER[which]().then(({ ready }) => ready());
  return (await Promise.all([part(), texts]))[0];
}

/** Loads a language and uses it. What is already on the screen doesn't change.
 *
 * Rejects if it can't be fetched; then the language stays the same. */
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

/** Caches something of `Intl` per locale. */
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
