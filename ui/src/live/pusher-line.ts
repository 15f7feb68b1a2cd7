/** Live updates through Pusher, or from the switchboard's own stream while Pusher delivers none.
 *
 * Pusher can't tell whether the switchboard is down or has changed its channel. So this asks the switchboard for the
 * channel regularly, which also shows when access was revoked. */

import type { Change, Fallen, LiveNews } from '../host';

export interface PusherApp {
  key: string;
  cluster: string;
  host?: string | null;
  channel: string;
}

export interface Heard {
  joined(): void;
  /** Lost the connection; it is retried. */
  away(): void;
  refused(): void;
  told(name: string, data: unknown): void;
}

export interface Parts {
  /** The app, or null without one; rejects if the switchboard doesn't answer. */
  ask(): Promise<PusherApp | null>;
  /** Connects; rejects if the library can't be loaded. Returns a function that closes. */
  openSocket(app: PusherApp, heard: Heard): Promise<() => void>;
  openStream(listener: (news: LiveNews) => void): () => void;
}

/** Time for Pusher to join, or to join again, in milliseconds. */
export const PATIENCE_MS = 6_000;
/** How often to ask the switchboard and to retry Pusher, in milliseconds. */
export const LOOK_MS = 20_000;
/** The same while the switchboard doesn't answer. */
export const AGAIN_MS = 2_000;

interface CallMessage {
  event: { id: number };
  /** Id of the previous event; null if unknown. */
  after: number | null;
}

export class PusherLine {
  #closeSocket: (() => void) | undefined;
  #closeStream: (() => void) | undefined;
  #channel: string | undefined;
  /** Numbers the attempts: results of earlier ones are ignored. */
  #attempt = 0;
  /** Whether this attempt follows a refused one. */
  #refused = false;
  #lost = false;
  #newest: number | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly parts: Parts,
    private readonly listener: (news: LiveNews) => void,
  ) {}

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

  /** Lost the connection; it may be back at once. */
  #leave(): void {
    if (this.#channel === undefined) return;
    this.#channel = undefined;
    clearTimeout(this.#next);
    this.#say('lost');
    this.#patience = setTimeout(() => this.#fall('unreachable'), PATIENCE_MS);
  }

  /** Tries once more, since the channel may have changed. */
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

  /** If its own stream is open, that reports the loss itself. */
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
        // An event in between was lost.
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

  /** Ends the current attempt and ignores its later results. */
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
