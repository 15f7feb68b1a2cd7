/** Live updates from the switchboard itself, as server-sent events. */

import type { Change, LiveNews } from '../host';

/** How long a closed stream waits before it is opened anew, in milliseconds. */
const REOPEN_MS = 2_000;

/** Tells news until the returned function is called; `onEnded` is called when the answer was no stream. */
export function listenToStream(listener: (news: LiveNews) => void, onEnded: () => void): () => void {
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
      if (stopped) return;
      listener({ type: 'lost' });
      // A broken connection comes back by itself; an answer that isn't a stream (401, a proxy's 502) ends it.
      if (source?.readyState === EventSource.CLOSED) {
        onEnded();
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
