/** Texts of people and blocked numbers. */

import type { LeftOut } from '../../api';
import { count, within } from './count';

/** Why something in a file wasn't imported. */
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
    lead: 'Names, numbers, and who you shouldn’t call.',
    add: 'New person',
    import: 'Import address book',
    orders: { first: 'First name', last: 'Last name' },
    count: (n: number) => count(n, 'person', 'people'),
    letters: 'Jump to a letter',
    twice: (n: number) =>
      `${count(n, 'person', 'people')} may be listed twice: they share a name or a number.`,
    showTwice: 'Show them',
    showAll: 'Show everyone',
    shared: (names: string) => `Shares a name or number with ${names}`,
    select: (name: string) => `Select ${name}`,
    selectAll: 'Select all shown',
    selected: (n: number) => `${n.toLocaleString('en')} selected`,
    clear: 'Clear',
    export: 'Export',
    exported: 'Saved people.vcf.',
    removeYes: 'Delete',
    removeSome: (n: number) => `Delete ${count(n, 'person', 'people')}?`,
    removedSome: (n: number) => `Deleted ${count(n, 'person', 'people')}.`,
    removedPart: (n: number, left: string) =>
      `Deleted ${count(n, 'person', 'people')}. Not deleted: ${left}.`,
    restoredPart: (n: number, left: string) =>
      `Restored ${count(n, 'person', 'people')}. Not restored: ${left}.`,
    protectedPart: (n: number, left: string) =>
      `Marked ${count(n, 'person', 'people')} “Do not call”. Not marked: ${left}.`,
    protectedSome: (n: number) => `Marked ${count(n, 'person', 'people')} “Do not call”.`,
    none: 'No people yet',
    noneHelp: 'Add someone, or import an address book (.vcf or .csv) from your phone or mail program.',
    noneFound: 'No matching people',
    ring: (name: string, number: string, label: string) => `Dial ${name}, ${number} ${label}`.trim(),
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Delete ${name}`,
    removed: (name: string) => `Deleted ${name}.`,
    mayNot: 'Do not call',
    blocks: {
      opted_out: 'Pressed 9: never called again',
      blocked: 'Blocked',
      may_not: 'Do not call',
    },
    noNumbers: 'No number',
    saved: (name: string) => `Saved ${name}.`,
    missing: 'Person not found',
    missingHelp: 'They may have been deleted, or the link is out of date.',
    unsaved: 'Discard changes?',
    imported: (added: number, changed: number) =>
      `${count(added, 'person', 'people')} added, ${changed.toLocaleString('en')} updated.`,
    nothingNew: 'Nothing to import: it’s all here already.',
    outcomes: {
      added: (n: number) => `${count(n, 'new person', 'new people')}`,
      kept_apart: (n: number) => `${count(n, 'new person', 'new people')} with a name you already have`,
      merged: (n: number) => `${count(n, 'person is', 'people are')} updated`,
    },
    unchanged: (n: number) => `${count(n, 'person is', 'people are')} already here.`,
    leftOut: (n: number) => `${n.toLocaleString('en')} skipped`,
    leftOutWhy,
    more: (n: number) => `… and ${n.toLocaleString('en')} more`,
    undone: (removed: number, changed: number, kept: number) =>
      `Import undone: ${removed} removed, ${changed} restored, ${kept} kept.`,
    newTitle: 'New person',
    editTitle: (name: string) => `Edit ${name}`,
    name: 'Name',
    nameNeeded: 'Enter a name.',
    usual: 'Usual protocol',
    usualHint: 'Chosen for you when you call this person.',
    noUsual: 'None',
    mayCall: 'May be called',
    mayCallHint: 'If off, none of their numbers can be called.',
    protectedHint:
      'Marked “Do not call”. Only the owner can change that or remove a number, in the desktop app.',
    numbers: 'Numbers',
    number: (n: number) => `Number ${n}`,
    label: (n: number) => `Label for number ${n}`,
    labelHint: 'mobile, home …',
    addNumber: 'Add a number',
    dropNumber: (n: number) => `Remove number ${n}`,
    save: 'Save',
    saving: 'Saving',
    cancel: 'Cancel',
    conflict: {
      title: 'This person was changed elsewhere',
      help: 'Someone saved them in another tab or program while you were editing. Nothing has been overwritten.',
    },
    calling: 'Calls',
    blocked: 'Blocked numbers',
    blockedLead: 'These numbers can’t be called.',
    block: 'Block',
    blockNumber: 'Number to block',
    blockNote: 'Reason (optional)',
    blockedSaid: (number: string) => `Blocked ${number}.`,
    unblock: (number: string) => `Unblock ${number}`,
    unblocked: (number: string) => `Unblocked ${number}.`,
    unblockHelp: 'Only the owner can unblock a number, in the desktop app.',
    noneBlocked: 'No blocked numbers.',
    since: (day: string) => `since ${within(day)}`,
    optedOut: (day: string) => `opted out on ${day}`,
    optedOutHelp:
      'The person at this number pressed 9 to opt out. Only the owner can undo that, in the desktop app.',
    forgetOptOut: (number: string) => `Undo the opt-out of ${number}`,
    forgetOptOutAsk: (who: string, day: string) =>
      `${who} pressed 9 on ${day} to opt out. Calling them anyway can do harm and is illegal in many countries. Continue only if they have since told you that they want to be called. Allow calls again?`,
    forgetOptOutYes: 'They asked to be called',
  },
};
