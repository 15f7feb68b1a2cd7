import type { limits as Shape } from '../en/limits';
import { count } from './words';

export const limits: typeof Shape = {
  limits: {
    consent: (who) =>
      `Du hast ${who} von hier noch nie angerufen. Kennt man dich dort, und ist der Anruf abgesprochen?`,
    consentYes: 'Man kennt mich, es ist abgesprochen',
    setAside: (why) => `${why} Dieses eine Mal trotzdem anrufen?`,
    setAsideYes: 'Dieses Mal anrufen',
    waiting: (position) => (position === 1 ? 'Als Nächstes dran' : `Platz ${position} in der Warteschlange`),
    cancelWaiting: 'Abbrechen',
  },
  outlook: {
    there: (from, until) =>
      until === undefined ? `Dort ist es ${from}` : `Dort ist es zwischen ${from} und ${until}`,
    usual: (minutes, price) => `Meist ${minutes} Min., etwa ${price}`,
    most: (price) => `Höchstens ${price} für diesen Anruf`,
    onceHere: 'Für diesen einen Anruf kannst du es zulassen, wenn du auf „Anrufen“ drückst.',
    onceByOwner: 'Nur in der Desktop-App lässt sich das für einen Anruf zulassen.',
    byOwner: 'Das lässt sich nur in der Desktop-App ändern.',
    limits: 'Grenzen und was davon verbraucht ist',
    used: {
      number: (n, limit) => `${n} von ${limit} Anrufen bei dieser Nummer in 24 Stunden`,
      hour: (n, limit) => `${n} von ${limit} Anrufen in einer Stunde`,
      atOnce: (n, limit) => `${n} von ${limit} Anrufen zur gleichen Zeit`,
      day: (spent, limit) => `Heute ${spent} von ${limit}`,
      month: (spent, limit) => `Diesen Monat ${spent} von ${limit}`,
    },
  },
  refusedCalls: {
    title: 'Abgelehnt',
    lead: 'Anrufe, die die Regeln verhindert haben, und wer anrufen wollte.',
    none: 'Kein Anruf wurde abgelehnt.',
    by: (way, name) => (name ? `${way}, ${name}` : way),
    times: (n) => count(n, 'Mal', 'Mal'),
    setAside: 'trotzdem angerufen',
    rules: {
      emergency_number: 'Eine Notrufnummer.',
      short_number: 'Eine Kurznummer.',
      premium_number: 'Eine teure Sondernummer.',
      impossible_number: 'Keine mögliche Telefonnummer.',
      not_a_number: 'Keine Telefonnummer.',
      own_number: 'Eine Nummer deines eigenen Kontos.',
      opted_out: 'Dort wurde die 9 gedrückt.',
      blocked_number: 'Die Nummer ist gesperrt.',
      not_to_be_called: 'Der Kontakt ist mit „Nicht anrufen“ markiert.',
      country_not_allowed: 'Das Land steht nicht auf der Liste.',
      quiet_hours: 'Dort war Ruhezeit.',
      number_too_soon: 'Die Nummer war gerade erst angerufen worden.',
      number_too_often: 'Die Nummer hatte ihre Grenze für 24 Stunden erreicht.',
      too_many_calls: 'Die Grenze für eine Stunde war erreicht.',
      too_many_at_once: 'Zu viele Anrufe zur gleichen Zeit.',
      day_spent: 'Das Budget für den Tag war aufgebraucht.',
      month_spent: 'Das Budget für den Monat war aufgebraucht.',
      further_number: 'Die Ansage ruft auch eine Nummer an, die nicht angerufen werden darf.',
      unchecked_twiml: 'Die Ansage braucht erst die Erlaubnis aus der Desktop-App.',
      consent_needed: 'Die Zustimmung war nicht bestätigt.',
    },
  },
};
