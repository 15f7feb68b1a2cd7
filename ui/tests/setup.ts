/** Tests read English, loaded in advance as components expect. */

import { speak } from '../src/texts';
import { ready as groupsReady } from '../src/texts/groups';
import { ready as settingsReady } from '../src/texts/settings';

if ('document' in globalThis) {
  await speak('en');
  await groupsReady();
  await settingsReady();
}
