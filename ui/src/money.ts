/** Formats amounts of money. An amount stays the server's decimal text, never a float. */

import type { Money } from './api';
import { locale } from './texts';

const WITH_CENTS = 'USD';
/** Decimal places: of a call's cost, and of cents per minute. */
const [FINE, CENTS] = [4, 2];

/** In full, such as `$0.014`. */
export function money({ amount, currency }: Money): string {
  return format(amount, currency, { style: 'currency', currency, maximumFractionDigits: FINE });
}

/** To the cent: `$12.34`. Less than a cent is shown in full; otherwise it would read as zero. */
export function roundMoney(sum: Money): string {
  if (!/[1-9]/.test(shift(sum.amount, 2).split('.')[0] ?? '')) return money(sum);
  return format(sum.amount, sum.currency, { style: 'currency', currency: sum.currency });
}

export function sumMoney(sum: Money): string {
  return /[1-9]/.test(sum.amount.split('.')[0] ?? '') ? roundMoney(sum) : money(sum);
}

/** A small price, in cents below one dollar: `1.4 ¢`. */
export function smallMoney(price: Money): string {
  const { amount, currency } = price;
  if (currency !== WITH_CENTS || /[1-9]/.test(amount.split('.')[0] ?? '')) return money(price);
  return `${format(shift(amount, 2), '', { maximumFractionDigits: CENTS })} ¢`;
}

export const isNothing = ({ amount }: Money) => !/[1-9]/.test(amount);

export function times({ amount, currency }: Money, count: number): Money {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = String(BigInt(whole + fraction) * BigInt(count)).padStart(fraction.length + 1, '0');
  const point = digits.length - fraction.length;
  return { amount: fraction ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits, currency };
}

/** For bar heights only. */
export const height = (sum: Money | undefined) => (sum ? Number.parseFloat(sum.amount) : 0);

/** Intl formats decimal text exactly; TypeScript's types lack that. */
function format(amount: string, currency: string, options: Intl.NumberFormatOptions): string {
  try {
    return new Intl.NumberFormat(locale, options).format(amount as Intl.StringNumericLiteral);
  } catch {
    return `${amount} ${currency}`;
  }
}

function shift(amount: string, places: number): string {
  const [sign, digits] = amount.startsWith('-') ? ['-', amount.slice(1)] : ['', amount];
  const [whole = '', fraction = ''] = digits.split('.');
  const padded = fraction.padEnd(places, '0');
  const left = `${whole}${padded.slice(0, places)}`.replace(/^0+(?=\d)/, '');
  const right = padded.slice(places);
  return `${sign}${left}${right ? `.${right}` : ''}`;
}
