import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Api } from '../src/api';
import { Calls } from '../src/state/calls.svelte';
import { Connection } from '../src/state/connection.svelte';
import { Switchboard } from '../src/state/switchboard.svelte';
import { call, FakeHost, json, later, news } from './board';

const ID = call().id;
let host: FakeHost;
let calls: Calls;
beforeEach(() => {
  host = new FakeHost();
  calls = new Calls(new Api(host));
});

describe('news', () => {
  test('moves a call on and says who told', () => {
    calls.fold(news(1, { status: 'queued' }, { source: 'dial' }));
    calls.fold(news(2, { status: 'ringing' }));
    expect(calls.get(ID)?.status).toBe('ringing');
    expect(calls.tellings.get(ID)?.source).toBe('callback');
  });

  test('that is repeated or late changes nothing and is told to nobody', () => {
    const heard: number[] = [];
    calls.onNews((_, event) => heard.push(event.id));
    calls.fold(news(5, { status: 'in-progress' }));
    calls.fold(news(5, { status: 'ringing' }));
    calls.fold(news(3, { status: 'queued' }));
    expect(calls.get(ID)?.status).toBe('in-progress');
    expect(heard).toEqual([5]);
  });

  test('of silence stands until a callback comes or the call is over', () => {
    calls.fold(news(1, {}, { kind: 'silence', source: 'local' }));
    expect(calls.tellings.get(ID)?.silent).toBe(true);
    calls.fold(news(2, { status: 'in-progress' }, { source: 'poll' }));
    expect(calls.tellings.get(ID)?.silent).toBe(true);
    calls.fold(news(3, { status: 'in-progress' }, { source: 'callback', kind: 'details' }));
    expect(calls.tellings.get(ID)?.silent).toBe(false);
    calls.fold(news(4, {}, { kind: 'silence', source: 'local' }));
    calls.fold(news(5, { status: 'completed', ended: true }, { source: 'poll' }));
    expect(calls.tellings.get(ID)?.silent).toBe(false);
  });
});

describe('reading afresh', () => {
  test('does not undo news that came meanwhile', async () => {
    const answer = later<ReturnType<typeof json>>();
    host.answer = () => answer.promise;
    calls.fold(news(1, { status: 'ringing' }));
    const refreshing = calls.refresh();
    calls.fold(news(2, { status: 'in-progress' }));
    answer.resolve(json(200, { items: [call({ status: 'ringing' })], next_cursor: null }));
    await refreshing;
    expect(calls.get(ID)?.status).toBe('in-progress');
  });

  test('brings what was missed', async () => {
    calls.fold(news(1, { status: 'ringing' }));
    host.answer = () => json(200, { items: [call({ status: 'completed', ended: true })], next_cursor: null });
    await calls.refresh();
    expect(calls.open).toEqual([]);
    expect(calls.tickets.map((call) => call.status)).toEqual(['completed']);
  });

  test('asks by itself for an open call that is further back than a page', async () => {
    calls.fold(news(1, { status: 'in-progress' }));
    host.answer = ({ path }) =>
      path.includes(ID)
        ? json(200, { ...call({ status: 'completed', ended: true }), events: [] })
        : json(200, { items: [], next_cursor: null });
    await calls.refresh();
    expect(calls.get(ID)?.ended).toBe(true);
  });

  test('keeps what is known when the server is away, and says so', async () => {
    calls.fold(news(1, { status: 'ringing' }));
    host.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await calls.refresh();
    expect(calls.problem?.code).toBe('unreachable');
    expect(calls.get(ID)?.status).toBe('ringing');
  });
});

test('a call that ended before its hang-up is what was wanted', async () => {
  calls.fold(news(1, { status: 'in-progress' }));
  host.answer = ({ method }) =>
    method === 'POST'
      ? json(409, { status: 409, code: 'call_over', title: 'The call has already ended', detail: 'It is.' })
      : json(200, { ...call({ status: 'completed', ended: true }), events: [] });
  await calls.hangUp(ID);
  expect(calls.get(ID)?.status).toBe('completed');
  expect(calls.hangingUp.size).toBe(0);
});

describe('the connection', () => {
  let connection: Connection;
  let refreshed: number;
  let refreshedOnly: string[];
  let stop: () => void;
  beforeEach(() => {
    refreshed = 0;
    refreshedOnly = [];
    const follower = {
      fold: calls.fold.bind(calls),
      refresh: () => {
        refreshed += 1;
        return Promise.resolve();
      },
      refreshOnly: (what: string) => {
        refreshedOnly.push(what);
        return Promise.resolve();
      },
      isBusy: () => calls.open.length > 0,
    };
    connection = new Connection(host, follower);
    stop = connection.start('switchboard');
  });
  afterEach(() => {
    stop();
    see(true);
  });

  const see = (seen: boolean) => {
    Object.defineProperty(document, 'hidden', { value: !seen, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  };

  test('a page that nobody sees doesn’t listen, and catches up once it is seen', () => {
    host.listensHidden = 'never';
    host.tell({ type: 'open' });
    see(false);
    expect(host.isListening).toBe(false);
    see(true);
    expect([host.isListening, connection.state, refreshed]).toEqual([true, 'connecting', 1]);
    host.tell({ type: 'open' });
    expect([connection.state, refreshed]).toEqual(['live', 2]);
  });

  test('a call that is under way is heard to its end, where that takes no connection of its own', () => {
    host.listensHidden = 'during_calls';
    host.tell({ type: 'call', json: JSON.stringify(news(1)) });
    see(false);
    expect(host.isListening).toBe(true);
    host.tell({
      type: 'call',
      json: JSON.stringify(news(2, { status: 'completed', ended: true }, { status: 'completed' })),
    });
    expect(host.isListening).toBe(false);
    see(true);
    host.listensHidden = 'always';
    see(false);
    expect(host.isListening, 'a window always').toBe(true);
  });

  test('reads the list that changed, and no other', () => {
    host.tell({ type: 'changed', what: 'people' });
    expect(refreshedOnly).toEqual(['people']);
    expect(refreshed).toBe(0);
  });

  test('says since when things may be stale, and reads afresh once it is back', () => {
    expect(connection.state).toBe('connecting');
    host.tell({ type: 'open' });
    expect([connection.state, refreshed]).toEqual(['live', 1]);
    host.tell({ type: 'lost' });
    const since = connection.staleSince;
    expect(connection.state).toBe('reconnecting');
    host.tell({ type: 'lost' });
    expect(connection.staleSince).toBe(since);
    host.tell({ type: 'open' });
    expect([connection.state, connection.staleSince, refreshed]).toEqual(['live', undefined, 2]);
  });

  test('reads afresh when more was missed than is told again', () => {
    host.tell({ type: 'resync' });
    expect(refreshed).toBe(1);
  });

  test('reads the history afresh too, once somebody has looked at it', async () => {
    const board = new Switchboard(host);
    const stop = board.start();
    await board.history.search({});
    host.answer = () => json(200, { items: [call()], next_cursor: null, total: 1 });
    host.tell({ type: 'resync' });
    await expect.poll(() => board.history.items.map(({ id }) => id)).toEqual([ID]);
    stop();
  });

  test('listens elsewhere when that is chosen', () => {
    host.tell({ type: 'open' });
    host.tell({ type: 'fallen', why: 'refused' });
    connection.choose('pusher');
    expect([connection.state, connection.fallen, host.by]).toEqual(['connecting', undefined, 'pusher']);
    host.tell({ type: 'open', by: 'pusher' });
    expect([connection.state, connection.by]).toEqual(['live', 'pusher']);
  });

  test('folds what it hears', () => {
    host.tell({ type: 'call', json: JSON.stringify(news(1, { status: 'queued' })) });
    expect(calls.get(ID)?.status).toBe('queued');
  });
});
