/** Texts of groups, in the current language. Wait for `ready` before importing a component that uses them. */

import { alsoSpeak, type Language } from '.';
import type { groups } from './en/groups';

const CATALOGUES = {
  en: () => import('./en/groups'),
  de: () => import('./de/groups'),
} satisfies Record<Language, () => Promise<{ groups: typeof groups }>>;

export let groupTexts: typeof groups;

let isReady = false;

export async function ready(): Promise<void> {
  if (isReady) return;
  await alsoSpeak(async (language) => {
    const fetched = await CATALOGUES[language]();
    return () => {
      groupTexts = fetched.groups;
      isReady = true;
    };
  });
}
