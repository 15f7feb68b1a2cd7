/** Texts of the limits, of what they refuse, and of who asked. */

import { count } from './count';

export const limits = {
  limits: {
    title: 'Limits',
    lead: 'They stop calls that come too often, at night, or at too high a price.',
    names: {
      number_gap_min: 'Minutes between calls to one number',
      number_per_day: 'Calls to one number in 24 hours',
      calls_per_hour: 'Calls to all numbers in an hour',
      calls_at_once: 'Calls at the same time',
      quiet_hours: 'Quiet hours',
      countries: 'Allowed countries',
      spend_per_day: 'Spending per day',
      spend_per_month: 'Spending per month',
    },
    hints: {
      number_gap_min: 'Minimum gap between calls to one number, no matter who places them.',
      number_per_day: 'After that, this number can’t be called for the rest of the 24 hours.',
      calls_per_hour: 'Stops a runaway script.',
      calls_at_once: 'Further calls are refused until one ends.',
      quiet_hours:
        'In the local time of the person you call. If their country has several time zones, it must be outside quiet hours in all of them.',
      countries: 'Calls to all other countries are refused.',
      spend_per_day:
        'In your account’s currency. Once it is spent, calls are refused until tomorrow. A call under way ends when its share of the remaining budget is used up.',
      spend_per_month: 'In your account’s currency. Once it is spent, calls are refused until next month.',
    },
    risks: {
      number_gap_min: 'The same phone may ring again and again.',
      number_per_day:
        'Calling one person many times a day can be harassment, which is illegal in most places.',
      calls_per_hour: 'A faulty script could call this many people before you notice.',
      calls_at_once: 'If something goes wrong, all these calls go wrong and cost money at once.',
      quiet_hours: 'You may wake people up. Calling at night is illegal in many places.',
      countries:
        'Calls abroad can cost many times as much, and some numbers exist only to collect those fees.',
      spend_per_day: 'A mistake could cost this much in a day.',
      spend_per_month: 'A mistake could cost this much in a month.',
    },
    where: { own: 'My country', listed: 'These countries', any: 'All countries' },
    nightFrom: 'Quiet from',
    nightUntil: 'Quiet until',
    never:
      'Emergency, short and premium-rate numbers, your own Twilio numbers, blocked numbers and people who pressed 9 are never called. You can’t change this.',
    save: 'Save limits',
    consent: (who: string) =>
      `You haven’t called ${who} from here before. Do they know you, and have they agreed to this?`,
    consentYes: 'They know me and have agreed to this',
    setAside: (why: string) => `${why} Call anyway, just this once?`,
    setAsideYes: 'Call just this once',
    waiting: (position: number) => (position === 1 ? 'Next in line' : `Number ${position} in line`),
    cancelWaiting: 'Cancel',
  },
  outlook: {
    there: (from: string, until: string | undefined) =>
      until === undefined ? `It’s ${from} there` : `It’s between ${from} and ${until} there`,
    usual: (minutes: number, price: string) => `Usually ${minutes} min, about ${price}`,
    most: (price: string) => `At most ${price} for this call`,
    onceHere: 'You can allow it for this one call when you press Call.',
    onceByOwner: 'Only the owner can allow it for one call, in the desktop app.',
    byOwner: 'Only the owner can change that, in the desktop app.',
    limits: 'Limits and what is used',
    used: {
      number: (n: number, limit: number) => `${n} of ${limit} calls to this number in 24 hours`,
      hour: (n: number, limit: number) => `${n} of ${limit} calls in an hour`,
      atOnce: (n: number, limit: number) => `${n} of ${limit} calls at the same time`,
      day: (spent: string, limit: string) => `${spent} of ${limit} today`,
      month: (spent: string, limit: string) => `${spent} of ${limit} this month`,
    },
  },
  refusedCalls: {
    title: 'Refused',
    lead: 'Calls the rules stopped, and who tried to place them.',
    none: 'No calls were refused.',
    by: (way: string, name: string | null | undefined) => (name ? `${way}, ${name}` : way),
    times: (n: number) => count(n, 'time', 'times'),
    setAside: 'called anyway',
    /** By rule; refusals not listed here are shown in the server's words. */
    rules: {
      emergency_number: 'An emergency number.',
      short_number: 'A short code.',
      premium_number: 'A premium-rate number.',
      impossible_number: 'Not a possible phone number.',
      not_a_number: 'Not a phone number.',
      own_number: 'One of your own Twilio numbers.',
      opted_out: 'They pressed 9 to opt out.',
      blocked_number: 'The number is blocked.',
      not_to_be_called: 'This person is marked “Do not call”.',
      country_not_allowed: 'The country isn’t on your list.',
      quiet_hours: 'It was quiet hours there.',
      number_too_soon: 'The number had just been called.',
      number_too_often: 'The number had reached its limit for 24 hours.',
      too_many_calls: 'The hourly limit had been reached.',
      too_many_at_once: 'Too many calls at the same time.',
      day_spent: 'The daily budget was used up.',
      month_spent: 'The monthly budget was used up.',
      further_number: 'The protocol also calls a number that can’t be called.',
      unchecked_twiml: 'The protocol needs the owner’s permission.',
      consent_needed: 'Consent has not been confirmed.',
    } as Record<string, string | undefined>,
  },
};
