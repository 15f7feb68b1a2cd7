const DISMISSED = 'benspamsphones.home-screen';

/** Chrome only; other browsers have no such event. */
interface InstallEvent extends Event {
  prompt(): Promise<void>;
}
let question: InstallEvent | undefined;
let told: ((ask: () => Promise<void>) => void) | undefined;

/** Keeps the browser's install prompt for our hint. Call it before anything is shown: the event comes early. */
export function watchInstallable(): void {
  addEventListener('beforeinstallprompt', (event) => {
    if (!hintWanted()) return;
    event.preventDefault();
    question = event as InstallEvent;
    tell();
  });
}

/** Passes on the browser's install prompt once available, until the returned function is called. */
export function onInstallable(listener: (ask: () => Promise<void>) => void): () => void {
  told = listener;
  tell();
  return () => (told = undefined);
}

function tell(): void {
  const event = question;
  if (event) told?.(() => event.prompt());
}

/** On phones without the installed page, until dismissed. */
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
    // Without storage the hint would come back every time.
    return true;
  }
}

export function dismissHint(): void {
  try {
    localStorage.setItem(DISMISSED, '1');
  } catch {
    // Dismissed until the next visit only.
  }
}
