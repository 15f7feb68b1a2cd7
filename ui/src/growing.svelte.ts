/** How much of a long list is drawn: what fills the screen at once, and then a few more in each frame, so that the page
 * stays at hand meanwhile. Make it while a component is set up, before what is drawn. */

import { untrack } from 'svelte';

const FIRST = 16;
const EACH_FRAME = 10;

export class Growing {
  count = $state(FIRST);

  /** `list` names what the list is made by: with another search it begins again. */
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

  /** So many are needed now. */
  reach(count: number): void {
    this.count = Math.max(this.count, count);
  }
}
