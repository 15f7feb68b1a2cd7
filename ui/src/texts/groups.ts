/** The texts of groups in the language that is spoken. They are there once `ready` was waited for, and before any component
 * that imports this is. */

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
