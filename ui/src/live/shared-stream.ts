/** One stream of updates for all tabs of a browser. Over plain HTTP a browser opens six connections per server, and
 * each stream holds one: with six tabs, none would be left to hang up a call.
 *
 * The tab with the lock listens and tells the others. The browser passes the lock on when that tab is closed or
 * crashes. If the tab keeps the lock but goes silent, another tab steals it. */

import type { LiveNews } from '../host';
import { listenToStream } from './stream';

const NAME = 'benspamsphones.updates';
/** Longest silence for the other tabs, in milliseconds: more than it takes to notice a dead stream. */
export const DESERTED_MS = 45_000;

type Said =
  | { type: 'news'; news: LiveNews; to?: string }
  /** The answer wasn't a stream; perhaps the session has ended. */
  | { type: 'ended' }
  /** From a tab that is new or resumed and needs the current state. */
  | { type: 'hello'; from: string };

/** Browsers allow locks only on HTTPS and on this computer. */
export const canShare = () => 'locks' in navigator && 'BroadcastChannel' in globalThis;

/** Listens until the returned function is called. Calls `onEnded` if the answer wasn't a stream. */
export function listenTogether(listener: (news: LiveNews) => void, onEnded: () => void): () => void {
  const me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  const channel = new BroadcastChannel(NAME);
  const say = (said: Said) => channel.postMessage(said);
  /** Ends this tab's stream; undefined while another tab listens. */
  let end: (() => void) | undefined;
  let latest: LiveNews | undefined;
  let turn: AbortController | undefined;
  let deserted: ReturnType<typeof setTimeout> | undefined;

  const lead = (signal: AbortSignal) =>
    new Promise<void>((done) => {
      if (signal.aborted) return done();
      clearTimeout(deserted);
      latest = undefined;
      const stop = listenToStream(
        (news) => {
          if (news.type === 'open' || news.type === 'lost') latest = news;
          say({ type: 'news', news });
          listener(news);
        },
        () => {
          say({ type: 'ended' });
          onEnded();
        },
      );
      end = () => {
        end = undefined;
        stop();
        done();
      };
    });
  const leave = () => {
    turn?.abort();
    turn = undefined;
    clearTimeout(deserted);
    end?.();
  };
  const join = (steal: boolean) => {
    leave();
    const mine = (turn = new AbortController());
    const options = steal ? { steal } : { signal: mine.signal };
    navigator.locks
      .request(NAME, options, () => lead(mine.signal))
      .catch(() => {
        // Another tab stole the lock: this one was silent for too long.
        if (turn === mine) join(false);
      });
    if (steal) return;
    heard();
    say({ type: 'hello', from: me });
  };
  const heard = () => {
    clearTimeout(deserted);
    deserted = setTimeout(() => join(true), DESERTED_MS);
  };
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.type === 'hello') {
      if (end && latest) say({ type: 'news', news: latest, to: data.from });
    } else if (!end && turn) {
      heard();
      if (data.type === 'ended') onEnded();
      else if (data.to === undefined || data.to === me) listener(data.news);
    }
  };
  const rejoin = () => join(false);
  // A frozen tab would keep the lock and hear nothing.
  document.addEventListener('freeze', leave);
  document.addEventListener('resume', rejoin);
  join(false);
  return () => {
    document.removeEventListener('freeze', leave);
    document.removeEventListener('resume', rejoin);
    leave();
    channel.close();
  };
}
