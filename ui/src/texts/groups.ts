/** Texts of groups, in the current language. Wait for `ready` before showing a component that uses them. */

import { fetchedLater } from '.';
import type { groups } from './en/groups';

export let groupTexts: typeof groups;

export const ready = fetchedLater(
  { en: () => import('./en/groups'), de: () => import('./de/groups') },
  (fetched: { groups: typeof groups }) => (groupTexts = fetched.groups),
);
