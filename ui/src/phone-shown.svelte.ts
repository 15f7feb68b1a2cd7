/** Numbers as they are shown anywhere: in full form once the numbering plans are loaded, as E.164 until then. */

let plans = $state.raw<typeof import('./phone')>();

export const loadPhone = async () => (plans ??= await import('./phone'));

/** The numbering plans, once they are there. */
export const phone = () => plans;

/** A number with its extension, as the server reads both. */
export const whole = (e164: string, extension: string | null | undefined) => {
  if (!extension) return e164;
  return extension.startsWith(',') ? e164 + extension : `${e164};ext=${extension}`;
};

/** The number without its extension: the line. */
export const lineOf = (number: string) => number.split(/[;,]/)[0] ?? number;

/** The number as people write it; an extension stays as it is, with its pauses. */
export const shown = (number: string) => {
  const line = lineOf(number);
  return (plans?.pretty(line) ?? line) + number.slice(line.length);
};
