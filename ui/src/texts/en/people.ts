/** Texts of people and blocked numbers. */

import type { LeftOut } from '../../api';
import { count } from './count';

/** Why something of a file wasn't taken. */
const leftOutWhy: Record<LeftOut['reason'], (who: string, number: string) => string> = {
  no_name: () => 'An entry has no name.',
  no_number: (who) => `${who} has no phone number.`,
  only_fax: (who) => `${who} has only a fax or pager number.`,
  not_a_number: (who, number) => `${who}: “${number}” isn’t a phone number.`,
  impossible_number: (who, number) =>
    `${who}: no such number as “${number}” can exist. Is the area code missing?`,
  too_many_numbers: (who) => `${who}: only the first 50 numbers, the most one person can have.`,
  long_name: (who) => `The name “${who.slice(0, 40)}…” is too long.`,
  breaks_off: (who) => `${who}: the file ends in the middle of this entry.`,
  too_many_people: () => 'Everyone after the first 10,000, the most one file can have.',
};

export const people = {
  people: {
    title: 'People',
    lead: 'Who has which number, and who is not to be called.',
    add: 'New person',
    import: 'Import address book',
    search: 'Search',
    none: 'Nobody yet',
    noneHelp: 'Add somebody, or import an address book (.vcf or .csv) from your phone or mail program.',
    noneFound: 'Nobody matches that',
    ring: (name: string, number: string, label: string) => `Ring ${name}, ${number} ${label}`.trim(),
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Delete ${name}`,
    removed: (name: string) => `Deleted ${name}.`,
    mayNot: 'Not to be called',
    blocks: {
      opted_out: 'Pressed 9: not to be called again',
      blocked: 'Blocked',
      may_not: 'Not to be called',
    },
    noNumbers: 'No number',
    saved: (name: string) => `Saved ${name}.`,
    missing: 'There is no such person',
    missingHelp: 'They may have been deleted, or the address is old.',
    unsaved: 'There are changes that are not saved. Leave them?',
    imported: (added: number, changed: number) =>
      `${count(added, 'person', 'people')} added, ${changed} with more numbers.`,
    reading: 'Reading the file…',
    nothingNew: 'This would change nothing.',
    outcomes: {
      added: (n: number) => `${count(n, 'new person', 'new people')}`,
      kept_apart: (n: number) => `${count(n, 'new person', 'new people')} with a name that you already have`,
      merged: (n: number) => `${count(n, 'person gets', 'people get')} more numbers`,
    },
    unchanged: (n: number) => `${count(n, 'person is', 'people are')} already here.`,
    leftOut: (n: number) => `${n} left out`,
    leftOutWhy,
    more: (n: number) => `… and ${n} more`,
    undone: (removed: number, changed: number, kept: number) =>
      `Import undone: ${removed} removed, ${changed} with fewer numbers, ${kept} kept.`,
    close: 'Close',
    newTitle: 'New person',
    editTitle: (name: string) => `Edit ${name}`,
    name: 'Name',
    nameNeeded: 'A name is needed.',
    mayCall: 'May be called',
    mayCallHint: 'Without this, none of their numbers is ever rung from here.',
    protectedHint:
      'They are not to be called. Only the owner can change that or remove a number, in the desktop app.',
    numbers: 'Numbers',
    number: (n: number) => `Number ${n}`,
    label: (n: number) => `What number ${n} is`,
    labelHint: 'mobile, home …',
    addNumber: 'Another number',
    dropNumber: (n: number) => `Remove number ${n}`,
    save: 'Save',
    saving: 'Saving',
    cancel: 'Cancel',
    blocked: 'Blocked numbers',
    blockedLead: 'Never rung from here, whoever they belong to.',
    block: 'Block',
    blockNumber: 'Number to block',
    blockNote: 'Why (optional)',
    blockedSaid: (number: string) => `${number} is blocked.`,
    unblock: (number: string) => `Unblock ${number}`,
    unblocked: (number: string) => `${number} may be called again.`,
    unblockHelp: 'Only the owner can unblock a number, in the desktop app.',
    noneBlocked: 'No number is blocked.',
    since: (day: string) => `since ${day.toLowerCase()}`,
    optedOut: (day: string) => `asked not to be called, on ${day}`,
    optedOutHelp: 'They pressed 9. Only the owner can undo that, in the window.',
    forgetOptOut: (number: string) => `Let ${number} be called again, although they asked not to be`,
    forgetOptOutAsk: (who: string, day: string) =>
      `${who} pressed 9 on ${day} so as not to be called again. To call them all the same can harm them, and in many countries it is against the law. Go on only if they have told you since that they want to be called. Let them be called again?`,
    forgetOptOutYes: 'They asked for it',
  },
};
