/** Texts of what calls cost. */

export const money = {
  money: {
    title: 'Spending',
    perMinute: (price: string, country: string | undefined) =>
      country ? `About ${price} a minute to ${country}` : `About ${price} a minute`,
    aMinute: (price: string) => `about ${price} a minute`,
    left: (amount: string) => `${amount} left on the account`,
    low: (amount: string) => `Only ${amount} left on the account: it may not last a week`,
    notForThisKey: 'This API key may not read what is left on the account.',
    by: 'Added up by',
    ways: { day: 'Day', month: 'Month', protocol: 'Protocol', person: 'Person' },
    titles: {
      day: (currency: string) => `Spent per day, ${currency}`,
      month: (currency: string) => `Spent per month, ${currency}`,
      protocol: (currency: string) => `Spent by protocol, ${currency}`,
      person: (currency: string) => `Spent by person, ${currency}`,
    },
    from: 'From',
    to: 'To',
    expected: 'Expected',
    andExpected: (amount: string) => `and about ${amount} for calls whose price Twilio has not given yet`,
    nothing: 'Nothing was spent, as far as Twilio has said.',
    span: (from: string, to: string) => `${from} to ${to}`,
    nobody: 'Numbers of nobody in People',
    deleted: (amount: string) => `And ${amount} for calls that were deleted from the history.`,
  },
};
