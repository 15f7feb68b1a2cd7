/** Texts of what calls cost, in German. */

import type { money as Shape } from '../en/money';

export const money: typeof Shape = {
  money: {
    title: 'Ausgaben',
    perMinute: (price, country) =>
      country ? `Etwa ${price} pro Minute nach ${country}` : `Etwa ${price} pro Minute`,
    aMinute: (price) => `etwa ${price} pro Minute`,
    left: (amount) => `${amount} sind noch auf dem Konto`,
    low: (amount) => `Nur ${amount} sind noch auf dem Konto: Das reicht vielleicht keine Woche`,
    notForThisKey: 'Dieser API-Schlüssel darf nicht lesen, was noch auf dem Konto ist.',
    by: 'Zusammengezählt nach',
    ways: { day: 'Tag', month: 'Monat', protocol: 'Protokoll', person: 'Person' },
    titles: {
      day: (currency) => `Ausgaben pro Tag, ${currency}`,
      month: (currency) => `Ausgaben pro Monat, ${currency}`,
      protocol: (currency) => `Ausgaben nach Protokoll, ${currency}`,
      person: (currency) => `Ausgaben nach Person, ${currency}`,
    },
    from: 'Von',
    to: 'Bis',
    expected: 'Erwartet',
    andExpected: (amount) => `und etwa ${amount}, deren Preis Twilio noch nicht gesagt hat`,
    nothing: 'Nichts wurde ausgegeben, soweit Twilio es gesagt hat.',
    span: (from, to) => `${from} bis ${to}`,
    nobody: 'Nummern von niemandem in den Kontakten',
    deleted: (amount) => `Dazu ${amount} für Anrufe, die aus dem Verlauf gelöscht sind.`,
  },
};
