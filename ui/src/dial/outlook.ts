import type { Call, CallCheck, Money } from '../api';
import type { ProblemJson } from '../texts/server-words';
import { texts } from '../texts';

/** Calls needed to tell the usual length. */
const ENOUGH = 3;

/** Refusals that only the owner can clear. */
const OWNERS: readonly ProblemJson['code'][] = [
  'blocked_number',
  'opted_out',
  'not_to_be_called',
  'too_many_at_once',
  'day_spent',
  'month_spent',
];
export const isOwners = (code: ProblemJson['code']) => OWNERS.includes(code);

export function clockOf(
  { from, until }: NonNullable<CallCheck['local_time']>,
  timeOfDay: (at: Date) => string,
): [string, string | undefined] {
  const read = (clock: string) => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    return timeOfDay(new Date(2000, 0, 1, hour, minute));
  };
  return [read(from), from === until ? undefined : read(until)];
}

/** Usual billed minutes with this protocol: the median of the latest answered calls. */
export function usualMinutes(ended: readonly Call[], protocol: string): number | undefined {
  const minutes = ended
    .filter((call) => call.protocol === protocol && (call.duration_s ?? 0) > 0)
    .map((call) => Math.ceil((call.duration_s ?? 0) / 60))
    .sort((one, other) => one - other);
  return minutes.length < ENOUGH ? undefined : minutes[Math.floor(minutes.length / 2)];
}

export function usedOf({ limits, used, most }: CallCheck, money: (sum: Money) => string): string[] {
  const t = texts.outlook.used;
  const counts = [
    [limits.number_per_day, used.number_in_day, t.number],
    [limits.calls_per_hour, used.all_in_hour, t.hour],
    [limits.calls_at_once, used.at_once, t.atOnce],
  ] as const;
  const sums = [
    [limits.spend_per_day, used.day, t.day],
    [limits.spend_per_month, used.month, t.month],
  ] as const;
  const ofMoney = sums.flatMap(([limit, spent, words]) => {
    const currency = most?.price.currency ?? spent[0]?.currency;
    if (limit == null || currency === undefined) return [];
    const sum = spent.find((sum) => sum.currency === currency) ?? { amount: '0', currency };
    return [words(money(sum), money({ amount: limit, currency }))];
  });
  return [
    ...counts.flatMap(([limit, count, words]) => (limit == null ? [] : [words(count, limit)])),
    ...ofMoney,
  ];
}
