export interface Turns<T> {
  done: T[];
  /** Items not processed, starting with the one that failed. */
  left: T[];
  why: unknown;
}

/** Stops at the first failure. */
export async function inTurn<T>(all: readonly T[], act: (one: T) => Promise<unknown>): Promise<Turns<T>> {
  for (const [index, one] of all.entries()) {
    try {
      await act(one);
    } catch (why) {
      return { done: all.slice(0, index), left: all.slice(index), why };
    }
  }
  return { done: [...all], left: [], why: undefined };
}
