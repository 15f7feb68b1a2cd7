/** Texts of the limits, of what they refuse, and of who asked, in German. */

import type { limits as Shape } from '../en/limits';
import { count } from './words';

export const limits: typeof Shape = {
  limits: {
    title: 'Grenzen',
    lead: 'Damit niemand zu oft oder nachts angerufen wird und keine Rechnung überrascht.',
    names: {
      number_gap_min: 'Minuten zwischen zwei Anrufen bei einer Nummer',
      number_per_day: 'Anrufe bei einer Nummer in 24 Stunden',
      calls_per_hour: 'Anrufe insgesamt in einer Stunde',
      calls_at_once: 'Anrufe zur gleichen Zeit',
      quiet_hours: 'Ruhezeit',
      countries: 'Länder, die angerufen werden dürfen',
      spend_per_day: 'Ausgaben an einem Tag',
      spend_per_month: 'Ausgaben in einem Monat',
    },
    hints: {
      number_gap_min: 'So lange hat Ruhe, wer angerufen wurde, egal wer es wünscht.',
      number_per_day: 'Danach klingelt dasselbe Telefon erst wieder, wenn ein Tag vergangen ist.',
      calls_per_hour: 'Hält ein Skript auf, das durchgeht.',
      calls_at_once: 'Mehr müssen warten, bis einer zu Ende ist.',
      quiet_hours: 'Nach der Uhr der Angerufenen. Hat ein Land mehrere, muss es auf allen Tag sein.',
      countries: 'Nummern anderer Länder und solche ohne Land werden abgelehnt.',
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
      calls_at_once: 'Was schiefgeht, geht dann zugleich schief und kostet zugleich.',
      quiet_hours: 'Jemand wird vielleicht geweckt. Vielerorts sind Anrufe in der Nacht nicht erlaubt.',
      countries: 'Anrufe ins Ausland können ein Vielfaches kosten, und Betrüger verkaufen solche Nummern.',
      spend_per_day: 'So viel kann ein Fehler an einem Tag kosten.',
      spend_per_month: 'So viel kann ein Fehler in einem Monat kosten.',
    },
    where: { own: 'Mein eigenes', listed: 'Diese', any: 'Alle Länder' },
    nightFrom: 'Ruhe von',
    nightUntil: 'Ruhe bis',
    never:
      'Notrufe, Kurzwahlen und teure Sondernummern, deine eigenen Twilio-Nummern, gesperrte Nummern und wer die 9 gedrückt hat, werden nie angerufen. Keine Einstellung ändert das.',
    save: 'Grenzen speichern',
    consent: (who) =>
      `${who} wurde von hier noch nie angerufen. Kennt man dich dort, und ist der Anruf recht?`,
    consentYes: 'Man kennt mich, der Anruf ist recht',
    setAside: (why) => `${why} Dieses eine Mal trotzdem anrufen?`,
    setAsideYes: 'Dieses Mal anrufen',
    waiting: (position) =>
      `Wartet, bis es dran ist: ${position === 1 ? 'als Nächstes' : `Platz ${position}`}`,
    cancelWaiting: 'Abbrechen',
  },
  refusedCalls: {
    title: 'Nicht angerufen',
    lead: 'Was gewünscht und abgelehnt wurde, damit du siehst, wer was wollte.',
    none: 'Nichts wurde abgelehnt.',
    by: (way, name) => (name ? `${way}, ${name}` : way),
    times: (n) => count(n, 'Mal', 'Mal'),
    setAside: 'doch angerufen',
    rules: {
      emergency_number: 'Ein Notruf.',
      short_number: 'Eine Kurzwahl.',
      premium_number: 'Eine Nummer, die extra kostet.',
      impossible_number: 'Eine solche Nummer kann es nicht geben.',
      not_a_number: 'Keine Nummer.',
      own_number: 'Eine Nummer deines eigenen Kontos.',
      opted_out: 'Dort wurde die 9 gedrückt; es wird nicht wieder angerufen.',
      blocked_number: 'Die Nummer ist gesperrt.',
      not_to_be_called: 'Jemand, der nicht angerufen werden soll.',
      country_not_allowed: 'Das Land steht nicht auf der Liste.',
      quiet_hours: 'Dort war es Nacht.',
      number_too_soon: 'Die Nummer war gerade erst angerufen worden.',
      number_too_often: 'Die Nummer war an dem Tag oft genug angerufen worden.',
      too_many_calls: 'In der Stunde gab es genug Anrufe.',
      too_many_at_once: 'Es liefen genug Anrufe.',
      day_spent: 'Das Geld für den Tag war ausgegeben.',
      month_spent: 'Das Geld für den Monat war ausgegeben.',
      further_number: 'Was zu hören ist, ruft auch eine Nummer an, die nicht angerufen werden darf.',
      unchecked_twiml: 'Was zu hören ist, braucht erst die Erlaubnis aus der Desktop-App.',
      consent_needed: 'Es hatte noch niemand gesagt, dass der Anruf recht ist.',
    },
  },
};
