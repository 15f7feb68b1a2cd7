import type { money as Shape } from '../en/money';

export const money: typeof Shape = {
  money: {
    title: 'Ausgaben',
    perMinute: (price, country, atLeast) =>
      `${atLeast ? 'Mindestens' : 'Etwa'} ${price} pro Minute${country ? ` (${country})` : ''}`,
    aMinute: (price) => `etwa ${price} pro Minute`,
    left: (amount) => `Guthaben: ${amount}`,
    low: (amount) => `Guthaben: nur noch ${amount}, das reicht vielleicht keine Woche`,
    notForThisKey: 'Dieser API-Schlüssel darf das Guthaben nicht lesen.',
    by: 'Aufgeteilt nach',
    ways: { day: 'Tag', month: 'Monat', protocol: 'Ansage', person: 'Kontakt' },
    titles: {
      day: (currency) => `Ausgaben pro Tag, ${currency}`,
      month: (currency) => `Ausgaben pro Monat, ${currency}`,
      protocol: (currency) => `Ausgaben nach Ansage, ${currency}`,
      person: (currency) => `Ausgaben nach Kontakt, ${currency}`,
    },
    from: 'Von',
    to: 'Bis',
    expected: 'Schätzung',
    andExpected: (amount) => `und etwa ${amount} für Anrufe, deren Preis Twilio noch nicht genannt hat`,
    nothing: 'Twilio hat keine Kosten gemeldet.',
    span: (from, to) => `${from} bis ${to}`,
    nobody: 'Nicht in den Kontakten',
    deleted: (amount) => `Dazu ${amount} für Anrufe, die aus dem Verlauf gelöscht wurden.`,
  },
};
