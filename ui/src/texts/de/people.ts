/** Texts of people and blocked numbers, in German. */

import type { people as Shape } from '../en/people';
import type { LeftOut } from '../../api';
import { count, within } from './words';

const leftOutWhy: Record<LeftOut['reason'], (who: string, number: string) => string> = {
  no_name: () => 'Ein Eintrag ohne Namen.',
  no_number: (who) => `${who}: keine Telefonnummer.`,
  only_fax: (who) => `${who}: nur Fax oder Pager.`,
  not_a_number: (who, number) => `${who}: „${number}“ ist keine Telefonnummer.`,
  impossible_number: (who, number) => `${who}: „${number}“ kann es nicht geben. Fehlt die Vorwahl?`,
  too_many_numbers: (who) => `${who}: nur die ersten 50 Nummern.`,
  long_name: (who) => `${who.slice(0, 40)}…: Der Name ist zu lang.`,
  breaks_off: (who) => `${who}: Die Datei bricht hier ab.`,
  too_many_people: () => 'Alle nach den ersten 10.000.',
};

export const people: typeof Shape = {
  people: {
    title: 'Kontakte',
    lead: 'Namen, Nummern und wen du nicht anrufen sollst.',
    add: 'Neuer Kontakt',
    import: 'Adressbuch importieren',
    orders: { first: 'Vorname', last: 'Nachname' },
    count: (n) => count(n, 'Kontakt', 'Kontakte'),
    letters: 'Zu einem Buchstaben springen',
    twice: (n) => `${count(n, 'Kontakt', 'Kontakte')} vielleicht doppelt: gleicher Name oder gleiche Nummer.`,
    showTwice: 'Anzeigen',
    showAll: 'Alle anzeigen',
    shared: (names) => `Gleicher Name oder gleiche Nummer: ${names}`,
    select: (name) => `${name} auswählen`,
    selectAll: 'Alle angezeigten auswählen',
    selected: (n) => `${n.toLocaleString('de')} ausgewählt`,
    clear: 'Auswahl aufheben',
    export: 'Exportieren',
    exported: 'people.vcf ist gespeichert.',
    removeYes: 'Löschen',
    removeSome: (n) => `${count(n, 'Kontakt', 'Kontakte')} löschen?`,
    removedSome: (n) =>
      n === 1 ? 'Ein Kontakt ist gelöscht.' : `${n.toLocaleString('de')} Kontakte sind gelöscht.`,
    removedPart: (n, left) => `${count(n, 'Kontakt', 'Kontakte')} gelöscht. Nicht gelöscht: ${left}.`,
    restoredPart: (n, left) =>
      `${count(n, 'Kontakt', 'Kontakte')} wiederhergestellt. Es fehlen noch: ${left}.`,
    protectedPart: (n, left) =>
      `Bei ${count(n, 'Kontakt', 'Kontakten')} „Nicht anrufen“ gesetzt. Noch nicht bei: ${left}.`,
    protectedSome: (n) => `${count(n, 'Kontakt', 'Kontakte')} mit „Nicht anrufen“ markiert.`,
    none: 'Noch keine Kontakte',
    noneHelp:
      'Trag jemanden ein oder importiere ein Adressbuch (.vcf oder .csv) aus deinem Telefon oder Mailprogramm.',
    noneFound: 'Keine passenden Kontakte',
    ring: (name, number, label) => `${name} anrufen, ${number} ${label}`.trim(),
    edit: (name) => `${name} bearbeiten`,
    remove: (name) => `${name} löschen`,
    removed: (name) => `${name} ist gelöscht.`,
    mayNot: 'Nicht anrufen',
    blocks: {
      opted_out: 'Hat die 9 gedrückt: wird nie wieder angerufen',
      blocked: 'Gesperrt',
      may_not: 'Nicht anrufen',
    },
    noNumbers: 'Keine Nummer',
    saved: (name) => `${name} ist gespeichert.`,
    missing: 'Kontakt nicht gefunden',
    missingHelp: 'Vielleicht wurde er gelöscht, oder der Link ist veraltet.',
    unsaved: 'Änderungen verwerfen?',
    imported: (added, changed) =>
      `${count(added, 'neuer Kontakt', 'neue Kontakte')}, ${changed.toLocaleString('de')} aktualisiert.`,
    nothingNew: 'Nichts zu importieren: Alles ist schon da.',
    outcomes: {
      added: (n) => count(n, 'neuer Kontakt', 'neue Kontakte'),
      kept_apart: (n) => `${count(n, 'neuer Kontakt', 'neue Kontakte')} mit einem Namen, den es schon gibt`,
      merged: (n) => `${count(n, 'Kontakt wird', 'Kontakte werden')} aktualisiert`,
    },
    unchanged: (n) => `${count(n, 'Kontakt ist', 'Kontakte sind')} schon da.`,
    leftOut: (n) => `${n.toLocaleString('de')} übersprungen`,
    leftOutWhy,
    more: (n) => `… und ${n.toLocaleString('de')} weitere`,
    undone: (removed, changed, kept) =>
      `${count(removed, 'Kontakt', 'Kontakte')} entfernt, ${changed} mit weniger Nummern, ${kept} geblieben.`,
    newTitle: 'Neuer Kontakt',
    editTitle: (name) => `${name} bearbeiten`,
    name: 'Name',
    nameNeeded: 'Gib einen Namen ein.',
    mayCall: 'Darf angerufen werden',
    mayCallHint: 'Ohne dieses Häkchen lässt sich keine der Nummern anrufen.',
    protectedHint:
      'Mit „Nicht anrufen“ markiert. Das ändern oder eine Nummer entfernen geht nur in der Desktop-App.',
    numbers: 'Nummern',
    number: (n) => `Nummer ${n}`,
    label: (n) => `Bezeichnung von Nummer ${n}`,
    labelHint: 'mobil, privat …',
    addNumber: 'Nummer hinzufügen',
    dropNumber: (n) => `Nummer ${n} entfernen`,
    save: 'Speichern',
    saving: 'Speichert',
    cancel: 'Abbrechen',
    conflict: {
      title: 'Dieser Kontakt wurde woanders geändert',
      help: 'Jemand hat ihn in einem anderen Tab oder Programm gespeichert, während du ihn bearbeitet hast. Nichts wurde überschrieben.',
    },
    calling: 'Anrufe',
    blocked: 'Gesperrte Nummern',
    blockedLead: 'Diese Nummern lassen sich nicht anrufen.',
    block: 'Sperren',
    blockNumber: 'Nummer sperren',
    blockNote: 'Grund (optional)',
    blockedSaid: (number) => `${number} ist gesperrt.`,
    unblock: (number) => `${number} entsperren`,
    unblocked: (number) => `${number} darf wieder angerufen werden.`,
    unblockHelp: 'Entsperren lässt sich eine Nummer nur in der Desktop-App.',
    noneBlocked: 'Keine gesperrten Nummern.',
    since: (day) => `seit ${within(day)}`,
    optedOut: (day) => `am ${day} abgemeldet`,
    optedOutHelp:
      'Dort wurde die 9 gedrückt, um nicht wieder angerufen zu werden. Das lässt sich nur in der Desktop-App zurücknehmen.',
    forgetOptOut: (number) => `Abmeldung von ${number} zurücknehmen`,
    forgetOptOutAsk: (who, day) =>
      `${who} hat am ${day} die 9 gedrückt, um nicht wieder angerufen zu werden. Trotzdem anzurufen kann schaden und ist in vielen Ländern verboten. Mach nur weiter, wenn man dir seither gesagt hat, dass Anrufe erwünscht sind. Anrufe wieder erlauben?`,
    forgetOptOutYes: 'Anrufe sind erwünscht',
  },
};
