import { beforeEach, expect, test } from 'vitest';

import { Api, type BlockedNumber, type Person, type QuickDial } from '../src/api';
import { People } from '../src/state/people.svelte';
import { FakeHost, json } from './board';

const ADA = '+12025550142';
const CHARLES = '+12025550143';
const NOBODY = '+12025550144';

let host: FakeHost;
let people: People;
let blocked: BlockedNumber[];
const block = (number: string, opted_out: boolean): BlockedNumber => ({
  number,
  note: '',
  blocked_at: '2026-10-01T12:00:00Z',
  opted_out,
});
const person = (name: string, number: string, may_call: boolean): Person => ({
  id: name,
  name,
  may_call,
  numbers: [{ number }],
});

beforeEach(async () => {
  host = new FakeHost();
  people = new People(new Api(host));
  blocked = [];
  const items = (path: string) => {
    if (path.includes('blocked')) return blocked;
    return path.includes('people') ? [person('Ada', ADA, true), person('Charles', CHARLES, false)] : [];
  };
  host.answer = ({ path }) => json(200, { items: items(path) });
  await people.refresh();
});

test('whoever may be called is, and whoever may not is told apart', () => {
  expect([ADA, CHARLES, NOBODY].map((number) => people.blockOf(number))).toEqual([
    undefined,
    'may_not',
    undefined,
  ]);
});

test('what a person pressed weighs more than what was written about them', async () => {
  blocked = [block(ADA, true), block(CHARLES, true), block(NOBODY, false)];
  await people.refresh();
  expect([ADA, CHARLES, NOBODY].map((number) => people.blockOf(number))).toEqual([
    'opted_out',
    'opted_out',
    'blocked',
  ]);
});

test('what is pinned is added to what is there now, not to what this page has heard of', async () => {
  const theirs: QuickDial[] = [{ protocol: 'dinner', number: CHARLES }];
  const put: unknown[] = [];
  host.answer = ({ method, path, body }) => {
    if (!path.includes('quick-dials')) return json(503, {});
    if (method !== 'PUT') return json(200, { items: theirs });
    put.push((JSON.parse(body ?? '') as { items: unknown }).items);
    return json(200, JSON.parse(body ?? ''));
  };
  const late = new People(new Api(host));
  await late.refresh();
  expect(late.loaded).toBe(false);
  await late.pin({ protocol: 'dinner', number: ADA });
  await late.unpin({ protocol: 'dinner', number: ADA });
  expect(put).toEqual([[...theirs, { protocol: 'dinner', number: ADA }], theirs]);
});

test('a number that is no longer blocked may be rung at once', async () => {
  blocked = [block(NOBODY, false)];
  await people.refresh();
  host.answer = () => json(204, null);
  await people.unblock(NOBODY);
  expect(people.blockOf(NOBODY)).toBeUndefined();
});
