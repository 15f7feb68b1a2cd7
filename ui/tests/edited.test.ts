import { beforeEach, describe, expect, test } from 'vitest';

import { Edited } from '../src/state/edited.svelte';

interface Thing {
  name: string;
}
const STALE = '"-"';

let server: { value: Thing; etag: string };
let reads: number;
let reachable: boolean;
let edited: Edited<Thing>;
beforeEach(() => {
  server = { value: { name: 'Ada' }, etag: '"1"' };
  [reads, reachable] = [0, true];
  edited = new Edited(() => {
    reads += 1;
    return reachable ? Promise.resolve(server) : Promise.reject(new Error('unreachable'));
  });
});

describe('a save is of the state that was begun with', () => {
  test('which is the server’s, where that is what is known here', async () => {
    edited.begin({ name: 'Ada' }, () => expect.unreachable());
    expect(await edited.tag()).toBe('"1"');
    expect(edited.begunWith).toBe('"1"');
  });

  test('or what took its place before anything was typed', async () => {
    let taken: Thing | undefined;
    edited.begin({ name: 'older' }, (now) => ((taken = now), true));
    expect(await edited.tag()).toBe('"1"');
    expect(taken).toEqual({ name: 'Ada' });
  });

  test('and of none, where something was typed into what is older', async () => {
    edited.begin({ name: 'older' }, () => false);
    expect(await edited.tag()).toBe(STALE);
  });

  test('and never of one that nobody read: it is read before it is saved', async () => {
    reachable = false;
    edited.begin({ name: 'Ada' }, () => false);
    await expect(edited.tag()).rejects.toThrow('unreachable');
    reachable = true;
    expect(await edited.tag()).toBe('"1"');
  });
});

describe('a draft that was kept', () => {
  test('goes on with its own state, whatever the server has by now', async () => {
    server.etag = '"2"';
    edited.resume('"1"');
    expect(await edited.tag()).toBe('"1"');
    expect(reads).toBe(0);
  });

  test('overwrites nothing if it has none', async () => {
    edited.resume(undefined);
    expect(await edited.tag()).toBe(STALE);
  });
});

test('what somebody else saved is looked at, and only then saved over', async () => {
  edited.resume('"1"');
  server = { value: { name: 'Ada L.' }, etag: '"2"' };
  await edited.look();
  expect(edited.theirs).toEqual({ name: 'Ada L.' });
  expect(await edited.tag()).toBe('"2"');
  expect(edited.begunWith, 'a draft that comes back is shown theirs again').toBeUndefined();
  edited.theirs = undefined;
  expect(edited.begunWith).toBe('"2"');
});
