/** Which calls of the history: as it is asked of the server, and as it stands in the address. */

import type { AskedBy, Call, Outcome } from './api';

export interface CallFilter {
  outcome?: Outcome | undefined;
  protocol?: string | undefined;
  /** Id of a person. */
  person?: string | undefined;
  /** The first and the last day, as `2026-03-29`. */
  from?: string | undefined;
  to?: string | undefined;
  asked_by?: AskedBy | undefined;
  q?: string | undefined;
}

export const OUTCOMES: readonly Outcome[] = ['completed', 'no-answer', 'busy', 'failed', 'canceled', 'open'];
export const WAYS: readonly AskedBy[] = [
  'window',
  'tray',
  'browser',
  'device',
  'program',
  'command_line',
  'unknown',
];

const NAMES = ['outcome', 'protocol', 'person', 'from', 'to', 'asked_by', 'q'] as const;

/** What is asked for, always in the same order: two filters that ask for the same have the same text. */
export function toQuery(filter: CallFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) if (filter[name]) query.set(name, filter[name]);
  return query;
}

/** An address that somebody mistyped asks for what can be understood of it. */
export function fromQuery(text: string): CallFilter {
  const query = new URLSearchParams(text);
  const given = (name: (typeof NAMES)[number]) => query.get(name) ?? undefined;
  const day = (name: 'from' | 'to') =>
    /^\d{4}-\d\d-\d\d$/.test(given(name) ?? '') ? given(name) : undefined;
  return {
    outcome: OUTCOMES.find((outcome) => outcome === given('outcome')),
    protocol: given('protocol'),
    person: given('person'),
    from: day('from'),
    to: day('to'),
    asked_by: WAYS.find((way) => way === given('asked_by')),
    q: given('q')?.slice(0, 100),
  };
}

/** Without one of its wishes. */
export function without(filter: CallFilter, name: keyof CallFilter): CallFilter {
  return { ...filter, [name]: undefined };
}

/** Whether a call that has just been placed or changed is one of those. The server decides for all others. */
export function matches(
  call: Call,
  filter: CallFilter,
  numbers: string[] | undefined,
  name: string | undefined,
) {
  const { outcome, protocol, person, from, to, asked_by, q } = filter;
  const day = localDay(new Date(call.requested_at));
  if (outcome && outcome !== (call.ended ? call.status : 'open')) return false;
  if (protocol && protocol !== call.protocol) return false;
  if (person && !numbers?.includes(call.to)) return false;
  if ((from && day < from) || (to && day > to)) return false;
  if (asked_by && asked_by !== call.asked_by) return false;
  if (!q) return true;
  const text = q.trim().toLowerCase();
  const digits = /\p{L}/u.test(text) ? '' : text.replace(/\D/g, '');
  return (
    [call.to, call.from, call.protocol, name ?? ''].some((held) => held.toLowerCase().includes(text)) ||
    (digits !== '' && [call.to, call.from].some((number) => number.includes(digits)))
  );
}

/** The day of a moment, here, as `2026-03-29`. */
export function localDay(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
