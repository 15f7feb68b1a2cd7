// Keeps the interface itself, so that it opens on a phone at once and without a network, and then says that the switchboard
// can't be reached. Nothing of /api is ever kept.
const SHELL = 'shell';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // Named after what they hold, these never change.
  if (pathname.startsWith('/assets/')) event.respondWith(keptFirst(request));
  else if (pathname === '/' && request.mode === 'navigate') event.respondWith(freshFirst(request));
});

async function keptFirst(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await shell.put(request, answer.clone());
  return answer;
}

async function freshFirst(request) {
  try {
    const answer = await fetch(request);
    // Whoever isn't signed in is shown another page, which isn't the shell.
    if (answer.ok && !answer.redirected) await keep(request, answer.clone());
    return answer;
  } catch (error) {
    const shell = await caches.open(SHELL);
    const kept = await shell.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** With a new page go the files of the old one. */
async function keep(request, answer) {
  const text = await answer.clone().text();
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept && (await kept.text()) === text) return;
  await caches.delete(SHELL);
  await (await caches.open(SHELL)).put(request, answer);
}
