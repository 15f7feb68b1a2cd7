import type { problems as Shape } from '../en/problems';

export const problems: typeof Shape = {
  problems: {
    unreachable: 'Die Zentrale ist nicht erreichbar',
    unreachableHelp:
      'Prüfe, ob sie läuft und ob dieses Gerät im selben Netz ist, und versuch es noch einmal.',
    unreachableDial:
      'Wir wissen nicht, ob der Anruf hinausging. Du kannst gefahrlos noch einmal auf „Anrufen“ drücken; es klingelt nicht zweimal.',
    strange: 'Unerwartete Antwort',
    strangeHelp: (status) =>
      `Die Zentrale antwortete mit HTTP ${status}. Lade die Seite neu; hilft das nicht, sieh im Protokoll des Programms nach.`,
    signedOut: 'Du wurdest abgemeldet',
    signedOutHelp: 'Lade die Seite neu und melde dich wieder an.',
    explained: (code) => `Twilios Hilfe zu ${code}`,
    again: 'Noch einmal',
    dismiss: 'Schließen',
    notDone: 'Das hat nicht geklappt',
  },
};
