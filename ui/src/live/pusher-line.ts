/** Live updates through Pusher, and from the switchboard's own stream for as long as Pusher doesn't bring any.
 *
 * Pusher knows nothing of the switchboard: neither that it is away nor that it has begun another channel. So the switchboard
 * is asked for the channel now and then, which is also how one finds out that one may not listen any more. */

import type { Change, Fallen, LiveNews } from '../host';

/** What the switchboard's status tells about its Pusher app. */
export interface PusherApp {
  key: string;
  cluster: string;
  /** Another server than Pusher's own. */
  host?: string | null;
  channel: string;
}

/** What is heard of a connection to Pusher. */
export interface Heard {
  /** The channel is joined, for the first time or once more. */
  joined(): void;
  /** The connection is gone, and is tried again. */
  away(): void;
  /** The channel or the whole connection was refused. */
  refused(): void;
  told(name: string, data: unknown): void;
}

/** What a line is made of. */
export interface Parts {
  /** The app as the switchboard knows it, null when it has none; rejects when it doesn't answer. */
  ask(): Promise<PusherApp | null>;
  /** Connects; rejects when what connects can't be loaded. The function closes. */
  openSocket(app: PusherApp, heard: Heard): Promise<() => void>;
  /** Begins to listen to the switchboard's own stream. The function ends it. */
  openStream(listener: (news: LiveNews) => void): () => void;
}

/** How long Pusher may take to be joined, or joined once more, in milliseconds. */
export const PATIENCE_MS = 6_000;
/** How often the switchboard is asked, and Pusher tried again. */
export const LOOK_MS = 20_000;
/** How often while it doesn't answer. */
export const AGAIN_MS = 2_000;

interface CallMessage {
  event: { id: number };
  /** Id of the news that was told before this; null says nothing about it. */
  after: number | null;
}

export class PusherLine {
  #closeSocket: (() => void) | undefined;
  #closeStream: (() => void) | undefined;
  /** The channel that is heard. */
  #channel: string | undefined;
  /** Counts the attempts: what comes of an earlier one is too late. */
  #attempt = 0;
  /** Whether this attempt comes right after one that was refused. */
  #refused = false;
  /** Whether it was said that nothing is heard. */
  #lost = false;
  /** Id of the newest news. */
  #newest: number | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly parts: Parts,
    private readonly listener: (news: LiveNews) => void,
  ) {}

  /** Listens until the returned function is called. */
  start(): () => void {
    void this.#begin();
    return () => {
      this.#hangUp();
      this.#endStream();
    };
  }

  async #begin(): Promise<void> {
    const attempt = this.#hangUp();
    this.#patience = setTimeout(() => this.#fall('unreachable'), PATIENCE_MS);
    const isLate = () => attempt !== this.#attempt;
    const inTime =
      <T extends unknown[]>(act: (...heard: T) => void) =>
      (...heard: T) => {
        if (!isLate()) act(...heard);
      };
    let app: PusherApp | null;
    try {
      app = await this.parts.ask();
    } catch {
      if (!isLate()) this.#missSwitchboard();
      return;
    }
    if (isLate()) return;
    if (!app) {
      this.#fall('not_set_up');
      return;
    }
    const { channel } = app;
    const heard: Heard = {
      joined: inTime(() => this.#join(channel)),
      away: inTime(() => this.#leave()),
      refused: inTime(() => this.#refuse()),
      told: inTime((name: string, data: unknown) => this.#hear(name, data)),
    };
    try {
      const close = await this.parts.openSocket(app, heard);
      if (isLate()) close();
      else this.#closeSocket = close;
    } catch {
      if (!isLate()) this.#fall('unreachable');
    }
  }

  #join(channel: string): void {
    clearTimeout(this.#patience);
    this.#endStream();
    this.#channel = channel;
    this.#newest = undefined;
    this.#refused = false;
    this.#lost = false;
    this.listener({ type: 'open', by: 'pusher' });
    this.#lookIn(LOOK_MS);
  }

  /** The connection is gone. It may be back at once. */
  #leave(): void {
    if (this.#channel === undefined) return;
    this.#channel = undefined;
    clearTimeout(this.#next);
    this.#say('lost');
    this.#patience = setTimeout(() => this.#fall('unreachable'), PATIENCE_MS);
  }

  /** The channel may be another one by now: that is worth one more attempt. */
  #refuse(): void {
    if (this.#refused) {
      this.#fall('refused');
      return;
    }
    this.#refused = true;
    void this.#begin();
  }

  #fall(why: Fallen): void {
    this.#hangUp();
    this.#refused = false;
    this.listener({ type: 'fallen', why });
    this.#closeStream ??= this.parts.openStream(this.listener);
    this.#next = setTimeout(() => void this.#begin(), LOOK_MS);
  }

  /** The switchboard doesn't answer. Its own stream, if that is what is heard, says so itself. */
  #missSwitchboard(): void {
    clearTimeout(this.#patience);
    if (!this.#closeStream) this.#say('lost');
    this.#next = setTimeout(() => void this.#begin(), AGAIN_MS);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#next);
    this.#next = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const attempt = this.#attempt;
    const channel = this.#channel;
    const app = await this.parts.ask().catch(() => undefined);
    if (attempt !== this.#attempt || channel !== this.#channel) return;
    if (app === undefined) {
      this.#say('lost');
      this.#lookIn(AGAIN_MS);
    } else if (app?.channel === channel) {
      if (this.#lost) this.#say('open');
      this.#lookIn(LOOK_MS);
    } else {
      void this.#begin();
    }
  }

  #say(what: 'lost' | 'open'): void {
    if (what === 'lost' && this.#lost) return;
    this.#lost = what === 'lost';
    this.listener(what === 'lost' ? { type: 'lost' } : { type: 'open', by: 'pusher' });
  }

  #hear(name: string, data: unknown): void {
    switch (name) {
      case 'call': {
        const { event, after } = data as CallMessage;
        const known = this.#newest;
        this.listener({ type: 'call', json: JSON.stringify(data) });
        if (known !== undefined && event.id <= known) break;
        this.#newest = event.id;
        // Something in between was lost on its way.
        if (known !== undefined && after !== null && after !== known) this.listener({ type: 'resync' });
        break;
      }
      case 'changed':
        this.listener({ type: 'changed', what: (data as { what: Change }).what });
        break;
      case 'resync':
        this.#newest = undefined;
        this.listener({ type: 'resync' });
        break;
      case 'closed':
        void this.#begin();
        break;
    }
  }

  /** Ends what there is of an attempt. What comes of it from now on is too late. */
  #hangUp(): number {
    clearTimeout(this.#patience);
    clearTimeout(this.#next);
    this.#closeSocket?.();
    this.#closeSocket = undefined;
    this.#channel = undefined;
    this.#attempt += 1;
    return this.#attempt;
  }

  #endStream(): void {
    this.#closeStream?.();
    this.#closeStream = undefined;
  }
}
