/** Texts of Settings, in the current language. Wait for `ready` before showing a component that uses them. */

import { fetchedLater } from '.';
import type { settings } from './en/settings';
import type { SettingsServerWords } from './server-words';

export let settingsTexts: (typeof settings)['settings'];
/** The server's texts; undefined in English, which the server speaks itself. */
export let serverTexts: SettingsServerWords | undefined;

export const ready = fetchedLater(
  { en: () => import('./en/settings'), de: () => import('./de/settings') },
  (fetched: { settings: typeof settings; server?: SettingsServerWords }) => {
    settingsTexts = fetched.settings.settings;
    serverTexts = fetched.server;
  },
);
