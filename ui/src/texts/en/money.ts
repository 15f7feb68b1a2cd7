export const money = {
  money: {
    title: 'Spending',
    perMinute: (price: string, country: string | undefined, atLeast: boolean) =>
      `${atLeast ? 'At least' : 'About'} ${price} a minute${country ? ` to ${country}` : ''}`,
    aMinute: (price: string) => `about ${price} a minute`,
    left: (amount: string) => `Balance: ${amount}`,
    low: (amount: string) => `Balance: only ${amount}, which may not last a week`,
    notForThisKey: 'This API key can’t read the account balance.',
    by: 'Total by',
    ways: { day: 'Day', month: 'Month', protocol: 'Protocol', person: 'Person' },
    titles: {
      day: (currency: string) => `Spent per day, ${currency}`,
      month: (currency: string) => `Spent per month, ${currency}`,
      protocol: (currency: string) => `Spent by protocol, ${currency}`,
      person: (currency: string) => `Spent by person, ${currency}`,
    },
    from: 'From',
    to: 'To',
    expected: 'Estimate',
    andExpected: (amount: string) => `plus about ${amount} for calls Twilio hasn’t priced yet`,
    nothing: 'Twilio has reported no charges.',
    span: (from: string, to: string) => `${from} to ${to}`,
    nobody: 'Not in People',
    deleted: (amount: string) => `Plus ${amount} for calls deleted from the history.`,
  },
};
