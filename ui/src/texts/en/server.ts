/** The server's texts: they are English already. */

import type { ServerWords } from '../server-words';

export const server: { server: ServerWords | undefined } = { server: undefined };
