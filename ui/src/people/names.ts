import type { Person } from '../api';

/** Further names are only counted. */
const NAMED = 5;

export const namesOf = (people: readonly Person[]): string =>
  people
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(', ') + (people.length > NAMED ? ' …' : '');
