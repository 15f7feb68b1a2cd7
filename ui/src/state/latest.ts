/** Reads a list that is also changed here. Drops answers that may be older than such a change. */
export class Latest {
  #reading: Promise<void> | undefined;
  #stale = false;
  #again = false;

  /** Requests the list and takes the answer. During a running request, it requests once more afterwards. */
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

  /** Waits for a change that was sent. Answers requested before it finished may lack it. */
  async change<T>(sent: Promise<T>): Promise<T> {
    try {
      return await sent;
    } finally {
      this.#stale = true;
    }
  }
}
