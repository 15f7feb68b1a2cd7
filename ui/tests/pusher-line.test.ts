import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { LiveNews } from '../src/host';
import {
  AGAIN_MS,
  LOOK_MS,
  PATIENCE_MS,
  PusherLine,
  type Heard,
  type PusherApp,
} from '../src/live/pusher-line';
import { Api } from '../src/api';
import { Calls } from '../src/state/calls.svelte';
import { Connection } from '../src/state/connection.svelte';
import { call, FakeHost, later, news } from './board';

const APP: PusherApp = { key: 'key', cluster: 'mt1', host: null, channel: 'private-calls-1' };

class World {
  app: PusherApp | null = APP;
  switchboardAnswers = true;
  pusherLoads = true;
  asked = 0;
  sockets: { app: PusherApp; heard: Heard; open: boolean }[] = [];
  stream: ((news: LiveNews) => void) | undefined;
  heard: LiveNews[] = [];
  readonly stop: () => void;

  constructor(
    beginning: { app?: null; pusherLoads?: false } = {},
    listener: (news: LiveNews) => void = () => undefined,
  ) {
    Object.assign(this, beginning);
    const line = new PusherLine(
      {
        ask: () => {
          this.asked += 1;
          return this.switchboardAnswers ? Promise.resolve(this.app) : Promise.reject(new TypeError());
        },
        openSocket: (app, heard) => {
          if (!this.pusherLoads) return Promise.reject(new TypeError());
          const socket = { app, heard, open: true };
          this.sockets.push(socket);
          return Promise.resolve(() => (socket.open = false));
        },
        openStream: (listener) => {
          expect(this.stream, 'one stream is enough').toBeUndefined();
          this.stream = listener;
          return () => (this.stream = undefined);
        },
      },
      (news) => {
        this.heard.push(news);
        listener(news);
      },
    );
    this.stop = line.start();
  }

  get socket() {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no connection was opened');
    return socket;
  }

  get openSockets(): number {
    return this.sockets.filter(({ open }) => open).length;
  }

  take(): string[] {
    const heard = this.heard.map((news) => {
      if (news.type === 'open') return news.by === 'pusher' ? 'open by pusher' : 'open';
      return news.type === 'fallen' ? `fallen: ${news.why}` : news.type;
    });
    this.heard = [];
    return heard;
  }

  async join(): Promise<void> {
    await settle();
    this.socket.heard.joined();
  }

  tell(id: number, after: number | null): void {
    this.socket.heard.told('call', { ...news(id), after });
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);
let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  world.stop();
  expect(vi.getTimerCount(), 'nothing goes on after the end').toBe(0);
  vi.useRealTimers();
});

describe('a Pusher that is well', () => {
  test('is joined, and no stream is open beside it', async () => {
    await settle();
    expect(world.socket.app).toEqual(APP);
    expect(world.take()).toEqual([]);
    await world.join();
    expect(world.take()).toEqual(['open by pusher']);
    expect(world.stream).toBeUndefined();
    await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect(world.take()).toEqual([]);
    expect(world.sockets.length).toBe(1);
    expect(world.asked, 'the switchboard is looked after').toBe(11);
  });

  test('brings news, changes and the word to read afresh', async () => {
    await world.join();
    world.take();
    world.tell(1, null);
    world.socket.heard.told('changed', { what: 'people' });
    world.socket.heard.told('resync', {});
    expect(world.heard).toEqual([
      { type: 'call', json: JSON.stringify({ ...news(1), after: null }) },
      { type: 'changed', what: 'people' },
      { type: 'resync' },
    ]);
  });

  test('whose message is lost on its way makes everything be read afresh', async () => {
    await world.join();
    world.take();
    world.tell(1, null);
    world.tell(2, 1);
    expect(world.take()).toEqual(['call', 'call']);
    world.tell(5, 4);
    expect(world.take()).toEqual(['call', 'resync']);
    world.tell(4, 2);
    expect(world.take(), 'it only came late').toEqual(['call']);
    world.socket.heard.told('resync', {});
    world.take();
    world.tell(9, null);
    world.tell(10, 9);
    expect(world.take()).toEqual(['call', 'call']);
  });
});

describe('a connection that breaks', () => {
  beforeEach(async () => {
    await world.join();
    world.tell(1, null);
    world.take();
  });

  test('and comes back at once is nothing but a gap', async () => {
    world.socket.heard.away();
    world.socket.heard.away();
    expect(world.take()).toEqual(['lost']);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    world.socket.heard.joined();
    expect(world.take()).toEqual(['open by pusher']);
    world.tell(7, 6);
    expect(world.take(), 'what was missed is read at the joining').toEqual(['call']);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(world.stream).toBeUndefined();
  });

  test('and stays away gives way to the stream, until it is back', async () => {
    world.socket.heard.away();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(world.take()).toEqual(['lost', 'fallen: unreachable']);
    expect(world.openSockets).toBe(0);
    world.stream?.({ type: 'open' });
    world.stream?.({ type: 'resync' });
    expect(world.take()).toEqual(['open', 'resync']);

    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect(world.stream, 'it is listened to until Pusher is joined').toBeDefined();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(world.take(), 'still away').toEqual(['fallen: unreachable']);
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    await world.join();
    expect(world.take()).toEqual(['open by pusher']);
    expect(world.stream).toBeUndefined();
    expect(world.openSockets).toBe(1);
  });

  test('is too late once there is another', async () => {
    const before = world.socket.heard;
    world.app = { ...APP, channel: 'private-calls-2' };
    before.told('closed', {});
    await world.join();
    expect(world.take()).toEqual(['open by pusher']);
    before.told('call', { ...news(3), after: 1 });
    before.away();
    before.refused();
    before.joined();
    await settle();
    expect(world.take()).toEqual([]);
    expect(world.sockets.length).toBe(2);
  });
});

describe('a Pusher that is never there', () => {
  test('because it can’t be reached', async () => {
    await settle();
    world.socket.heard.away();
    expect(world.take(), 'it has only begun').toEqual([]);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(world.take()).toEqual(['fallen: unreachable']);
    expect(world.stream).toBeDefined();
  });

  test('because its library can’t be loaded', async () => {
    world.stop();
    world = new World({ pusherLoads: false });
    await settle();
    expect(world.take()).toEqual(['fallen: unreachable']);
    expect(world.stream).toBeDefined();
  });

  test('because the switchboard has no app', async () => {
    world.stop();
    world = new World({ app: null });
    await settle();
    expect(world.take()).toEqual(['fallen: not_set_up']);
    expect(world.sockets.length).toBe(0);
    world.app = APP;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    await world.join();
    expect(world.take()).toEqual(['open by pusher']);
  });

  test('because it refuses, twice', async () => {
    await settle();
    world.socket.heard.refused();
    expect(world.take(), 'the channel may be another one by now').toEqual([]);
    await settle();
    expect(world.sockets.length).toBe(2);
    world.socket.heard.refused();
    expect(world.take()).toEqual(['fallen: refused']);
    expect(world.openSockets).toBe(0);
    expect(world.stream).toBeDefined();
  });
});

describe('a channel that is closed', () => {
  test('is followed by the next, and nothing is stale', async () => {
    await world.join();
    world.take();
    world.app = { ...APP, channel: 'private-calls-2' };
    world.socket.heard.told('closed', {});
    await world.join();
    expect(world.socket.app.channel).toBe('private-calls-2');
    expect(world.take()).toEqual(['open by pusher']);
    expect(world.openSockets).toBe(1);
  });

  test('without a word is found out', async () => {
    await world.join();
    world.take();
    world.app = { ...APP, channel: 'private-calls-2' };
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    await world.join();
    expect(world.socket.app.channel).toBe('private-calls-2');
    expect(world.take()).toEqual(['open by pusher']);
  });
});

describe('a switchboard that is away', () => {
  test('is told to be, though Pusher is well', async () => {
    await world.join();
    world.take();
    world.switchboardAnswers = false;
    await vi.advanceTimersByTimeAsync(LOOK_MS + 3 * AGAIN_MS);
    expect(world.take()).toEqual(['lost']);
    world.switchboardAnswers = true;
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    expect(world.take()).toEqual(['open by pusher']);
    expect(world.sockets.length, 'the connection to Pusher was well').toBe(1);
  });

  test('says so itself as it stops', async () => {
    await world.join();
    world.take();
    world.switchboardAnswers = false;
    world.socket.heard.told('closed', {});
    await settle();
    expect(world.take()).toEqual(['lost']);
    await vi.advanceTimersByTimeAsync(3 * AGAIN_MS);
    expect(world.take()).toEqual([]);
    expect(world.stream).toBeUndefined();
    world.switchboardAnswers = true;
    world.app = { ...APP, channel: 'private-calls-2' };
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    await world.join();
    expect(world.take()).toEqual(['open by pusher']);
  });

  test('is told of by its own stream while that is listened to', async () => {
    world.stop();
    world = new World({ app: null });
    await settle();
    world.take();
    world.switchboardAnswers = false;
    world.stream?.({ type: 'lost' });
    await vi.advanceTimersByTimeAsync(LOOK_MS + AGAIN_MS);
    expect(world.take()).toEqual(['lost']);
    world.stream?.({ type: 'open' });
    expect(world.take()).toEqual(['open']);
  });
});

test('an end in the middle of an attempt leaves nothing open', async () => {
  world.stop();
  world = new World();
  world.stop();
  await settle();
  expect(world.sockets.length, 'nobody waits for it any more').toBe(0);
  world = new World();
  await world.join();
  world.stop();
  expect(world.openSockets).toBe(0);
});

test('a library that comes too late is not used', async () => {
  world.stop();
  const library = later<() => void>();
  let closed = 0;
  const line = new PusherLine(
    {
      ask: () => Promise.resolve(APP),
      openSocket: () => library.promise,
      openStream: () => () => undefined,
    },
    () => undefined,
  );
  const stop = line.start();
  await settle();
  stop();
  library.resolve(() => (closed += 1));
  await settle();
  expect(closed).toBe(1);
});

test('what the page shows of it', async () => {
  world.stop();
  const host = new FakeHost();
  const calls = new Calls(new Api(host));
  const said: string[] = [];
  let refreshed = 0;
  const follower = {
    fold: calls.fold.bind(calls),
    refresh: () => {
      refreshed += 1;
      return Promise.resolve();
    },
    refreshOnly: () => Promise.resolve(),
    isBusy: () => false,
  };
  const connection = new Connection(
    host,
    follower,
    () => undefined,
    (why) => said.push(why),
  );
  world = new World({}, (news) => connection.hear(news));
  await world.join();
  expect([connection.state, connection.by, connection.fallen]).toEqual(['live', 'pusher', undefined]);
  expect(refreshed, 'all is read at the joining').toBe(1);
  world.tell(1, null);
  expect(calls.get(call().id)?.status).toBe('ringing');
  world.socket.heard.away();
  expect(connection.state).toBe('reconnecting');
  expect(connection.staleSince).toBeInstanceOf(Date);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  world.stream?.({ type: 'open' });
  expect([connection.state, connection.by, connection.fallen]).toEqual([
    'live',
    'switchboard',
    'unreachable',
  ]);
  await vi.advanceTimersByTimeAsync(LOOK_MS + PATIENCE_MS);
  expect(said, 'once is enough').toEqual(['unreachable']);
  await vi.advanceTimersByTimeAsync(LOOK_MS);
  await world.join();
  expect([connection.state, connection.by, connection.fallen]).toEqual(['live', 'pusher', undefined]);
});
