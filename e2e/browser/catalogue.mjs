// The texts of the interface as `npm run build` wrote them, and whether any of another language are left on a page.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ASSETS = new URL('../../ui/dist/assets/', import.meta.url);
const MARKS = ['m0', 'm1', 'm2', 'm3'];
/** Shorter pieces of a sentence, in characters, and single words may be of both languages. */
const PIECE = 8;

export async function catalogue(language) {
  const file = (await readdir(ASSETS)).find(
    (name) => name.startsWith(`${language}-`) && name.endsWith('.js'),
  );
  assert.ok(file, `ui/dist has no ${language}: npm run build comes first`);
  const exported = Object.values(await import(pathToFileURL(fileURLToPath(new URL(file, ASSETS)))));
  return exported.find((value) => value.places !== undefined);
}

/** Every text by its path: whole ones, and the pieces of those that are said about something. */
function texts(tree, path = '') {
  return Object.entries(tree ?? {}).flatMap(([key, value]) => {
    const at = `${path}.${key}`;
    if (at === '.server') return [];
    if (typeof value === 'string') return [{ at, whole: value }];
    if (typeof value === 'object') return texts(value, at);
    const said = value(...MARKS)
      .split(/m[0-3]/)
      .map((piece) => piece.trim());
    return said
      .filter((piece) => piece.length >= PIECE && piece.includes(' '))
      .map((piece) => ({ at, piece }));
  });
}

/** Looks for texts of `others` that `own` has otherwise, wherever a person or a screen reader finds words. */
export async function leftovers(page, own, others) {
  const ours = new Set(texts(own).map(({ whole, piece }) => whole ?? piece));
  const theirs = texts(others).filter(({ whole, piece }) => !ours.has(whole ?? piece));
  const words = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const parent = node.parentElement;
        // What is marked as another language, such as its own name, is rightly in it.
        if (!parent.closest('script, style, body [lang]')) found.push(node.data);
      } else
        for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
          if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    }
    return [document.title, ...found].map((text) => text.trim().replace(/\s+/g, ' ')).filter(Boolean);
  });
  assert.ok(words.length > 5, 'there is something to read');
  return words.flatMap((text) =>
    theirs
      .filter(({ whole, piece }) => (whole === undefined ? text.includes(piece) : text === whole))
      .map(({ at }) => `${at}: ${text}`),
  );
}
