import { expect, test } from 'vitest';

import type { Person } from '../src/api';
import { letterOf, sorted, twice } from '../src/people/order';
import { vcards } from '../src/people/vcard';

const person = (id: string, name: string, ...numbers: string[]): Person => ({
  id,
  name,
  may_call: true,
  numbers: numbers.map((number) => ({ number, label: null, extension: null })),
});

test('people are sorted by first or last name, with accents where their letters are', () => {
  const people = [person('1', 'Zoë Adams'), person('2', 'Łukasz Wójcik'), person('3', 'Ágnes Moore')];
  expect(sorted(people, 'first').map(({ id }) => id)).toEqual(['3', '2', '1']);
  expect(sorted(people, 'last').map(({ id }) => id)).toEqual(['1', '3', '2']);
  expect([
    letterOf('Łukasz Wójcik', 'first'),
    letterOf('Łukasz Wójcik', 'last'),
    letterOf('4711', 'first'),
  ]).toEqual(['L', 'W', '#']);
});

test('who shares a name or a number may be there twice', () => {
  const people = [
    person('1', 'Zoë Adams', '+15005550100'),
    person('2', 'zoe adams', '+15005550101'),
    person('3', 'Grace Hopper', '+15005550101'),
    person('4', 'Alan Turing', '+15005550104'),
  ];
  const found = twice(people);
  expect([...found.keys()].sort()).toEqual(['1', '2', '3']);
  expect(found.get('2')?.map(({ id }) => id)).toEqual(['1', '3']);
});

test('a vCard keeps what a name holds, and folds long lines between letters', () => {
  const name = `Müller, Zoë; ${'ü'.repeat(60)}`;
  const card = vcards([person('1', name, '+15005550100')]);
  expect(card.split('\r\n').every((line) => new TextEncoder().encode(line).length <= 75)).toBe(true);
  expect(card.replace(/\r\n /g, '')).toContain(`FN:Müller\\, Zoë\\; ${'ü'.repeat(60)}\r\n`);
  expect(card).toContain('TEL;TYPE=VOICE:+15005550100\r\n');
});

test('who is not to be called is so in the file too', () => {
  const card = vcards([{ ...person('1', 'Ada', '+15005550100'), may_call: false }]);
  expect(card).toContain('\r\nX-BSP-DO-NOT-CALL:TRUE\r\nEND:VCARD\r\n');
  expect(vcards([person('1', 'Ada', '+15005550100')])).not.toContain('DO-NOT-CALL');
});
