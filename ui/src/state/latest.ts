/** Reads a list that also changes here. An answer that may be older than such a change isn't taken. */
export class Latest {
  #reading: Promise<void> | undefined;
  #stale = false;

  /** Asks, and takes the answer. Asked for while an earlier answer is on its way, it asks once more. */
  read<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    this.#stale = true;
    this.#reading ??= this.#read(ask, take).finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    let answer: T;
    do {
      this.#stale = false;
      answer = await ask();
    } while (this.#stale);
    take(answer);
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
