/** Twilio's error codes in German: what happened and what to do about it. */

const noArea =
  'Das Twilio-Konto darf dieses Land oder diese Gegend nicht anrufen. Erlaub es in Twilios Konsole unter Voice, Settings, Geo permissions.';
const notANumber =
  'Die angerufene Nummer ist keine gültige Telefonnummer. Prüf sie und schreib sie mit Ländervorwahl, etwa +49 30 901820.';

export const twilio: Readonly<Record<number, string>> = {
  11200:
    'Twilio konnte nicht holen, was der Anruf sagen soll. Öffne die Adresse des TwiML von außerhalb deines Netzes: Sie muss öffentlich sein und rasch ohne Fehler antworten.',
  13224:
    'Solche Nummern kann Twilio nicht anrufen. Prüf die Nummer samt Ländervorwahl. Manche, etwa Kurzwahlnummern, sind über Twilio nicht zu erreichen.',
  13225:
    'Twilio sperrt Anrufe an diese Nummer. Ruf eine andere an, oder frag Twilios Support, warum diese gesperrt ist.',
  13227: noArea,
  20003:
    'Twilio hat die Zugangsdaten nicht angenommen. Prüf Account-SID und Auth-Token, oder API-Schlüssel und Geheimnis, und ob das Konto aktiv ist.',
  20404:
    'Twilio kennt das Verlangte nicht. Prüf, ob die Account-SID stimmt; alte Anrufe sind vielleicht gelöscht.',
  20429:
    'Twilio bekam zu viele Anfragen von diesem Konto und hat diese nicht angenommen. Wart ein wenig und versuch es dann wieder.',
  21201: 'Es fehlt die Nummer, die angerufen werden soll. Gib sie mit Ländervorwahl an.',
  21202:
    'Das ist eine teure Sondernummer, die das Twilio-Konto nicht anrufen darf. Ruf eine andere an, oder bitte Twilios Support, sie zu erlauben.',
  21205:
    'Twilio nimmt die Adresse des TwiML nicht an. Gib eine vollständige Adresse mit http oder https an, die aus dem Internet zu erreichen ist.',
  21210:
    'Die Nummer, von der angerufen wird, gehört nicht zu diesem Twilio-Konto. Nimm eine seiner eigenen, oder lass diese in Twilios Konsole unter Verified Caller IDs bestätigen.',
  21211: notANumber,
  21212:
    'Die Nummer, von der angerufen wird, ist keine gültige Telefonnummer. Schreib sie mit Ländervorwahl, etwa +49 30 901820.',
  21213:
    'Es fehlt die Nummer, von der angerufen wird. Trag im Protokoll eine Nummer deines Twilio-Kontos ein.',
  21214: 'Die Nummer ist mit einem Anruf nicht zu erreichen. Prüf sie, oder versuch eine andere.',
  21215: noArea,
  21216:
    'Das Twilio-Konto darf diese Nummer nicht anrufen. Ruf eine andere an, oder frag Twilios Support, warum diese gesperrt ist.',
  21217: notANumber,
  21219:
    'Ein Probekonto darf nur bestätigte Nummern anrufen. Bestätige die Nummer in Twilios Konsole unter Verified Caller IDs, oder stuf das Konto hoch.',
  21220: 'Der Anruf läuft nicht mehr oder noch nicht. Sieh ihn dir noch einmal an: Vielleicht ist er vorbei.',
  21609:
    'Twilio nimmt die Adresse für Nachrichten vom Anruf nicht an. Gib eine öffentliche Adresse mit http oder https an, deren Name keinen Unterstrich enthält.',
  21626:
    'Twilio kennt die Ereignisse nicht, die es melden soll, und meldet deshalb keine. Verlang nur initiated, ringing, answered und completed, jedes in einem eigenen Feld.',
  32205: noArea,
};
