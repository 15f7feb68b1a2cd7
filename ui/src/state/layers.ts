/** Layers over the page, such as dialogs. "Back" closes the topmost one first, as people expect on a phone.
 *
 * Each layer adds a history entry with the same address. A layer closed in another way leaves its entry behind,
 * because going back takes time in which the page may move on; "back" skips such an entry, and the next layer reuses
 * it. */

const open: (() => void)[] = [];
let level = 0;
let hash = '';
let skipped: (() => void) | undefined;

const levelOf = (state: unknown) => (state as { layer?: number } | null)?.layer ?? 0;

/** Opens a layer; "back" calls `close`. Call the returned function once the layer is gone. */
export function layOver(close: () => void): () => void {
  open.push(close);
  if (level < open.length) {
    level = open.length;
    history.pushState({ ...(history.state as object | null), layer: level }, '');
  }
  return () => {
    const at = open.indexOf(close);
    if (at >= 0) open.splice(at, 1);
  };
}

/** Runs `act` on the page's own history entry, so that replacing the place doesn't leave it below. */
export function onThePage(act: () => void): void {
  if (level === 0) {
    act();
    return;
  }
  skipped = act;
  history.go(-level);
}

export function followLayers(): () => void {
  const step = () => {
    const before = level;
    const isSame = location.hash === hash;
    hash = location.hash;
    level = levelOf(history.state);
    if (skipped) {
      const act = skipped;
      skipped = undefined;
      act();
      return;
    }
    // An entry without state comes from a link to the current place.
    if (!isSame || level >= before || history.state === null) return;
    if (open.length > level) for (const close of open.splice(level).reverse()) close();
    else history.back();
  };
  // A link to another place has an entry without layers.
  const move = () => {
    hash = location.hash;
    level = levelOf(history.state);
  };
  move();
  addEventListener('popstate', step);
  addEventListener('hashchange', move);
  return () => {
    removeEventListener('popstate', step);
    removeEventListener('hashchange', move);
  };
}
