/** Every problem that the server can return, in German.
 *
 * A long file, because it is one list: an entry for each code. */

import type { ProblemCode, ProblemJson, ProblemWords } from '../server-words';
import refusals from './refusals.json';
import { twilio } from './twilio';
import { count } from './words';

const itsLog = 'Mehr steht im Protokoll des Programms.';
const fromScripts = 'Das betrifft Programme, die die API benutzen.';

function again({ retry_after_s: wait }: ProblemJson): string {
  if (wait == null) return '';
  if (wait <= 90) return ` Versuch es in ${count(wait, 'Sekunde', 'Sekunden')} wieder.`;
  if (wait <= 5_400) return ` Versuch es in ${count(Math.ceil(wait / 60), 'Minute', 'Minuten')} wieder.`;
  if (wait <= 172_800) return ` Versuch es in ${count(Math.ceil(wait / 3_600), 'Stunde', 'Stunden')} wieder.`;
  return ` Versuch es in ${count(Math.ceil(wait / 86_400), 'Tag', 'Tagen')} wieder.`;
}

export const problemsByCode: Record<ProblemCode, ProblemWords> = {
  unauthorized: { title: 'Du bist nicht angemeldet', detail: 'Lade die Seite neu und melde dich an.' },
  locked_out: {
    title: 'Zu viele Fehlversuche',
    detail: ({ retry_after_s }) =>
      `Versuch es ${retry_after_s == null ? 'später' : `in ${retry_after_s}\u00a0s`} noch einmal. In den Einstellungen lässt sich die Sperre aufheben.`,
  },
  unknown_host: {
    title: 'Abgewiesen',
    detail: 'Unter diesem Namen ist dieser Computer nicht bekannt. Nimm seine Adresse oder localhost.',
  },
  bad_host: {
    title: 'Abgewiesen',
    detail:
      'Die Anfrage sagt nicht eindeutig, welchen Computer sie meint. Nimm seine Adresse oder localhost.',
  },
  cross_site: { title: 'Abgewiesen', detail: 'Eine Seite einer anderen Website darf das nicht.' },
  wrong_code: {
    title: 'Ungültiger Code',
    detail: 'Er wurde schon benutzt, ist älter als fünf Minuten oder falsch. Erstelle einen neuen.',
  },
  unknown_holder: {
    title: 'Diese Sitzung oder dieses Gerät gibt es nicht',
    detail: 'Vielleicht ist die Sitzung zu Ende oder dem Gerät der Zugang schon entzogen.',
  },
  no_picture: {
    title: 'Der QR-Code ließ sich nicht erzeugen',
    detail: 'Öffne auf dem Telefon stattdessen die Adresse, die dabeisteht.',
  },
  no_such_route: {
    title: 'Diese Adresse gibt es nicht',
    detail: 'Lade die Seite neu: Vielleicht läuft inzwischen eine andere Version des Programms.',
  },
  method_not_allowed: {
    title: 'Diese Anfrage ist hier nicht möglich',
    detail: 'Lade die Seite neu: Vielleicht läuft inzwischen eine andere Version des Programms.',
  },
  not_json: { title: 'Die Anfrage muss JSON sein', detail: fromScripts },
  wrong_media_type: { title: 'Ungültige Anfrage', detail: fromScripts, andServer: true },
  not_utf8: { title: 'Die Datei ist nicht in UTF-8', detail: 'Speichere sie als UTF-8.', andServer: true },
  bad_json: { title: 'Das ist kein gültiges JSON', detail: '', andServer: true },
  bad_field: { title: 'Ungültige Anfrage', detail: fromScripts, andServer: true },
  bad_parameter: { title: 'Ungültige Anfrage', detail: fromScripts, andServer: true },
  unknown_time_zone: { title: 'Diese Zeitzone gibt es nicht', detail: fromScripts, andServer: true },
  bad_period: {
    title: 'Ungültiger Zeitraum',
    detail: 'Der Anfang liegt nach dem Ende, oder es sind mehr als zehn Jahre.',
  },
  bad_path: { title: 'Ungültige Anfrage', detail: fromScripts, andServer: true },
  unreadable: { title: 'Ungültige Anfrage', detail: fromScripts, andServer: true },
  too_slow: {
    title: 'Das kam nicht rechtzeitig an',
    detail: 'Auf den Rest wurde nicht länger gewartet. Schick es noch einmal.',
  },
  too_large: {
    title: 'Das ist zu groß',
    detail: 'Wie groß es sein darf:',
    andServer: true,
  },
  bad_last_event_id: { title: 'Ungültige Anfrage', detail: fromScripts },

  not_a_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.not_a_number,
  },
  impossible_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.impossible_number,
  },
  emergency_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.emergency_number,
  },
  short_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.short_number,
  },
  premium_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.premium_number,
  },
  own_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.own_number,
  },
  opted_out: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.opted_out,
  },
  further_number: {
    title: 'Das TwiML ruft eine Nummer an, die nicht angerufen werden darf',
    detail: refusals.further_number,
    andServer: true,
  },
  unchecked_twiml: {
    title: 'Das muss erst erlaubt werden',
    detail: refusals.unchecked_twiml,
    andServer: true,
  },
  owners_to_unprotect: {
    title: 'Das geht nur in der Desktop-App',
    detail:
      'Wer nicht angerufen werden soll, bleibt geschützt: Zurücknehmen lässt sich das nur in der Desktop-App, unter Kontakte.',
  },
  country_not_allowed: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.country_not_allowed,
  },
  quiet_hours: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.quiet_hours + again(problem),
  },
  number_too_soon: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.number_too_soon + again(problem),
  },
  number_too_often: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.number_too_often + again(problem),
  },
  too_many_calls: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.too_many_calls + again(problem),
  },
  too_many_at_once: {
    title: 'Jetzt nicht',
    detail: refusals.too_many_at_once,
  },
  day_spent: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.day_spent + again(problem),
  },
  month_spent: {
    title: 'Jetzt nicht',
    detail: (problem) => refusals.month_spent + again(problem),
  },
  consent_needed: {
    title: 'Ist der Anruf abgesprochen?',
    detail: refusals.consent_needed,
  },
  no_price: {
    title: 'Es gibt keinen Preis',
    detail: 'Twilio nennt für Anrufe an diese Nummer keinen.',
  },
  still_counted: {
    title: 'Diese Anrufe zählen noch',
    detail: 'Anrufe der letzten 32\u00a0Tage bleiben, weil die Grenzen sie zählen. Wähle einen früheren Tag.',
  },
  no_ngrok_token: {
    title: 'Das Authtoken fehlt',
    detail: 'Gib zuerst das Authtoken deines ngrok-Kontos ein.',
  },
  bad_public_address: {
    title: 'Das kann keine öffentliche Adresse sein',
    detail:
      'Sie beginnt mit http:// oder https:// und enthält weder ? noch #; eine Domain bei ngrok sieht aus wie calls.ngrok.app.',
  },
  disk_full: {
    title: 'Die Festplatte ist voll',
    detail:
      'Hiervon wurde nichts gespeichert, und es klingelt nicht: Ein Anruf geht erst hinaus, wenn er gespeichert ist. Schaff Platz auf der Festplatte mit den Daten; das Programm macht dann von allein weiter.',
  },
  damaged: {
    title: 'Die Datenbank ist beschädigt',
    detail:
      'Nichts wurde gelöscht. Starte das Programm neu: Das Fenster bietet dann an, eine Sicherung einzuspielen. Ohne Fenster geht es mit: bsp restore DATEI',
  },
  restore: {
    title: 'Die Sicherung wurde nicht eingespielt',
    detail: 'Nichts wurde geändert.',
    andServer: true,
  },
  not_a_backup: {
    title: 'Das lässt sich nicht einspielen',
    detail: 'Das ist keine Sicherung, die diese Version lesen kann.',
    andServer: true,
  },
  invalid_limits: {
    title: 'Ungültige Grenze',
    detail: 'Zahlen beginnen bei 1, und die Ruhezeit braucht Anfang und Ende zu verschiedenen Zeiten.',
    andServer: true,
  },
  blocked_number: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.blocked_number,
  },
  not_to_be_called: {
    title: 'Diese Nummer wird nicht angerufen',
    detail: refusals.not_to_be_called,
  },
  not_blocked: { title: 'Die Nummer ist nicht gesperrt', detail: 'Es gibt nichts zu entsperren.' },

  unknown_call: {
    title: 'Diesen Anruf gibt es nicht',
    detail: 'Die Adresse ist vielleicht alt oder aus einer anderen Installation.',
  },
  bad_update_callback: { title: 'Ungültige Adresse für Rückmeldungen', detail: fromScripts },
  bad_watch_channel: { title: 'Ungültiger Pusher-Kanal', detail: fromScripts },
  bad_idempotency_key: { title: 'Ungültiger Idempotency-Key', detail: fromScripts },
  idempotency_key_reused: {
    title: 'Der Schlüssel gehört zu einem anderen Anruf',
    detail: 'Ein Idempotency-Key gilt für eine Ansage, eine Nummer und eine Nachricht.',
  },
  too_many_keys: {
    title: 'Zu viele Tasten',
    detail: 'Durchwahl und Ansage haben zusammen mehr als 32 Tasten und Pausen. Mehr nimmt Twilio nicht an.',
  },
  message_missing: {
    title: 'Die Nachricht fehlt',
    detail: 'Diese Ansage braucht eine Nachricht, und der Anruf hat keine.',
  },
  message_not_taken: {
    title: 'Diese Ansage hat keinen Platz für eine Nachricht',
    detail: 'Dafür muss {message} in ihrem vorgelesenen Text stehen.',
  },
  bad_message: {
    title: 'Die Nachricht lässt sich nicht vorlesen',
    detail: 'Sie enthält Steuerzeichen. Erlaubt sind nur Zeilenumbrüche und Tabulatoren.',
  },
  long_message: {
    title: 'Die Nachricht ist zu lang',
    detail: 'Kürze sie. Twilio nimmt höchstens 4.000 Zeichen an, Text und Markup der Ansage eingerechnet.',
  },
  read_otherwise: {
    title: 'Die Nummer wird anders gelesen',
    detail: ({ number }) => `Angerufen würde ${number ?? 'eine andere'}. Sieh sie dir an, bevor du anrufst.`,
  },
  outcome_unknown: {
    title: 'Vielleicht klingelt es',
    detail:
      'Das Programm wurde beendet, während der Anruf hinausging. Sieh unter Anrufe nach, bevor du noch einmal anrufst.',
  },
  call_over: { title: 'Der Anruf ist schon vorbei', detail: 'Es gibt nichts mehr zu beenden.' },
  twilio_refused: {
    title: 'Twilio hat den Anruf abgelehnt',
    detail: ({ twilio_code }) => ofTwilio(twilio_code),
  },
  twilio_busy: {
    title: 'Twilio nimmt gerade keine Anrufe mehr an',
    detail: 'Warte ein wenig und versuch es dann wieder.',
  },
  not_dialled: {
    title: 'Der Anruf kam nicht bis zu Twilio',
    detail: 'Es hat nicht geklingelt. Prüfe die Verbindung zum Internet und versuch es dann wieder.',
  },
  twilio: {
    title: 'Das hat bei Twilio nicht geklappt',
    detail: ({ twilio_code }) => ofTwilio(twilio_code),
  },

  unknown_protocol: {
    title: 'Diese Ansage gibt es nicht',
    detail: 'Vielleicht wurde sie gerade gelöscht.',
  },
  changed_meanwhile: {
    title: 'Woanders geändert',
    detail: 'Jemand hat das inzwischen gespeichert. Sieh es dir noch einmal an.',
  },
  protocol_exists: { title: 'Die ID ist vergeben', detail: 'Nimm eine andere für diese Ansage.' },
  invalid_protocol: {
    title: 'Ungültige Ansage',
    detail: 'So lässt sie sich nicht speichern:',
    andServer: true,
  },
  unknown_person: { title: 'Diesen Kontakt gibt es nicht', detail: 'Vielleicht wurde er gerade gelöscht.' },
  invalid_person: {
    title: 'So lässt sich der Kontakt nicht speichern',
    detail: 'Er braucht einen Namen von höchstens 100 Zeichen, und jede Nummer muss eine Telefonnummer sein.',
  },
  unknown_group: { title: 'Diese Gruppe gibt es nicht', detail: 'Vielleicht wurde sie gerade gelöscht.' },
  group_exists: { title: 'Der Name ist vergeben', detail: 'Eine andere Gruppe heißt schon so.' },
  invalid_group: {
    title: 'So lässt sich die Gruppe nicht speichern',
    detail:
      'Sie braucht einen Namen und hat höchstens 100 Mitglieder, jedes mit einer Nummer, die zu ihm gehört:',
    andServer: true,
  },
  not_an_address_book: {
    title: 'Das ist kein Adressbuch',
    detail: 'Nimm eine vCard (.vcf) oder eine CSV-Datei, deren erste Zeile die Spalten nennt.',
  },
  unknown_import: {
    title: 'Das lässt sich nicht mehr rückgängig machen',
    detail: 'Es geht einen Tag lang und nur einmal.',
  },
  invalid_quick_dials: {
    title: 'Ungültige Kurzwahl',
    detail: 'Jeder Eintrag steht nur einmal darin, und mehr passen nicht hinein.',
  },
  long_note: { title: 'Die Notiz ist zu lang', detail: 'Schreib sie kürzer.' },
  unknown_sound: { title: 'Diese Tondatei gibt es nicht', detail: 'Vielleicht wurde sie gelöscht.' },
  not_sound: {
    title: 'Diese Tondatei lässt sich nicht abspielen',
    detail: 'Nimm MP3, WAV, M4A, AAC, FLAC, Ogg Vorbis oder AIFF.',
    andServer: true,
  },
  unsupported_sound: {
    title: 'Diese Tondatei lässt sich nicht umwandeln',
    detail: 'Speichere sie als MP3, WAV oder M4A.',
    andServer: true,
  },
  long_sound: { title: 'Das ist zu lang', detail: 'Eine Tondatei dauert höchstens 10 Minuten.' },
  sound_in_use: {
    title: 'Eine Ansage spielt diese Tondatei',
    detail: 'Lass sie zuerst etwas anderes spielen.',
  },
  not_confirmable: {
    title: 'Dieser Anruf lässt sich nicht bestätigen',
    detail:
      'Bei dieser Ansage soll eine Taste gedrückt werden, und ohne öffentliche Adresse kommt keine Taste an. Die Adresse bekommt dieser Computer unter Einstellungen.',
  },
  no_public_address: {
    title: 'Twilio kommt nicht an die Tondatei',
    detail:
      'Twilio holt sie von hier, und dieser Computer hat keine öffentliche Adresse. Die bekommt er unter Einstellungen.',
  },

  bad_credentials: {
    title: 'Diese Zugangsdaten können nicht stimmen',
    detail:
      'Eine Account-SID besteht aus AC und 32 Zeichen von 0 bis f, ein API-Schlüssel aus SK und ebenso vielen. Nötig ist das Auth-Token oder ein API-Schlüssel mit seinem Geheimnis. Pusher braucht alle vier Angaben.',
  },
  no_credentials: { title: 'Es ist kein Konto hinterlegt', detail: 'Hinterlege zuerst eines.' },
  keyring: {
    title: 'Der Schlüsselbund ist nicht verfügbar',
    detail:
      'Läuft einer, und ist er entsperrt? Sonst nimmt das Programm die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
  },
  password: { title: 'Das Passwort ließ sich nicht speichern', detail: itsLog },
  calls_under_way: {
    title: 'Nicht während eines Anrufs',
    detail: 'Beende zuerst alle Anrufe, oder warte, bis sie vorbei sind.',
  },
  told_at_start: {
    title: 'Das ist schon vorgegeben',
    detail: 'Es wurde beim Start des Programms bestimmt. Starte es ohne diese Vorgabe, um hier zu wählen.',
  },
  choices: {
    title: 'Die Einstellung ließ sich nicht speichern',
    detail: `Ist die Festplatte voll? ${itsLog}`,
  },
  unknown_region: { title: 'Dieses Land gibt es nicht', detail: 'Wähle eines aus der Liste.' },

  database: { title: 'Fehler in der Datenbank', detail: `Ist die Festplatte voll? ${itsLog}` },
  stopping: {
    title: 'Das Programm wird gerade beendet',
    detail: 'Versuch es noch einmal, sobald es wieder läuft.',
  },
  panic: { title: 'Das Programm hat einen Fehler', detail: `${itsLog}` },
};

function ofTwilio(code: number | null | undefined): string {
  const known = code == null ? undefined : twilio[code];
  return known ?? 'Sieh unter Anrufe nach, wie es steht, und versuch es dann noch einmal.';
}
