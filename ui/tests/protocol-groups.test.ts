/** Protocols by their groups. */

import { expect, test } from 'vitest';

import type { Protocol } from '../src/api';
import { foundOf } from '../src/dial/picker';
import { Draft } from '../src/protocols/draft.svelte';
import { groupNames, inGroups } from '../src/protocols/groups';

const protocol = (id: string, group?: string): Protocol => ({
  id,
  phone_number: '+15005550006',
  say: { text: 'Hello' },
  ...(group === undefined ? {} : { group }),
});
const all = [
  protocol('a', 'Work'),
  protocol('b'),
  protocol('c', ' Family '),
  protocol('d', 'Work'),
  { ...protocol('e'), group: null },
  protocol('f', ' '),
];

test('each group is listed once, and what has none comes last', () => {
  expect(groupNames(all)).toEqual(['Work', 'Family']);
  const listed = inGroups(all);
  expect(listed.map(([group, some]) => [group, some.map(({ id }) => id).join('')])).toEqual([
    ['Family', 'c'],
    ['Work', 'ad'],
    ['', 'bef'],
  ]);
});

test('the dial finds protocols by their group', () => {
  const many = [...all, ...['g', 'h', 'i'].map((id) => protocol(id))];
  expect(foundOf(many, 'fam').map(({ id }) => id)).toEqual(['c']);
});

test('the form shows the group, and an empty one is none', () => {
  const draft = new Draft(
    protocol('a', 'Work'),
    false,
    () => false,
    () => true,
  );
  expect([draft.group, draft.others, draft.isChanged]).toEqual(['Work', [], false]);
  draft.group = ' Family ';
  expect(draft.fields()).toMatchObject({ group: 'Family' });
  draft.group = '';
  expect(JSON.parse(JSON.stringify(draft.fields()))).not.toHaveProperty('group');
});
