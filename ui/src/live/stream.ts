/** Live updates from the switchboard itself, as server-sent events. */

import type { Change, LiveNews } from '../host';

/** How long a closed stream waits before it is opened anew, in milliseconds. */
const REOPEN_MS = 2_000;
/** How often the switchboard says something when there is no news, in seconds; and for how long nothing may come, in milliseconds. */
const PING_S = 15;
export const SILENCE_MS = 30_000;

/** Tells news until the returned function is called; `onEnded` is called when the answer was no stream. */
export function listenToStream(listener: (news: LiveNews) => void, onEnded: () => void): () => void {
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** A dead connection looks like one without news: nothing tells the browser or the switchboard. */
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(reopen, SILENCE_MS);
  };
  const open = () => {
    const opened = new EventSource(`/api/v1/events?ping=${PING_S}`);
    source = opened;
    const on = (name: string, act: (data: string) => void) =>
      opened.addEventListener(name, (event) => {
        // What a stream still had to say when it was closed is too late.
        if (source !== opened) return;
        alive();
        act(String((event as MessageEvent).data));
      });
    alive();
    on('open', () => listener({ type: 'open' }));
    on('ping', () => listener({ type: 'ping' }));
    on('call', (json) => listener({ type: 'call', json }));
    on('changed', (data) => listener({ type: 'changed', what: (JSON.parse(data) as { what: Change }).what }));
    on('resync', () => listener({ type: 'resync' }));
    on('error', () => {
      listener({ type: 'lost' });
      // A broken connection comes back by itself; an answer that isn't a stream (401, a proxy's 502) ends it.
      if (opened.readyState !== EventSource.CLOSED) return;
      clearTimeout(silence);
      onEnded();
      reopening = setTimeout(open, REOPEN_MS);
    });
  };
  const close = () => {
    clearTimeout(reopening);
    clearTimeout(silence);
    source?.close();
    source = undefined;
  };
  const reopen = () => {
    close();
    listener({ type: 'lost' });
    open();
  };
  open();
  return close;
}
