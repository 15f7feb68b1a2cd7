/** Tests read English, loaded in advance as components expect. */

import { speak } from '../src/texts';
import { ready } from '../src/texts/groups';

if ('document' in globalThis) {
  await speak('en');
  await ready();
}
