// @vitest-environment node
/** What a browser loads before anything is shown stays small. Measures the output of `npm run build` in dist. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

import { LANGUAGES } from '../src/texts';

const BUDGET_BYTES = 80_000;
const dist = new URL('../dist/', import.meta.url);
const isCatalogue = (file: string) =>
  Object.keys(LANGUAGES).some((tag) => file.startsWith(`${tag}-`) && file.endsWith('.js'));

test('script and style of the first load are at most 80 KB gzipped', () => {
  const page = new URL('index.html', dist);
  expect(existsSync(page), 'npm run build comes first').toBe(true);
  const linked = [...readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)];
  const files = linked.map((match) => match[1] ?? '');
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0);
  expect(files.filter((file) => file.endsWith('.css')).length).toBeGreaterThan(0);
  const size = (file: string) => gzipSync(readFileSync(new URL(file, dist))).length;
  const linkedSizes = files.map(size);
  // Exactly one language is loaded in addition; the largest counts.
  const catalogues = readdirSync(new URL('assets/', dist)).filter((file) => isCatalogue(file));
  expect(catalogues.length, 'each language is a file of its own').toBe(Object.keys(LANGUAGES).length);
  const spoken = Math.max(...catalogues.map((file) => size(`assets/${file}`)));
  const total = linkedSizes.reduce((sum, size) => sum + size, spoken);
  const each = files.map((file, index) => `${file}: ${linkedSizes[index]}`);
  expect(total, [...each, `language: ${spoken}`].join('\n')).toBeLessThan(BUDGET_BYTES);
});
