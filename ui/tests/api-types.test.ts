/** @vitest-environment node */
/** The types follow the server's document: `npm run types` writes them anew. */

import { readFile } from 'node:fs/promises';

import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('api-types.ts is fresh', async () => {
  const document = JSON.parse(await readFile('../docs/openapi.json', 'utf8')) as Parameters<
    typeof openapi
  >[0];
  const kept = await readFile('src/api-types.ts', 'utf8');
  const fresh = COMMENT_HEADER + astToString(await openapi(document));
  expect(kept === fresh, 'src/api-types.ts is stale: npm run types').toBe(true);
});
