/** What the server says to Settings, in German. */

import type { SettingsServerWords } from '../server-words';
import { twilioWords } from './later.svelte';

const tunnel = 'Richte den Tunnel oder Proxy auf die Adresse für Twilios Rückmeldungen';
const numbers = (n: string) => (n === '1' ? '1\u00a0Nummer kann' : `${n}\u00a0Nummern können`);

export const server: SettingsServerWords = {
  attention: {
    account_unusable:
      'Dein Twilio-Konto ließ sich beim Start nicht verwenden. Deshalb gehen Anrufe in die Sandbox. Prüf dein Konto unter „Twilio-Konto“.',
    choices_lost:
      'Die Datei choices.json ist leer oder beschädigt, vielleicht nach einem Stromausfall. Was du in den Einstellungen gewählt hattest, ist verloren. Wähl es neu, zuerst das Land: Bis dahin gelten Nummern ohne + als amerikanische, und es klingelt kein Telefon.',
    backup_not_restored:
      'Die Sicherung wurde nicht eingespielt, weil noch Anrufe liefen. Spiel sie noch einmal ein, sobald sie vorbei sind.',
    wishes_lost:
      'Wer nicht angerufen werden will, ließ sich in der beschädigten Datenbank nicht ganz lesen. Gesperrte Nummern können fehlen, auch solche, bei denen jemand die 9 gedrückt hat. Sieh deine Kontakte durch, bevor du jemanden anrufst.',
    calls_lost:
      'Die Anrufe der letzten Wochen ließen sich in der beschädigten Datenbank nicht alle lesen. Die fehlenden zählen für keine Grenze, und wer eine Anfrage von ihnen wiederholt, ruft noch einmal an.',
    access_lost:
      'Wer hereindarf, ließ sich in der beschädigten Datenbank nicht ganz lesen. Wer nicht mehr hereinkommt, braucht das neue Passwort oder wird neu hinzugefügt.',
    certificate_replaced:
      'Das Zertifikat, das für diesen Computer bürgt, wurde ersetzt. Geräte, die dem alten vertraut haben, warnen, bis du das neue auf ihnen installierst. Es steht unter „Netzwerk“.',
  },
  vault: {
    no_service:
      'Hier läuft kein Schlüsselbund. Starte einen (GNOME-Schlüsselbund, KWallet oder KeePassXC mit Secret Service) und dann dieses Programm neu, oder setz die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
    locked: 'Der Schlüsselbund ist gesperrt. Entsperr ihn und versuch es dann noch einmal.',
    silent:
      'Der Schlüsselbund antwortet nicht. Vielleicht fragt er in einem anderen Fenster nach seinem Passwort. Versuch es dann noch einmal.',
    failed:
      'Der Schlüsselbund hat versagt. Versuch es noch einmal, oder setz die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
    strange: 'Was im Schlüsselbund liegt, ist nicht zu verstehen. Gib die Zugangsdaten neu ein.',
    environment_only:
      'Dieses Programm soll Zugangsdaten nur aus der Umgebung nehmen. Starte es ohne BSP_CREDENTIALS=environment, oder setz die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
  },
  verdicts: {
    unusable: 'Diese Zugangsdaten sind nicht zu gebrauchen. Gib sie noch einmal ein.',
    bad_api_address: 'Die Adresse von Twilios API taugt nichts. Prüf sie.',
    no_encryption:
      'Es kam keine verschlüsselte Verbindung zustande. Sind die Zertifikate dieses Systems installiert?',
    twilio_good: (n) => `Twilio nimmt diese Zugangsdaten an; ${numbers(n)} anrufen.`,
    twilio_no_number:
      'Twilio nimmt diese Zugangsdaten an; noch kann keine Nummer anrufen. Kauf eine in Twilios Konsole.',
    twilio_no_token: (n) =>
      `Twilio nimmt diese Zugangsdaten an; ${numbers(n)} anrufen. Ohne das Auth-Token ist Rückmeldungen nicht zu trauen; Anrufe werden durch Nachfragen verfolgt.`,
    twilio_refused: (_, { twilio_code }) =>
      (twilio_code == null ? undefined : twilioWords(twilio_code)) ??
      'Twilio nimmt diese Zugangsdaten nicht an. Prüf sie in Twilios Konsole.',
    twilio_unreachable:
      'Twilio war nicht zu erreichen. Prüf die Verbindung zum Internet und versuch es dann wieder.',
    twilio_silent: 'Twilio gab keine ganze Antwort. Versuch es in ein paar Minuten noch einmal.',
    not_twilio: 'Es antwortet etwas, das nicht wie Twilio spricht. Prüf die Adresse von Twilios API.',
    pusher_good: 'Pusher nimmt diese Schlüssel an.',
    pusher_bad_cluster: 'Dieser Cluster kann kein Teil einer Adresse sein. Er sieht aus wie eu oder us2.',
    pusher_bad_secret: 'Mit diesem Geheimnis lässt sich nicht signieren. Kopier es noch einmal bei Pusher.',
    pusher_refused: 'Pusher lehnt diese Schlüssel ab. Kopier Schlüssel und Geheimnis noch einmal bei Pusher.',
    pusher_no_app: 'Pusher kennt diese App nicht. Prüf ihre ID und den Cluster.',
    pusher_failed: (status) => `Pusher antwortet ${status}. Versuch es später noch einmal.`,
    pusher_unreachable:
      'Pusher ist nicht zu erreichen. Prüf die Verbindung dieses Computers und den Cluster, der Teil von Pushers Adresse ist.',
    address_good: 'Twilio kann diesen Computer erreichen, und seiner Signatur wird hier geglaubt.',
    address_not_set_up:
      'Es gibt keine öffentliche Adresse oder kein Auth-Token zum Signieren. Gib beides in den Einstellungen ein.',
    address_unknown_name: (host) =>
      `DNS: ${host} kennt kein Namensserver. Ist der Name richtig geschrieben? Ein ganz neuer braucht eine Weile.`,
    address_refused: (host) =>
      `${host} nimmt keine Verbindung an. Läuft der Tunnel oder Proxy, und leitet der Router den Port weiter?`,
    address_bad_certificate: (host) =>
      `TLS: ${host} zeigt kein Zertifikat, dem Twilio glauben würde. Selbst gemachte nimmt Twilio nicht; ein Tunnel bringt ein gutes mit.`,
    address_silent: (host) => `Von ${host} kam keine Antwort. Etwas unterwegs behält die Anfrage. ${tunnel}.`,
    address_not_believed:
      'Signatur: Die Anfrage kam hier an, war aber für eine andere Adresse signiert. Die öffentliche Adresse muss genau die sein, die Twilio aufruft, mit https:// und Pfad, Zeichen für Zeichen.',
    address_wrong_route: (host) =>
      `Weg: ${host} antwortet, aber nicht mit Twilios Rückmeldungen. ${tunnel}, und lass den Pfad, wie er ist.`,
    address_of_people: (host) =>
      `Weg: ${host} führt zur Adresse für Menschen. ${tunnel}: Sonst soll nichts im Internet stehen.`,
    address_gateway: (host) => `${host} kommt nicht bis zu diesem Programm. ${tunnel}, auf diesem Computer.`,
    address_elsewhere: (host) => `Weg: ${host} ist nicht dieses Programm. ${tunnel}.`,
    address_sent_on: (host) =>
      `${host} leitet die Anfrage an eine andere Adresse weiter. Gib die an: Eine Signatur gilt nur für eine. Meist ist es dieselbe mit https://.`,
  },
};
