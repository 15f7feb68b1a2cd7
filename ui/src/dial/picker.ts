import type { Call, Protocol } from '../api';
import { groupOf } from '../protocols/plays';
import { finder } from '../search';
import { nameOf } from '../state/protocols.svelte';

export const AT_HAND = 8;
const FOUND = 24;

/** Pinned ones, then recently used ones, then the rest. A short list keeps its own order. */
export function atHand(all: Protocol[], calls: Call[], isPinned: (id: string) => boolean): Protocol[] {
  if (all.length <= AT_HAND) return all;
  const rank = new Map([...new Set(calls.map(({ protocol }) => protocol))].map((id, at) => [id, at]));
  const placeOf = ({ id }: Protocol) => (isPinned(id) ? -1 : (rank.get(id) ?? rank.size));
  return all.toSorted((one, other) => placeOf(one) - placeOf(other));
}

export function foundOf(ordered: Protocol[], typed: string): Protocol[] {
  if (ordered.length <= AT_HAND) return ordered;
  if (typed.trim() === '') return ordered.slice(0, AT_HAND);
  const finds = finder(typed);
  return ordered
    .filter((protocol) => finds(nameOf(protocol), protocol.id, groupOf(protocol)))
    .slice(0, FOUND);
}

/** Search results, and always the chosen one, because Call uses it. */
export function shownOf(ordered: Protocol[], typed: string, chosen: string | undefined): Protocol[] {
  const found = foundOf(ordered, typed);
  const picked = ordered.find(({ id }) => id === chosen);
  if (!picked || found.includes(picked)) return found;
  return [picked, ...(typed.trim() === '' ? found.slice(0, -1) : found)];
}
