/** What another app shared with the installed page: a number for the dial, or a contacts file. Calls nobody. */

const CACHE = 'shared';

export type Shared = { number: string } | { file: File } | undefined;

/** Takes it once: neither a reload nor "back" brings it back. */
export async function takeShared(): Promise<Shared> {
  const words = new URLSearchParams(location.search).get('shared');
  if (words === null) return undefined;
  history.replaceState(history.state, '', `/${location.hash}`);
  if (words !== 'file') return { number: numberIn(words) };
  const cache = await caches.open(CACHE);
  const kept = await cache.match('/shared');
  if (!kept) return undefined;
  await cache.delete('/shared');
  const name = decodeURIComponent(kept.headers.get('x-name') ?? '');
  return { file: new File([await kept.blob()], name, { type: 'text/vcard' }) };
}

/** The first number in the text, or the start of the text itself, to be corrected on the dial. */
export function numberIn(words: string): string {
  const found = /[+(]?\d[\d\s()./-]{3,}\d/.exec(words)?.[0];
  return found ?? words.slice(0, 60);
}
