/** What the server says to Settings, in German. */

import type { SettingsServerWords } from '../server-words';
import { twilioWords } from './later.svelte';

const tunnel = 'Richte den Tunnel oder Proxy auf die Adresse für Twilios Rückmeldungen';
const numbers = (n: string) => (n === '1' ? '1\u00a0Nummer kann' : `${n}\u00a0Nummern können`);

export const server: SettingsServerWords = {
  attention: {
    account_unusable:
      'Dein Twilio-Konto ließ sich beim Start nicht verwenden. Deshalb gehen Anrufe in die Sandbox. Prüfe dein Konto unter „Twilio-Konto“.',
    choices_lost:
      'Die Datei choices.json ist leer oder beschädigt, vielleicht nach einem Stromausfall. Was du in den Einstellungen gewählt hattest, ist verloren. Wähle es neu, zuerst das Land: Bis dahin gelten Nummern ohne + als amerikanische, und es klingelt kein Telefon.',
    backup_not_restored:
      'Die Sicherung wurde nicht eingespielt, weil noch Anrufe liefen. Spiel sie noch einmal ein, sobald sie vorbei sind.',
    wishes_lost:
      'Aus der beschädigten Datenbank ließ sich nicht vollständig lesen, wer nicht angerufen werden will. Gesperrte Nummern können fehlen, auch solche, bei denen jemand die 9 gedrückt hat. Sieh deine Kontakte durch, bevor du jemanden anrufst.',
    calls_lost:
      'Aus der beschädigten Datenbank ließen sich nicht alle Anrufe der letzten Wochen lesen. Die fehlenden zählen für keine Grenze. Wird eine ihrer Anfragen wiederholt, klingelt es noch einmal.',
    access_lost:
      'Aus der beschädigten Datenbank ließen sich nicht alle Zugänge lesen. Wer nicht mehr hineinkommt, braucht das neue Passwort oder muss neu hinzugefügt werden.',
    certificate_replaced:
      'Das Stammzertifikat dieses Computers wurde ersetzt. Geräte, die dem alten vertrauen, zeigen eine Warnung, bis du das neue auf ihnen installierst. Es steht unter „Netzwerk“.',
  },
  vault: {
    no_service:
      'Hier läuft kein Schlüsselbund. Starte einen (GNOME-Schlüsselbund, KWallet oder KeePassXC mit Secret Service) und dann dieses Programm neu, oder setze die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
    locked: 'Der Schlüsselbund ist gesperrt. Entsperre ihn und versuch es dann noch einmal.',
    silent:
      'Der Schlüsselbund antwortet nicht. Vielleicht fragt er in einem anderen Fenster nach seinem Passwort. Versuch es dann noch einmal.',
    failed:
      'Der Schlüsselbund meldet einen Fehler. Versuch es noch einmal, oder setze die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
    strange: 'Was im Schlüsselbund liegt, lässt sich nicht lesen. Gib die Zugangsdaten neu ein.',
    environment_only:
      'Dieses Programm soll Zugangsdaten nur aus der Umgebung nehmen. Starte es ohne BSP_CREDENTIALS=environment, oder setze die Umgebungsvariablen TWILIO_SID und TWILIO_TOKEN.',
  },
  verdicts: {
    unusable: 'Diese Zugangsdaten sind unbrauchbar. Gib sie noch einmal ein.',
    bad_api_address: 'Die Adresse von Twilios API ist ungültig. Prüfe sie.',
    no_encryption:
      'Es kam keine verschlüsselte Verbindung zustande. Sind die Zertifikate dieses Systems installiert?',
    twilio_good: (n) => `Twilio nimmt diese Zugangsdaten an; ${numbers(n)} anrufen.`,
    twilio_no_number:
      'Twilio nimmt diese Zugangsdaten an; noch kann keine Nummer anrufen. Kauf eine in Twilios Konsole.',
    twilio_no_token: (n) =>
      `Twilio nimmt diese Zugangsdaten an; ${numbers(n)} anrufen. Ohne das Auth-Token lassen sich Twilios Rückmeldungen nicht prüfen; der Status der Anrufe wird abgefragt.`,
    twilio_refused: (_, { twilio_code }) =>
      (twilio_code == null ? undefined : twilioWords(twilio_code)) ??
      'Twilio nimmt diese Zugangsdaten nicht an. Prüfe sie in Twilios Konsole.',
    twilio_unreachable:
      'Twilio war nicht zu erreichen. Prüfe die Verbindung zum Internet und versuch es dann wieder.',
    twilio_silent: 'Twilios Antwort war unvollständig. Versuch es in ein paar Minuten noch einmal.',
    not_twilio: 'Es antwortet etwas, das nicht wie Twilio spricht. Prüfe die Adresse von Twilios API.',
    pusher_good: 'Pusher nimmt diese Schlüssel an.',
    pusher_bad_cluster: 'Dieser Cluster kann kein Teil einer Adresse sein. Er sieht aus wie eu oder us2.',
    pusher_bad_secret: 'Mit diesem Geheimnis lässt sich nicht signieren. Kopiere es noch einmal bei Pusher.',
    pusher_refused:
      'Pusher lehnt diese Schlüssel ab. Kopiere Schlüssel und Geheimnis noch einmal bei Pusher.',
    pusher_no_app: 'Pusher kennt diese App nicht. Prüfe ihre ID und den Cluster.',
    pusher_failed: (status) => `Pusher antwortet ${status}. Versuch es später noch einmal.`,
    pusher_unreachable:
      'Pusher ist nicht zu erreichen. Prüfe die Verbindung dieses Computers und den Cluster, der Teil von Pushers Adresse ist.',
    address_good: 'Twilio kann diesen Computer erreichen, und Twilios Signatur wird hier anerkannt.',
    address_not_set_up:
      'Es gibt keine öffentliche Adresse oder kein Auth-Token zum Signieren. Gib beides in den Einstellungen ein.',
    address_unknown_name: (host) =>
      `DNS: ${host} kennt kein Namensserver. Ist der Name richtig geschrieben? Ein ganz neuer braucht eine Weile.`,
    address_refused: (host) =>
      `${host} nimmt keine Verbindung an. Läuft der Tunnel oder Proxy, und leitet der Router den Port weiter?`,
    address_bad_certificate: (host) =>
      `TLS: ${host} hat kein Zertifikat, dem Twilio vertraut. Selbst signierte nimmt Twilio nicht an; ein Tunnel bringt ein gültiges mit.`,
    address_silent: (host) =>
      `Von ${host} kam keine Antwort. Die Anfrage bleibt unterwegs hängen. ${tunnel}.`,
    address_not_believed:
      'Signatur: Die Anfrage kam hier an, war aber für eine andere Adresse signiert. Die öffentliche Adresse muss genau die sein, die Twilio aufruft, mit https:// und Pfad, Zeichen für Zeichen.',
    address_wrong_route: (host) =>
      `Weg: ${host} antwortet, aber nicht mit Twilios Rückmeldungen. ${tunnel}, und lass den Pfad, wie er ist.`,
    address_of_people: (host) =>
      `Weg: ${host} führt zur Weboberfläche. ${tunnel}: Nichts anderes soll im Internet erreichbar sein.`,
    address_gateway: (host) => `${host} kommt nicht bis zu diesem Programm. ${tunnel}, auf diesem Computer.`,
    address_elsewhere: (host) => `Weg: ${host} ist nicht dieses Programm. ${tunnel}.`,
    address_sent_on: (host) =>
      `${host} leitet die Anfrage an eine andere Adresse weiter. Gib diese an: Eine Signatur gilt nur für eine Adresse. Meist ist es dieselbe mit https://.`,
  },
};
