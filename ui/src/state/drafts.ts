/** What was typed and not saved. It outlives the page in its tab: a session that ends, or a reload, takes nothing with it. */

const KEPT = 'benspamsphones.draft';

interface Kept {
  hash: string;
  draft: unknown;
}

export class Drafts {
  #stop: () => void = () => undefined;
  #read: () => unknown = () => undefined;

  /** Whether something is unsaved: in front of the person, or kept of another place. */
  get isPending(): boolean {
    return this.#read() !== undefined || read() !== undefined;
  }

  /** Keeps what `read` tells when the page goes; nothing where that is undefined. Until the answer is called. */
  keep(read: () => unknown): () => void {
    const going = () => {
      const draft = read();
      if (draft === undefined) return;
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ hash: location.hash, draft } satisfies Kept));
      } catch {
        // A browser may refuse storage; then it is lost, as without this.
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

  /** What was kept of this place, once. */
  take(): unknown {
    const kept = read();
    if (kept?.hash !== location.hash) return undefined;
    forget();
    return kept.draft;
  }

  /** Who signs out leaves nothing behind. */
  forget(): void {
    this.#stop();
    forget();
  }
}

/** Whoever had to sign in comes to `/`, and no place of it: what they were at is opened again. */
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
    // There is none where a browser refuses storage.
  }
}
