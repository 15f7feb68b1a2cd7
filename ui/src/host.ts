/** Where the interface runs: in a browser or in the desktop's window. This is what the two have in common; only
 * `main.ts` knows which one it is. */

import type { Language } from './texts';

export interface Answer {
  status: number;
  /** Empty if there is no body. */
  text: string;
  etag?: string | null;
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: string | undefined;
  /** A file as the body; its `content-type` is among the headers. */
  file?: Blob;
  headers?: Record<string, string>;
  /** Sent even while the page is closing. */
  keepalive?: boolean;
}

/** Where live updates come from: the switchboard itself, or Pusher, to which it publishes. */
export type LiveBy = 'switchboard' | 'pusher';

/** Why they come from the switchboard although Pusher was chosen. */
export type Fallen = 'unreachable' | 'refused' | 'not_set_up';

export type LiveNews =
  /** Connected; by the switchboard, unless `by` says otherwise. */
  | { type: 'open'; by?: LiveBy }
  | { type: 'lost' }
  /** No update, but the connection is alive. */
  | { type: 'ping' }
  /** Pusher doesn't work; the switchboard's own stream is used in the meantime. */
  | { type: 'fallen'; why: Fallen }
  /** More was missed than is sent again. */
  | { type: 'resync' }
  | { type: 'changed'; what: Change }
  | { type: 'call'; json: string };

export type Change =
  | 'protocols'
  | 'people'
  | 'groups'
  | 'blocked_numbers'
  | 'quick_dials'
  | 'sounds'
  | 'limits'
  | 'refused_calls'
  | 'calls'
  | 'public_address';

/** A link that was opened, a click in the tray, or news of the program. */
export type HostWish =
  | { kind: 'fill'; number: string }
  | { kind: 'dial'; protocol: string; number: string }
  /** The program has something to say. */
  | { kind: 'say'; text: string };

/** `system` follows the system's language. */
export type LanguageChoice = 'system' | Language;

/** Settings of this window or browser, which aren't on the server. */
export interface Preferences {
  language: LanguageChoice;
  theme: 'system' | 'light' | 'dark';
  /** Count down before a call. */
  countdown: boolean;
  /** The welcome was finished or dismissed. */
  welcomed: boolean;
  last_protocol: string | null;
  last_number: string | null;
  /** For browsers. */
  live_by: LiveBy;
  /** What closing the window does if there is a tray. */
  close: 'tray' | 'quit';
  /** The same without a tray. */
  close_without_tray: 'quit' | 'minimise';
  /** Notify, while the window is in the background, when an answered call ends, … */
  notify: boolean;
  /** … when a call is answered, … */
  notify_answered: boolean;
  /** … and when a call isn't. */
  notify_failed: boolean;
  /** Notify with a sound. */
  notify_sound: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = {
  language: 'system',
  theme: 'system',
  countdown: true,
  welcomed: false,
  last_protocol: null,
  last_number: null,
  live_by: 'switchboard',
  close: 'tray',
  close_without_tray: 'quit',
  notify: true,
  notify_answered: true,
  notify_failed: true,
  notify_sound: false,
};

export interface DesktopView {
  version: string;
  data_dir: string;
  /** Address for a browser. */
  lan_url: string | null;
  /** Whether the system shows the tray. */
  tray: boolean;
  autostart: boolean;
}

export interface Desktop {
  view(): Promise<DesktopView>;
  setAutostart(on: boolean): Promise<void>;
  /** Each asks for a file or folder first and returns whether the person chose one; rejects with a problem. */
  saveBackup(name: string): Promise<boolean>;
  /** The server restarts with it. */
  restoreBackup(): Promise<boolean>;
  exportEverything(): Promise<boolean>;
  saveSupportBundle(name: string): Promise<boolean>;
  quit(): Promise<void>;
  /** Calls the listener with each wish, beginning with the last one not handled yet. */
  onWish(listener: (wish: HostWish) => void): void;
}

export interface Host {
  /** Waits for the server's start, and says in the element what that waits for. */
  started?(target: HTMLElement): Promise<void>;
  /** Rejects if no answer came. */
  request(request: Request): Promise<Answer>;
  /** Calls the listener with updates until the returned function is called. The window ignores `by`. */
  live(listener: (news: LiveNews) => void, by: LiveBy): () => void;
  /** Whether updates still come while the page is hidden. */
  readonly listensHidden: 'always' | 'during_calls' | 'never';
  /** Saves a text as a file, and returns whether the person chose one. Rejects if it can't be written. */
  saveFile(name: string, text: string, type?: string): Promise<boolean>;
  /** Saves the answer of an API path as a file, however long; returns the answer instead if it is a refusal. */
  saveAnswer(name: string, path: string): Promise<boolean | Answer>;
  /** Calls the listener if this page turns out to be from an old cache. */
  onNewer?(listener: () => void): void;
  /** As they were when the page was opened. */
  readonly preferences: Preferences;
  keepPreferences(preferences: Preferences): Promise<void>;
  /** The page for trying out the API, if there is one. */
  readonly apiPage: string | undefined;
  readonly desktop: Desktop | undefined;
}
