import type { Person } from '../api';

/** More names than that nobody reads. */
const NAMED = 5;

export const namesOf = (people: readonly Person[]): string =>
  people
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(', ') + (people.length > NAMED ? ' …' : '');
