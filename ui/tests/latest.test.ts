import { expect, test } from 'vitest';

import { Latest } from '../src/state/latest';

function server(...rows: string[]) {
  const waiting: (() => void)[] = [];
  return {
    rows,
    ask: () => {
      const answer = [...rows];
      return new Promise<string[]>((resolve) => waiting.push(() => resolve(answer)));
    },
    async answer() {
      waiting.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
    get asked() {
      return waiting.length;
    },
  };
}

test('an answer from before a change is not taken', async () => {
  const { rows, ask, answer } = server('Ada', 'Grace');
  const latest = new Latest();
  const taken: string[][] = [];
  const reading = latest.read(ask, (list) => taken.push(list));
  rows.pop();
  await latest.change(Promise.resolve());
  await answer();
  expect(taken).toEqual([]);
  await answer();
  await reading;
  expect(taken).toEqual([['Ada']]);
});

test('what is asked for while an answer is on its way is asked once more', async () => {
  const them = server('Ada');
  const latest = new Latest();
  const taken: string[][] = [];
  const take = (list: string[]) => taken.push(list);
  const readings = [1, 2, 3].map(() => latest.read(them.ask, take));
  expect(them.asked).toBe(1);
  them.rows.push('Grace');
  await them.answer();
  await them.answer();
  await Promise.all(readings);
  // Many changes elsewhere, each of which reloads the list, don't keep it from being shown.
  expect(taken).toEqual([['Ada'], ['Ada', 'Grace']]);
  expect(them.asked).toBe(0);
});

test('one that failed is told, and the next one asks again', async () => {
  const latest = new Latest();
  const failing = latest.read(
    () => Promise.reject(new Error('away')),
    () => undefined,
  );
  await expect(failing).rejects.toThrow('away');
  let taken = '';
  await latest.read(
    () => Promise.resolve('here'),
    (answer) => (taken = answer),
  );
  expect(taken).toBe('here');
});
