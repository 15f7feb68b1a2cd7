// @vitest-environment node

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const source = readFileSync(new URL('../public/sw.js', import.meta.url), 'utf8');
const ORIGIN = 'https://desk.local:9001';
const PATIENCE_MS = 1_500;

type Handler = (event: Record<string, unknown>) => void;
let handlers: Map<string, Handler>;
let stores: Map<string, Map<string, Response>>;
let answer: (path: string) => Promise<Response>;
let told: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  handlers = new Map();
  stores = new Map();
  told = [];
  const pathOf = (request: string | { url: string }) =>
    new URL(typeof request === 'string' ? request : request.url, ORIGIN).pathname;
  const open = (name: string) => {
    const store = stores.get(name) ?? new Map<string, Response>();
    stores.set(name, store);
    return Promise.resolve({
      match: (request: string | { url: string }) => Promise.resolve(store.get(pathOf(request))?.clone()),
      put: (request: string | { url: string }, kept: Response) =>
        Promise.resolve(store.set(pathOf(request), kept)),
    });
  };
  const caches = { open, delete: (name: string) => Promise.resolve(stores.delete(name)) };
  const self = {
    addEventListener: (name: string, handler: Handler) => handlers.set(name, handler),
    skipWaiting: () => undefined,
    location: { origin: ORIGIN },
    clients: {
      claim: () => undefined,
      matchAll: () => Promise.resolve([{ postMessage: (message: unknown) => told.push(message) }]),
    },
  };
  const fetch = (request: string | { url: string }) => answer(pathOf(request));
  new Function('self', 'caches', 'fetch', source)(self, caches, fetch);
});
afterEach(() => {
  vi.useRealTimers();
});

const page = (text: string, status = 200) => new Response(text, { status });

/** `late` settles once the worker has finished. */
function visit(): { shown: Promise<string>; late: Promise<unknown> } {
  let shown: Promise<Response> | undefined;
  const waits: Promise<unknown>[] = [];
  handlers.get('fetch')?.({
    request: { url: `${ORIGIN}/`, method: 'GET', mode: 'navigate' },
    respondWith: (response: Promise<Response>) => (shown = response),
    waitUntil: (wait: Promise<unknown>) => waits.push(wait),
  });
  return {
    shown: (shown ?? Promise.reject(new Error('left to the browser'))).then((it) => it.text()),
    late: Promise.all(waits),
  };
}

async function visited(text: string, status = 200): Promise<void> {
  answer = () => Promise.resolve(page(text, status));
  const { shown, late } = visit();
  expect(await shown).toBe(text);
  await late;
}

test('where packets vanish, the kept page is shown within two seconds', async () => {
  await visited('old');
  answer = () => new Promise(() => undefined);
  const { shown } = visit();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await shown).toBe('old');
});

test('without a network, at once', async () => {
  await visited('old');
  answer = () => Promise.reject(new TypeError('no network'));
  expect(await visit().shown).toBe('old');
});

test('a newer page that comes in time is shown; one that comes late is told of, and shown next', async () => {
  await visited('old');
  await visited('new');
  let arrive: (response: Response) => void = () => undefined;
  answer = () => new Promise((resolve) => (arrive = resolve));
  const { shown, late } = visit();
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await shown).toBe('new');
  expect(told).toEqual([]);
  arrive(page('newest'));
  await late;
  expect(told).toEqual([{ type: 'newer' }]);
  await visited('newest');
});

test('who isn’t signed in any more isn’t shown the kept page again and again', async () => {
  await visited('old');
  await visited('sign in', 401);
  expect(stores.has('shell')).toBe(false);
});

test('what was fetched before the worker was there is kept', async () => {
  const asked: string[] = [];
  answer = (path) => {
    asked.push(path);
    return Promise.resolve(page(path));
  };
  let kept: Promise<unknown> = Promise.resolve();
  handlers.get('message')?.({
    data: { type: 'keep', paths: ['/assets/a.js', '/api/v1/calls'] },
    waitUntil: (wait: Promise<unknown>) => (kept = wait),
  });
  await kept;
  expect(asked).toEqual(['/', '/assets/a.js']);
  expect([...(stores.get('shell')?.keys() ?? [])]).toEqual(['/', '/assets/a.js']);
});

test('a number that is shared goes to the dial, a file to the people', async () => {
  const share = async (fields: Record<string, string | File>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    let led: Promise<Response> | undefined;
    vi.spyOn(Response, 'redirect').mockImplementation((to) => new Response(String(to), { status: 200 }));
    handlers.get('fetch')?.({
      request: { url: `${ORIGIN}/share`, method: 'POST', formData: () => Promise.resolve(body) },
      respondWith: (response: Promise<Response>) => (led = response),
    });
    return (await led)?.text();
  };
  expect(await share({ text: '+49 30 901820' })).toBe('/?shared=%2B49+30+901820');
  expect(await share({ file: new File(['BEGIN:VCARD'], 'Ada.vcf') })).toBe('/?shared=file');
  expect(await stores.get('shared')?.get('/shared')?.text()).toBe('BEGIN:VCARD');
});
