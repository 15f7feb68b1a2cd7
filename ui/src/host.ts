/** Where the interface runs: a browser, or the desktop's window. These are the two hosts' common shape; which of them
 * it is, is decided in `main.ts` and known to nobody else. */

import type { Language } from './texts';

export interface Answer {
  status: number;
  /** The body as text; empty when there is none. */
  text: string;
  /** The `ETag` of what is answered, where it has one. */
  etag?: string | null;
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** JSON text. */
  body?: string | undefined;
  /** A body in its place: a file, byte for byte, with its `content-type` among the headers. */
  file?: Blob;
  headers?: Record<string, string>;
  /** Goes out even while the page is being closed. */
  keepalive?: boolean;
}

/** Where live updates come from: the switchboard itself, or Pusher, which it tells. */
export type LiveBy = 'switchboard' | 'pusher';

/** Why they come from the switchboard though Pusher was chosen. */
export type Fallen = 'unreachable' | 'refused' | 'not_set_up';

export type LiveNews =
  /** News comes in from now on, by the switchboard if nothing else is said. */
  | { type: 'open'; by?: LiveBy }
  | { type: 'lost' }
  /** There is no news, but the connection is alive. */
  | { type: 'ping' }
  /** Pusher brings none; the switchboard's own are listened to meanwhile. */
  | { type: 'fallen'; why: Fallen }
  /** More was missed than is told again. */
  | { type: 'resync' }
  /** Another list changed. */
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

/** What somebody wants who opened a link or clicked in the tray. */
export type HostWish = { kind: 'fill'; number: string } | { kind: 'dial'; protocol: string; number: string };

/** The language that is read here; `system` is whatever the system speaks. */
export type LanguageChoice = 'system' | Language;

/** What is kept here rather than at the server: each window and each browser has its own. */
export interface Preferences {
  language: LanguageChoice;
  theme: 'system' | 'light' | 'dark';
  /** Quick dial counts down before it rings somebody. */
  countdown: boolean;
  /** The first steps were taken or waved away. */
  welcomed: boolean;
  last_protocol: string | null;
  last_number: string | null;
  /** Where a browser's live updates come from. */
  live_by: LiveBy;
  /** What closing the window does where a tray is shown. */
  close: 'tray' | 'quit';
  /** What it does where none is. */
  close_without_tray: 'quit' | 'minimise';
  /** The end of a call that was answered is told while nobody looks at the window. */
  notify: boolean;
  /** So is that one is answered, … */
  notify_answered: boolean;
  /** … and that nobody was reached. */
  notify_failed: boolean;
  /** That can be heard, too. */
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

/** What there is of a desktop. */
export interface DesktopView {
  version: string;
  data_dir: string;
  /** Address that a browser opens. */
  lan_url: string | null;
  /** Whether somebody shows the tray. */
  tray: boolean;
  /** Whether the program starts with the session. */
  autostart: boolean;
}

/** What only the desktop's window can do. */
export interface Desktop {
  view(): Promise<DesktopView>;
  setAutostart(on: boolean): Promise<void>;
  /** Each of these asks for a file or a folder first, tells whether the person named one, and rejects with a problem. */
  saveBackup(name: string): Promise<boolean>;
  /** The server starts again with it. */
  restoreBackup(): Promise<boolean>;
  exportEverything(): Promise<boolean>;
  saveSupportBundle(name: string): Promise<boolean>;
  quit(): Promise<void>;
  /** Tells wishes, from the last that nobody has taken. */
  onWish(listener: (wish: HostWish) => void): void;
}

export interface Host {
  /** Rejects when no answer came, whatever the reason. */
  request(request: Request): Promise<Answer>;
  /** Tells news until the returned function is called. A window has a way of its own, whatever is chosen. */
  live(listener: (news: LiveNews) => void, by: LiveBy): () => void;
  /** Whether it goes on listening while nobody sees the page. */
  readonly listensHidden: 'always' | 'during_calls' | 'never';
  /** Hands a file to the person, and tells whether they took it; rejects when it can't be written. */
  saveFile(name: string, text: string, type?: string): Promise<boolean>;
  /** The same with what a path of the API answers, however long it is; or the answer that refuses. */
  saveAnswer(name: string, path: string): Promise<boolean | Answer>;
  /** Calls the listener when this page turns out to be an old one, kept from an earlier visit. */
  onNewer?(listener: () => void): void;
  /** As they were when the interface was opened. */
  readonly preferences: Preferences;
  /** Keeps them; rejects when they can't be. */
  keepPreferences(preferences: Preferences): Promise<void>;
  /** The page that tries the API, where there is one. */
  readonly apiPage: string | undefined;
  /** Undefined in a browser. */
  readonly desktop: Desktop | undefined;
}
