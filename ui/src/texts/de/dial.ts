/** Texts of the dial, in German. */

import type { dial as Shape } from '../en/dial';

export const dial: typeof Shape = {
  dial: {
    accountRefused: 'Twilio lehnt dieses Konto ab. So ist kein Anruf möglich',
    title: 'Wen willst du anrufen?',
    plays: 'Was zu hören ist',
    usualOf: (name) => `Üblich für ${name}`,
    findProtocol: 'Ansage suchen',
    someOf: (some, all) => `${some.toLocaleString('de')} von ${all.toLocaleString('de')}`,
    number: 'Nummer',
    recent: 'Zuletzt',
    recentUse: (number) => `${number} übernehmen`,
    matching: 'Zuletzt gewählte Nummern und Kontakte',
    call: 'Anrufen',
    calling: 'Ruft an',
    unanswered:
      'Die Zentrale hat noch nicht geantwortet. Wir warten weiter und schicken den Anruf kein zweites Mal.',
    enterKey: 'Enter',
    enter: 'ruft an',
    find: 'sucht',
    anyCountry: 'Land',
    noProtocols: 'Noch keine Ansagen',
    noProtocolsHelp:
      'Zu einer Ansage gehören die Nummer, von der du anrufst, und was am anderen Ende zu hören ist.',
    noProtocolsAction: 'Ansage anlegen',
    needsNumber: 'Gib eine Nummer ein.',
    message: {
      label: 'Nachricht',
      needed: 'Gib ein, was gesagt werden soll.',
      left: (n: number) => `Platz für ${n.toLocaleString('de')} weitere Zeichen.`,
      tooLong: (n: number) => `Um ${n.toLocaleString('de')} Zeichen zu lang.`,
    },
  },
  number: {
    looksRight: 'Gültige Nummer',
    blocked: 'Gesperrt: wird nicht angerufen',
    tooShort: 'Zu kurz',
    tooLong: 'Zu lang',
    unknownCountry: 'Unbekannte Ländervorwahl',
    notANumber: 'Keine Telefonnummer',
    wrongLength: 'Falsche Länge für dieses Land',
    help: (country) => `Ohne + gilt: ${country}.`,
  },
  quick: {
    title: 'Kurzwahl',
    ring: 'Anrufen:',
    with: 'mit',
    pin: 'Zur Kurzwahl',
    pinned: (name) => `${name} steht jetzt in der Kurzwahl.`,
    change: 'Ändern',
    done: 'Fertig',
    remove: (name, protocol) => `${name} mit ${protocol} aus der Kurzwahl entfernen`,
  },
  welcome: {
    title: 'Willkommen in deiner Telefonzentrale',
    lead: 'Noch klingelt kein Telefon. Probiere eine Nummer, die es nur hier gibt, und sieh, wie ein Anruf verläuft:',
    example: (number) => `${number} wählen`,
    then: 'Danach:',
    steps: [
      { title: 'Hol dir ein Twilio-Konto', text: 'und dort eine Nummer, von der du anrufst.' },
      {
        title: 'Verbinde dein Twilio-Konto',
        text: 'SID und Token bleiben im Schlüsselbund dieses Computers.',
      },
      { title: 'Ruf echte Telefone an', text: 'Es klingelt wirklich, und deine Nummer wird angezeigt.' },
    ],
    open: 'Twilio-Konto anlegen',
    settings: 'Zu den Einstellungen',
    browser: 'Verbinde es in der Desktop-App unter Einstellungen oder mit',
    dismiss: 'Alles klar',
  },
};
