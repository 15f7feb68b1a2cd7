import { expect, test } from 'vitest';

import { numberIn, takeShared } from '../src/shared';

test('the number in what was shared', () => {
  expect(numberIn('+49 30 901820')).toBe('+49 30 901820');
  expect(numberIn('Call me: (202) 555-0142!')).toBe('(202) 555-0142');
  expect(numberIn('tel:+12025550142')).toBe('+12025550142');
  expect(numberIn('in 5 minutes')).toBe('in 5 minutes');
});

test('it is taken once', async () => {
  history.replaceState(null, '', '/?shared=%2B12025550142#/');
  expect(await takeShared()).toEqual({ number: '+12025550142' });
  expect(location.search).toBe('');
  expect(await takeShared()).toBeUndefined();
});
