/** What lies over the page, such as a dialog. "Back" closes the topmost before it leads anywhere: on a phone it is how one
 * closes things.
 *
 * Whatever opens has an entry of its own in the browser's history, with the address below it. One that was closed in
 * another way leaves its entry behind, since a step back takes time in which the page may go elsewhere; "back" skips it,
 * and the next that opens uses it. */

const open: (() => void)[] = [];
/** How many layers the entry of the history is above the page's own. */
let level = 0;
let hash = '';
let skipped: (() => void) | undefined;

const levelOf = (state: unknown) => (state as { layer?: number } | null)?.layer ?? 0;

/** Lays something over the page that `close` closes; call the returned function once it is gone. */
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

/** Acts on the page's own entry: what replaces the place must not leave it below. */
export function onThePage(act: () => void): void {
  if (level === 0) {
    act();
    return;
  }
  skipped = act;
  history.go(-level);
}

/** Follows the history until the returned function is called. */
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
    // Without a state it is a link that leads to where one is.
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
