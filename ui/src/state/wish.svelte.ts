/** What stands on the dial: kept while one looks elsewhere, and the protocol also until the next visit. */

const KEY = 'benspamsphones.protocol';

export class Wish {
  number = $state('');
  #protocol = $state(remembered());

  get protocol(): string | undefined {
    return this.#protocol;
  }

  set protocol(id: string | undefined) {
    this.#protocol = id;
    try {
      if (id !== undefined) localStorage.setItem(KEY, id);
    } catch {
      // A browser may refuse storage; then the first protocol is chosen at the next visit.
    }
  }
}

function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
