import type { desktop as english } from '../en/desktop';

export const desktop: typeof english = {
  starting: 'Startet …',
  keyring: 'Wartet auf den Schlüsselbund. Vielleicht fragt er in einem anderen Fenster nach seinem Passwort.',
  revived: 'Die Seite hatte aufgehört zu arbeiten und wurde neu geladen. Deine Anrufe liefen weiter.',
  sidFault: 'Eine Konto-SID ist AC mit 32 Buchstaben und Ziffern dahinter.',
  keepAnyway: 'Trotzdem verbinden',
  keptUntested: 'Gespeichert, aber noch nicht bei Twilio geprüft.',
  connectFirst: 'Verbinde zuerst ein Twilio-Konto, weiter unten.',
  tryAgain: 'Noch einmal versuchen',
};
