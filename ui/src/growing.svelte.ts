/** Draws a long list in steps, so the page stays responsive. Create it during component setup, before the list. */

import { untrack } from 'svelte';

const FIRST = 16;
const EACH_FRAME = 10;

export class Growing {
  count = $state(FIRST);

  /** `list` identifies the list: when it changes, drawing starts over. */
  constructor(length: () => number, list: () => unknown) {
    $effect.pre(() => {
      list();
      untrack(() => (this.count = FIRST));
    });
    $effect(() => {
      if (this.count >= length()) return;
      const frame = requestAnimationFrame(() => (this.count += EACH_FRAME));
      return () => cancelAnimationFrame(frame);
    });
  }

  reach(count: number): void {
    this.count = Math.max(this.count, count);
  }
}
