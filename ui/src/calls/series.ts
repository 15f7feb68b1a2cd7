import type { Money, Statistics } from '../api';
import { height } from '../money';
import { texts } from '../texts';

export interface Series {
  label: string;
  colour: `--${string}`;
  values: number[];
  /** The values in words, where numbers aren't enough; an empty text shows nothing. */
  words?: string[];
}

type Shown = (value: number) => string;

export const inWords = ({ values, words }: Series, at: number, shown: Shown) =>
  words?.[at] ?? shown(values[at] ?? 0);

export function toldOf(
  name: string,
  series: Series[],
  at: number,
  { shown, nothing }: { shown: Shown; nothing: string | undefined },
): string {
  const saying = series.filter(({ values, words }) => (words ? words[at] : values[at]));
  const said = saying.map((one) => {
    const words = inWords(one, at, shown);
    // A single series is named by the plot's title.
    return series.length > 1 ? `${one.label} ${words}` : words;
  });
  return [name, said.join(', ') || nothing].filter(Boolean).join(': ');
}

/** Answered calls in percent. An hour without calls differs from one with only unanswered calls. */
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

/** The bars whose names are shown, every `step`th, counted from the first bar, or from the last if that is today. */
export function named(count: number, step: number, lastIsNow: boolean): number[] {
  const every = Array.from({ length: Math.ceil(count / step) }, (_, nth) => nth * step);
  return lastIsNow ? every.map((at) => count - 1 - at).reverse() : every;
}

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
