import { beforeEach, describe, expect, test } from 'vitest';

import { Api } from '../src/api';
import { fromQuery, matches, toQuery } from '../src/call-filter';
import { Calls } from '../src/state/calls.svelte';
import { History } from '../src/state/history.svelte';
import { People } from '../src/state/people.svelte';
import { link, parse } from '../src/state/place.svelte';
import { call, FakeHost, json } from './board';

describe('in the address', () => {
  const filter = {
    outcome: 'no-answer',
    protocol: 'dinner & a film',
    person: '0199a0f0-0000-7000-8000-000000000009',
    from: '2026-03-01',
    to: '2026-03-31',
    asked_by: 'command_line',
    q: '(415) 867?',
  } as const;

  test('a filter and one of its calls are read as they were written', () => {
    const id = call().id;
    expect(parse(link.found(filter, id))).toEqual({ view: 'calls', id, filter });
    expect(parse(link.found(filter))).toEqual({ view: 'calls', id: undefined, filter });
    expect(link.found({})).toBe(link.calls);
  });

  test('what nobody understands is left out', () => {
    const read = fromQuery('outcome=exploded&asked_by=ghost&from=yesterday&to=2026-1-1&q=867&colour=red');
    expect(String(toQuery(read))).toBe('q=867');
  });
});

describe('a call that has just been placed', () => {
  const placed = call({
    to: '+14158675309',
    protocol_name: 'Long reminder',
    requested_at: '2026-03-29T12:00:00Z',
  });
  const is = (filter: Parameters<typeof matches>[1]) => matches(placed, filter, ['+14158675309'], 'Jenny');

  test('is one of those that are looked for', () => {
    for (const q of [
      '867',
      '(415) 867',
      'jenny',
      'DINNER',
      'jenny long',
      '415 867 remind',
      'long (0415) 867',
    ])
      expect(is({ q }), q).toBe(true);
    expect(is({ outcome: 'open', protocol: 'dinner', person: 'x', asked_by: 'browser' })).toBe(true);
    expect(is({ from: '2026-03-28', to: '2026-03-30' })).toBe(true);
  });

  test('or is not', () => {
    for (const q of ['868', 'jim', 'protocol1', 'jenny short', '867 415', 'jenny 868'])
      expect(is({ q }), q).toBe(false);
    expect(is({ outcome: 'completed' })).toBe(false);
    const over = { ...placed, status: 'completed', ended: true } as const;
    const confirmed = { ...over, acknowledged_at: '2026-03-29T12:00:00Z' };
    const fits = (call: Parameters<typeof matches>[0], outcome: 'completed' | 'confirmed') =>
      matches(call, { outcome }, undefined, undefined);
    expect([fits(over, 'completed'), fits(over, 'confirmed')]).toEqual([true, false]);
    expect([fits(confirmed, 'completed'), fits(confirmed, 'confirmed')]).toEqual([false, true]);
    expect(is({ asked_by: 'tray' })).toBe(false);
    expect(is({ from: '2026-03-31' })).toBe(false);
    expect(is({ to: '2026-03-27' })).toBe(false);
    expect(matches(placed, { person: 'x' }, ['+12025550142'], undefined)).toBe(false);
    expect(matches(placed, { person: 'x' }, undefined, undefined)).toBe(false);
  });
});

describe('the history', () => {
  let host: FakeHost;
  let history: History;
  beforeEach(() => {
    host = new FakeHost();
    const api = new Api(host);
    history = new History(api, new Calls(api), new People(api));
  });

  test('asks for every wish, with the days of who looks, and says how many there are', async () => {
    host.answer = () => json(200, { items: [call()], next_cursor: call().id, total: 3_211 });
    await history.search({ outcome: 'busy', from: '2026-03-01', q: '867' });
    const query = new URLSearchParams(host.requests[0]?.path.split('?')[1]);
    expect(query.get('outcome')).toBe('busy');
    expect(query.get('from')).toBe('2026-03-01');
    expect(query.get('q')).toBe('867');
    expect(query.get('time_zone')).toBeTruthy();
    expect(history.total).toBe(3_211);

    host.answer = () => json(200, { items: [], next_cursor: null, total: null });
    await history.more();
    expect(host.requests[1]?.path).toContain('outcome=busy');
    expect(history.total).toBe(3_211);
  });

  test('counts a call that is placed meanwhile', async () => {
    host.answer = () => json(200, { items: [], next_cursor: null, total: 0 });
    await history.search({ protocol: 'dinner' });
    history.welcome(call({ protocol: 'hello' }));
    expect(history.total).toBe(0);
    history.welcome(call());
    history.welcome(call());
    expect(history.total).toBe(1);
  });
});
