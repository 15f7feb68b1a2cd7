/** Formats numbers for display: in full once the numbering plans are loaded, as E.164 until then. */

let plans = $state.raw<typeof import('./phone')>();

export const loadPhone = async () => (plans ??= await import('./phone'));

/** Undefined until the numbering plans are loaded. */
export const phone = () => plans;

/** A number with its extension, in the form that the server reads. */
export const whole = (e164: string, extension: string | null | undefined) => {
  if (!extension) return e164;
  return extension.startsWith(',') ? e164 + extension : `${e164};ext=${extension}`;
};

export const lineOf = (number: string) => number.split(/[;,]/)[0] ?? number;

/** The number as people write it; an extension keeps its form and its pauses. */
export const shown = (number: string) => {
  const line = lineOf(number);
  return (plans?.pretty(line) ?? line) + number.slice(line.length);
};
