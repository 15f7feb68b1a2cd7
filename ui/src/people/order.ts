import type { Person } from '../api';
import { lineOf } from '../phone-shown.svelte';
import { fold } from '../search';
import { byLocale } from '../texts';

export type Order = 'first' | 'last';

const collator = byLocale((locale) => new Intl.Collator(locale, { sensitivity: 'base', numeric: true }));

const lastName = (name: string) => name.trim().split(/\s+/).at(-1) ?? name;
const keyOf = (name: string, order: Order) => (order === 'first' ? name : `${lastName(name)} ${name}`);

export function sorted(people: readonly Person[], order: Order): Person[] {
  return people.toSorted((one, other) =>
    collator().compare(keyOf(one.name, order), keyOf(other.name, order)),
  );
}

/** The letter in the list; names that start with no letter get `#`. */
export function letterOf(name: string, order: Order): string {
  return /^\p{L}/u.exec(fold(keyOf(name, order).trim()))?.[0]?.toUpperCase() ?? '#';
}

export function twice(people: readonly Person[]): Map<string, Person[]> {
  const shared = new Map<string, Person[]>();
  for (const person of people) {
    const lines = new Set(person.numbers.map(({ number }) => `number ${lineOf(number)}`));
    for (const key of [`name ${fold(person.name).trim()}`, ...lines])
      shared.set(key, [...(shared.get(key) ?? []), person]);
  }
  const found = new Map<string, Person[]>();
  for (const group of shared.values()) {
    if (group.length < 2) continue;
    for (const person of group)
      found.set(person.id, [...(found.get(person.id) ?? []), ...group.filter(({ id }) => id !== person.id)]);
  }
  return found;
}
