/** Where in the interface one is. The address says it (`#/calls/…`), so that links and "back" work. */

import { fromQuery, toQuery, type CallFilter } from '../call-filter';

export type Place =
  | { view: 'dial' }
  | { view: 'calls'; id: string | undefined; filter: CallFilter }
  | { view: 'protocols'; edit: Edit | undefined }
  | { view: 'people'; edit: 'new' | { id: string } | undefined }
  | { view: 'settings' };

export type Edit = { kind: 'new' } | { kind: 'copy'; of: string } | { kind: 'change'; id: string };

export function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/').map(decode);
  if (view === 'calls') return { view, id: rest[0] || undefined, filter: fromQuery(query) };
  const [what, id] = rest;
  if (view === 'settings') return { view };
  if (view === 'people') {
    if (what === 'new') return { view, edit: 'new' };
    return { view, edit: what === 'edit' && id ? { id } : undefined };
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

  start(): () => void {
    const follow = () => {
      if (location.hash === this.#hash) return;
      const guard = this.#guard;
      const answer = guard ? guard() : true;
      if (answer !== true) {
        const wanted = location.hash;
        history.replaceState(null, '', this.#hash || '#/');
        void Promise.resolve(answer).then((leave) => {
          if (!leave) return;
          if (this.#guard === guard) this.#guard = undefined;
          go(wanted || '#/');
        });
        return;
      }
      this.#hash = location.hash;
      this.place = parse(location.hash);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  /** Another address for the place where one is: "back" leads to where one came from. */
  replace(to: string): void {
    history.replaceState(null, '', to);
    this.#hash = location.hash;
    this.place = parse(location.hash);
  }

  guard(guard: Guard | undefined): void {
    this.#guard = guard;
  }
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
