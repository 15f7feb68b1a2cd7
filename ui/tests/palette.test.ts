import { beforeEach, describe, expect, test, vi } from 'vitest';

import { choicesFor, firstOf } from '../src/shell/palette-choices';
import { Switchboard } from '../src/state/switchboard.svelte';
import { call, FakeHost, json } from './board';

let host: FakeHost;
let board: Switchboard;
beforeEach(() => {
  host = new FakeHost();
  board = new Switchboard(host);
  const open = ['1', '2'].map((end) => call({ id: `0199a0f0-0000-7000-8000-00000000000${end}` }));
  board.calls.take(open, 0);
  host.answer = () => json(200, call({ status: 'completed', ended: true }));
});

const choices = (typed: string) => choicesFor(typed, board).flatMap(({ choices }) => choices);
const first = (typed: string) => firstOf(choicesFor(typed, board), typed);
const hungUp = () => host.requests.filter(({ path }) => path.endsWith('/hangup')).map(({ path }) => path);

describe('Enter', () => {
  test('leads to the calls, and hangs none up', () => {
    expect(choices('calls').map(({ key }) => key)).toContain('live all');
    for (const typed of ['calls', 'call', 'c']) expect(first(typed)?.key, typed).toBe('go calls');
  });

  test('hangs up for nobody who only names whom they call', () => {
    board.people.list = [{ id: '1', name: 'Ada', may_call: true, numbers: [{ number: '+12025550142' }] }];
    expect(choices('call ada').map(({ hangsUp }) => hangsUp)).toContain(true);
    expect(first('call ada')).toBeUndefined();
    expect(first('hang up ada')?.key).toMatch(/^live 0199/);
    expect(first('ada')?.key).toBe('person 1 0');
  });
});

describe('hanging up all calls', () => {
  const hangUpAll = () =>
    choices('hang up all')
      .find(({ key }) => key === 'live all')
      ?.run();

  test('asks first, and no is no', async () => {
    hangUpAll();
    expect(board.question.asked?.text).toBe('Hang up all 2 live calls?');
    board.question.answer(false);
    await Promise.resolve();
    expect(hungUp()).toEqual([]);
  });

  test('means those that were live when it was asked', async () => {
    hangUpAll();
    board.calls.take([call({ id: '0199a0f0-0000-7000-8000-000000000003' })], 0);
    board.question.answer(true);
    await vi.waitFor(() => expect(hungUp()).toHaveLength(2));
    expect(hungUp().join()).not.toContain('000000000003');
  });
});

test('a person’s number comes with its extension', () => {
  board.people.list = [
    { id: '1', name: 'Ada', may_call: true, numbers: [{ number: '+15005550111', extension: '12' }] },
  ];
  first('ada')?.run();
  expect(board.wish.number).toBe('+15005550111;ext=12');
});

test('a number may be typed with an extension', () => {
  for (const typed of ['+1 500 555 0111;ext=12', '5005550111 x 12', '+15005550111,,82044#']) {
    first(typed)?.run();
    expect(board.wish.number, typed).toBe(typed);
  }
});
