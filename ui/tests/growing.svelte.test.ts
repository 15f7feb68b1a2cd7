import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Growing } from '../src/growing.svelte';

let frames: (() => void)[];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => vi.unstubAllGlobals());

function frame() {
  for (const run of frames.splice(0)) run();
  flushSync();
}

test('a few more are drawn in each frame, until all are', () => {
  let growing: Growing | undefined;
  const stop = $effect.root(() => {
    growing = new Growing(
      () => 30,
      () => '',
    );
  });
  flushSync();
  const counts = [growing?.count];
  while (frames.length > 0) {
    frame();
    counts.push(growing?.count);
  }
  expect(counts[0]).toBeLessThan(30);
  expect(counts.at(-1)).toBeGreaterThanOrEqual(30);
  expect(counts.length).toBeGreaterThan(2);
  stop();
});

test('another search begins again, and what is needed is there', () => {
  const search = $state({ query: '' });
  let growing: Growing | undefined;
  const stop = $effect.root(() => {
    growing = new Growing(
      () => 300,
      () => search.query,
    );
  });
  flushSync();
  const first = growing?.count;
  growing?.reach(200);
  expect(growing?.count).toBe(200);
  growing?.reach(50);
  expect(growing?.count).toBe(200);
  search.query = 'ada';
  flushSync();
  expect(growing?.count).toBe(first);
  stop();
});
