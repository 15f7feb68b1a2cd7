/** The carrier's SIP responses in German, as parts of a sentence; the same as in `crates/core/src/sip.rs`. */

const entries: readonly (readonly [codes: readonly number[], meaning: string])[] = [
  [[100], 'die Nummer wurde gesucht'],
  [[180], 'das Telefon klingelte'],
  [[181], 'der Anruf wurde weitergeleitet'],
  [[182], 'der Anruf wartete in einer Schlange'],
  [[183, 199], 'der Anruf war unterwegs'],
  [[200, 202, 204], 'der Anruf kam durch'],
  [[300, 485], 'die Nummer führt zu mehr als einem Anschluss'],
  [[301], 'die Nummer hat sich geändert'],
  [[302], 'die Nummer war umgeleitet'],
  [[305, 380], 'die Telefongesellschaft will den Anruf auf anderem Weg'],
  [[400], 'die Telefongesellschaft hat den Anruf nicht verstanden'],
  [[401, 407, 494], 'die Telefongesellschaft wollte erst eine Anmeldung'],
  [[402], 'die Telefongesellschaft wollte erst bezahlt werden'],
  [[403], 'die Telefongesellschaft hat den Anruf abgelehnt'],
  [[404], 'diese Nummer gibt es nicht'],
  [
    [405, 406, 415, 416, 420, 421, 423, 439, 469, 489, 493],
    'einen solchen Anruf kann die Telefongesellschaft nicht annehmen',
  ],
  [[408], 'die Telefongesellschaft hat nicht rechtzeitig geantwortet'],
  [
    [409, 412, 422, 424, 429, 440, 470, 491],
    'die Telefongesellschaft konnte in diesem Augenblick nicht verbinden',
  ],
  [[410], 'die Nummer ist nicht mehr vergeben'],
  [[411, 413, 414, 417, 513], 'die Telefongesellschaft konnte den Anruf nicht lesen'],
  [[425], 'die Telefongesellschaft konnte nicht bestätigen, woher der Anruf kam'],
  [[428, 436, 437, 438], 'die Telefongesellschaft konnte nicht bestätigen, wessen Nummer anrief'],
  [[430], 'der Weg zum Telefon war unterbrochen'],
  [[433], 'anonyme Anrufe werden dort nicht angenommen'],
  [[480], 'niemand war zu erreichen'],
  [[481], 'die Telefongesellschaft hat den Anruf verloren'],
  [[482, 483], 'der Anruf lief im Kreis'],
  [[484], 'die Nummer ist nicht vollständig'],
  [[486], 'es war besetzt'],
  [[487], 'der Anruf wurde beendet, bevor jemand abhob'],
  [[488, 606], 'die beiden Seiten haben kein gemeinsames Tonformat'],
  [[500], 'bei der Telefongesellschaft ist etwas ausgefallen'],
  [[501, 505], 'diese Art von Anruf kennt die Telefongesellschaft nicht'],
  [[502], 'die Telefongesellschaft bekam von der nächsten keine brauchbare Antwort'],
  [[503], 'die Telefongesellschaft ist überlastet oder wird gewartet'],
  [[504], 'die nächste Telefongesellschaft hat nicht rechtzeitig geantwortet'],
  [[555, 580], 'die Telefongesellschaft konnte nicht bieten, was der Anruf braucht'],
  [[600], 'alle Leitungen dieser Nummer waren besetzt'],
  [[603], 'der Anruf wurde abgelehnt'],
  [[604], 'diese Nummer gibt es nirgends'],
  [[607], 'dieser Anruf war nicht erwünscht'],
  [[608], 'die Telefongesellschaft hat den Anruf als unerwünscht gesperrt'],
];

const meanings = new Map(
  entries.flatMap(([codes, meaning]) => codes.map((code) => [code, meaning] as const)),
);

/** An unlisted code means the same as the first of its class (RFC 3261, section 8.1.3.2). */
export function sip(code: number): string | undefined {
  if (code < 100 || code >= 700) return undefined;
  return meanings.get(code) ?? meanings.get(code < 200 ? 183 : Math.floor(code / 100) * 100);
}
