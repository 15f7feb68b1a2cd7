/** Counts slow requests. They continue: a request that places a call must not be given up and sent again. */

const LONG_MS = 10_000;

export class Waiting {
  long = $state(0);

  async watch<T>(answer: Promise<T>): Promise<T> {
    let counted = false;
    const timer = setTimeout(() => {
      counted = true;
      this.long += 1;
    }, LONG_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      if (counted) this.long -= 1;
    }
  }
}
