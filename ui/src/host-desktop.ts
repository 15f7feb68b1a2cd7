/** The host in the desktop window, over the bridge of `src-tauri`. The only file that knows Tauri. */

import { Channel, invoke } from '@tauri-apps/api/core';

import { base64 } from './base64';
import {
  DEFAULT_PREFERENCES,
  type Answer,
  type Desktop,
  type DesktopView,
  type Host,
  type HostWish,
  type LiveNews,
  type Preferences,
  type Request,
} from './host';
import { Problem } from './problem';
import { texts } from './texts';
import { desktopTexts, ready } from './texts/desktop';

/** Messages of the bridge: live news, and requests from the tray and from links. */
type Told = LiveNews | { type: 'wish'; wish: HostWish } | { type: 'revived' };

/** How far the server's start is. */
type StartState = 'starting' | 'waits_for_keyring' | 'running' | 'ended';

export class DesktopHost implements Host {
  readonly apiPage = undefined;
  readonly listensHidden = 'always';
  #listener: ((news: LiveNews) => void) | undefined;
  #wish: HostWish | undefined;
  #wisher: ((wish: HostWish) => void) | undefined;

  private constructor(readonly preferences: Preferences) {}

  static async open(): Promise<DesktopHost> {
    const kept = await invoke<Partial<Preferences>>('preferences');
    return new DesktopHost({ ...DEFAULT_PREFERENCES, ...kept });
  }

  readonly desktop: Desktop = {
    view: () => invoke<DesktopView>('desktop'),
    setAutostart: (on) => invoke('set_autostart', { on }),
    saveBackup: (name) => withFile('save_backup', { name }),
    restoreBackup: () => withFile('restore_backup'),
    exportEverything: () => withFile('export_everything'),
    saveSupportBundle: (name) => withFile('save_support_bundle', { name }),
    quit: () => invoke('quit'),
    onWish: (listener) => {
      this.#wisher = listener;
      if (this.#wish) listener(this.#wish);
      this.#wish = undefined;
    },
  };

  async started(target: HTMLElement): Promise<void> {
    await ready();
    let state: StartState;
    while ((state = await invoke<StartState>('start_state')) !== 'running') {
      // A dialog of the program says why, and this window closes with it.
      if (state === 'ended') return new Promise(() => undefined);
      const words = document.createElement('p');
      words.className = 'starting';
      words.role = 'status';
      words.textContent = state === 'starting' ? desktopTexts.starting : desktopTexts.keyring;
      if (target.textContent !== words.textContent) target.replaceChildren(words);
    }
    target.replaceChildren();
  }

  async request({ method, path, body, file, headers = {} }: Request): Promise<Answer> {
    const request = { method, path, body: body ?? null, file: file ? await base64(file) : null, headers };
    return invoke<Answer>('api', { request });
  }

  live(listener: (news: LiveNews) => void): () => void {
    this.#listener = listener;
    const channel = new Channel<Told>((told) => this.#hear(told));
    invoke('live', { channel }).catch(() => listener({ type: 'lost' }));
    return () => (this.#listener = undefined);
  }

  #hear(told: Told): void {
    if (told.type === 'revived') this.#wisher?.({ kind: 'say', text: desktopTexts.revived });
    else if (told.type !== 'wish') this.#listener?.(told);
    else if (this.#wisher) this.#wisher(told.wish);
    else this.#wish = told.wish;
  }

  saveFile(name: string, text: string): Promise<boolean> {
    return invoke<boolean>('save_file', { name, text });
  }

  saveAnswer(name: string, path: string): Promise<boolean | Answer> {
    return invoke<boolean | Answer>('save_answer', { name, path });
  }

  keepPreferences(preferences: Preferences): Promise<void> {
    return invoke('set_preferences', { preferences });
  }
}

function withFile(command: string, args?: { name: string }): Promise<boolean> {
  return invoke<boolean>(command, args).catch((words: unknown) => {
    throw new Problem('not_kept', texts.problems.notDone, String(words));
  });
}
