// @vitest-environment node
/** What a browser fetches before anything is shown stays small. Counts what `npm run build` wrote into dist. */

import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const BUDGET_BYTES = 70 * 1024;
const dist = new URL('../dist/', import.meta.url);

test('script and style of the first load are at most 70 KB gzipped', () => {
  const page = new URL('index.html', dist);
  expect(existsSync(page), 'npm run build comes first').toBe(true);
  const linked = [...readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)];
  const files = linked.map((match) => match[1] ?? '');
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0);
  expect(files.filter((file) => file.endsWith('.css')).length).toBeGreaterThan(0);
  const sizes = files.map((file) => gzipSync(readFileSync(new URL(file, dist))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total, files.map((file, index) => `${file}: ${sizes[index]}`).join('\n')).toBeLessThan(BUDGET_BYTES);
});
