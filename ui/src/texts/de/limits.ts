/** Texts of the limits, of what they refuse, and of who asked, in German. */

import type { limits as Shape } from '../en/limits';
import { count } from './words';

export const limits: typeof Shape = {
  limits: {
    title: 'Grenzen',
    lead: 'Sie verhindern Anrufe, die zu oft, nachts oder zu teuer wären.',
    names: {
      number_gap_min: 'Minuten zwischen Anrufen bei einer Nummer',
      number_per_day: 'Anrufe bei einer Nummer in 24 Stunden',
      calls_per_hour: 'Anrufe insgesamt in einer Stunde',
      calls_at_once: 'Anrufe zur gleichen Zeit',
      quiet_hours: 'Ruhezeit',
      countries: 'Erlaubte Länder',
      spend_per_day: 'Ausgaben an einem Tag',
      spend_per_month: 'Ausgaben in einem Monat',
    },
    hints: {
      number_gap_min: 'Mindestabstand zwischen zwei Anrufen bei einer Nummer, egal wer anruft.',
      number_per_day: 'Danach lässt sich diese Nummer bis zum Ende der 24 Stunden nicht anrufen.',
      calls_per_hour: 'Stoppt ein außer Kontrolle geratenes Skript.',
      calls_at_once: 'Weitere werden abgelehnt, bis einer zu Ende ist.',
      quiet_hours:
        'Nach der Ortszeit der Angerufenen. Hat ihr Land mehrere Zeitzonen, darf in keiner davon Ruhezeit sein.',
      countries: 'Anrufe in alle anderen Länder werden abgelehnt.',
      spend_per_day:
        'In der Währung deines Kontos. Ist es ausgegeben, wird bis morgen niemand angerufen. Ein Anruf endet, wenn sein Anteil am Rest verbraucht ist.',
      spend_per_month:
        'In der Währung deines Kontos. Ist es ausgegeben, wird bis zum nächsten Monat niemand angerufen.',
    },
    risks: {
      number_gap_min: 'Bei jemandem klingelt es dann vielleicht wieder und wieder.',
      number_per_day:
        'Viele Anrufe am Tag bei einem Menschen können Belästigung sein, und die ist fast überall strafbar.',
      calls_per_hour: 'So viele Menschen kann ein fehlerhaftes Skript anrufen, bevor es jemand aufhält.',
      calls_at_once: 'Geht etwas schief, betrifft und kostet es alle diese Anrufe auf einmal.',
      quiet_hours: 'Jemand wird vielleicht geweckt. Vielerorts sind Anrufe in der Nacht nicht erlaubt.',
      countries:
        'Anrufe ins Ausland können ein Vielfaches kosten, und manche Nummern gibt es nur, um diese Gebühren zu kassieren.',
      spend_per_day: 'So viel kann ein Fehler an einem Tag kosten.',
      spend_per_month: 'So viel kann ein Fehler in einem Monat kosten.',
    },
    where: { own: 'Mein Land', listed: 'Diese Länder', any: 'Alle Länder' },
    nightFrom: 'Ruhe von',
    nightUntil: 'Ruhe bis',
    never:
      'Nie angerufen werden: Notrufnummern, Kurzwahlen, teure Sondernummern, deine eigenen Twilio-Nummern, gesperrte Nummern und Menschen, die die 9 gedrückt haben. Das lässt sich nicht ändern.',
    save: 'Grenzen speichern',
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
    onceHere: 'Für diesen einen Anruf kannst du es zulassen, wenn du auf Anrufen drückst.',
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
    lead: 'Anrufe, die die Regeln verhindert haben, und wer sie starten wollte.',
    none: 'Kein Anruf wurde abgelehnt.',
    by: (way, name) => (name ? `${way}, ${name}` : way),
    times: (n) => count(n, 'Mal', 'Mal'),
    setAside: 'trotzdem angerufen',
    rules: {
      emergency_number: 'Ein Notruf.',
      short_number: 'Eine Kurzwahl.',
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
