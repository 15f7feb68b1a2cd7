/** What a plot shows, and the words for it. */

import type { Money, Statistics } from '../api';
import { height } from '../money';
import { texts } from '../texts';

export interface Series {
  label: string;
  /** A token of the palette. */
  colour: `--${string}`;
  values: number[];
  /** The values in words, where numbers say too little; an empty text tells nothing. */
  words?: string[];
}

type Shown = (value: number) => string;

export const inWords = ({ values, words }: Series, at: number, shown: Shown) =>
  words?.[at] ?? shown(values[at] ?? 0);

/** What one bar says; `nothing` is said of one that has nothing to say. */
export function toldOf(
  name: string,
  series: Series[],
  at: number,
  { shown, nothing }: { shown: Shown; nothing: string | undefined },
): string {
  const saying = series.filter(({ values, words }) => (words ? words[at] : values[at]));
  const said = saying.map((one) => {
    const words = inWords(one, at, shown);
    // Of the only one there is, the title says what it is.
    return series.length > 1 ? `${one.label} ${words}` : words;
  });
  return [name, said.join(', ') || nothing].filter(Boolean).join(': ');
}

/** How many of the calls were answered, in percent. An hour without calls isn't one in which nobody answered. */
export function sharesAnswered(rates: Statistics['hours']): Series {
  const percent = ({ calls, answered }: (typeof rates)[number]) => Math.round((100 * answered) / calls);
  return {
    label: texts.plots.answered,
    colour: '--go',
    values: rates.map((rate) => (rate.calls ? percent(rate) : 0)),
    words: rates.map((rate) =>
      rate.calls ? texts.plots.share(percent(rate), rate.answered, rate.calls) : texts.plots.noCalls,
    ),
  };
}

/** Which bars have their names below, if there is room for every `step`th: the first one's, or today's where the last
 * bar is today. */
export function named(count: number, step: number, lastIsNow: boolean): number[] {
  const every = Array.from({ length: Math.ceil(count / step) }, (_, nth) => nth * step);
  return lastIsNow ? every.map((at) => count - 1 - at).reverse() : every;
}

/** Sums with their names, the largest first, each with its share of that one. */
export function largestFirst(
  names: string[],
  sums: (Money | undefined)[],
): { name: string; sum: Money; share: number }[] {
  const most = Math.max(...sums.map(height)) || 1;
  return names
    .flatMap((name, at) => {
      const sum = sums[at];
      return sum ? [{ name, sum, share: height(sum) / most }] : [];
    })
    .sort((one, other) => other.share - one.share);
}
