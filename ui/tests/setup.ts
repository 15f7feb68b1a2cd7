/** Tests read English, as components do that find their texts already there. */

import { speak } from '../src/texts';

// Tests of what `npm run build` wrote have no page.
if ('document' in globalThis) await speak('en');
