/** The version that editing started from, and versions that others saved since. */

export interface Tagged<T> {
  value: T;
  etag: string | undefined;
}

/** Matches no version: the server has a newer one than was read. */
const STALE = '"-"';

export class Edited<T> {
  theirs = $state.raw<T>();
  #etag: string | undefined;
  #begin: (() => Promise<void>) | undefined;
  #beginning: Promise<void> | undefined;

  constructor(private readonly read: () => Promise<Tagged<T>>) {}

  /** If the server's version isn't `known`, `take` returns whether it replaced the input. If not, saving reports it. */
  begin(known: T, take: (now: T) => boolean): void {
    this.#begin = async () => {
      const { value, etag } = await this.read();
      const isSame = JSON.stringify(value) === JSON.stringify(known);
      this.#etag = isSame || take(value) ? etag : STALE;
    };
    this.#beginning = this.#begin();
    this.#beginning.catch(() => undefined);
  }

  resume(etag: unknown): void {
    this.#etag = typeof etag === 'string' ? etag : STALE;
  }

  /** The tag to save with a draft; undefined while a conflict is shown, so that it is shown again. */
  get begunWith(): string | undefined {
    return this.theirs === undefined ? this.#etag : undefined;
  }

  /** The tag of the version that editing started from, required to save. Rejects if the server doesn't answer. */
  async tag(): Promise<string> {
    await this.#beginning?.catch(() => undefined);
    if (this.#etag === undefined) await this.#begin?.();
    return this.#etag ?? STALE;
  }

  /** Saving once more overwrites the version loaded here. */
  async look(): Promise<void> {
    const { value, etag } = await this.read();
    [this.theirs, this.#etag] = [value, etag];
  }
}
