/** The interface in a browser: it asks by `fetch` and hears by server-sent events. */

import {
  DEFAULT_PREFERENCES,
  type Answer,
  type Change,
  type Host,
  type LiveNews,
  type Preferences,
  type Request,
} from './host';

const PREFERENCES = 'benspamsphones.preferences';
/** How long a closed stream waits before it is opened anew, in milliseconds. */
const REOPEN_MS = 2_000;
/** No answer is waited for longer, in milliseconds: Twilio's own time-out is shorter. */
const PATIENCE_MS = 60_000;

export class BrowserHost implements Host {
  readonly apiPage = '/api/docs/';
  readonly desktop = undefined;
  readonly preferences = remembered();

  constructor() {
    // Only where the browser knows that nobody else can have sent it: over HTTPS, or on this very machine.
    if (window.isSecureContext && 'serviceWorker' in navigator)
      navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  }

  async request({ method, path, body, headers, keepalive }: Request): Promise<Answer> {
    const response = await fetch(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
      keepalive: keepalive ?? false,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, text: await response.text() };
  }

  live(listener: (news: LiveNews) => void): () => void {
    let source: EventSource | undefined;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const open = () => {
      source = new EventSource('/api/v1/events');
      source.addEventListener('open', () => listener({ type: 'open' }));
      source.addEventListener('call', (event) => listener({ type: 'call', json: String(event.data) }));
      source.addEventListener('changed', (event) => {
        const { what } = JSON.parse(String(event.data)) as { what: Change };
        listener({ type: 'changed', what });
      });
      source.addEventListener('resync', () => listener({ type: 'resync' }));
      source.addEventListener('error', () => {
        listener({ type: 'lost' });
        // A broken connection comes back by itself; an answer that isn't a stream (401, a proxy's 502) ends it.
        if (source?.readyState === EventSource.CLOSED && !stopped) {
          void leaveIfSignedOut();
          reopening = setTimeout(open, REOPEN_MS);
        }
      });
    };
    open();
    return () => {
      stopped = true;
      clearTimeout(reopening);
      source?.close();
    };
  }

  saveFile(name: string, text: string): Promise<boolean> {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
      new Blob([text], { type: name.endsWith('.csv') ? 'text/csv' : 'application/json' }),
    );
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    return Promise.resolve(true);
  }

  keepPreferences(preferences: Preferences): Promise<void> {
    try {
      localStorage.setItem(PREFERENCES, JSON.stringify(preferences));
    } catch {
      // A browser may refuse storage; then the next visit begins as the first did.
    }
    return Promise.resolve();
  }
}

/** Whose session has ended is shown the page on which one signs in. */
async function leaveIfSignedOut(): Promise<void> {
  const answer = await fetch('/api/v1/session').catch(() => undefined);
  if (answer?.status === 401) location.reload();
}

function remembered(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}');
    return { ...DEFAULT_PREFERENCES, ...(kept as Partial<Preferences>) };
  } catch {
    return DEFAULT_PREFERENCES;
  }
}
