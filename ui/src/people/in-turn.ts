/** Several, one after the other. */

export interface Turns<T> {
  done: T[];
  /** Those that were not reached, and the one at which it failed. */
  left: T[];
  /** Why it stopped there. */
  why: unknown;
}

/** Does something with each, and stops where it fails. */
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
