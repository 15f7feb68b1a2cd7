import type { Status } from './api';
import {
  DEFAULT_PREFERENCES,
  type Answer,
  type Host,
  type LiveBy,
  type LiveNews,
  type Preferences,
  type Request,
} from './host';
import { Problem } from './problem';
import { PusherLine, type Heard, type PusherApp } from './live/pusher-line';
import { canShare, listenTogether } from './live/shared-stream';
import { listenToStream } from './live/stream';

const PREFERENCES = 'benspamsphones.preferences';
/** Request timeout in milliseconds; Twilio's is shorter. */
const PATIENCE_MS = 60_000;
/** Marks requests of the interface: without it a 401 makes the browser show its own password dialog. */
const OF_OURS = { 'x-bsp-page': '1' };

export class BrowserHost implements Host {
  readonly apiPage = '/api/docs/';
  readonly desktop = undefined;
  readonly listensHidden = canShare() ? 'during_calls' : 'never';
  readonly preferences = remembered();

  constructor() {
    // Only where the browser can trust the origin: HTTPS, or this machine.
    if (window.isSecureContext && 'serviceWorker' in navigator)
      navigator.serviceWorker
        .register('/sw.js')
        .then(handOver)
        .catch(() => undefined);
  }

  onNewer(listener: () => void): void {
    if (!('serviceWorker' in navigator)) return;
    navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
      if (data.type === 'newer') listener();
    });
    navigator.serviceWorker.startMessages();
  }

  async request({ method, path, body, file, headers, keepalive }: Request): Promise<Answer> {
    const response = await fetch(path, {
      method,
      headers: {
        ...OF_OURS,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
      keepalive: keepalive ?? false,
      body: file ?? body ?? null,
    });
    const etag = response.headers.get('etag');
    return { status: response.status, text: await response.text(), etag };
  }

  live(listener: (news: LiveNews) => void, by: LiveBy): () => void {
    const listen = canShare() ? listenTogether : listenToStream;
    const openStream = (listener: (news: LiveNews) => void) =>
      listen(listener, () => void leaveIfSignedOut());
    if (by === 'switchboard') return openStream(listener);
    const openSocket = async (app: PusherApp, heard: Heard) =>
      (await import('./live/pusher-socket')).openSocket(app, heard);
    return new PusherLine({ ask: askForPusher, openSocket, openStream }, listener).start();
  }

  saveFile(name: string, text: string, type = 'application/json'): Promise<boolean> {
    hand(name, new Blob([text], { type }));
    return Promise.resolve(true);
  }

  // No timeout: a long history takes its time.
  async saveAnswer(name: string, path: string): Promise<boolean | Answer> {
    const response = await fetch(path, { headers: OF_OURS }).catch(() => {
      throw Problem.unreachable();
    });
    if (!response.ok) return { status: response.status, text: await response.text() };
    hand(name, await response.blob());
    return true;
  }

  keepPreferences(preferences: Preferences): Promise<void> {
    try {
      localStorage.setItem(PREFERENCES, JSON.stringify(preferences));
    } catch {
      // The browser may refuse storage; the next visit then starts with the defaults.
    }
    return Promise.resolve();
  }
}

/** Has the service worker also keep what was fetched before it started, so the next visit needs no network. */
async function handOver(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready;
  const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  active?.postMessage({ type: 'keep', paths: paths.filter((path) => path.startsWith('/assets/')) });
}

function hand(name: string, file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function leaveIfSignedOut(): Promise<void> {
  const answer = await fetch('/api/v1/session', { headers: OF_OURS }).catch(() => undefined);
  if (answer?.status === 401) location.reload();
}

/** The switchboard's Pusher app. Reloads to the sign-in page on 401. */
async function askForPusher(): Promise<PusherApp | null> {
  const answer = await fetch('/api/v1/status', {
    headers: OF_OURS,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return ((await answer.json()) as Status).pusher ?? null;
}

function remembered(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}');
    return { ...DEFAULT_PREFERENCES, ...(kept as Partial<Preferences>) };
  } catch {
    return DEFAULT_PREFERENCES;
  }
}
