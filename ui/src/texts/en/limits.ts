/** Texts of the limits, of what they refuse, and of who asked. */

import { count } from './count';

export const limits = {
  limits: {
    title: 'Limits',
    lead: 'So that nobody is called too often or at night, and no bill is a surprise.',
    names: {
      number_gap_min: 'Minutes between two calls to one number',
      number_per_day: 'Calls to one number in 24 hours',
      calls_per_hour: 'Calls to all numbers in an hour',
      calls_at_once: 'Calls under way at one time',
      quiet_hours: 'Quiet hours',
      countries: 'Countries that may be called',
      spend_per_day: 'Spending in a day',
      spend_per_month: 'Spending in a month',
    },
    hints: {
      number_gap_min: 'Whoever was called is left alone for that long, whoever asks.',
      number_per_day: 'After that many, the same phone does not ring again until a day has passed.',
      calls_per_hour: 'Stops a script that has gone wild.',
      calls_at_once: 'Any more have to wait until one is over.',
      quiet_hours:
        'By the clock of whoever is called. Where a country has several, it must be day on all of them.',
      countries: 'Numbers of other countries, and of none, are refused.',
      spend_per_day:
        'In your account’s currency. Once it is spent, nobody is called until tomorrow. A call ends when its share of what was left is used up.',
      spend_per_month: 'In your account’s currency. Once it is spent, nobody is called until next month.',
    },
    risks: {
      number_gap_min: 'Somebody may find their phone ringing again and again.',
      number_per_day:
        'Many calls a day to one person can be harassment, and in most places that is an offence.',
      calls_per_hour: 'A script with a mistake may ring this many people before anybody stops it.',
      calls_at_once: 'Calls that go wrong go wrong together, and cost together.',
      quiet_hours: 'Somebody may be woken. In many places calling at night is not allowed.',
      countries: 'Calls abroad can cost many times as much, and fraudsters sell numbers that do.',
      spend_per_day: 'A mistake may cost this much in a day.',
      spend_per_month: 'A mistake may cost this much in a month.',
    },
    where: { own: 'My own', listed: 'These', any: 'Every country' },
    nightFrom: 'Quiet from',
    nightUntil: 'Quiet until',
    never:
      'Emergency, short and premium-rate numbers, your own Twilio numbers, blocked numbers and people who pressed 9 are never called. No setting changes that.',
    save: 'Save limits',
    consent: (who: string) =>
      `${who} was never called from here. Do they know you, and are they fine with this?`,
    consentYes: 'They know me and are fine with this',
    setAside: (why: string) => `${why} Call anyway, this once?`,
    setAsideYes: 'Call this once',
    waiting: (position: number) => `Waits for its turn: ${position === 1 ? 'next' : `number ${position}`}`,
    cancelWaiting: 'Cancel',
  },
  refusedCalls: {
    title: 'Not called',
    lead: 'What was requested and refused, so that you see who wanted what.',
    none: 'Nothing was refused.',
    by: (way: string, name: string | null | undefined) => (name ? `${way}, ${name}` : way),
    times: (n: number) => count(n, 'time', 'times'),
    setAside: 'called after all',
    /** By the rule; what stands in none of them is told in the server's words. */
    rules: {
      emergency_number: 'An emergency number.',
      short_number: 'A short number.',
      premium_number: 'A number that costs extra.',
      impossible_number: 'No such number can exist.',
      not_a_number: 'Not a number.',
      own_number: 'A number of your own account.',
      opted_out: 'They pressed 9 and are not called again.',
      blocked_number: 'The number is blocked.',
      not_to_be_called: 'A person who is not to be called.',
      country_not_allowed: 'Its country is not on the list.',
      quiet_hours: 'It was night there.',
      number_too_soon: 'The number was called a moment before.',
      number_too_often: 'The number was called often enough that day.',
      too_many_calls: 'Enough calls were placed in that hour.',
      too_many_at_once: 'Enough calls were under way.',
      day_spent: 'The day’s money was spent.',
      month_spent: 'The month’s money was spent.',
      further_number: 'What plays also calls a number that may not be called.',
      unchecked_twiml: 'What plays needs the owner’s permission.',
      consent_needed: 'Nobody had said yet that they are fine with it.',
    } as Record<string, string | undefined>,
  },
};
