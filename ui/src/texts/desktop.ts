/** Texts that only the desktop's window shows, in the current language. The window waits for `ready` before it shows a
 * component. */

import { fetchedLater } from '.';
import type { desktop } from './en/desktop';

export let desktopTexts: typeof desktop;

export const ready = fetchedLater(
  { en: () => import('./en/desktop'), de: () => import('./de/desktop') },
  (fetched: { desktop: typeof desktop }) => (desktopTexts = fetched.desktop),
);
