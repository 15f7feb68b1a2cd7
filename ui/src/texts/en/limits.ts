import { count } from './count';

export const limits = {
  limits: {
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
