import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { LiveNews } from '../src/host';
import { listenToStream, SILENCE_MS } from '../src/live/stream';

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  say(name: string, data = '{}'): void {
    this.dispatchEvent(new MessageEvent(name, { data }));
  }
}

let heard: LiveNews['type'][];
let ended: number;
let stop: () => void;
const source = (): FakeSource => {
  const last = FakeSource.opened.at(-1);
  if (!last) throw new Error('none was opened');
  return last;
};
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.opened = [];
  heard = [];
  ended = 0;
  stop = listenToStream(
    (news) => heard.push(news.type),
    () => (ended += 1),
  );
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('pings keep a stream, and silence ends it', () => {
  expect(source().url).toContain('ping=15');
  source().say('open');
  for (let ping = 0; ping < 4; ping += 1) {
    vi.advanceTimersByTime(SILENCE_MS - 1);
    source().say('ping');
  }
  expect([FakeSource.opened.length, heard.includes('lost')]).toEqual([1, false]);
  const dead = source();
  vi.advanceTimersByTime(SILENCE_MS);
  expect([dead.readyState, FakeSource.opened.length, heard.at(-1)]).toEqual([2, 2, 'lost']);
  dead.say('call');
  expect(heard.at(-1), 'a closed stream has no say').toBe('lost');
  source().say('open');
  expect(heard.at(-1)).toBe('open');
});

test('one that never opens is tried again, too', () => {
  vi.advanceTimersByTime(3 * SILENCE_MS);
  expect(FakeSource.opened.length).toBe(4);
});

test('an answer that is no stream is asked about, and tried again', () => {
  source().close();
  source().say('error');
  expect([ended, heard.at(-1), FakeSource.opened.length]).toEqual([1, 'lost', 1]);
  vi.advanceTimersByTime(2_000);
  expect(FakeSource.opened.length).toBe(2);
});

test('nothing comes after the end', () => {
  const last = source();
  stop();
  last.say('call');
  vi.advanceTimersByTime(10 * SILENCE_MS);
  expect([heard, FakeSource.opened.length, last.readyState]).toEqual([[], 1, 2]);
});
