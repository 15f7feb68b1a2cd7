import type { Change, LiveNews } from '../host';

/** Delay before a closed stream is reopened, in milliseconds. */
const REOPEN_MS = 2_000;
/** Interval of the switchboard's pings in seconds, and the longest silence in milliseconds. */
const PING_S = 15;
export const SILENCE_MS = 30_000;

/** Listens until the returned function is called. Calls `onEnded` if the answer wasn't a stream. */
export function listenToStream(listener: (news: LiveNews) => void, onEnded: () => void): () => void {
  let source: EventSource | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** A dead connection looks like a quiet one: neither the browser nor the switchboard notices. */
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(reopen, SILENCE_MS);
  };
  const open = () => {
    const opened = new EventSource(`/api/v1/events?ping=${PING_S}`);
    source = opened;
    const on = (name: string, act: (data: string) => void) =>
      opened.addEventListener(name, (event) => {
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
      // EventSource reconnects by itself, unless the answer isn't a stream (401, a proxy's 502).
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
