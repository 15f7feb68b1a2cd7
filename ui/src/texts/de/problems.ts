/** Texts of what goes wrong, in German. */

import type { problems as Shape } from '../en/problems';

export const problems: typeof Shape = {
  problems: {
    unreachable: 'Die Zentrale antwortet nicht',
    unreachableHelp:
      'Läuft sie noch, und ist dieses Gerät im selben Netz? Versuch es noch einmal, sobald sie wieder da ist.',
    unreachableDial:
      'Ob der Anruf abging, ist nicht bekannt. Drück noch einmal auf „Anrufen“: Derselbe Anruf geht nie zweimal hinaus.',
    strange: 'Die Antwort war nicht zu verstehen',
    strangeHelp: (status) =>
      `HTTP ${status} kam zurück. Lade die Seite neu; bleibt es so, hilft das Logbuch des Programms.`,
    signedOut: 'Du bist nicht mehr angemeldet',
    signedOutHelp: 'Lade die Seite neu und melde dich wieder an.',
    explained: (code) => `Was Twilio zu ${code} sagt`,
    again: 'Noch einmal',
    dismiss: 'Schließen',
  },
};
