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
    lead: 'Wer welche Nummer hat und wer nicht angerufen werden soll.',
    add: 'Neuer Kontakt',
    import: 'Adressbuch importieren',
    search: 'Suchen',
    none: 'Noch niemand',
    noneHelp:
      'Trag jemanden ein oder importiere ein Adressbuch (.vcf oder .csv) aus deinem Telefon oder Mailprogramm.',
    noneFound: 'Niemand heißt so',
    ring: (name, number, label) => `${name} anrufen, ${number} ${label}`.trim(),
    edit: (name) => `${name} bearbeiten`,
    remove: (name) => `${name} löschen`,
    removed: (name) => `${name} ist gelöscht.`,
    mayNot: 'Nicht anrufen',
    blocks: {
      opted_out: 'Hat die 9 gedrückt: nicht wieder anrufen',
      blocked: 'Gesperrt',
      may_not: 'Nicht anrufen',
    },
    noNumbers: 'Keine Nummer',
    saved: (name) => `${name} ist gespeichert.`,
    missing: 'Diesen Kontakt gibt es nicht',
    missingHelp: 'Vielleicht wurde er gelöscht, oder die Adresse ist alt.',
    unsaved: 'Es gibt Änderungen, die nicht gespeichert sind. Trotzdem verlassen?',
    imported: (added, changed) =>
      `${count(added, 'neuer Kontakt', 'neue Kontakte')}, ${changed} mit weiteren Nummern.`,
    reading: 'Die Datei wird gelesen …',
    nothingNew: 'Das würde nichts ändern.',
    outcomes: {
      added: (n) => count(n, 'neuer Kontakt', 'neue Kontakte'),
      kept_apart: (n) => `${count(n, 'neuer Kontakt', 'neue Kontakte')} mit einem Namen, den es schon gibt`,
      merged: (n) => `${count(n, 'Kontakt bekommt', 'Kontakte bekommen')} weitere Nummern`,
    },
    unchanged: (n) => `${count(n, 'Kontakt ist', 'Kontakte sind')} schon da.`,
    leftOut: (n) => `${n} ausgelassen`,
    leftOutWhy,
    more: (n) => `… und ${n} weitere`,
    undone: (removed, changed, kept) =>
      `${count(removed, 'Kontakt', 'Kontakte')} entfernt, ${changed} mit weniger Nummern, ${kept} geblieben.`,
    close: 'Schließen',
    newTitle: 'Neuer Kontakt',
    editTitle: (name) => `${name} bearbeiten`,
    name: 'Name',
    nameNeeded: 'Der Name fehlt.',
    mayCall: 'Darf angerufen werden',
    mayCallHint: 'Ohne dieses Häkchen klingelt von hier aus keine der Nummern.',
    protectedHint:
      'Dieser Kontakt soll nicht angerufen werden. Das ändern oder eine Nummer entfernen geht nur in der Desktop-App.',
    numbers: 'Nummern',
    number: (n) => `Nummer ${n}`,
    label: (n) => `Was Nummer ${n} ist`,
    labelHint: 'mobil, privat …',
    addNumber: 'Weitere Nummer',
    dropNumber: (n) => `Nummer ${n} entfernen`,
    save: 'Speichern',
    saving: 'Speichert',
    cancel: 'Abbrechen',
    blocked: 'Gesperrte Nummern',
    blockedLead: 'Diese Nummern werden von hier nie angerufen, egal wem sie gehören.',
    block: 'Sperren',
    blockNumber: 'Nummer, die gesperrt werden soll',
    blockNote: 'Warum (optional)',
    blockedSaid: (number) => `${number} ist gesperrt.`,
    unblock: (number) => `${number} entsperren`,
    unblocked: (number) => `${number} darf wieder angerufen werden.`,
    unblockHelp: 'Entsperren lässt sich eine Nummer nur in der Desktop-App.',
    noneBlocked: 'Keine Nummer ist gesperrt.',
    since: (day) => `seit ${within(day)}`,
    optedOut: (day) => `wollte am ${day} nicht mehr angerufen werden`,
    optedOutHelp: 'Dort wurde die 9 gedrückt. Nur im Fenster lässt sich das zurücknehmen.',
    forgetOptOut: (number) => `${number} wieder anrufen lassen, obwohl man es dort nicht wollte`,
    forgetOptOutAsk: (who, day) =>
      `${who} hat am ${day} die 9 gedrückt, um nicht wieder angerufen zu werden. Trotzdem anzurufen kann schaden und ist in vielen Ländern verboten. Mach nur weiter, wenn man dir seither gesagt hat, dass Anrufe recht sind. Wieder anrufen lassen?`,
    forgetOptOutYes: 'Man hat darum gebeten',
  },
};
