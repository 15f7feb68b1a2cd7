/** A number with its noun. */
export const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** A day within a sentence: lower case for today and yesterday, but not for names of months. */
export const within = (day: string) => (/^(Today|Yesterday)$/.test(day) ? day.toLowerCase() : day);
