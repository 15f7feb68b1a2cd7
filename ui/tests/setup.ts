/** Tests read English, loaded in advance as components expect. */

import { speak } from '../src/texts';

if ('document' in globalThis) await speak('en');
