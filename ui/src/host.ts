/** Where the interface runs. This is the only file that knows: here a browser, which asks by `fetch` and hears by
 * server-sent events. The desktop window brings a host of the same shape. */

export interface Answer {
  status: number;
  /** The body as text; empty when there is none. */
  text: string;
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** JSON text. */
  body?: string | undefined;
  headers?: Record<string, string>;
  /** Goes out even while the page is being closed. */
  keepalive?: boolean;
}

export type LiveNews =
  | { type: 'open' }
  | { type: 'lost' }
  /** More was missed than is told again. */
  | { type: 'resync' }
  | { type: 'call'; json: string };

export interface Host {
  /** Rejects when no answer came, whatever the reason. */
  request(request: Request): Promise<Answer>;
  /** Tells news until the returned function is called. */
  live(listener: (news: LiveNews) => void): () => void;
  /** Hands a file to the person. */
  saveFile(name: string, text: string): void;
  /** The page that tries the API, where there is one. */
  apiPage: string | undefined;
}

/** How long a closed stream waits before it is opened anew, in milliseconds. */
const REOPEN_MS = 2_000;
/** No answer is waited for longer, in milliseconds: Twilio's own time-out is shorter. */
const PATIENCE_MS = 60_000;

export class BrowserHost implements Host {
  readonly apiPage = '/api/docs/';

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
      source.addEventListener('resync', () => listener({ type: 'resync' }));
      source.addEventListener('error', () => {
        listener({ type: 'lost' });
        // A broken connection comes back by itself; an answer that isn't a stream (401, a proxy's 502) ends it.
        if (source?.readyState === EventSource.CLOSED && !stopped) {
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

  saveFile(name: string, text: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
