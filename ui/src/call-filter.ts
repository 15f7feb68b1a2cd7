import type { AskedBy, Call, Outcome } from './api';

export interface CallFilter {
  outcome?: Outcome | undefined;
  protocol?: string | undefined;
  person?: string | undefined;
  /** As `2026-03-29`. */
  from?: string | undefined;
  to?: string | undefined;
  asked_by?: AskedBy | undefined;
  q?: string | undefined;
}

export const OUTCOMES: readonly Outcome[] = [
  'confirmed',
  'completed',
  'no-answer',
  'busy',
  'failed',
  'canceled',
  'open',
];
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

/** Always in the same order, so equal filters give equal text. */
export function toQuery(filter: CallFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) if (filter[name]) query.set(name, filter[name]);
  return query;
}

/** Ignores what it can't read, such as a mistyped address. */
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

/** Whether it was answered and confirmed, and is over. */
export function isConfirmed({ status, acknowledged_at }: Pick<Call, 'status' | 'acknowledged_at'>): boolean {
  return status === 'completed' && acknowledged_at != null;
}

export function without(filter: CallFilter, name: keyof CallFilter): CallFilter {
  return { ...filter, [name]: undefined };
}

/** Whether a call that has just been placed or changed matches. The server decides for all others. */
export function matches(
  call: Call,
  filter: CallFilter,
  numbers: string[] | undefined,
  name: string | undefined,
) {
  const { outcome, protocol, person, from, to, asked_by, q } = filter;
  const day = localDay(new Date(call.requested_at));
  const itsOutcome = call.ended ? (isConfirmed(call) ? 'confirmed' : call.status) : 'open';
  if (outcome && outcome !== itsOutcome) return false;
  if (protocol && protocol !== call.protocol) return false;
  if (person && !numbers?.includes(call.to)) return false;
  if ((from && day < from) || (to && day > to)) return false;
  if (asked_by && asked_by !== call.asked_by) return false;
  if (!q) return true;
  const texts = [call.protocol, call.protocol_name ?? '', name ?? ''].map((text) => text.toLowerCase());
  return partsOf(q).every(({ words, digits }) => {
    const inNumber = digits !== '' && [call.to, call.from].some((number) => number.includes(digits));
    return inNumber || words.every((word) => texts.some((text) => text.includes(word)));
  });
}

/** One part per word. Consecutive words without letters may be one number: "(415) 867". */
function partsOf(q: string): { words: string[]; digits: string }[] {
  const parts: { words: string[]; digits: string }[] = [];
  let before: { words: string[]; digits: string } | undefined;
  for (const word of q.trim().toLowerCase().split(/\s+/)) {
    const isNumber = !/\p{L}/u.test(word);
    if (!isNumber || !before) parts.push((before = { words: [], digits: '' }));
    before.words.push(word);
    if (isNumber) before.digits += word.replace(/\D/g, '');
    else before = undefined;
  }
  // A leading plus starts a number. Leading zeros within a country don't occur in E.164.
  const whole = ({ words, digits }: { words: string[]; digits: string }) =>
    digits && words[0]?.startsWith('+') ? `+${digits}` : digits.replace(/^0+(?=[1-9])/, '');
  return parts.map((part) => ({ words: part.words, digits: whole(part) }));
}

/** The local day, as `2026-03-29`. */
export function localDay(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
