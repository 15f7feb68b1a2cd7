/** Something that is edited here while others may save it too: which state of it the editing began with, and what became of
 * it meanwhile. */

export interface Tagged<T> {
  value: T;
  /** The tag of this state of it. */
  etag: string | undefined;
}

/** The tag of no state: what was read is older than what is there. */
const STALE = '"-"';

export class Edited<T> {
  /** What somebody else has made of it meanwhile. */
  theirs = $state.raw<T>();
  #etag: string | undefined;
  #begin: (() => Promise<void>) | undefined;
  #beginning: Promise<void> | undefined;

  /** `read` asks the server for it as it is now. */
  constructor(private readonly read: () => Promise<Tagged<T>>) {}

  /** What is edited is what the server has now. Where that is other than what was `known` here, `take` is handed it and tells
   * whether it could take its place: nobody had begun to type. If they had, saving tells. */
  begin(known: T, take: (now: T) => boolean): void {
    this.#begin = async () => {
      const { value, etag } = await this.read();
      const isSame = JSON.stringify(value) === JSON.stringify(known);
      this.#etag = isSame || take(value) ? etag : STALE;
    };
    this.#beginning = this.#begin();
    this.#beginning.catch(() => undefined);
  }

  /** Goes on with what was begun before, with this tag. */
  resume(etag: unknown): void {
    this.#etag = typeof etag === 'string' ? etag : STALE;
  }

  /** The tag to keep with a draft. Where another state is there to be looked at, it is none: it is shown again. */
  get begunWith(): string | undefined {
    return this.theirs === undefined ? this.#etag : undefined;
  }

  /** The tag of what was begun with, without which nothing is saved. Rejects where the server doesn't tell. */
  async tag(): Promise<string> {
    await this.#beginning?.catch(() => undefined);
    if (this.#etag === undefined) await this.#begin?.();
    return this.#etag ?? STALE;
  }

  /** Looks at what is there now, since it isn't what was begun with. Saving once more takes its place. */
  async look(): Promise<void> {
    const { value, etag } = await this.read();
    [this.theirs, this.#etag] = [value, etag];
  }
}
