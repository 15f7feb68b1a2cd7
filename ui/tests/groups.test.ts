/** Groups: their members, and that neither undo nor concurrent changes lose a place. */

import { beforeEach, expect, test } from 'vitest';

import { Problem } from '../src/problem';
import { groupsOf, type Group, type GroupFields, type Groups } from '../src/state/groups.svelte';
import { parse } from '../src/state/place.svelte';
import { choicesFor } from '../src/shell/palette-choices';
import { Switchboard } from '../src/state/switchboard.svelte';
import { FakeHost, json } from './board';

const member = (person: string, end = person.charCodeAt(0)) => ({
  person,
  number: `+1202555${String(end).padStart(4, '0')}`,
});
const family = (...members: string[]): Group => ({
  id: 'f',
  name: 'Family',
  members: members.map((person) => member(person)),
});

let host: FakeHost;
let board: Switchboard;
let groups: Groups;
let kept: Group[];
let version: number;
/** Called before a change is accepted, to simulate someone faster. */
let meanwhile: () => void;

beforeEach(async () => {
  host = new FakeHost();
  kept = [family('a', 'b', 'c')];
  version = 1;
  meanwhile = () => undefined;
  host.answer = ({ method, path, body, headers }) => {
    const [, id] = /^\/api\/v1\/groups\/(.+)$/.exec(path) ?? [];
    if (method === 'GET' && path === '/api/v1/groups') return json(200, { items: kept });
    if (!path.startsWith('/api/v1/groups')) return json(200, { items: [] });
    const found = kept.find((group) => group.id === id);
    if (id !== undefined && !found)
      return json(404, { code: 'unknown_group', title: '', detail: '', status: 404 });
    if (method === 'GET') return { ...json(200, found), etag: `"${version}"` };
    if (method === 'DELETE') kept = kept.filter((group) => group.id !== id);
    if (method === 'DELETE') return { status: 204, text: '' };
    meanwhile();
    if (method === 'PUT' && headers?.['if-match'] !== `"${version}"`)
      return json(412, { code: 'changed_meanwhile', title: '', detail: '', status: 412 });
    version++;
    const fields = JSON.parse(body ?? '') as Required<GroupFields>;
    const group = { id: id ?? 'n', name: fields.name, members: fields.members as Group['members'] };
    kept = [...kept.filter((other) => other.id !== group.id), group];
    return json(200, group);
  };
  board = new Switchboard(host);
  board.people.list = ['a', 'b', 'c'].map((id) => ({
    id,
    name: { a: 'Ada', b: 'Bob', c: 'Cy' }[id] ?? '',
    may_call: id !== 'b',
    numbers: [{ number: member(id).number }],
  }));
  groups = groupsOf(board);
  await groups.refresh();
});

const inFamily = () => kept.find(({ id }) => id === 'f')?.members.map(({ person }) => person);

test('groups are loaded when first shown, and from then on with the people', async () => {
  const asked = () => host.requests.filter(({ path }) => path === '/api/v1/groups').length;
  const before = asked();
  expect(before).toBeGreaterThan(0);
  expect(groupsOf(board)).toBe(groups);
  await board.people.refresh();
  expect(asked()).toBe(before + 1);
  const other = new FakeHost();
  await new Switchboard(other).people.refresh();
  expect(other.requests.map(({ path }) => path)).not.toContain('/api/v1/groups');
});

test('a change is made to what is there now', async () => {
  meanwhile = () => {
    meanwhile = () => undefined;
    kept = [family('c', 'a')];
    version++;
  };
  await groups.edit('f', (now) => [...now, member('b')]);
  expect(inFamily()).toEqual(['c', 'a', 'b']);
  meanwhile = () => version++;
  const given = await groups.edit('f', () => []).catch((thrown: unknown) => Problem.from(thrown).code);
  expect(given).toBe('changed_meanwhile');
  expect(inFamily()).toEqual(['c', 'a', 'b']);
});

test('people who are restored get their places back, in whatever order', async () => {
  const seats = [...groups.seatsOf('b'), ...groups.seatsOf('a')];
  groups.without('a');
  groups.without('b');
  expect(groups.get('f')?.members.map(({ person }) => person)).toEqual(['c']);
  kept = [family('c')];
  const again = seats.map((seat) => ({
    ...seat,
    member: { ...seat.member, person: `${seat.member.person}2` },
  }));
  await groups.seat(again);
  expect(inFamily()).toEqual(['a2', 'b2', 'c']);
  await groups.seat(again);
  expect(inFamily(), 'once').toEqual(['a2', 'b2', 'c']);
  kept = [];
  await groups.seat(again);
  expect(kept).toEqual([]);
});

test('a group that someone else deleted counts as deleted', async () => {
  kept = [];
  await groups.remove('f');
  expect(groups.list).toEqual([]);
});

test('the palette finds a group, and then its people who may be called, in order', () => {
  board.people.list = board.people.list.map((person) => person);
  const [found] = choicesFor('fam', board);
  expect(found?.choices.map(({ words, opens }) => [words, opens])).toEqual([['Family (3 people)', 'f']]);
  const within = (typed: string) =>
    choicesFor(typed, board, 'f').flatMap(({ choices }) => choices.map(({ words }) => words.split(',')[0]));
  expect(within('')).toEqual(['Call Ada', 'Call Cy']);
  expect(within('cy')).toEqual(['Call Cy']);
  choicesFor('cy', board, 'f')[0]?.choices[0]?.run();
  expect(board.wish.number).toContain(member('c').number.slice(-4));
});

test('each has a place of its own', () => {
  const groupsIn = (hash: string) => {
    const place = parse(hash);
    return place.view === 'people' ? place.groups : undefined;
  };
  expect(
    ['', '/groups', '/groups/new', '/groups/f', '/blocked'].map((end) => groupsIn(`#/people${end}`)),
  ).toEqual([undefined, 'all', 'new', { id: 'f' }, undefined]);
});
