/** Amounts of money as people read them. An amount is the server's decimal text and stays one: no float comes near it. */

import type { Money } from './api';
import { locale } from './texts';

/** The currency whose hundredths have a sign that everybody knows. */
const WITH_CENTS = 'USD';
/** Digits after the point of what one call costs, and of what a minute costs in cents. */
const [FINE, CENTS] = [4, 2];

/** An amount in full, such as `$0.014`. */
export function money({ amount, currency }: Money): string {
  return format(amount, currency, { style: 'currency', currency, maximumFractionDigits: FINE });
}

/** A large amount, to the cent: `$12.34`. Less than a cent is told in full, or it would be nothing. */
export function roundMoney(sum: Money): string {
  if (!/[1-9]/.test(shift(sum.amount, 2).split('.')[0] ?? '')) return money(sum);
  return format(sum.amount, sum.currency, { style: 'currency', currency: sum.currency });
}

/** What was spent: to the cent, and in full as long as it is less than one whole unit. */
export function sumMoney(sum: Money): string {
  return /[1-9]/.test(sum.amount.split('.')[0] ?? '') ? roundMoney(sum) : money(sum);
}

/** A small price: in cents where it is less than a dollar, `1.4 ¢`. */
export function smallMoney(price: Money): string {
  const { amount, currency } = price;
  if (currency !== WITH_CENTS || /[1-9]/.test(amount.split('.')[0] ?? '')) return money(price);
  return `${format(shift(amount, 2), '', { maximumFractionDigits: CENTS })} ¢`;
}

/** Whether it is nothing at all. */
export const isNothing = ({ amount }: Money) => !/[1-9]/.test(amount);

/** A price so many times over. */
export function times({ amount, currency }: Money, count: number): Money {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = String(BigInt(whole + fraction) * BigInt(count)).padStart(fraction.length + 1, '0');
  const point = digits.length - fraction.length;
  return { amount: fraction ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits, currency };
}

/** How high a bar is, for pictures alone. */
export const height = (sum: Money | undefined) => (sum ? Number.parseFloat(sum.amount) : 0);

/** Intl reads a decimal text digit by digit, where TypeScript lets it. */
function format(amount: string, currency: string, options: Intl.NumberFormatOptions): string {
  try {
    return new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
  } catch {
    // A currency that this browser doesn't know.
    return `${amount} ${currency}`;
  }
}

/** Moves the point of a decimal text to the right. */
function shift(amount: string, places: number): string {
  const [sign, digits] = amount.startsWith('-') ? ['-', amount.slice(1)] : ['', amount];
  const [whole = '', fraction = ''] = digits.split('.');
  const padded = fraction.padEnd(places, '0');
  const left = `${whole}${padded.slice(0, places)}`.replace(/^0+(?=\d)/, '');
  const right = padded.slice(places);
  return `${sign}${left}${right ? `.${right}` : ''}`;
}
