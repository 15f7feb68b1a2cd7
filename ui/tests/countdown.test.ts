/** No call by accident: it counts down only while shown, and a cancelled call isn't placed. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DEFAULT_PREFERENCES } from '../src/host';
import { Switchboard } from '../src/state/switchboard.svelte';
import { call, FakeHost, json } from './board';

let host: FakeHost;
let board: Switchboard;
const planned = { protocol: 'dinner', to: '+12025550142' };
const placed = () => host.requests.filter(({ method }) => method === 'POST');

beforeEach(() => {
  vi.useFakeTimers();
  host = new FakeHost();
  host.answer = () => json(201, call());
  board = new Switchboard(host);
});
afterEach(() => vi.useRealTimers());

test('nothing counts before it is shown', async () => {
  board.countdown.begin(planned);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(placed()).toEqual([]);
  board.countdown.shown();
  await vi.advanceTimersByTimeAsync(2_900);
  expect(placed()).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(placed().map(({ body }) => JSON.parse(body ?? ''))).toEqual([{ ...planned, read_as: planned.to }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(placed()).toHaveLength(1);
});

test('a cancelled call is not placed', async () => {
  board.countdown.begin(planned);
  board.countdown.shown();
  await vi.advanceTimersByTimeAsync(2_000);
  board.countdown.cancel();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(placed()).toEqual([]);
});

test('another call takes its place, and has its own three seconds', async () => {
  const other = { ...planned, to: '+12025550199' };
  board.countdown.begin(planned);
  board.countdown.shown();
  await vi.advanceTimersByTimeAsync(2_900);
  board.countdown.begin(other);
  board.countdown.shown();
  await vi.advanceTimersByTimeAsync(2_900);
  expect(placed()).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(placed().map(({ body }) => JSON.parse(body ?? ''))).toEqual([{ ...other, read_as: other.to }]);
});

test('with the countdown off, the call is placed at once', async () => {
  host.preferences = { ...DEFAULT_PREFERENCES, countdown: false };
  board = new Switchboard(host);
  board.countdown.begin(planned);
  await vi.advanceTimersByTimeAsync(0);
  expect(placed()).toHaveLength(1);
});

const alert = {
  id: 'alert',
  phone_number: '+15005550006',
  say: { text: '{message}' },
  takes_message: { room: 90, times: 1, names: 0, default: null },
};

test('a message is written before the call of a protocol that needs one', async () => {
  host.answer = () => json(200, { items: [alert] });
  await board.protocols.refresh();
  board.plan('alert', '+12025550142');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(placed()).toEqual([]);
  expect(board.countdown.planned).toBeUndefined();
  expect([board.wish.number, board.wish.protocol]).toEqual(['+12025550142', 'alert']);
});

test('a repeated call says the same', async () => {
  host.answer = ({ path }) =>
    path === '/api/v1/protocols' ? json(200, { items: [alert] }) : json(200, { ...call(), message: 'Fire' });
  await board.protocols.refresh();
  await board.planAgain(call({ protocol: 'alert' }));
  expect(board.countdown.planned).toMatchObject({ protocol: 'alert', message: 'Fire' });
  board.countdown.cancel();
  host.answer = () => json(500, {});
  await board.planAgain(call({ protocol: 'alert' }));
  expect(board.countdown.planned).toBeUndefined();
});

test('the second half of a double click places no call, however long it takes to read the message', async () => {
  const slow: (() => void)[] = [];
  host.answer = async ({ method, path }) => {
    if (path === '/api/v1/protocols') return json(200, { items: [alert] });
    if (method === 'POST') return json(201, call({ protocol: 'alert' }));
    // The second time it takes longer than a double click.
    if (slow.length > 0) await new Promise<void>((resolve) => slow.push(resolve));
    slow.push(() => undefined);
    return json(200, { ...call(), message: 'Fire' });
  };
  await board.protocols.refresh();
  const earlier = call({ protocol: 'alert' });
  await board.again(earlier);
  await vi.advanceTimersByTimeAsync(200);
  const second = board.again(earlier);
  await vi.advanceTimersByTimeAsync(5_000);
  slow.forEach((go) => go());
  await second;
  expect(placed()).toHaveLength(1);
  const meant = board.again(earlier);
  await vi.advanceTimersByTimeAsync(0);
  slow.forEach((go) => go());
  await meant;
  expect(placed()).toHaveLength(2);
});

test('nor does a click while the message is being read', async () => {
  let read = () => {};
  host.answer = async ({ method, path }) => {
    if (path === '/api/v1/protocols') return json(200, { items: [alert] });
    if (method === 'POST') return json(201, call({ protocol: 'alert' }));
    await new Promise<void>((resolve) => (read = resolve));
    return json(200, { ...call(), message: 'Fire' });
  };
  await board.protocols.refresh();
  const first = board.again(call({ protocol: 'alert' }));
  await vi.advanceTimersByTimeAsync(3_000);
  const readFirst = read;
  const second = board.again(call({ protocol: 'alert' }));
  readFirst();
  await first;
  await vi.advanceTimersByTimeAsync(3_000);
  read();
  await second;
  expect(placed()).toHaveLength(1);
});
