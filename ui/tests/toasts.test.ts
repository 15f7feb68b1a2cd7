import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Toasts } from '../src/state/toasts.svelte';

let toasts: Toasts;
const told = () => toasts.list.map(({ text }) => text);
beforeEach(() => {
  vi.useFakeTimers();
  toasts = new Toasts();
});
afterEach(() => vi.useRealTimers());

test('what is said again takes the place of the first, with the time of its own', () => {
  toasts.say('Saved.');
  toasts.say('Exported.');
  vi.advanceTimersByTime(4_000);
  toasts.say('Saved.');
  expect(told()).toEqual(['Exported.', 'Saved.']);
  vi.advanceTimersByTime(4_000);
  expect(told()).toEqual(['Saved.']);
  vi.advanceTimersByTime(1_500);
  expect(told()).toEqual([]);
});

test('two of the same name can both be taken back', () => {
  const undone: number[] = [];
  for (const which of [1, 2]) toasts.say('Deleted Ada.', { text: 'Undo', run: () => undone.push(which) });
  expect(told()).toHaveLength(2);
  for (const toast of toasts.list) toasts.act(toast);
  expect(undone).toEqual([1, 2]);
});
