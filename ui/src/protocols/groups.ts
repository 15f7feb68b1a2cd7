/** Protocols by their groups, and which groups are folded. */

import { SvelteSet } from 'svelte/reactivity';

import type { Protocol } from '../api';
import { byLocale } from '../texts';
import { groupOf } from './plays';

export const collator = byLocale(
  (locale) => new Intl.Collator(locale, { sensitivity: 'base', numeric: true }),
);

/** Each group once. */
export const groupNames = (protocols: readonly Protocol[]): string[] =>
  [...new Set(protocols.map(groupOf))].filter(Boolean);

/** Each group with its protocols in their order. Those without a group come last, under ''. */
export function inGroups(protocols: readonly Protocol[]): [group: string, protocols: Protocol[]][] {
  const { compare } = collator();
  const groups = new Map<string, Protocol[]>();
  for (const protocol of protocols)
    groups.set(groupOf(protocol), [...(groups.get(groupOf(protocol)) ?? []), protocol]);
  return [...groups].sort(([one], [other]) =>
    one === '' || other === '' ? Number(one === '') - Number(other === '') : compare(one, other),
  );
}

/** Folded groups, until the page is closed. */
export const folded = new SvelteSet<string>();
