/** Tests read English, loaded in advance as components expect. */

import { speak } from '../src/texts';

// Tests of the output of `npm run build` have no page.
if ('document' in globalThis) await speak('en');
