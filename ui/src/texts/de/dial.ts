/** Texts of the dial, in German. */

import type { dial as Shape } from '../en/dial';

export const dial: typeof Shape = {
  dial: {
    title: 'Wen rufen wir an?',
    plays: 'Was zu hören ist',
    number: 'Nummer',
    recent: 'Zuletzt',
    recentUse: (number) => `${number} nehmen`,
    matching: 'Letzte Nummern und Kontakte',
    call: 'Anrufen',
    calling: 'Ruft an',
    enterKey: 'Enter',
    enter: 'ruft an',
    find: 'findet alles',
    anyCountry: 'Land',
    noProtocols: 'Noch gibt es nichts abzuspielen',
    noProtocolsHelp:
      'Ein Protokoll ist eine Nummer, von der angerufen wird, und das, was am anderen Ende zu hören ist. Schreib das erste.',
    noProtocolsAction: 'Protokoll schreiben',
    needsNumber: 'Gib die Nummer ein, bei der es klingeln soll.',
  },
  number: {
    looksRight: 'Sieht richtig aus',
    blocked: 'Gesperrt: wird nicht angerufen',
    tooShort: 'Noch zu kurz',
    tooLong: 'Zu lang für eine Nummer von dort',
    unknownCountry: 'Diese Vorwahl hat kein Land',
    notANumber: 'Das ist keine Nummer',
    wrongLength: 'So viele Ziffern hat dort keine Nummer',
    help: (country) => `Ohne + gilt sie in: ${country}.`,
  },
  quick: {
    title: 'Kurzwahl',
    ring: 'Anrufen:',
    with: 'mit',
    pin: 'Zur Kurzwahl',
    pinned: (name) => `${name} steht jetzt in der Kurzwahl.`,
    change: 'Ändern',
    done: 'Fertig',
    remove: (name, protocol) => `${name} mit ${protocol} aus der Kurzwahl nehmen`,
  },
  welcome: {
    title: 'Willkommen in deiner Telefonzentrale',
    lead: 'Noch klingelt hier kein Telefon. Ruf +1\u00a0500\u00a0555\u00a00100 an, um zu sehen, wie ein Anruf verläuft; danach, wenn du magst:',
    steps: [
      { title: 'Hol dir ein Twilio-Konto', text: 'und dort eine Nummer, von der du anrufst.' },
      {
        title: 'Hinterlege SID und Token',
        text: 'im Schlüsselbund dieses Computers. Gezeigt werden sie nie wieder.',
      },
      { title: 'Geh live,', text: 'und echte Telefone klingeln, von deiner Nummer.' },
    ],
    open: 'Twilio-Konto anlegen',
    settings: 'Zu den Einstellungen',
    browser: 'Hinterlege sie im Fenster unter Einstellungen, oder mit',
    dismiss: 'Alles klar',
  },
};
