// The interface's texts from `npm run build`, and a search for texts of other languages on a page.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ASSETS = new URL('../../ui/dist/assets/', import.meta.url);
const MARKS = ['m0', 'm1', 'm2', 'm3'];
/** In characters. Shorter pieces and single words may be the same in both languages. */
const PIECE = 8;

/** What each of the files exports whose name begins so. */
async function exported(begins) {
  const files = (await readdir(ASSETS)).filter((name) => name.startsWith(begins) && name.endsWith('.js'));
  const modules = files.map((file) => import(pathToFileURL(fileURLToPath(new URL(file, ASSETS)))));
  return (await Promise.all(modules)).flatMap((module) => Object.values(module));
}

export async function catalogue(language) {
  const found = (await exported(`${language}-`)).find((value) => value?.places !== undefined);
  assert.ok(found, `ui/dist has no ${language}: npm run build comes first`);
  // Settings are a file of their own, and called alike in the navigation.
  const title = found.places.settings;
  const ofSettings = await exported('settings-');
  const settings = ofSettings.find((value) => value?.settings?.title === title);
  const said = ofSettings.find((value) => value?.verdicts !== undefined);
  assert.ok(settings, `ui/dist has no settings in ${language}`);
  return { ...found, ...settings, server: found.server && { ...found.server, ...said } };
}

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

/** Finds texts of `others` that differ in `own`, wherever people or screen readers find words. */
export async function leftovers(page, own, others) {
  const ours = new Set(texts(own).map(({ whole, piece }) => whole ?? piece));
  const theirs = texts(others).filter(({ whole, piece }) => !ours.has(whole ?? piece));
  const words = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const parent = node.parentElement;
        // Marked as another language, such as that language's own name.
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
