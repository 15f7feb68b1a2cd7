import { expect, test } from 'vitest';

import { inTurn } from '../src/people/in-turn';

test('what fails on the way is told apart from what is done', async () => {
  const seen: number[] = [];
  const why = new Error('no network');
  const failsAt = (at: number) => (one: number) => {
    seen.push(one);
    return one === at ? Promise.reject(why) : Promise.resolve();
  };
  expect(await inTurn([1, 2, 3], failsAt(2))).toEqual({ done: [1], left: [2, 3], why });
  expect(seen, 'nothing is tried after that').toEqual([1, 2]);
  expect(await inTurn([1, 2, 3], failsAt(0))).toEqual({ done: [1, 2, 3], left: [], why: undefined });
});
