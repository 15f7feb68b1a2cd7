import { describe, expect, test } from 'vitest';

import { largestFirst, named, sharesAnswered, toldOf, type Series } from '../src/calls/series';

const shown = String;

describe('the share of calls that was answered', () => {
  const hours = sharesAnswered([
    { calls: 3, answered: 2 },
    { calls: 2, answered: 0 },
    { calls: 0, answered: 0 },
  ]);
  const told = (at: number) => toldOf(String(at), [hours], at, { shown, nothing: undefined });

  test('says of how many', () => expect(told(0)).toBe('0: 67 % (2 of 3)'));
  test('is nought where nobody answered', () => expect(told(1)).toBe('1: 0 % (0 of 2)'));
  test('is none where nobody was called', () => expect(told(2)).toBe('2: no calls'));
});

describe('bars on top of each other', () => {
  const series: Series[] = [
    { label: 'Answered', colour: '--go', values: [2, 0] },
    { label: 'Busy', colour: '--brass', values: [0, 0] },
    { label: 'Failed', colour: '--stop', values: [1, 0] },
  ];
  const told = (at: number) => toldOf('1 Oct', series, at, { shown, nothing: 'no calls' });

  test('say what there was', () => expect(told(0)).toBe('1 Oct: Answered 2, Failed 1'));
  test('or that there was nothing', () => expect(told(1)).toBe('1 Oct: no calls'));
});

test('names stand from the first bar on, or back from today', () => {
  expect(named(24, 6, false)).toEqual([0, 6, 12, 18]);
  expect(named(30, 7, true)).toEqual([1, 8, 15, 22, 29]);
  expect(named(7, 1, true)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('sums stand from the largest on, and two of the same name are two', () => {
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const sums = [usd('0.5'), undefined, usd('10'), usd('2.5')];
  const rows = largestFirst(['Ada', 'Nobody', 'Grace', 'Ada'], sums);
  expect(rows.map(({ name, share }) => [name, share])).toEqual([
    ['Grace', 1],
    ['Ada', 0.25],
    ['Ada', 0.05],
  ]);
  expect(largestFirst(['Ada'], [usd('0')])[0]?.share).toBe(0);
});
