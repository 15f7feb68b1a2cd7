// @vitest-environment node
/** Every text is used: an unused one would still have to be translated. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { en } from '../src/texts/en';
import { desktop } from '../src/texts/en/desktop';
import { groups } from '../src/texts/en/groups';
import { settings } from '../src/texts/en/settings';

const SOURCE = join(import.meta.dirname, '../src');
/** Texts with a name of their own, which are not loaded at first. */
const PARTS: Record<string, string> = {
  group: 'texts.groups',
  desktop: 'texts.desktop',
  settings: 'texts.settings',
};
const PATH = String.raw`((?:\??\.\w+)*)`;

function sources(): string[] {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.(ts|svelte)$/.test(name) && !/^texts\b|api-types/.test(name))
    .map((name) =>
      readFileSync(join(SOURCE, name), 'utf8').replaceAll(
        /\b(group|desktop|settings)Texts\b/g,
        (_, part: string) => PARTS[part] ?? '',
      ),
    );
}

/** What a file calls texts: `texts` itself, `const t = texts.calls.detail`, `const { places, question: q } = texts`. */
function namesIn(source: string): [name: string, path: string][] {
  const whole = [...source.matchAll(new RegExp(String.raw`\bconst (\w+) = texts${PATH};`, 'g'))];
  const parts = [...source.matchAll(new RegExp(String.raw`\bconst \{ ([\w:, ]+) \} = texts${PATH};`, 'g'))];
  return [
    ['texts', ''],
    ...whole.map(([, name = '', path = '']) => [name, path] as [string, string]),
    ...parts.flatMap(([, names = '', path = '']) =>
      names.split(', ').map((named) => {
        const [key = '', name = key] = named.split(': ');
        return [name, `${path}.${key}`] as [string, string];
      }),
    ),
  ];
}

/** The paths of texts that a file uses. If a group is passed on or indexed, all of its texts count. */
function readIn(source: string): string[] {
  const named = source.replace(new RegExp(String.raw`\bconst [^=;]+ = texts${PATH};`, 'g'), '');
  return namesIn(source).flatMap(([name, begins]) =>
    [...named.matchAll(new RegExp(String.raw`(?<![.\w])${name}${PATH}(?!\w)`, 'g'))].map(([, path = '']) =>
      `${begins}${path}`.replaceAll('?', '').slice(1),
    ),
  );
}

function leaves(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? leaves(value, at) : [at];
  });
}

function unread(texts: object, sources: string[]): string[] {
  const read = new Set(sources.flatMap(readIn));
  read.delete('');
  const isRead = (text: string) =>
    text.split('.').some((_, at, keys) => read.has(keys.slice(0, at + 1).join('.'))) ||
    // Properties of a text, such as its length.
    [...read].some((path) => path.startsWith(`${text}.`));
  return leaves(texts).filter((text) => !text.startsWith('server') && !isRead(text));
}

test('an unused text is found', () => {
  const texts = {
    a: { said: 's', unsaid: 'u', some: { x: 'x', y: 'y' } },
    b: { c: 'c', d: 'd' },
    e: 'e',
    f: { g: 'g' },
  };
  const source =
    'const { f: t } = texts; t.g; const t = texts.a;\nconst { c } = texts.b; t.said; t.some[which]; c; texts?.b.c; wrong.e;';
  expect(unread(texts, [source])).toEqual(['a.unsaid', 'b.d', 'e']);
});

test('every text is used', () => {
  expect(unread({ ...en, groups, desktop, ...settings }, sources())).toEqual([]);
});

test('every color, size and motion is used', () => {
  const named = [...readFileSync(join(SOURCE, 'styles/tokens.css'), 'utf8').matchAll(/^\s+(--[\w-]+):/gm)];
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  const used = names
    .filter((name) => /\.(css|svelte|ts)$/.test(name))
    .map((name) => readFileSync(join(SOURCE, name), 'utf8').replaceAll(/^\s+--[\w-]+:/gm, ''))
    .join('\n');
  expect(named.length).toBeGreaterThan(20);
  const unused = named
    .map(([, name = '']) => name)
    .filter((name) => !new RegExp(`${name}(?![\\w-])`).test(used));
  expect(unused).toEqual([]);
});
