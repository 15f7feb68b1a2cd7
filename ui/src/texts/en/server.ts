/** What the server says: in English it has words of its own. */

import type { ServerWords } from '../server-words';

export const server: { server: ServerWords | undefined } = { server: undefined };
