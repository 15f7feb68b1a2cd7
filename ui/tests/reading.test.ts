import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { lamps } from '../src/call-stations';
import { money } from '../src/money';
import { pretty, read } from '../src/phone';
import { whole } from '../src/phone-shown.svelte';
import { parse } from '../src/state/place.svelte';
import { lasted } from '../src/lasted';
import { clockFace } from '../src/time.svelte';

describe('a number', () => {
  test('is formatted as it is typed', () => {
    expect(read('2025550142', 'US')).toMatchObject({
      text: '(202) 555-0142',
      country: 'US',
      e164: '+12025550142',
    });
    expect(read('+442079460123', 'US')).toMatchObject({
      text: '+44 20 7946 0123',
      country: 'GB',
      fault: undefined,
    });
    expect(read('(202) 55', 'US').text).toBe('(202) 55');
  });

  test('is judged', () => {
    expect(read('202', 'US').fault).toBe('Too short');
    expect(read('20255501420000', 'US').fault).toBe('Too long');
    expect(read('+999123456', 'US').fault).toBe('Unknown country code');
    expect(read('mother', 'US')).toMatchObject({ text: 'mother', fault: 'Not a phone number' });
    expect(read('', 'DE')).toMatchObject({ country: 'DE', fault: undefined, e164: undefined });
  });

  test('is shown as the switchboard reads it, or as none', () => {
    const file = readFileSync('../crates/core/tests/reference/prefix_twice.json', 'utf8');
    const { cases } = JSON.parse(file) as { cases: [string, string, string][] };
    expect(cases.length).toBeGreaterThan(80);
    // The switchboard refuses numbers that this page reads differently (`read_otherwise`).
    const otherwise = cases.filter(([region, written, e164]) => read(written, region).whole !== e164);
    expect(otherwise).toEqual([]);
  });

  test('may have an extension', () => {
    for (const text of ['(202) 555-0142 x 9', '+12025550142;ext=9', '202 555 0142 ext. 9']) {
      expect(read(text, 'US'), text).toMatchObject({
        text,
        e164: '+12025550142',
        whole: '+12025550142;ext=9',
      });
    }
    expect(read('*227', 'US')).toMatchObject({ whole: undefined, fault: 'Not a phone number' });
    expect(whole('+12025550142', '9')).toBe('+12025550142;ext=9');
    expect(whole('+12025550142', ',,9#')).toBe('+12025550142,,9#');
    expect(whole('+12025550142', null)).toBe('+12025550142');
  });

  test('is shown in full', () => {
    expect(pretty('+15005550006')).toBe('+1 500 555 0006');
    expect(pretty('+10000000000')).toContain('+1');
  });
});

describe('lamps', () => {
  test('light one after the other', () => {
    expect(lamps({ status: 'requested' })).toEqual(['now', 'ahead', 'ahead', 'ahead', 'ahead']);
    expect(lamps({ status: 'initiated', sid: 'CA1' })).toEqual(['passed', 'now', 'ahead', 'ahead', 'ahead']);
    expect(lamps({ status: 'completed', sid: 'CA1' })).toEqual([
      'passed',
      'passed',
      'passed',
      'passed',
      'now',
    ]);
  });

  test('stay dark where a call never came', () => {
    expect(lamps({ status: 'no-answer', sid: 'CA1' })).toEqual([
      'passed',
      'passed',
      'passed',
      'skipped',
      'now',
    ]);
    expect(lamps({ status: 'busy', sid: 'CA1' })).toEqual(['passed', 'passed', 'skipped', 'skipped', 'now']);
    expect(lamps({ status: 'failed' })).toEqual(['passed', 'skipped', 'skipped', 'skipped', 'now']);
  });
});

test('places are addresses', () => {
  expect(parse('')).toEqual({ view: 'dial' });
  expect(parse('#/calls/0199')).toEqual({ view: 'calls', id: '0199', filter: {} });
  expect(parse('#/protocols/edit/a%2Fb')).toEqual({ view: 'protocols', edit: { kind: 'change', id: 'a/b' } });
  expect(parse('#/protocols/edit/%')).toEqual({ view: 'protocols', edit: { kind: 'change', id: '%' } });
  expect(parse('#/nowhere')).toEqual({ view: 'dial' });
});

test('durations and money', () => {
  expect([7, 77.9, 3_725, -3].map(clockFace)).toEqual(['0:07', '1:17', '1:02:05', '0:00']);
  const words = ['0 s', '7 s', '1 min', '1 min 5 s', '1 h 2 min 5 s'];
  expect([0, 7, 60, 65, 3_725].map(lasted)).toEqual(words.map((text) => text.replaceAll(' ', '\u00a0')));
  expect(money({ amount: '0.013', currency: 'USD' })).toContain('0.013');
  expect(money({ amount: '1', currency: 'no currency' })).toBe('1 no currency');
});
