// Caches the interface, so that it opens on a phone at once and offline, and then says that the switchboard can't be
// reached. Nothing of /api is ever cached. Files shared from other apps are passed to the page.
const SHELL = 'shell';
const SHARED = 'shared';
/** How long to wait for the page, in milliseconds: if packets vanish, no answer ever comes. */
const PATIENCE_MS = 1_500;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// What the first visit fetched before this worker was active.
self.addEventListener('message', (event) => {
  if (event.data?.type === 'keep') event.waitUntil(keepAll(event.data.paths));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === 'POST' && pathname === '/share') event.respondWith(takeShared(request));
  if (request.method !== 'GET') return;
  // Their names contain a hash, so they never change.
  if (pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
  else if (pathname === '/' && request.mode === 'navigate') event.respondWith(freshFirst(event));
});

async function keptFirst(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

async function freshFirst(event) {
  const { request } = event;
  let isLate = false;
  const fresh = fetch(request).then(async (answer) => {
    // Without a session the answer is the sign-in page, not the shell. A cached shell would be shown instead of it,
    // again and again.
    if (answer.status === 401) await caches.delete(SHELL);
    else if (answer.ok && !answer.redirected) await (isLate ? renew : keep)(answer.clone());
    return answer;
  });
  event.waitUntil(fresh.catch(() => undefined));
  const shell = await caches.open(SHELL);
  const kept = await shell.match('/');
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  const first = await Promise.race([fresh.catch(() => kept), late]);
  isLate = first === kept;
  return first;
}

async function keep(answer) {
  if (await isKept(answer)) return;
  await caches.delete(SHELL);
  await (await caches.open(SHELL)).put('/', answer);
}

/** The old page is open and still needs its files; they are deleted on the next visit. It is told about the new
 * version. */
async function renew(answer) {
  if (await isKept(answer)) return;
  for (const client of await self.clients.matchAll()) client.postMessage({ type: 'newer' });
}

async function isKept(answer) {
  const kept = await (await caches.open(SHELL)).match('/');
  return kept !== undefined && (await kept.text()) === (await answer.clone().text());
}

async function keepAll(paths) {
  const shell = await caches.open(SHELL);
  if (!(await shell.match('/'))) {
    const page = await fetch('/');
    if (!page.ok || page.redirected) return;
    await shell.put('/', page);
  }
  for (const path of paths) if (path.startsWith('/assets/')) await keptFirst(path);
}

/** A number goes into the address; a file is kept until the page has it. Neither places a call. */
async function takeShared(request) {
  const form = await request.formData();
  const file = form.get('file');
  const to = new URLSearchParams();
  if (file?.size > 0) {
    const name = encodeURIComponent(file.name || 'contacts.vcf');
    await (await caches.open(SHARED)).put('/shared', new Response(file, { headers: { 'x-name': name } }));
    to.set('shared', 'file');
  } else {
    const words = ['text', 'url', 'title'].map((name) => form.get(name)).filter(Boolean);
    to.set('shared', words.join(' ').slice(0, 500));
  }
  return Response.redirect(`/?${to}`, 303);
}
