/** Texts of what stands around every view, in German. */

import type { shell as Shape } from '../en/shell';

export const shell: typeof Shape = {
  product: 'BenSpamsPhones',
  places: {
    dial: 'Wählen',
    calls: 'Anrufe',
    protocols: 'Protokolle',
    people: 'Kontakte',
    settings: 'Einstellungen',
  },
  navigation: 'Bereiche',
  apiPage: 'API',
  find: 'Suchen',
  skip: 'Zum Inhalt',
  palette: {
    open: 'Alles durchsuchen',
    title: 'Alles durchsuchen',
    placeholder: 'Bereich, Protokoll, Nummer …',
    nothing: 'Nichts heißt so.',
    go: 'Gehe zu',
    dialWith: 'Anrufen mit',
    number: 'Nummer',
    ring: (number) => `${number} zum Wählen eintragen`,
    live: 'Laufende Anrufe',
    hangUp: (to) => `Auflegen: ${to}`,
    newProtocol: 'Neues Protokoll schreiben',
    newPerson: 'Neuen Kontakt eintragen',
    ctrl: 'Strg',
  },
  question: { no: 'Nein', leave: 'Verlassen', yes: 'Ja' },
  countdown: {
    title: (name) => `Gleich klingelt es bei ${name}`,
    plays: (protocol, from) => `${protocol}, von ${from}`,
    seconds: (left) => (left === 1 ? 'in einer Sekunde' : `in ${left}\u00a0Sekunden`),
    now: 'Jetzt anrufen',
    cancel: 'Abbrechen',
  },
  mode: {
    sandbox: 'Sandbox.',
    sandboxSays: 'Anrufe sind hier nur gespielt; bei niemandem klingelt es.',
    live: 'Live.',
    liveSays: 'Telefone klingeln, und Twilio berechnet es.',
  },
  connection: {
    connecting: 'verbindet',
    live: 'verbunden',
    pusher: 'verbunden, über Pusher',
    withoutPusher: 'verbunden, ohne Pusher',
    reconnecting: (since) => `Stand von ${since}, verbindet neu`,
    back: 'Wieder verbunden.',
    fallen: {
      unreachable:
        'Pusher ist von hier nicht zu erreichen. Solange meldet die Zentrale selbst, was geschieht.',
      refused: 'Pusher lässt dort niemanden zuhören. Die Zentrale meldet selbst, was geschieht.',
      not_set_up: 'Die Zentrale hat keine Pusher-App mehr. Sie meldet selbst, was geschieht.',
    },
  },
  toasts: 'Meldungen',
  loading: 'Lädt',
};
