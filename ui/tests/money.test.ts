import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Api } from '../src/api';
import { isNothing, money, roundMoney, smallMoney, sumMoney } from '../src/money';
import { Balance } from '../src/state/balance.svelte';
import { Estimates } from '../src/state/estimates.svelte';
import { FakeHost, json } from './board';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('an amount', () => {
  test('is shown to the last digit that it has', () => {
    expect(money(usd('0.0161'))).toContain('0.0161');
    expect(money({ amount: '1', currency: 'no currency' })).toBe('1 no currency');
    // A float would round this to …93 or …94.
    expect(money(usd('9007199254740993.25'))).toContain('9,007,199,254,740,993.25');
  });

  test('that is large is told to the cent, and a small one never as nothing', () => {
    expect(roundMoney(usd('12.3456'))).toContain('12.35');
    expect(roundMoney(usd('0.0039'))).toContain('0.0039');
    expect(roundMoney(usd('-3.2'))).toContain('3.20');
  });

  test('that was spent is told in full as long as it is small', () => {
    expect(sumMoney(usd('0.0139'))).toContain('0.0139');
    expect(sumMoney(usd('12.3456'))).toContain('12.35');
  });

  test('a minute costs cents', () => {
    expect(smallMoney(usd('0.014'))).toBe('1.4 ¢');
    expect(smallMoney(usd('0.29'))).toBe('29 ¢');
    expect(smallMoney(usd('0.00855'))).toBe('0.86 ¢');
    expect(smallMoney(usd('1.5'))).toContain('1.50');
    expect(smallMoney({ amount: '0.0161', currency: 'EUR' })).toContain('0.0161');
  });

  test('is nothing when it has no digit but zeros', () => {
    expect(['0', '0.000', '-0'].map((amount) => isNothing(usd(amount)))).toEqual([true, true, true]);
    expect(isNothing(usd('0.000001'))).toBe(false);
  });
});

describe('an estimate', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const NOW = Date.parse('2026-10-01T12:00:00Z');
  function dial(now = () => NOW) {
    const host = new FakeHost();
    host.answer = (request) => {
      const to = new URL(request.path, 'http://localhost').searchParams.get('to');
      return json(200, { to, country: 'DE', per_minute: usd('0.0161'), as_of: new Date(NOW).toISOString() });
    };
    return { host, estimates: new Estimates(new Api(host), now) };
  }

  test('is asked for once the typing rests, and kept', async () => {
    const { host, estimates } = dial();
    for (const number of ['+493090182', '+4930901820']) estimates.show('dinner', number);
    await vi.runAllTimersAsync();
    expect(host.requests.map((request) => request.path)).toEqual([
      '/api/v1/estimate?protocol=dinner&to=%2B4930901820',
    ]);
    expect(estimates.now?.per_minute.amount).toBe('0.0161');
    estimates.show('dinner', undefined);
    expect(estimates.now).toBeUndefined();
    estimates.show('dinner', '+4930901820');
    expect(estimates.now?.to, 'at once, without asking').toBe('+4930901820');
    await vi.runAllTimersAsync();
    expect(host.requests).toHaveLength(1);
  });

  test('is asked for anew after a day', async () => {
    let now = NOW;
    const { host, estimates } = dial(() => now);
    estimates.show('dinner', '+4930901820');
    await vi.runAllTimersAsync();
    now += 24 * 60 * 60 * 1_000;
    estimates.show('dinner', '+4930901820');
    expect(estimates.now).toBeUndefined();
    await vi.runAllTimersAsync();
    expect(host.requests).toHaveLength(2);
  });

  test('that comes too late or not at all says nothing', async () => {
    const { host, estimates } = dial();
    estimates.show('dinner', '+4930901820');
    await vi.advanceTimersToNextTimerAsync();
    estimates.show('dinner', '+442079460958');
    expect(estimates.now, 'not the one of before').toBeUndefined();
    host.answer = () => json(502, { code: 'twilio', title: 'Twilio did not tell', detail: 'Why.' });
    await vi.runAllTimersAsync();
    expect(estimates.now).toBeUndefined();
  });
});

test('the balance is asked for again once something was paid, if anybody looks', async () => {
  const host = new FakeHost();
  host.answer = () => json(200, { balance: usd('20'), low: false, as_of: '2026-10-01T12:00:00Z' });
  const balance = new Balance(new Api(host));
  balance.paid();
  expect(host.requests).toHaveLength(0);
  await balance.refresh();
  expect(balance.now?.balance?.amount).toBe('20');
  host.answer = () => json(502, { code: 'twilio', title: 'Twilio did not tell', detail: 'Why.' });
  balance.paid();
  await vi.waitFor(() => expect(balance.now).toBeUndefined());
});
