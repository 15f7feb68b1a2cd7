/** One stream of updates for all tabs of a browser. A browser opens six connections to a switchboard over plain HTTP, and
 * a stream takes one for as long as it lasts: with six tabs there would be none left to hang up by.
 *
 * Who holds the lock listens to the switchboard and tells the others. The browser passes the lock on when its tab is
 * closed or crashes. A tab that still has it and says nothing any more loses it to one that notices. */

import type { LiveNews } from '../host';
import { listenToStream } from './stream';

const NAME = 'benspamsphones.updates';
/** For how long the others may hear nothing, in milliseconds: longer than who listens takes to notice a dead stream. */
export const DESERTED_MS = 45_000;

type Said =
  | { type: 'news'; news: LiveNews; to?: string }
  /** The answer wasn't a stream. Perhaps the person was signed out. */
  | { type: 'ended' }
  /** A tab that is new, or is back, and doesn't know how things are. */
  | { type: 'hello'; from: string };

/** Browsers give locks only to pages of HTTPS and of this computer. */
export const canShare = () => 'locks' in navigator && 'BroadcastChannel' in globalThis;

/** Tells news until the returned function is called; `onEnded` is called when the answer was no stream. */
export function listenTogether(listener: (news: LiveNews) => void, onEnded: () => void): () => void {
  const me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  const channel = new BroadcastChannel(NAME);
  const say = (said: Said) => channel.postMessage(said);
  /** Ends the stream of this tab; undefined while another one has it. */
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
  /** Waits for the lock, or takes it from who has it. */
  const join = (steal: boolean) => {
    leave();
    const mine = (turn = new AbortController());
    const options = steal ? { steal } : { signal: mine.signal };
    navigator.locks
      .request(NAME, options, () => lead(mine.signal))
      .catch(() => {
        // Another tab took it: this one didn't say anything for too long.
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
  // A tab that the browser puts to sleep would keep the lock and hear nothing.
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
