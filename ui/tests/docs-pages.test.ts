// @vitest-environment node

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { docsPages } from '../docs-pages';

const LIST = `# Documentation

**Use it**

- [One](one.md): the \`first\` page.
- [Two](two.md): see [One](one.md).

**Look it up**

- [A file](file.json): none of it.

**Change it**

- [Three](three.md): for makers.
`;
const PAGES: Record<string, string> = {
  one: `# One

## Press "9", once & again

[here](#press-9-once--again), [there](two.md#x), [a file](file.json), [three](three.md), [up](../README.md#start-it),
[out](https://example.com/?a=1&b=2)

![A picture](pictures/one.png)
`,
  two: '# Two\n\n## Again\n\n## Again\n\n| | name |\n|---|---|\n| a | `b` |\n',
};
const [use] = docsPages(LIST, (name) => PAGES[name] ?? '');

test('the pages of the list are there in its order, with what they are about', () => {
  expect(use?.pages.map(({ name, title, lead }) => [name, title, lead])).toEqual([
    ['one', 'One', 'The <code>first</code> page.'],
    ['two', 'Two', 'See <a href="#/help/one">One</a>.'],
  ]);
});

test('headings are found by the names that links have for them', () => {
  const html = use?.pages[0]?.html ?? '';
  expect(html).toContain('<h2 id="section-press-9-once--again" tabindex="-1">');
  expect(html).toContain('<a href="#/help/one/press-9-once--again">here</a>');
  expect(html).not.toContain('<h1');
  expect(use?.pages[1]?.html).toContain('id="section-again-1"');
});

test('links stay in Help or lead out; others are only words', () => {
  const html = use?.pages[0]?.html ?? '';
  expect(html).toContain('<a href="#/help/two/x">there</a>, a file, three, up,');
  expect(html).toContain('<a href="https://example.com/?a=1&b=2" target="_blank" rel="noreferrer">out</a>');
});

test('pictures are left out, and leave no gap', () => {
  const html = use?.pages[0]?.html ?? '';
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<p></p>');
});

test('a column without a heading has none', () => {
  const html = use?.pages[1]?.html.replaceAll('\n', '');
  expect(html).toContain('<tr><td></td><th>name</th></tr>');
});

test('every page for people who use the program is in Help, and every link in them leads somewhere', () => {
  const pages = docsPages().flatMap(({ pages }) => pages);
  const files = readdirSync(join(import.meta.dirname, '../../docs')).filter((file) => file.endsWith('.md'));
  const others = ['README.md', 'ARCHITECTURE.md'];
  expect(pages.map(({ name }) => `${name}.md`).sort()).toEqual(
    files.filter((file) => !others.includes(file)).sort(),
  );
  const found = new Map(pages.map(({ name, html }) => [name, html]));
  const links = pages.flatMap(({ html }) => [...html.matchAll(/href="#\/help\/([\w-]+)(?:\/([^"]+))?"/g)]);
  expect(links.length).toBeGreaterThan(30);
  for (const [link, name = '', section] of links)
    expect(found.get(name), link).toContain(section ? `id="section-${section}"` : '');
});
