/** Unsaved input. It is kept for the tab, so neither the end of a session nor a reload loses it. */

const KEPT = 'benspamsphones.draft';

interface Kept {
  hash: string;
  draft: unknown;
}

export class Drafts {
  #stop: () => void = () => undefined;
  #read: () => unknown = () => undefined;

  /** Whether anything is unsaved, on this page or kept for another place. */
  get isPending(): boolean {
    return this.#read() !== undefined || read() !== undefined;
  }

  /** Saves what `read` returns when the page is left, unless undefined. Returns a function that stops this. */
  keep(read: () => unknown): () => void {
    const going = () => {
      const draft = read();
      if (draft === undefined) return;
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ hash: location.hash, draft } satisfies Kept));
      } catch {
        // The browser may refuse storage; then the draft is lost.
      }
    };
    addEventListener('pagehide', going);
    this.#read = read;
    this.#stop = () => {
      removeEventListener('pagehide', going);
      if (this.#read === read) this.#read = () => undefined;
    };
    return this.#stop;
  }

  /** The draft kept for this place; returned only once. */
  take(): unknown {
    const kept = read();
    if (kept?.hash !== location.hash) return undefined;
    forget();
    return kept.draft;
  }

  forget(): void {
    this.#stop();
    forget();
  }
}

/** Signing in leads to `/`: goes back to the place of the draft. */
export function returnToDraft(): void {
  const kept = read();
  if (kept && location.hash === '') history.replaceState(null, '', kept.hash);
}

function read(): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Partial<Kept> | null;
    return typeof kept?.hash === 'string' && kept.hash.startsWith('#') ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // A browser that refuses storage has no draft.
  }
}
