import { beforeEach, describe, expect, test, vi } from 'vitest';

import { Api } from '../src/api';
import { Calls } from '../src/state/calls.svelte';
import { Dialler } from '../src/state/dialler.svelte';
import { Question } from '../src/state/question.svelte';
import { Switchboard } from '../src/state/switchboard.svelte';
import { call, FakeHost, json, later } from './board';

let host: FakeHost;
let calls: Calls;
let dialler: Dialler;
const keys = () => host.requests.map((request) => request.headers?.['idempotency-key']);
const placed = (to: string) =>
  json(201, call({ id: `0199a0f0-0000-7000-8000-${to.slice(1).padStart(12, '0')}`, to }));
beforeEach(() => {
  host = new FakeHost();
  const api = new Api(host);
  calls = new Calls(api);
  dialler = new Dialler(api, calls);
});

test('a placed call is there at once', async () => {
  host.answer = () => placed('+12025550142');
  await dialler.dial('dinner', '+12025550142');
  expect(calls.open.map((call) => call.to)).toEqual(['+12025550142']);
  expect(host.requests[0]?.body).toBe('{"protocol":"dinner","to":"+12025550142","read_as":"+12025550142"}');
  expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/);
});

describe('one click is one call', () => {
  test('clicks before the answer are ignored', async () => {
    const answer = later<ReturnType<typeof json>>();
    host.answer = () => answer.promise;
    const first = dialler.dial('dinner', '+12025550142');
    expect(dialler.busy).toBe(true);
    expect(await dialler.dial('dinner', '+12025550142')).toBeUndefined();
    expect(await dialler.dial('hello', '+12025550143')).toBeUndefined();
    answer.resolve(placed('+12025550142'));
    await first;
    expect(dialler.busy).toBe(false);
    expect(host.requests).toHaveLength(1);
  });

  test('so is the second half of a double click, however quick the answer', async () => {
    host.answer = () => placed('+12025550142');
    await dialler.dial('dinner', '+12025550142');
    await dialler.dial('dinner', '+12025550142');
    expect(host.requests).toHaveLength(1);
  });

  test('two different calls have two keys', async () => {
    host.answer = ({ body }) => placed(JSON.parse(body ?? '').to as string);
    await dialler.dial('dinner', '+12025550142');
    await dialler.dial('dinner', '+12025550143');
    expect(new Set(keys()).size).toBe(2);
  });
});

test('a message is sent along, and another message is another call', async () => {
  host.answer = () => placed('+12025550142');
  await dialler.dial('alert', '+12025550142', '+12025550142', 'Fire');
  await dialler.dial('alert', '+12025550142', '+12025550142', 'Fire');
  await dialler.dial('alert', '+12025550142', '+12025550142', 'Flood');
  expect(host.requests.map(({ body }) => JSON.parse(body ?? '').message as string)).toEqual([
    'Fire',
    'Flood',
  ]);
  expect(new Set(keys()).size).toBe(2);
});

describe('without an answer', () => {
  test('the same call is tried again under the same key', async () => {
    host.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await dialler.dial('dinner', '+12025550142');
    expect(dialler.problem?.detail).toContain('won’t ring twice');
    host.answer = () => placed('+12025550142');
    await dialler.dial('dinner', '+12025550142');
    expect(keys()[1]).toBe(keys()[0]);
    expect(dialler.problem).toBeUndefined();
  });

  test('another call has another key', async () => {
    host.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await dialler.dial('dinner', '+12025550142');
    await dialler.dial('dinner', '+12025550143');
    expect(keys()[1]).not.toBe(keys()[0]);
  });
});

test('a refusal is shown, and the next try is another call', async () => {
  const refusal = {
    status: 422,
    code: 'twilio_refused',
    title: 'Twilio refused the call',
    detail: 'Not valid.',
  };
  const link = 'https://www.twilio.com/docs/api/errors/21217';
  host.answer = () => json(422, { ...refusal, twilio_code: 21217, more_info: link });
  await dialler.dial('dinner', '+15005550001');
  expect(dialler.problem).toMatchObject({
    title: 'Twilio refused the call',
    detail: 'Not valid.',
    link: { href: link },
  });
  await dialler.dial('dinner', '+15005550001');
  expect(keys()[1]).not.toBe(keys()[0]);
});

describe('a refusal', () => {
  const refused = { status: 422, code: 'emergency_number', title: 'An emergency number', detail: 'Never.' };
  beforeEach(() => (host.answer = () => json(422, refused)));

  test('is only for its number, however that is formatted', async () => {
    await dialler.dial('dinner', '(500) 555-0112');
    for (const same of ['500 555 0112', '5005550112']) expect(dialler.problemOf(same)).toBeDefined();
    for (const other of ['', '+15005550112', '500 555 0113', 'ada']) {
      expect(dialler.problemOf(other), other).toBeUndefined();
    }
    expect(dialler.problemOf('500 555 0112')?.code).toBe('emergency_number');
  });

  test('is replaced by the outcome of the next call', async () => {
    await dialler.dial('dinner', '112');
    host.answer = () => placed('+12025550142');
    await dialler.dial('dinner', '+12025550142');
    expect(dialler.problemOf('112')).toBeUndefined();
  });

  test('of a repeated call, or after a countdown, is shown once, in a toast', async () => {
    const board = new Switchboard(host);
    expect(board.whereabouts.place.view).toBe('dial');
    const told = () => board.toasts.list.map(({ text }) => text);
    await board.again(call({ to: '+12025550142' }));
    expect(told()).toEqual(['An emergency number. Never.']);
    expect(board.dialler.problemOf('+12025550142')).toBeUndefined();
    await board.again(call({ to: '+12025550142' }));
    board.preferences.set({ countdown: false });
    board.countdown.begin({ protocol: 'dinner', to: '+12025550142' });
    await vi.waitFor(() => expect(host.requests).toHaveLength(3));
    await vi.waitFor(() => expect(board.dialler.busy).toBe(false));
    expect(told(), 'and not stacked').toEqual(['An emergency number. Never.']);
    board.toasts.list.forEach((toast) => board.toasts.dismiss(toast));
  });
});

describe('what is rung', () => {
  const said = () => JSON.parse(host.requests.at(-1)?.body ?? '') as { to: string; read_as: string };

  test('is the number shown for the text', async () => {
    await dialler.dial('dinner', '(202) 555-0142', '+12025550142');
    expect(said()).toEqual({ protocol: 'dinner', to: '(202) 555-0142', read_as: '+12025550142' });
    await dialler.dial('dinner', 'unreadable', '');
    expect(said().read_as, 'nothing is shown').toBe('');
  });

  test('is what the switchboard reads, once it is shown', async () => {
    const problem = {
      status: 409,
      code: 'read_otherwise',
      title: 'T',
      detail: 'D',
      number: '+12025550142;ext=9',
    };
    host.answer = () => json(409, problem);
    await dialler.dial('dinner', 'odd', '');
    expect(dialler.problemOf('odd')?.number).toBe('+12025550142;ext=9');
    dialler.keepProblemFor('+12025550142;ext=9');
    expect(dialler.problemOf('+12025550142;ext=9')?.code).toBe('read_otherwise');
    await dialler.dial('dinner', '+12025550142;ext=9', '');
    expect(said().read_as).toBe('+12025550142;ext=9');
  });
});

test('an error without a problem document is still a problem', async () => {
  host.answer = () => ({ status: 502, text: '<html>Bad gateway</html>' });
  await dialler.dial('dinner', '+12025550142');
  expect(dialler.problem?.code).toBe('strange');
});

describe('at the desk', () => {
  const consent = {
    status: 403,
    code: 'consent_needed',
    title: 'Are they fine with it?',
    detail: 'Never called.',
  };
  const soon = {
    status: 429,
    code: 'number_too_soon',
    title: 'Not now',
    detail: 'Called.',
    can_be_set_aside: true,
  };

  function atTheDesk(answers: boolean[]): string[] {
    const asked: string[] = [];
    const question = new Question();
    question.ask = (text) => {
      asked.push(text);
      return Promise.resolve(answers.shift() ?? false);
    };
    dialler = new Dialler(new Api(host), calls, { question, nameOf: () => 'Ada' });
    return asked;
  }

  test('the owner is asked once for each rule, and the call is sent with their answer', async () => {
    const asked = atTheDesk([true, true]);
    const refusals = [json(403, consent), json(429, soon)];
    host.answer = () => refusals.shift() ?? placed('+12025550142');
    expect(await dialler.dial('dinner', '+12025550142')).toBeDefined();
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('Ada');
    expect(JSON.parse(host.requests.at(-1)?.body ?? '')).toMatchObject({
      consent: true,
      setting_aside: ['number_too_soon'],
    });
    expect(new Set(keys()).size).toBe(1);
  });

  test('no is no', async () => {
    atTheDesk([false]);
    host.answer = () => json(429, soon);
    expect(await dialler.dial('dinner', '+12025550142')).toBeUndefined();
    expect(host.requests).toHaveLength(1);
    expect(dialler.problem?.code).toBe('number_too_soon');
  });

  test('a browser is not asked for what it can’t say', async () => {
    host.answer = () => json(429, soon);
    expect(await dialler.dial('dinner', '+12025550142')).toBeUndefined();
    expect(host.requests).toHaveLength(1);
  });
});
