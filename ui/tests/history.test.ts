import { beforeEach, expect, test } from 'vitest';

import { Api, type Call } from '../src/api';
import { Calls } from '../src/state/calls.svelte';
import { History } from '../src/state/history.svelte';
import { People } from '../src/state/people.svelte';
import { call, FakeHost, json, later, news } from './board';

let host: FakeHost;
let calls: Calls;
let history: History;
let held: Call[];
beforeEach(() => {
  host = new FakeHost();
  const api = new Api(host);
  calls = new Calls(api);
  history = new History(api, calls, new People(api));
  held = Array.from({ length: 700 }, (_, n) => call({ id: idOf(700 - n), ended: true, status: 'completed' }));
  host.answer = ({ path }) => page(path);
});

const idOf = (n: number) => `0199a0f0-0000-7000-8000-${n.toString().padStart(12, '0')}`;

/** Like the server: at most 200 at once. */
function page(path: string) {
  const query = new URL(path, 'http://switchboard').searchParams;
  const limit = Number(query.get('limit'));
  expect(limit).toBeLessThanOrEqual(200);
  const from = query.get('cursor') ? held.findIndex(({ id }) => id < (query.get('cursor') ?? '')) : 0;
  const items = held.slice(from, from + limit);
  const more = from + limit < held.length;
  return json(200, { items, next_cursor: more ? items.at(-1)?.id : null, total: held.length });
}

const shown = () => history.items.map(({ id }) => id);

async function readTo(count: number) {
  await history.visit({});
  while (history.items.length < count) await history.more();
}

test('what is read again reaches as far as one had read', async () => {
  await readTo(450);
  held = [call({ id: idOf(701) }), ...held.filter(({ id }) => id !== idOf(690))];
  await history.again();
  expect(shown()).toEqual(held.slice(0, 450).map(({ id }) => id));
  await history.more();
  expect(shown()).toEqual(held.slice(0, 500).map(({ id }) => id));
});

test('nothing that is shown goes while it is read again', async () => {
  await readTo(250);
  const answer = later<undefined>();
  host.answer = ({ path }) => answer.promise.then(() => page(path));
  const again = history.again();
  expect(history.items.length).toBe(250);
  answer.resolve(undefined);
  await again;
  expect(history.items.length).toBe(250);
});

test('it ends where the calls end', async () => {
  await readTo(700);
  expect(history.hasMore).toBe(false);
  held = held.slice(0, 300);
  await history.again();
  expect([history.items.length, history.hasMore]).toEqual([300, false]);
});

test('a page that was on its way is read along', async () => {
  await readTo(100);
  const more = history.more();
  await history.again();
  await more;
  expect(history.items.length).toBe(150);
});

test('a call that is placed while an older answer is on its way stays on top', async () => {
  await readTo(50);
  const answer = later<undefined>();
  host.answer = async ({ path }) => {
    const old = page(path);
    await answer.promise;
    return old;
  };
  const again = history.again();
  const placed = news(1, { id: idOf(800) });
  calls.fold(placed);
  history.welcome(placed.call);
  answer.resolve(undefined);
  await again;
  expect(shown().slice(0, 2)).toEqual([idOf(800), idOf(700)]);
  expect(history.total).toBe(701);
});
