import type { desktop as english } from '../en/desktop';

export const desktop: typeof english = {
  starting: 'Startet …',
  keyring: 'Wartet auf den Schlüsselbund. Vielleicht fragt er in einem anderen Fenster nach seinem Passwort.',
  revived: 'Die Seite hatte aufgehört zu arbeiten und wurde neu geladen. Deine Anrufe liefen weiter.',
  tryAgain: 'Noch einmal versuchen',
};
