/** Where in the interface one is. The address says it (`#/calls/…`), so that links and "back" work. */

import { fromQuery, toQuery, type CallFilter } from '../call-filter';

export type Place =
  | { view: 'dial' }
  | { view: 'calls'; id: string | undefined; filter: CallFilter }
  | { view: 'protocols'; edit: Edit | undefined }
  | { view: 'people'; edit: 'new' | { id: string } | undefined; blocked: boolean }
  | { view: 'settings' };

export type Edit = { kind: 'new' } | { kind: 'copy'; of: string } | { kind: 'change'; id: string };

export function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/').map(decode);
  if (view === 'calls') return { view, id: rest[0] || undefined, filter: fromQuery(query) };
  const [what, id] = rest;
  if (view === 'settings') return { view };
  if (view === 'people') {
    if (what === 'new') return { view, edit: 'new', blocked: false };
    return { view, edit: what === 'edit' && id ? { id } : undefined, blocked: what === 'blocked' };
  }
  if (view !== 'protocols') return { view: 'dial' };
  if (what === 'new') return { view, edit: { kind: 'new' } };
  if (what === 'copy' && id) return { view, edit: { kind: 'copy', of: id } };
  if (what === 'edit' && id) return { view, edit: { kind: 'change', id } };
  return { view, edit: undefined };
}

export const link = {
  dial: '#/',
  calls: '#/calls',
  call: (id: string) => `#/calls/${encodeURIComponent(id)}`,
  /** The calls that a filter finds, and one of them. */
  found: (filter: CallFilter, id?: string) => {
    const query = String(toQuery(filter));
    return `#/calls${id ? `/${encodeURIComponent(id)}` : ''}${query && `?${query}`}`;
  },
  protocols: '#/protocols',
  newProtocol: '#/protocols/new',
  copyProtocol: (id: string) => `#/protocols/copy/${encodeURIComponent(id)}`,
  people: '#/people',
  blocked: '#/people/blocked',
  newPerson: '#/people/new',
  editPerson: (id: string) => `#/people/edit/${encodeURIComponent(id)}`,
  settings: '#/settings',
  editProtocol: (id: string) => `#/protocols/edit/${encodeURIComponent(id)}`,
};

type Guard = () => boolean | Promise<boolean>;

export class Whereabouts {
  place = $state.raw<Place>(parse(location.hash));
  /** Asked before the place changes; `false` stays, now or when the person has answered. */
  #guard: Guard | undefined;
  #hash = location.hash;
  /** Of the page's own entries in the browser's history: which one this is, and how far each was scrolled. */
  #entry = 0;
  #entries = 0;
  readonly #scrolled = new Map<number, number>();
  readonly #hashes = new Map<number, string>([[0, location.hash]]);

  start(): () => void {
    window.history.scrollRestoration = 'manual';
    window.history.replaceState({ entry: this.#entry }, '');
    const follow = () => {
      if (location.hash === this.#hash) return;
      const guard = this.#guard;
      const answer = guard ? guard() : true;
      if (answer !== true) {
        const wanted = location.hash;
        history.replaceState({ entry: this.#entry }, '', this.#hash || '#/');
        void Promise.resolve(answer).then((leave) => {
          if (!leave) return;
          if (this.#guard === guard) this.#guard = undefined;
          go(wanted || '#/');
        });
        return;
      }
      this.#move();
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  #move(): void {
    const [left, before] = [this.#hash, this.place];
    this.#scrolled.set(this.#entry, scrollY);
    // One that was there before is gone back to, or forward.
    const known = (history.state as { entry?: number } | null)?.entry;
    this.#entry = known ?? ++this.#entries;
    if (known === undefined) history.replaceState({ entry: this.#entry }, '');
    this.#hash = location.hash;
    this.#hashes.set(this.#entry, this.#hash);
    this.place = parse(location.hash);
    const isPane = before.view === 'calls' && this.place.view === 'calls' && matchMedia(WITH_PANE).matches;
    if (known === undefined && !isPane) scrollTo(0, 0);
    else if (known !== undefined) comeBack(this.#scrolled.get(known) ?? 0, left);
  }

  /** Another address for the place where one is: "back" leads to where one came from. */
  replace(to: string): void {
    history.replaceState({ entry: this.#entry }, '', to);
    this.#hash = location.hash;
    this.#hashes.set(this.#entry, this.#hash);
    this.place = parse(location.hash);
  }

  /** Goes back, if that is where one came from; whether it is. */
  backTo(to: string): boolean {
    const came = this.#hashes.get(this.#entry - 1) === to;
    if (came) history.back();
    return came;
  }

  guard(guard: Guard | undefined): void {
    this.#guard = guard;
  }
}

/** Where a call stands beside the list, and not in its place. */
const WITH_PANE = '(min-width: 68.01rem)';
/** How many frames a view may take until it is as long as it was. */
const FRAMES = 90;

/** Scrolls to where one was, once there is enough to scroll, and focuses the link that led away. */
function comeBack(to: number, left: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const room = document.documentElement.scrollHeight - innerHeight;
    if (room < to && frames > 0) return comeBack(to, left, frames - 1);
    scrollTo(0, to);
    const links = document.querySelectorAll<HTMLElement>('main a[href^="#"]');
    [...links].find((link) => link.getAttribute('href') === left)?.focus({ preventScroll: true });
  });
}

export function go(to: string): void {
  location.hash = to;
}

/** An address that somebody mistyped must not break the page. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
