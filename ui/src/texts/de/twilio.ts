/** Twilio's error codes in German: what happened and what to do.
 *
 * `crates/twilio/src/error_codes.txt` has the same codes and groups in English; a test compares them. {} stands for
 * the text after a code's colon. */

const entries: readonly (readonly [codes: string, words: string])[] = [
  // Das Konto.
  [
    '10001 20005 21472',
    'Das Twilio-Konto ist nicht aktiv: Es ist gesperrt oder geschlossen. Melde dich in Twilios Konsole an: Lade Guthaben auf, wenn es aufgebraucht ist, sonst frag Twilios Support.',
  ],
  ['10002', 'Ein Probekonto kann das nicht. Stufe das Konto in Twilios Konsole hoch.'],
  [
    '10003',
    'Twilio hat einen eingehenden Anruf abgewiesen, weil das Konto nicht aktiv ist. Melde dich in Twilios Konsole an: Lade Guthaben auf, wenn es aufgebraucht ist, sonst frag Twilios Support.',
  ],
  [
    '10004',
    'Auf diesem Twilio-Konto laufen zu viele Anrufe zugleich. Warte, bis einige vorbei sind. Ein bestätigtes Geschäftsprofil in Twilios Konsole hebt die Grenze an.',
  ],
  [
    '10005 32005',
    'Anrufe sind für dieses Twilio-Konto abgeschaltet. Frag Twilios Support, warum, und lass sie wieder einschalten.',
  ],
  [
    '20003 20151',
    'Twilio hat die Zugangsdaten nicht angenommen. Prüfe Account-SID und Auth-Token, oder API-Schlüssel und Geheimnis, und ob das Konto aktiv ist.',
  ],
  [
    '20008',
    'Das sind Twilios Test-Zugangsdaten, die das nicht können. Nimm Account-SID und Auth-Token des Kontos selbst; die zum Testen tun nur so, als riefen sie an.',
  ],
  [
    '20006 20403 70004 70051',
    'Mit diesen Zugangsdaten ist das nicht erlaubt. Nimm das Auth-Token des Kontos oder einen API-Schlüssel, der das darf.',
  ],
  ['20010', 'Twilio hat das für dieses Konto abgeschaltet. Bitte Twilios Support, es einzuschalten.'],
  [
    '30002',
    'Das Twilio-Konto ist gesperrt. Melde dich in Twilios Konsole an: Lade Guthaben auf, wenn es aufgebraucht ist, sonst frag Twilios Support.',
  ],
  [
    '13805',
    'Anrufe eines Probekontos enden nach 10 Minuten, so auch dieser. Stufe das Konto in Twilios Konsole hoch, wenn sie länger dauern sollen.',
  ],
  [
    '21470 21471',
    'Twilio kennt kein Konto mit dieser SID. Kopiere die Account-SID noch einmal aus Twilios Konsole: Sie beginnt mit AC.',
  ],
  [
    '21100 21101 21102 21473 21474 21475 21476 21477 21478 21479 21480',
    'So kann Twilio die Konten nicht ändern. Sieh dir das Konto und seine Unterkonten in Twilios Konsole an.',
  ],

  // Was eine Anfrage sagt.
  [
    '400 20400 70001 70002',
    'Twilio hat die Anfrage nicht verstanden. Prüfe, was gesendet wurde; hat dieses Programm von selbst gefragt, melde es bitte.',
  ],
  ['403', 'Twilio hat die Anfrage abgelehnt. Prüfe die Zugangsdaten und was mit ihnen erlaubt ist.'],
  [
    '404 20404',
    'Twilio kennt das Verlangte nicht. Prüfe, ob die Account-SID stimmt; alte Anrufe sind vielleicht gelöscht.',
  ],
  ['410 20410', 'Das Verlangte gibt es bei Twilio nicht mehr. Suche ein neueres in Twilios Konsole.'],
  [
    '503 20500 20503 20504 15009 17009 99001',
    'Bei Twilio ist etwas ausgefallen. Sieh auf status.twilio.com nach, und nach dem Anruf selbst, bevor du es wieder versuchst.',
  ],
  [
    '20001:Feld 20422:Feld',
    'Twilio nimmt ein {} der Anfrage nicht an. Welches, sagt Twilios eigene Meldung; berichtige es und versuch es noch einmal.',
  ],
  ['20002', 'Twilio nimmt diesen Namen nicht an. Wähle einen kürzeren ohne Sonderzeichen.'],
  [
    '20004',
    'Diese Methode erlaubt Twilio an dieser Adresse nicht. Prüfe Twilios Adresse in den Einstellungen: Sie führt vielleicht anderswohin.',
  ],
  ['20007', 'Es wurden zu viele Einträge auf einmal verlangt. Verlange höchstens 1.000 auf einer Seite.'],
  ['20009', 'Twilio löscht das erst, wenn es vorbei ist. Warte auf das Ende des Anrufs und lösche ihn dann.'],
  [
    '20011 20012',
    'Die Verschlüsselung der Verbindung ist Twilio zu alt. Bring dieses System auf den neuesten Stand; Twilio will TLS 1.2 oder neuer.',
  ],
  ['20020', 'Es hat sich nichts geändert, denn alles war schon so. Es ist nichts zu tun.'],
  [
    '20021 20023',
    'Twilio nimmt diese Telefonnummer hier nicht an. Prüfe sie: Schreib sie mit Ländervorwahl und nur mit Ziffern.',
  ],
  [
    '20101:Token 20102:Kopf 20103:Aussteller 20105:Beginn 20106:Rechte 20107:Signatur 20152:Kopf 20153:Aussteller 20154:Inhalt 20155:Ablauf 20157:Dauer 20159:Signatur 20160:Inhalt',
    'Das Zugangs-Token ist unbrauchbar ({}). Erstelle mit einem API-Schlüssel dieses Kontos ein neues.',
  ],
  ['20104 20156', 'Das Zugangs-Token ist abgelaufen. Erstelle ein neues und prüfe die Uhr dieses Computers.'],
  ['20161', 'Die Anfrage sagt nicht, was sich ändern soll. Sag, was anders werden soll.'],
  ['20162 20409', 'Gerade wird etwas anderes geändert. Warte einen Moment und versuch es noch einmal.'],
  [
    '20412 20426',
    'Die Anfrage passt nicht mehr zu dem, was Twilio inzwischen hat. Lies bei Twilio den neuen Stand und versuch es dann wieder.',
  ],
  ['20413', 'Die Anfrage ist Twilio zu groß. Kürze, was der Anruf sagen soll.'],
  ['20423', 'Das ist keine Kennung von Twilio. Kopiere sie noch einmal aus Twilios Konsole.'],
  [
    '20429',
    'Twilio bekam zu viele Anfragen von diesem Konto und hat diese nicht angenommen. Warte ein wenig und versuch es dann wieder.',
  ],
  [
    '70003 70005',
    'Twilio nimmt diese Änderung jetzt nicht an. Warte einen Moment und versuch es noch einmal.',
  ],
  [
    '70052 70053 70101 70102 70103 70104 70105 70106 70151 70152 70153 70154 70155 70156',
    'Die öffentlichen Schlüssel des Kontos und die Anfrage passen nicht zusammen. Sieh dir API-Schlüssel und öffentliche Schlüssel in Twilios Konsole an.',
  ],

  // Der gewünschte Anruf.
  [
    '21200 31000 31106',
    'So konnte Twilio nicht anrufen. Was daran falsch ist, sagt Twilios eigene Meldung; berichtige es und versuch es noch einmal.',
  ],
  ['21201', 'Es fehlt die Nummer, die angerufen werden soll. Gib sie mit Ländervorwahl an.'],
  [
    '21202',
    'Das ist eine teure Sondernummer, die das Twilio-Konto nicht anrufen darf. Ruf eine andere an, oder bitte Twilios Support, sie zu erlauben.',
  ],
  [
    '13227 21203 21215 32205',
    'Das Twilio-Konto darf dieses Land oder diese Gegend nicht anrufen. Erlaub es in Twilios Konsole unter Voice, Settings, Geo permissions.',
  ],
  ['21204', 'Der Anruf läuft schon. Sieh ihn dir an, statt noch einmal anzurufen.'],
  [
    '21205',
    'Twilio nimmt die Adresse des TwiML nicht an. Gib eine vollständige Adresse mit http oder https an, die aus dem Internet zu erreichen ist.',
  ],
  [
    '21206',
    'Solche Tasten kann Twilio nicht drücken. Nimm nur Ziffern, *, #, w und W, höchstens 32 Zeichen.',
  ],
  [
    '21207 21234 21263',
    'So kann Twilio Anrufbeantworter nicht erkennen. Berichtige die Angaben dazu, oder lass sie weg.',
  ],
  ['21208', 'So lange lässt Twilio nicht klingeln. Gib 1 bis 600 Sekunden an.'],
  ['21209', 'Mit dieser Methode holt Twilio kein TwiML. Nimm GET oder POST.'],
  [
    '21210',
    'Die Nummer, von der angerufen wird, gehört nicht zu diesem Twilio-Konto. Nimm eine seiner eigenen, oder lass diese in Twilios Konsole unter Verified Caller IDs bestätigen.',
  ],
  [
    '21211 21217',
    'Die angerufene Nummer ist keine gültige Telefonnummer. Prüfe sie und schreib sie mit Ländervorwahl, etwa +49 30 901820.',
  ],
  [
    '21212',
    'Die Nummer, von der angerufen wird, ist keine gültige Telefonnummer. Schreib sie mit Ländervorwahl, etwa +49 30 901820.',
  ],
  [
    '21213',
    'Es fehlt die Nummer, von der angerufen wird. Trag in der Ansage eine Nummer deines Twilio-Kontos ein.',
  ],
  ['21214', 'Die Nummer ist mit einem Anruf nicht zu erreichen. Prüfe sie, oder versuch eine andere.'],
  [
    '21216',
    'Das Twilio-Konto darf diese Nummer nicht anrufen. Ruf eine andere an, oder frag Twilios Support, warum diese gesperrt ist.',
  ],
  [
    '21218 21420',
    'Eine solche TwiML-Anwendung hat das Konto nicht. Prüfe ihre SID in Twilios Konsole: Sie beginnt mit AP.',
  ],
  [
    '21219 21608 32100',
    'Ein Probekonto darf nur bestätigte Nummern anrufen. Bestätige die Nummer in Twilios Konsole unter Verified Caller IDs, oder stufe das Konto hoch.',
  ],
  [
    '21220',
    'Der Anruf läuft nicht mehr oder noch nicht. Sieh ihn dir noch einmal an: Vielleicht ist er vorbei.',
  ],
  [
    '21221 21222 21223 21224 21225',
    'Twilio nimmt Namen oder Passwort für den SIP-Anruf nicht an. Gib beide an, ohne Sonderzeichen und mit höchstens je 256 Zeichen.',
  ],
  [
    '21226 13246',
    'Dieses Twilio-Konto darf nicht über SIP anrufen. Ruf eine Telefonnummer an, oder bitte Twilios Support um SIP.',
  ],
  [
    '21227 21228 21229',
    'Twilio nimmt die Kopfzeilen der SIP-Adresse nicht an. Nimm in ihren Namen nur Buchstaben, Ziffern und Bindestriche, und zusammen höchstens 1.024 Zeichen.',
  ],
  [
    '21262',
    'Ob ein Anrufbeantworter abhob, sollte während des Anrufs gemeldet werden, aber die Adresse dafür fehlt. Gib eine an, oder lass den Anruf darauf warten.',
  ],
  [
    '21264 32204',
    'Die Nummer, von der angerufen wird, ist nicht bestätigt. Bestätige sie in Twilios Konsole unter Verified Caller IDs, oder nimm eine des Kontos.',
  ],
  [
    '21265',
    'Die angerufene Nummer ist eine Kurznummer, die Twilio so nicht erreicht. Ruf eine gewöhnliche Nummer mit Ländervorwahl an.',
  ],
  ['21266', 'Die Nummer ruft sich selbst an. Nimm auf einer der beiden Seiten eine andere.'],
  [
    '21267',
    'Ein Probekonto darf nur von einer Telefonnummer anrufen. Nimm eine des Kontos, oder stufe das Konto hoch.',
  ],
  ['21268', 'Zu teuren Sondernummern und Auskünften verbindet Twilio nicht. Nimm eine gewöhnliche Nummer.'],
  ['21300', 'Einen solchen BYOC-Trunk hat das Konto nicht. Prüfe seine SID in Twilios Konsole.'],
  [
    '21301 21302',
    'Das Konto hat so viele TwiML-Anwendungen, wie es haben darf, oder beinahe. Lösche in Twilios Konsole, was du nicht mehr brauchst.',
  ],
  [
    '21609',
    'Twilio nimmt die Adresse für Statusmeldungen zum Anruf nicht an. Gib eine öffentliche Adresse mit http oder https an, deren Name keinen Unterstrich enthält.',
  ],
  [
    '21626 13621',
    'Twilio kennt die Ereignisse nicht, die es melden soll, und meldet deshalb keine. Verlange nur initiated, ringing, answered und completed, jedes in einem eigenen Feld.',
  ],
  [
    '22001',
    'Der Anruf wartete bei Twilio zu lange und wurde nicht gewählt. Ruf weniger auf einmal an und versuch es dann wieder.',
  ],
  [
    '22005',
    'Bei Twilio warten zu viele Anrufe dieses Kontos, deshalb wurde dieser nicht gewählt. Warte, bis einige gewählt sind, und versuch es dann wieder.',
  ],
  ['31206 31429', 'Twilio bekam zu viele Anfragen auf einmal. Warte ein wenig und versuch es dann wieder.'],
  [
    '32018',
    'Das mitgeschickte TwiML ist zu lang. Kürze es auf 4.000 Zeichen, oder gib eine Adresse an, von der Twilio es holt.',
  ],
  [
    '32019',
    'Der Anruf hatte TwiML und eine Adresse dafür; Twilio nahm die Adresse. Gib nur eines von beiden an.',
  ],

  // Telefonnummern des Kontos.
  ['21401 21421', 'Das ist keine gültige Telefonnummer. Prüfe sie und schreib sie mit Ländervorwahl.'],
  [
    '21402 21403 21405 21406 21455 21456 21502',
    'Twilio nimmt für diese Telefonnummer eine Adresse oder Methode nicht an. Gib vollständige Adressen mit http oder https an, und GET oder POST.',
  ],
  ['21404', 'Diese Telefonnummer kann ein Probekonto nicht haben. Stufe das Konto in Twilios Konsole hoch.'],
  [
    '21407 21409 21458',
    'Das kann diese Art von Telefonnummer nicht. Was sie kann, steht in Twilios Konsole unter Phone Numbers.',
  ],
  [
    '21422 21451 21452 21457',
    'Eine solche Telefonnummer ist nicht zu haben. Suche eine andere in Twilios Konsole unter Buy a number.',
  ],
  [
    '21449 21450 21453',
    'Diese Telefonnummer ist schon bestätigt. Nimm sie, wie sie ist, oder entferne sie erst in Twilios Konsole unter Verified Caller IDs.',
  ],
  [
    '21454 22100 22113 22114 22123',
    'Der Anruf, der eine Telefonnummer bestätigt, kam nicht zustande oder brachte nicht den richtigen Code. Versuch es in Twilios Konsole unter Verified Caller IDs noch einmal.',
  ],
  ['21481', 'Die Liste bei Twilio hat sich beim Lesen geändert. Lies sie noch einmal von vorn.'],
  [
    '21501 21503 21504',
    'Was zu einer Aufnahme verlangt wurde, gibt es nicht. Sieh dir die Aufnahmen in Twilios Konsole an.',
  ],
  [
    '21613 21615 21628 21629 21630 21631 21649 21650 21651 22300',
    'Für diese Telefonnummer braucht Twilio erst Unterlagen oder eine Anschrift. Ergänze sie in Twilios Konsole unter Phone Numbers, Regulatory Compliance.',
  ],
  [
    '22221 22222',
    'Zu der Telefonnummer ist keine Anschrift für Notrufe hinterlegt. Hinterlege eine in Twilios Konsole unter Phone Numbers.',
  ],
  [
    '181000 32800',
    'Twilio konnte die Telefonnummer nicht einrichten. Versuch es noch einmal, oder frag Twilios Support.',
  ],

  // Was die Adressen antworten, bei denen Twilio fragt.
  [
    '11100',
    'Eine Adresse im TwiML oder zum Anruf ist keine Webadresse. Schreib sie ganz aus, mit https:// und ohne Leerzeichen.',
  ],
  [
    '11200',
    'Twilio konnte nicht holen, was der Anruf sagen soll. Öffne die Adresse des TwiML von außerhalb deines Netzes: Sie muss öffentlich sein und rasch ohne Fehler antworten.',
  ],
  [
    '11201 11203',
    'Der Server, bei dem Twilio fragte, hat nicht rechtzeitig geantwortet. Prüfe, ob er läuft und aus dem Internet zu erreichen ist; er muss innerhalb von 15 Sekunden antworten.',
  ],
  [
    '11202',
    'Der Server, bei dem Twilio fragte, nimmt keine Verbindung an. Starte ihn, und prüfe Port, Firewall und den Tunnel davor.',
  ],
  [
    '11205',
    'Twilio konnte sich mit der angegebenen Adresse nicht verbinden. Prüfe, ob sie öffentlich ist und eine Firewall Twilio hereinlässt.',
  ],
  [
    '11206 11251',
    'Was an der Adresse antwortet, bei der Twilio fragte, spricht kein richtiges HTTP. Prüfe, ob der Port zu einem Webserver gehört, und nimm https://, falls er TLS spricht.',
  ],
  [
    '11210',
    'Den Namen in der Adresse, bei der Twilio fragte, gibt es nicht. Ist er richtig geschrieben? Ein neuer braucht eine Weile, bis ihn alle kennen.',
  ],
  ['11215', 'Die Adresse, bei der Twilio fragte, leitet zu oft weiter. Gib die an, bei der das endet.'],
  [
    '11216',
    'Die Adresse, bei der Twilio fragte, leitet zu etwas weiter, das keine Adresse ist. Berichtige die Weiterleitung, oder gib ihr Ziel an.',
  ],
  [
    '11217',
    'Der Server, bei dem Twilio fragte, meldete einen Fehler. Sieh im Log dieses Servers um dieselbe Zeit nach.',
  ],
  [
    '11220',
    'Mit der Adresse, bei der Twilio fragte, kam keine verschlüsselte Verbindung zustande. Prüfe ihr Zertifikat und ob der Server TLS 1.2 oder neuer spricht.',
  ],
  [
    '11235',
    'Das Zertifikat an der Adresse, bei der Twilio fragte, gilt für einen anderen Namen. Nimm den Namen, der darin steht, oder besorge eines für diesen.',
  ],
  ['11236', 'Das Zertifikat an der Adresse, bei der Twilio fragte, ist abgelaufen. Erneuere es.'],
  [
    '11237',
    'Dem Zertifikat an der Adresse, bei der es fragte, traut Twilio nicht. Nimm eines einer bekannten Zertifizierungsstelle und schicke deren Zwischenzertifikate mit; ein selbst signiertes nimmt Twilio nicht an.',
  ],
  [
    '11240 11241',
    'Die Adresse, bei der Twilio fragte, wünscht sich einen Standort, den Twilio nicht hat. Berichtige oder streiche, was hinter dem # steht.',
  ],
  [
    '11242',
    'Das Konto darf für diese Adresse kein Twilio Interconnect nutzen. Nimm eine Adresse im Internet, oder frag Twilios Support.',
  ],
  [
    '11243',
    'Die Adresse, bei der Twilio fragte, wünscht sich Wiederholungen, wie Twilio sie nicht kennt. Berichtige oder streiche, was hinter dem # steht.',
  ],
  [
    '11300 11310 11320',
    'In einer Adresse steht ein Platzhalter, den Twilio nicht füllen kann. Prüfe die geschweiften Klammern und die Namen darin.',
  ],
  [
    '11321 11322',
    'Ein Webhook des Kontos ist nicht richtig eingerichtet. Prüfe in Twilios Konsole seine Adresse und die Methode, GET oder POST.',
  ],
  [
    '11750',
    'Was die Adresse des TwiML antwortete, ist größer als 64 kB. Kürze es, und prüfe, ob es TwiML ist und keine andere Seite.',
  ],
  ['11751', 'Eine Datei ist größer, als der Empfänger sie bekommen darf. Nimm eine kleinere.'],
  [
    '11770',
    'Die Adresse des TwiML antwortete mit nichts. Sie soll mit TwiML antworten, oder mit 204, wenn nichts laufen soll.',
  ],
  [
    '15000 15002',
    'Twilio konnte eine Statusmeldung zum Anruf nicht zustellen. Es ist nichts zu tun: Wie er ausging, sagt der Anruf bei Twilio selbst.',
  ],
  [
    '15003',
    'Die Adresse für Statusmeldungen zum Anruf meldete einen Fehler. Sieh im Log dieses Servers nach; er soll innerhalb von 15 Sekunden mit 200 oder 204 antworten.',
  ],
  [
    '15004',
    'Ein laufender Anruf bekam TwiML mit einer unvollständigen Adresse. Schreib die action ganz aus, mit https:// und Namen.',
  ],

  // Anrufe im Namen einer Firma.
  [
    '11001 11002 11003 11004 11005 11006 11007 11008 11009 11010 11011 11012 11013 11014 11015 11016 11017 11018 11019 11020 11021 11022 32115',
    'Was Telefone über deine Firma zeigen sollen, Name, Logo oder Grund, wurde abgelehnt. Berichtige die Angaben in Twilios Konsole unter Trust Hub. Anrufe gehen auch ohne das hinaus.',
  ],

  // Das TwiML.
  [
    '12100',
    'Was der Anruf sagen soll, ist kein TwiML: Twilio kann es nicht als XML lesen. Prüfe, ob jedes Element geschlossen ist und & als &amp; geschrieben steht.',
  ],
  [
    '12101',
    'Das TwiML nennt eine Version von XML, die Twilio nicht liest. Beginne es mit <?xml version="1.0" encoding="UTF-8"?>.',
  ],
  ['12102', 'Das TwiML beginnt nicht mit <Response>. Schreib alles zwischen <Response> und </Response>.'],
  [
    '12200',
    'Im TwiML steht ein Verb oder ein Attribut, das Twilio nicht kennt und deshalb übergeht. Ist es richtig geschrieben? <Say> ist für Twilio nicht <say>.',
  ],
  [
    '12300',
    'Die Adresse des TwiML antwortete mit einer Art von Inhalt, die Twilio nicht liest. Sie soll mit dem Content-Type text/xml antworten, oder mit einem für Töne.',
  ],
  ['12301', 'Eine Datei ist von einer Art, die Twilio nicht nimmt. Nimm ein anderes Format.'],
  [
    '12400',
    'Twilio ist beim Lesen des TwiML gescheitert. Versuch es noch einmal; bleibt es so, frag Twilios Support.',
  ],
  [
    '13000',
    'In <Dial> stehen <Conference> und Nummern zugleich, was Twilio nicht kann. Nimm für beides ein eigenes <Dial>.',
  ],
  [
    '13110 13111 13112 13120',
    'Was in <Annotate> steht, kann Twilio nicht brauchen. Schreib ein gültiges Element hinein.',
  ],
  [
    '13201',
    'Ein Anruf, den TwiML gewählt hat, kann nicht noch einmal wählen. Nimm das <Dial> aus dem, was der Angerufene hört.',
  ],
  [
    '13210:method 13211:ifMachine 13212:timeout 13213:hangupOnStar 13214:callerId 13216:timeLimit 13217:record 13218:sequential 13219:answerOnBridge 13220:ringTone 13248:callerId',
    'Den Wert von {} bei <Dial> nimmt Twilio nicht an und macht ohne ihn weiter. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Dial>.',
  ],
  [
    '13215 13320 14300',
    'In einem Verb steht ein anderes, das dort nicht stehen darf. Nimm es heraus; was hineindarf, steht auf Twilios Seite über das Verb.',
  ],
  [
    '13221:method 13222:sendDigits',
    'Den Wert von {} bei <Number> nimmt Twilio nicht an und macht ohne ihn weiter. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Number>.',
  ],
  [
    '13223 13226 32101',
    'Eine Nummer im TwiML ist keine gültige Telefonnummer. Prüfe sie und schreib sie mit Ländervorwahl, etwa +49 30 901820.',
  ],
  [
    '13224',
    'Solche Nummern kann Twilio nicht anrufen. Prüfe die Nummer samt Ländervorwahl. Manche, etwa Kurznummern, sind über Twilio nicht zu erreichen.',
  ],
  [
    '13225 32203',
    'Twilio sperrt Anrufe an diese Nummer. Ruf eine andere an, oder frag Twilios Support, warum diese gesperrt ist.',
  ],
  [
    '13230:muted 13231:endConferenceOnExit 13232:startConferenceOnEnter 13233:waitUrl 13234:waitMethod 13235:beep 13236:SID 13237:Name 13239:trim 13240:coach',
    'Den Wert von {} bei <Conference> nimmt Twilio nicht an. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Conference>.',
  ],
  [
    '13238',
    'Was beim Warten auf eine Konferenz läuft, enthält ein Verb, das dort nicht geht. Nimm nur <Play>, <Say>, <Pause> und <Redirect>.',
  ],
  [
    '13241:method 13242:sendDigits 13243:Adresse 13249:username 13252:header 13253:header',
    'Bei <Sip> nimmt Twilio etwas nicht an: {}. Berichtige es im TwiML; was erlaubt ist, steht auf Twilios Seite über <Sip>.',
  ],
  [
    '13244',
    'Diese SIP-Adresse darf das Konto nicht anrufen. Prüfe Namen und Passwort, die der SIP-Server verlangt.',
  ],
  [
    '13245 13299 13750',
    'Die Version von Twilios API, die die Nummer benutzt, kennt dieses Verb nicht. Stelle die Nummer in Twilios Konsole auf die Version 2010-04-01.',
  ],
  [
    '13247 32206',
    'Die Nummer, die ein <Dial> zeigen soll, ist nicht gültig. Nimm als callerId eine eigene oder bestätigte Nummer des Kontos.',
  ],
  [
    '13250 13251',
    '<Dial> nennt mehr Adressen oder Kopfzeilen, als Twilio nimmt. Streiche einige: Höchstens zehn gehen.',
  ],
  [
    '13254',
    'Der Name in einer SIP-Adresse führt im Internet nirgendwohin. Ist er richtig geschrieben, und hat er eine öffentliche Adresse?',
  ],
  [
    '13255 32215 32220 32221',
    'So ist eine SIP-Adresse von Twilio nicht anzurufen. Prüfe die Domain und ihre Region in Twilios Konsole unter Voice, SIP domains.',
  ],
  [
    '13256 13257 13806',
    'Eine Adresse für Statusmeldungen im TwiML ist keine Webadresse. Schreib sie ganz aus, mit https://.',
  ],
  [
    '13258 13803 13804 14219 14226',
    'In der Region dieses Anrufs bietet Twilio dieses Verb nicht an. Nimm Twilios Region US1, oder lass es weg.',
  ],
  [
    '13310:finishOnKey 13311:finishOnKey 13312:method 13313:timeout 13314:numDigits 13326:input 13327:speechTimeout 13328:maxSpeechTime 13329:partialResultCallbackMethod 13330:hints 13331:language 13332:bargeIn 13333:profanityFilter 13334:speechModel 13335:speechTimeout 13338:actionOnEmptyResult 13342:speechModel 13343:speechModel 13512:language',
    'Den Wert von {} bei <Gather> nimmt Twilio nicht an und macht ohne ihn weiter. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Gather>.',
  ],
  [
    '13321:voice 13322:loop 13510:loop 13511:voice 13513:rate',
    'Den Wert von {} bei <Say> nimmt Twilio nicht an und macht ohne ihn weiter. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Say>.',
  ],
  [
    '13325 13420',
    'Der Ton ist in einem Format, das Twilio nicht abspielt. Nimm MP3 oder WAV, und lass den Server die Art nennen, etwa audio/mpeg.',
  ],
  [
    '13337',
    'Ein <Gather> für Kartennummern schickt, was er hört, unverschlüsselt weiter. Nimm eine Adresse mit https://.',
  ],
  [
    '13340',
    'Twilio hat nicht gut verstanden, was gesagt wurde. Lass Tasten drücken, oder versuch es später noch einmal.',
  ],
  [
    '13410:loop 13430:digits',
    'Den Wert von {} bei <Play> nimmt Twilio nicht an. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Play>.',
  ],
  ['13520', '<Say> hat keinen Text, der sich sprechen lässt. Schreib die Ansage zwischen <Say> und </Say>.'],
  [
    '13521',
    'Der Text von <Say> ist länger, als Twilio spricht. Kürze ihn, oder verteil ihn auf mehrere <Say>.',
  ],
  [
    '13610:method 13611:timeout 13612:maxLength 13613:finishOnKey 13614:transcribe 13616:playBeep 13622:recordingTrack 13699:trim',
    'Den Wert von {} bei <Record> nimmt Twilio nicht an und macht ohne ihn weiter. Berichtige ihn im TwiML; welche es gibt, steht auf Twilios Seite über <Record>.',
  ],
  [
    '13615 13617 13618 13619 13620',
    'Twilio konnte das Aufgenommene nicht mitschreiben. Nimm zwischen 2 Sekunden und 2 Minuten auf, wenn du es geschrieben willst.',
  ],
  ['13710', 'Die Methode von <Redirect> nimmt Twilio nicht an und nimmt POST. Schreib GET oder POST.'],
  [
    '13801 13802',
    '<Refer> geht nur in einem SIP-Anruf, der sagt, wohin. Nimm <Dial>, um mit einer Telefonnummer zu verbinden.',
  ],
  [
    '13807',
    'Die Adresse, die ein Gerät benachrichtigen sollte, meldete einen Fehler. Sieh im Log dieses Servers nach.',
  ],
  ['13810', 'Den Grund bei <Reject> kennt Twilio nicht. Schreib busy oder rejected.'],
  ['13910', 'Die Länge von <Pause> ist keine Zahl von Sekunden. Schreib eine ganze Zahl, etwa 2.'],
  [
    '14101:To 14102:From 14103:Text 14104:method 14105:statusCallback',
    'Eine Textnachricht im TwiML ist nicht gültig ({}) und ging deshalb nicht hinaus. Berichtige sie, oder lass sie weg: Ein Anruf braucht sie nicht.',
  ],
  [
    '14106 14107 14108 14109 14110 14111',
    'Eine Textnachricht im TwiML konnte nicht hinausgehen. Lass sie weg, oder prüfe, ob die Nummer Nachrichten senden kann.',
  ],
  [
    '14201:method 14202:waitUrl 14203:action 14204:Name 14205:Name 14206:waitUrlMethod 14220:workflowSid 14221:attributes',
    'Bei <Enqueue> nimmt Twilio etwas nicht an: {}. Berichtige es im TwiML; was erlaubt ist, steht auf Twilios Seite über <Enqueue>.',
  ],
  [
    '14207',
    'Die Warteschlange, in der der Anruf warten sollte, ist voll. Warte, bis sie kürzer ist, oder lass mehr Anrufer hinein.',
  ],
  [
    '14210:method 14211:url 14212:Name 14213:Name 14215:reservationSid 14217:reservationSid 14218:postWorkActivitySid',
    'Bei <Queue> nimmt Twilio etwas nicht an: {}. Berichtige es im TwiML; was erlaubt ist, steht auf Twilios Seite über <Queue>.',
  ],
  [
    '14222 14223 14230 14231 14232 14233 14234 14235 14236 14237 14238 14239 14240 14241',
    'Twilios TaskRouter konnte den Anruf nicht annehmen. Sieh dir den Workflow und seine Mitarbeiter in Twilios Konsole unter TaskRouter an.',
  ],

  // Konferenzen, Aufnahmen und was man hinterher ansieht.
  [
    '16000 16001 16002 16010 16011 16027 16028 16030 16099',
    'Mit der Konferenz dieses Anrufs ging etwas schief. Sieh sie dir in Twilios Konsole unter Monitor, Logs an.',
  ],
  ['16003 16022', 'Diese Konferenz gibt es nicht mehr. Beginne eine neue.'],
  ['16020', 'Die Konferenz ist voll. Warte, bis jemand geht.'],
  [
    '16021',
    'In den Konferenzen des Kontos sind so viele Anrufer, wie es zugleich haben darf. Warte, bis einige gegangen sind.',
  ],
  [
    '16023 16024 16025 16026',
    'Der Name eines Teilnehmers der Konferenz ist nicht gültig oder vergeben. Wähle einen anderen, höchstens 128 Zeichen lang und ohne Schrägstrich.',
  ],
  [
    '16101 16102',
    'Es gibt keine Aufnahme: Der Anruf war zu kurz, oder niemand sprach. Es ist nichts zu tun.',
  ],
  [
    '16104 16105 16106 16107 16109',
    'Die Aufnahme ließ sich nicht so verschlüsseln, wie das Konto es will. Prüfe die öffentlichen Schlüssel in Twilios Konsole unter Voice, Settings.',
  ],
  [
    '16108 16110 16114',
    'Die Aufnahme ist jetzt nicht zu ändern. Warte, bis sie fertig ist, und versuch es dann wieder.',
  ],
  [
    '16111 16112',
    'Twilio konnte die Aufnahme nicht in deinem eigenen Speicher ablegen. Prüfe ihn und seine Rechte in Twilios Konsole unter Voice, Settings.',
  ],
  ['16113', 'Die Aufnahme hat nur einen Kanal. Lade sie mit einem Kanal herunter.'],
  [
    '17000 17001 17002 17007 17008 17400',
    'Diesen Einblick in den Anruf hat Twilio nicht. Es gibt ihn eine Weile nach dem Anruf und 30 Tage lang, wenn das Konto dafür zahlt.',
  ],

  // Anrufe aus Twilios eigenen Programmen, Datenströme und SIP.
  [
    '31001',
    'Eine solche TwiML-Anwendung hat das Konto nicht. Prüfe ihre SID in Twilios Konsole: Sie beginnt mit AP.',
  ],
  [
    '31002 31003 31005 31009 31209 31530',
    'Die Verbindung zu Twilio brach ab oder kam nicht zustande. Prüfe die Verbindung zum Internet und versuch es dann wieder.',
  ],
  [
    '31006 31201 31208 31401 31402',
    'Das Mikrofon ließ sich nicht verwenden. Erlaub es im Browser und im System und versuch es dann wieder.',
  ],
  ['31007', 'Diese Fassung von Twilios Voice-SDK ist zu alt. Bring sie auf den neuesten Stand.'],
  ['31008 31487', 'Der Anruf wurde abgebrochen, bevor jemand abhob. Es ist nichts zu tun.'],
  [
    '31100 31101 31103 31104 31105 31400',
    'Twilio hat die Anfrage seines Voice-SDK nicht verstanden. Prüfe, was das Programm sendet.',
  ],
  [
    '31102 31202 31204 31205 31207',
    'Das Zugangs-Token ist unbrauchbar. Erstelle ein neues und prüfe die Uhr dieses Computers.',
  ],
  [
    '31203',
    'Das Zugangs-Token gehört zu keinem Konto. Erstelle mit einem API-Schlüssel dieses Kontos ein neues.',
  ],
  [
    '31210 31211 31212 31302',
    'Twilio nahm eine Nachricht seines Voice-SDK nicht an. Prüfe ihre Art, ihre Größe und ob der Anruf läuft.',
  ],
  [
    '31301',
    'Das Programm konnte sich bei Twilio nicht anmelden. Versuch es noch einmal; bleibt es so, erstelle ein neues Zugangs-Token.',
  ],
  ['31403', 'Die andere Seite hat den Anruf abgelehnt. Prüfe, ob sie von hier angerufen werden darf.'],
  ['31404 31481 31604', 'Unter der angerufenen Adresse ist niemand. Prüfe die Nummer oder den Namen.'],
  ['31408 31504', 'Die andere Seite hat nicht rechtzeitig geantwortet. Versuch es später noch einmal.'],
  [
    '31409 31426',
    'Die andere Seite nahm den Anruf in dieser Form nicht an. Versuch es noch einmal; bleibt es so, frag Twilios Support.',
  ],
  ['31480', 'Im Augenblick war niemand zu erreichen. Versuch es später noch einmal.'],
  ['31484', 'Die angerufene Nummer ist nicht vollständig. Schreib sie ganz aus, mit Ländervorwahl.'],
  ['31486 31600', 'Es war besetzt. Versuch es später noch einmal.'],
  [
    '31500 31502 31503',
    'Auf dem Weg zur anderen Seite ist etwas ausgefallen. Versuch es später noch einmal.',
  ],
  ['31603', 'Der Anruf wurde abgelehnt. Ruf nicht wieder an, außer man wünscht es dort.'],
  [
    '31900 31901 31902 31903 31904 31910 31920 31921 31922 31923 31924',
    'Twilio konnte den Ton des Anrufs nicht an die Adresse eines <Stream> senden. Prüfe, ob dort ein WebSocket antwortet: wss:// mit öffentlichem Namen und gutem Zertifikat.',
  ],
  [
    '31930 31931 31950 31951 31953',
    'Einen Teil dessen, was ein <Stream> sandte, konnte Twilio nicht brauchen. Prüfe, was dein Server sendet und wie schnell.',
  ],
  [
    '31940 31941 31942 31952 31954 31955',
    'Ein <Stream> ist so eingerichtet, wie Twilio es nicht kennt. Berichtige ihn im TwiML; was erlaubt ist, steht auf Twilios Seite über <Stream>.',
  ],
  [
    '31960',
    'Das Konto hat so viele Datenströme, wie es zugleich haben darf. Warte, bis einige vorbei sind, oder bitte Twilios Support um mehr.',
  ],
  [
    '32001 32012 32013',
    'In einer Sekunde gingen zu viele Anrufe hinaus. Ruf langsamer an, oder hebe die Grenze in Twilios Konsole an.',
  ],
  [
    '32002 32007 32008 32009 32210 32212 32223',
    'Die angerufene SIP-Adresse ist bei Twilio nicht angemeldet. Prüfe Benutzer und Domain in Twilios Konsole unter Voice, SIP domains.',
  ],
  ['32006', 'Der Anruf lief zwischen Servern im Kreis. Prüfe, ob eine Nummer an sich selbst weiterleitet.'],
  [
    '32010 32011 32022',
    'Twilio konnte deinen SIP-Server nicht erreichen. Prüfe seine Adresse, seine Firewall und sein Zertifikat.',
  ],
  [
    '32014',
    'Der Anruf wurde beendet, weil von der anderen Seite kein Ton kam. Versuch es noch einmal; bleibt es so, frag Twilios Support.',
  ],
  [
    '32015',
    'Der Anruf wurde beendet, weil er so lange dauerte, wie einer dauern darf. Ruf kürzer an, oder bitte Twilios Support um mehr.',
  ],
  [
    '32016',
    'Die Telefongesellschaft sagte nicht rechtzeitig, ob sie verbinden kann. Prüfe die Nummer und versuch es dann später noch einmal.',
  ],
  [
    '32017',
    'Die Telefongesellschaft hat den Anruf wegen der Nummer gesperrt, von der er kam. Ruf von einer anderen an, und lass in Twilios Konsole deine Firma bestätigen.',
  ],
  [
    '32020 32021',
    'Die Telefongesellschaften konnten nicht bestätigen, dass die anrufende Nummer deine ist. Für diesen Anruf ist nichts zu tun; ein bestätigtes Geschäftsprofil in Twilios Konsole hilft.',
  ],
  [
    '32102 32103 32105 32110 32111 32112 32113 32114',
    'Eine SIP-Nachricht des Anrufs versteht Twilio nicht. Prüfe die Einstellungen des SIP-Servers oder -Geräts.',
  ],
  [
    '32106 32200 32201 32202',
    'Der SIP-Server oder das Gerät wurde nicht hereingelassen. Prüfe Namen, Passwort und Adresse in Twilios Konsole.',
  ],
  [
    '32207 32208 32209 32222',
    'Die beiden Seiten wurden sich über die Verschlüsselung nicht einig. Stelle beide auf TLS 1.2 oder neuer und SRTP, oder beide auf keine.',
  ],
  ['32214', 'Ein <Sip> im TwiML ist nicht anzurufen. Prüfe seine Adresse.'],
  ['32216', 'Diese SIP-Adresse ruft Twilio nicht an. Ruf eine andere an, oder frag Twilios Support.'],
  [
    '32218 32219',
    'Der Anruf ließ sich nicht an eine andere Nummer weitergeben. Erlaub das in Twilios Konsole unter Elastic SIP Trunking.',
  ],
  [
    '32301 32302 32303 32304',
    'Die Verbindung über Twilio Interconnect ist nicht richtig eingerichtet. Sieh sie dir in Twilios Konsole an, oder lass sie aus der SIP-Adresse weg.',
  ],
  [
    '32400 32401',
    'Deine eigene Telefongesellschaft konnte nicht verbinden. Prüfe den BYOC-Trunk in Twilios Konsole.',
  ],
  [
    '32500 32501 32502 32503 32504 32505 32506',
    'Das Gespräch zu diesem Anruf ließ sich nicht festhalten. Prüfe das Verb und seine Adressen im TwiML.',
  ],
  [
    '32600 32601 32602 32603 32604 32605 32606',
    'Der virtuelle Agent konnte den Anruf nicht annehmen. Prüfe den Connector in Twilios Konsole und das Verb im TwiML.',
  ],
  [
    '32650 32651 32652 32653 32654 32655 32656',
    'Was gesagt wurde, ließ sich während des Anrufs nicht mitschreiben. Prüfe die <Transcription> im TwiML, oder lass sie weg.',
  ],
  [
    '32700 32701 32702 32703 32710 32711',
    'Eine Nachricht von dir während des Anrufs ließ sich nicht zustellen. Prüfe ihren Inhalt, ihre Größe und die Adresse, die sie bekommt.',
  ],
  [
    '64001 64002 64003 64004 64005 64006 64007 64008 64009 64010 64011 64012 64013 64014 64015 64016 64017 64018 64019 64020 64021 64022 64023 64024',
    'Die Zahlung am Telefon ging nicht. Prüfe das <Pay> im TwiML und den Zahlungsdienst in Twilios Konsole.',
  ],
  [
    '64101 64102 64103 64104 64105 64106 64107 64108 64109 64110 64111 64112',
    'Das Gespräch mit deinem eigenen Programm brach ab oder begann nicht. Prüfe das <ConversationRelay> im TwiML und ob sein WebSocket antwortet.',
  ],

  // Textnachrichten.
  [
    '30001 30003 30004 30005 30006 30007 30008 30009 30010 30011',
    'Eine Textnachricht des Kontos kam nicht an. Sieh sie dir in Twilios Konsole unter Monitor, Logs an; Anrufe berührt das nicht.',
  ],
];

/** The words by code. */
export const twilio: Readonly<Record<number, string>> = Object.fromEntries(
  entries.flatMap(([codes, words]) =>
    codes.split(' ').map((code) => {
      const [number, own = ''] = code.split(':');
      return [Number(number), words.replaceAll('{}', own)];
    }),
  ),
);
