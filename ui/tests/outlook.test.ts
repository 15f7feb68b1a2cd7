import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Api, type CallCheck } from '../src/api';
import { clockOf, isOwners, usedOf, usualMinutes } from '../src/dial/outlook';
import { times } from '../src/money';
import { CallChecks } from '../src/state/call-checks.svelte';
import { call, FakeHost, json } from './board';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const check: CallCheck = {
  to: '+12025550142',
  local_time: { from: '08:05', until: '08:05' },
  objections: [],
  most: { minutes: 240, price: usd('3.36') },
  limits: {
    number_gap_min: 10,
    number_per_day: 3,
    calls_per_hour: null,
    calls_at_once: 3,
    quiet_hours: null,
    countries: 'any',
    spend_per_day: '10',
    spend_per_month: null,
  },
  used: { number_in_day: 1, all_in_hour: 0, at_once: 2, day: [usd('1.2')], month: [] },
};

describe('what the rules say is asked for', () => {
  let host: FakeHost;
  let checks: CallChecks;
  const asked = () => host.requests.map(({ path }) => path);
  beforeEach(() => {
    vi.useFakeTimers();
    host = new FakeHost();
    host.answer = () => json(200, check);
    checks = new CallChecks(new Api(host));
  });
  afterEach(() => vi.useRealTimers());

  test('once one stops typing, and again as time passes or something changes', async () => {
    checks.show('dinner', '+1202555014');
    checks.show('dinner', '+12025550142');
    await vi.advanceTimersByTimeAsync(400);
    expect(asked()).toEqual(['/api/v1/call-check?protocol=dinner&to=%2B12025550142']);
    expect(checks.now).toEqual(check);
    checks.again();
    expect(checks.now, 'what is known stays in sight meanwhile').toEqual(check);
    await vi.advanceTimersByTimeAsync(400);
    expect(asked()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toHaveLength(3);
  });

  test('and for nothing that does not stand there any more', async () => {
    let answer: (check: CallCheck) => void = () => undefined;
    host.answer = () => new Promise((told) => (answer = (check) => told(json(200, check))));
    checks.show('dinner', '+12025550142');
    await vi.advanceTimersByTimeAsync(400);
    checks.show('dinner', undefined);
    answer(check);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(checks.now).toBeUndefined();
    expect(asked()).toHaveLength(1);
  });
});

test('how long a call usually takes is the middle of the latest', () => {
  const lasted = (...seconds: (number | null)[]) => seconds.map((duration_s) => call({ duration_s }));
  expect(usualMinutes(lasted(10, 61, 600), 'dinner')).toBe(2);
  expect(usualMinutes(lasted(10, 61, null, 0), 'dinner'), 'two are too few').toBeUndefined();
  expect(usualMinutes(lasted(10, 61, 600), 'hello')).toBeUndefined();
});

test('what is used is told of each limit that there is', () => {
  const money = ({ amount, currency }: { amount: string; currency: string }) => `${amount} ${currency}`;
  expect(usedOf(check, money)).toEqual([
    '1 of 3 calls to this number in 24 hours',
    '2 of 3 calls at the same time',
    '1.2 USD of 10 USD today',
  ]);
});

test('the clocks there are one or two', () => {
  const read = (at: Date) => `${at.getHours()}.${at.getMinutes()}`;
  expect(clockOf({ from: '08:05', until: '08:05' }, read)).toEqual(['8.5', undefined]);
  expect(clockOf({ from: '20:40', until: '23:40' }, read)).toEqual(['20.40', '23.40']);
});

test('who can do something about it', () => {
  expect(isOwners('not_to_be_called')).toBe(true);
  expect(isOwners('emergency_number')).toBe(false);
});

test('a price is multiplied as decimals are', () => {
  expect([times(usd('0.014'), 3), times(usd('1.20'), 10), times(usd('7'), 2)]).toEqual([
    usd('0.042'),
    usd('12.00'),
    usd('14'),
  ]);
});
