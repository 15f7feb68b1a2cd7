/** The current place in the interface. The URL has it (`#/calls/…`), so that links and "back" work. */

import { fromQuery, toQuery, type CallFilter } from '../call-filter';
import { followLayers, onThePage } from './layers';

export type Place =
  | { view: 'dial' }
  | { view: 'calls'; id: string | undefined; filter: CallFilter }
  | { view: 'protocols'; edit: Edit | undefined }
  | {
      view: 'people';
      edit: 'new' | { id: string } | undefined;
      blocked: boolean;
      groups?: 'all' | 'new' | { id: string };
    }
  | { view: 'help'; page: string | undefined; section: string | undefined }
  | { view: 'settings' };

export type Edit = { kind: 'new' } | { kind: 'copy'; of: string } | { kind: 'change'; id: string };

export function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/').map(decode);
  if (view === 'calls') return { view, id: rest[0] || undefined, filter: fromQuery(query) };
  const [what, id] = rest;
  if (view === 'settings') return { view };
  if (view === 'help') return { view, page: what || undefined, section: id || undefined };
  if (view === 'people') {
    if (what === 'new') return { view, edit: 'new', blocked: false };
    if (what === 'groups') {
      const groups = !id ? 'all' : id === 'new' ? id : { id };
      return { view, edit: undefined, blocked: false, groups };
    }
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
  found: (filter: CallFilter, id?: string) => {
    const query = String(toQuery(filter));
    return `#/calls${id ? `/${encodeURIComponent(id)}` : ''}${query && `?${query}`}`;
  },
  protocols: '#/protocols',
  newProtocol: '#/protocols/new',
  copyProtocol: (id: string) => `#/protocols/copy/${encodeURIComponent(id)}`,
  people: '#/people',
  blocked: '#/people/blocked',
  groups: '#/people/groups',
  group: (id: string) => `#/people/groups/${encodeURIComponent(id)}`,
  newPerson: '#/people/new',
  editPerson: (id: string) => `#/people/edit/${encodeURIComponent(id)}`,
  settings: '#/settings',
  help: '#/help',
  helpPage: (name: string) => `#/help/${name}`,
  editProtocol: (id: string) => `#/protocols/edit/${encodeURIComponent(id)}`,
};

type Guard = () => boolean | Promise<boolean>;

/** An entry of the browser's history: its address, scroll position and focus. */
interface Entry {
  hash: string;
  scroll?: number;
  focus?: Mark | undefined;
}

export class Whereabouts {
  place = $state.raw<Place>(parse(location.hash));
  /** Called before navigation; `false` stays, at once or after a question. */
  #guard: Guard | undefined;
  #hash = location.hash;
  /** Which entry this is. The number is stored in the entry, so that it survives a reload. */
  #entry = 0;
  #entries = new Map<number, Entry>([[0, { hash: location.hash }]]);
  /** The next step back comes from this program, and doesn't move the focus. */
  #stays = false;
  #settling = new AbortController();

  start(): () => void {
    window.history.scrollRestoration = 'manual';
    const kept = numberOf(history.state);
    if (kept !== undefined) {
      this.#entry = kept;
      this.#entries = read();
    }
    // `/` and `/#/` are the same place; a link between them doesn't navigate.
    const { layer } = (history.state ?? {}) as { layer?: number };
    history.replaceState({ entry: this.#entry, layer }, '', location.hash || '#/');
    this.#hash = location.hash;
    const entry = this.#entries.get(this.#entry);
    this.#entries.set(this.#entry, { ...entry, hash: this.#hash });
    if (entry?.scroll) this.#settle(undefined, { ...entry, focus: undefined });
    const follow = () => this.#follow();
    // Between two entries of the same place nothing is shown again, but the entry changes.
    const step = () => {
      if (location.hash === this.#hash) this.#entry = numberOf(history.state) ?? this.#entry;
    };
    const keep = () => {
      this.#remember();
      write(this.#entries);
    };
    const stopLayers = followLayers();
    addEventListener('hashchange', follow);
    addEventListener('popstate', step);
    addEventListener('pagehide', keep);
    return () => {
      this.#settling.abort();
      stopLayers();
      removeEventListener('hashchange', follow);
      removeEventListener('popstate', step);
      removeEventListener('pagehide', keep);
    };
  }

  #follow(): void {
    if (location.hash === this.#hash) return;
    const guard = this.#guard;
    const answer = guard ? guard() : true;
    if (answer === true) this.#move();
    else void this.#stay(guard, answer);
  }

  /** Steps back to the place that wants to stay, and navigates after all if the person agrees. */
  async #stay(guard: Guard | undefined, answer: false | Promise<boolean>): Promise<void> {
    const wanted = location.hash;
    const to = numberOf(history.state);
    const steps = to === undefined ? 1 : to - this.#entry;
    const back = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
    history.go(-steps);
    const [leave] = await Promise.all([answer, back]);
    if (!leave) return;
    if (this.#guard === guard) this.#guard = undefined;
    if (to === undefined) go(wanted);
    else history.go(steps);
  }

  #move(): void {
    const before = this.place;
    this.#remember();
    const known = numberOf(history.state);
    this.#entry = known ?? this.#entry + 1;
    if (known === undefined) {
      history.replaceState({ entry: this.#entry }, '');
      for (const entry of this.#entries.keys()) if (entry > this.#entry) this.#entries.delete(entry);
    }
    this.#arrive();
    const stays = this.#stays;
    this.#stays = false;
    if (stays) return;
    const entry = known === undefined ? undefined : this.#entries.get(known);
    const isPane = before.view === 'calls' && this.place.view === 'calls' && matchMedia(WITH_PANE).matches;
    if (!entry && !isPane) scrollTo(0, 0);
    this.#settle(before.view, entry);
  }

  #arrive(): void {
    this.#hash = location.hash;
    this.#entries.set(this.#entry, { ...this.#entries.get(this.#entry), hash: this.#hash });
    this.place = parse(location.hash);
  }

  #remember(): void {
    const focus = markOf(document.activeElement);
    this.#entries.set(this.#entry, { hash: this.#hash, scroll: scrollY, focus });
  }

  replace(to: string): void {
    onThePage(() => {
      const { view } = this.place;
      history.replaceState({ entry: this.#entry }, '', to);
      this.#arrive();
      this.#settle(view, undefined);
    });
  }

  /** Goes back if that leads to `to`; returns whether it does. */
  backTo(to: string, stays = false): boolean {
    const came = this.#entries.get(this.#entry - 1)?.hash === to;
    if (came) {
      this.#stays = stays;
      history.back();
    }
    return came;
  }

  /** Leaves for the place that this one belongs to: back if possible, so that it isn't in the history twice. With
   * `stays`, the focus doesn't move. */
  leaveFor(to: string, stays = false): void {
    if (this.backTo(to, stays)) return;
    this.replace(to);
    if (!stays) scrollTo(0, 0);
  }

  guard(guard: Guard | undefined): void {
    this.#guard = guard;
  }

  /** Once the view is rendered, restores scroll position and focus, or focuses the heading. Any input stops this. */
  #settle(left: Place['view'] | undefined, entry: Entry | undefined): void {
    this.#settling.abort();
    const settling = (this.#settling = new AbortController());
    const { signal } = settling;
    const { view } = this.place;
    const stop = () => settling.abort();
    for (const act of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
      addEventListener(act, stop, { capture: true, passive: true, signal });
    const look = (frame: number) => {
      if (signal.aborted) return;
      const heading = document.querySelector<HTMLElement>('main h1');
      const marked = entry?.focus && find(entry.focus);
      const room = document.documentElement.scrollHeight - innerHeight;
      const isWhole = (!entry?.scroll || room >= entry.scroll) && (!entry?.focus || marked);
      if (!heading ? frame < FRAMES.view : !isWhole && frame < FRAMES.list) {
        requestAnimationFrame(() => look(frame + 1));
        return;
      }
      stop();
      if (entry) scrollTo(0, entry.scroll ?? 0);
      const { activeElement: at } = document;
      const isLost = !at || at === document.body;
      const isNew = left !== undefined && left !== view && view !== 'dial';
      if (marked) {
        marked.focus({ preventScroll: true });
        marked.scrollIntoView({ block: 'nearest' });
      } else if (isLost || isNew) heading?.focus({ preventScroll: true });
    };
    requestAnimationFrame(() => look(0));
  }
}

const WITH_PANE = '(min-width: 68.01rem)';
/** How many frames to wait for a view, and for its full length. */
const FRAMES = { view: 600, list: 90 };
const KEPT = 'benspamsphones.places';

const numberOf = (state: unknown) => (state as { entry?: number } | null)?.entry;

interface Mark {
  selector: string;
  /** In the navigation, which has the same links as views have. */
  navigates: boolean;
}

function markOf(element: Element | null): Mark | undefined {
  for (const name of ['id', 'href', 'aria-label']) {
    const value = element?.getAttribute(name);
    if (element && value)
      return {
        selector: `${element.localName}[${name}=${JSON.stringify(value)}]`,
        navigates: element.closest('nav') !== null,
      };
  }
  return undefined;
}

function find({ selector, navigates }: Mark): HTMLElement | undefined {
  const found = [...document.querySelectorAll<HTMLElement>(selector)];
  return found.find((element) => (element.closest('nav') !== null) === navigates);
}

function read(): Map<number, Entry> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as [number, Entry][]);
  } catch {
    return new Map();
  }
}

function write(entries: Map<number, Entry>): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...entries]));
  } catch {
    // Storage may be disabled; then "back" leads to the top.
  }
}

export function go(to: string): void {
  location.hash = to;
}

/** A malformed address must not break the page. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
