/** Texts of what calls cost, in German. */

import type { money as Shape } from '../en/money';

export const money: typeof Shape = {
  money: {
    title: 'Ausgaben',
    perMinute: (price, country) =>
      country ? `Etwa ${price} pro Minute (${country})` : `Etwa ${price} pro Minute`,
    aMinute: (price) => `etwa ${price} pro Minute`,
    left: (amount) => `Noch ${amount} auf dem Konto`,
    low: (amount) => `Nur noch ${amount} auf dem Konto: Das reicht vielleicht keine Woche`,
    notForThisKey: 'Dieser API-Schlüssel darf nicht lesen, was noch auf dem Konto ist.',
    by: 'Aufgeteilt nach',
    ways: { day: 'Tag', month: 'Monat', protocol: 'Protokoll', person: 'Kontakt' },
    titles: {
      day: (currency) => `Ausgaben pro Tag, ${currency}`,
      month: (currency) => `Ausgaben pro Monat, ${currency}`,
      protocol: (currency) => `Ausgaben nach Protokoll, ${currency}`,
      person: (currency) => `Ausgaben nach Kontakt, ${currency}`,
    },
    from: 'Von',
    to: 'Bis',
    expected: 'Erwartet',
    andExpected: (amount) => `und etwa ${amount} für Anrufe, deren Preis Twilio noch nicht genannt hat`,
    nothing: 'Nichts wurde ausgegeben, soweit Twilio Preise genannt hat.',
    span: (from, to) => `${from} bis ${to}`,
    nobody: 'Nummern, die in keinem Kontakt stehen',
    deleted: (amount) => `Dazu ${amount} für Anrufe, die aus dem Verlauf gelöscht sind.`,
  },
};
