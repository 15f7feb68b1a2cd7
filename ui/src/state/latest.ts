/** Reads a list that also changes here. An answer that may be older than such a change isn't taken. */
export class Latest {
  #reading: Promise<void> | undefined;
  /** Something changed here since the answer was asked for. */
  #stale = false;
  /** It is to be asked once more. */
  #again = false;

  /** Asks, and takes the answer. Called while an earlier answer is on its way, it asks once more after that. */
  read<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#read(ask, take).finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    do {
      this.#again = this.#stale = false;
      const answer = await ask();
      if (!this.#stale) take(answer);
    } while (this.#again || this.#stale);
  }

  /** Waits for a change that was sent. Whatever was asked for before its answer may lack it. */
  async change<T>(sent: Promise<T>): Promise<T> {
    try {
      return await sent;
    } finally {
      this.#stale = true;
    }
  }
}
