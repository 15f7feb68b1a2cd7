/** Amounts of money as people read them. */

import type { Call } from './api';
import { locale } from './texts';

export function money(price: NonNullable<Call['price']>): string {
  const amount = Number(price.amount);
  try {
    const style = { style: 'currency', currency: price.currency, maximumFractionDigits: 4 } as const;
    return new Intl.NumberFormat(locale, style).format(amount);
  } catch {
    // A currency that this browser doesn't know.
    return `${price.amount} ${price.currency}`;
  }
}
