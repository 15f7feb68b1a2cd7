import { describe, expect, test } from 'vitest';

import { foundOf, shownOf } from '../src/dial/picker';

const all = Array.from({ length: 12 }, (_, n) => ({
  id: `floor-${n + 1}`,
  name: `Floor ${n + 1}`,
  phone_number: '+15005550006',
}));
const ids = (protocols: { id: string }[]) => protocols.map(({ id }) => id);

describe('the chosen protocol is in sight', () => {
  test('while one searches for another', () => {
    expect(ids(foundOf(all, 'floor 12'))).toEqual(['floor-12']);
    expect(ids(shownOf(all, 'floor 12', 'floor-3'))).toEqual(['floor-3', 'floor-12']);
    expect(ids(shownOf(all, 'nothing like it', 'floor-3'))).toEqual(['floor-3']);
  });
  test('once, where it is found', () => {
    expect(ids(shownOf(all, 'floor 12', 'floor-12'))).toEqual(['floor-12']);
  });
  test('where it is not among the first', () => {
    expect(ids(shownOf(all, '', 'floor-12'))).toEqual(['floor-12', ...ids(all.slice(0, 7))]);
    expect(ids(shownOf(all, '', undefined))).toEqual(ids(all.slice(0, 8)));
  });
});
