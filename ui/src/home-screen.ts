/** Whether this page is on a phone's home screen, and how it gets there. */

const DISMISSED = 'benspamsphones.home-screen';

/** Chrome's event; other browsers have no question of their own. */
interface InstallEvent extends Event {
  prompt(): Promise<void>;
}
let question: InstallEvent | undefined;
let told: ((ask: () => Promise<void>) => void) | undefined;

/** Keeps what the browser would ask in a bar of its own, for the hint. It comes before anything is shown. */
export function watchInstallable(): void {
  addEventListener('beforeinstallprompt', (event) => {
    if (!hintWanted()) return;
    event.preventDefault();
    question = event as InstallEvent;
    tell();
  });
}

/** Hands over the browser's question, as soon as there is one, until the returned function is called. */
export function onInstallable(listener: (ask: () => Promise<void>) => void): () => void {
  told = listener;
  tell();
  return () => (told = undefined);
}

function tell(): void {
  const event = question;
  if (event) told?.(() => event.prompt());
}

/** On a phone that doesn't have it there, until it is dismissed. */
export function hintWanted(): boolean {
  const isInstalled =
    matchMedia('(display-mode: standalone)').matches ||
    (navigator as Navigator & { standalone?: boolean }).standalone === true;
  return !isInstalled && matchMedia('(pointer: coarse)').matches && !isDismissed();
}

function isDismissed(): boolean {
  try {
    return localStorage.getItem(DISMISSED) !== null;
  } catch {
    // A browser that keeps nothing would be told each time.
    return true;
  }
}

export function dismissHint(): void {
  try {
    localStorage.setItem(DISMISSED, '1');
  } catch {
    // It is gone until the next visit.
  }
}
