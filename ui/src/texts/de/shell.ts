/** Texts of what stands around every view, in German. */

import type { shell as Shape } from '../en/shell';

export const shell: typeof Shape = {
  product: 'BenSpamsPhones',
  places: {
    dial: 'Wählen',
    calls: 'Anrufe',
    protocols: 'Ansagen',
    people: 'Kontakte',
    settings: 'Einstellungen',
  },
  navigation: 'Hauptmenü',
  help: {
    open: 'Hilfe',
    title: 'Hilfe',
    keys: [
      { keys: ['Strg', 'K'], does: 'Suchen oder einen Befehl ausführen' },
      { keys: ['/'], does: 'Zum Suchfeld' },
      { keys: ['?'], does: 'Diese Hilfe zeigen' },
      { keys: ['Enter'], does: 'Die eingegebene Nummer anrufen' },
      { keys: ['Esc'], does: 'Abbrechen oder schließen' },
    ],
    welcome: 'Willkommen noch einmal zeigen',
    api: 'API für Programme',
    close: 'Schließen',
  },
  find: 'Suchen',
  skip: 'Zum Inhalt',
  palette: {
    open: 'Suchen',
    title: 'Suchen',
    placeholder: 'Kontakt, Ansage, Nummer oder Befehl',
    hint: 'Such nach Kontakten, Ansagen und Nummern, oder gib einen Befehl ein wie „dunkel“ oder „neuer Kontakt“.',
    nothing: 'Keine Treffer.',
    commands: 'Befehle',
    go: 'Gehe zu',
    dialWith: 'Anrufen mit',
    number: 'Nummer',
    ring: (number) => `${number} anrufen`,
    live: 'Laufende Anrufe',
    hangUp: (to) => `Auflegen: ${to}`,
    hangUpAll: 'Alle Anrufe beenden',
    hangUpAllAsk: (calls) =>
      calls === 1 ? 'Den laufenden Anruf beenden?' : `Alle ${calls} laufenden Anrufe beenden?`,
    hangUpAllYes: 'Auflegen',
    hangUpWords: 'auflegen beenden',
    newProtocol: 'Neue Ansage',
    newPerson: 'Neuer Kontakt',
    ctrl: 'Strg',
  },
  question: {
    no: 'Abbrechen',
    stay: 'Weiter bearbeiten',
    leave: 'Verwerfen',
    resumed: 'Deine ungespeicherten Änderungen sind wieder da.',
  },
  countdown: {
    title: (name) => `Gleich klingelt es bei ${name}`,
    plays: (protocol, from) => `${protocol}, von ${from}`,
    seconds: (left) => (left === 1 ? 'in einer Sekunde' : `in ${left}\u00a0Sekunden`),
    now: 'Jetzt anrufen',
    cancel: 'Abbrechen',
  },
  mode: {
    sandbox: 'Sandbox.',
    sandboxSays: 'Anrufe sind simuliert. Kein Telefon klingelt.',
    live: 'Echte Anrufe.',
    liveSays: 'Telefone klingeln, und Twilio berechnet es.',
  },
  connection: {
    connecting: 'Verbindet …',
    live: 'Verbunden',
    pusher: 'Verbunden über Pusher',
    withoutPusher: 'Verbunden ohne Pusher',
    reconnecting: (since) => `Nicht verbunden seit ${since}. Neuer Versuch …`,
    back: 'Wieder verbunden.',
    fallen: {
      unreachable:
        'Pusher ist von hier nicht zu erreichen. Solange meldet die Zentrale selbst, was geschieht.',
      refused: 'Pusher lehnt die Verbindung ab. Die Zentrale meldet selbst, was geschieht.',
      not_set_up: 'Die Zentrale hat keine Pusher-App mehr. Sie meldet selbst, was geschieht.',
    },
  },
  toasts: 'Meldungen',
  loading: 'Lädt',
};
