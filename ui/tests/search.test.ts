import { describe, expect, test } from 'vitest';

import { finder, fold } from '../src/search';

describe('looking for words', () => {
  test('knows letters without their accents', () => {
    expect(fold('Łukasz Müller-Ōta')).toBe('lukasz muller-ota');
    expect(finder('lukasz')('Łukasz Wójcik')).toBe(true);
    expect(finder('wójc')('Łukasz Wojcik')).toBe(true);
    expect(finder('strasse')('Straße 1')).toBe(true);
  });
  test('goes by the beginnings of words, in any order', () => {
    expect(finder('hop gra')('Grace Hopper')).toBe(true);
    expect(finder('opper')('Grace Hopper')).toBe(false);
    expect(finder('grace turing')('Grace Hopper')).toBe(false);
  });
  test('takes the words from several texts', () => {
    expect(finder('hopper long')('Grace Hopper', 'A long reminder')).toBe(true);
  });
  test('finds everything while nothing is typed', () => expect(finder('  ')('Grace')).toBe(true));
});
