/** @vitest-environment node */
/** The types match the server's document; `npm run types` regenerates them. */

import { readFile } from 'node:fs/promises';

import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, test } from 'vitest';

test.each([
  ['openapi.json', 'api-types.ts'],
  ['openapi-owner.json', 'owner-api-types.ts'],
])('the types of %s are fresh', async (source, types) => {
  const document = JSON.parse(await readFile(`../docs/${source}`, 'utf8')) as Parameters<typeof openapi>[0];
  const kept = await readFile(`src/${types}`, 'utf8');
  const fresh = COMMENT_HEADER + astToString(await openapi(document));
  expect(kept === fresh, `src/${types} is stale: npm run types`).toBe(true);
});
