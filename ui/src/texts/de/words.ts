/** A number with its noun. */
export const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString('de')}\u00a0${n === 1 ? one : many}`;

/** A day as it stands within a sentence. Today and yesterday begin small there; names of days never do. */
export const within = (day: string) => (/^(Heute|Gestern)$/.test(day) ? day.toLowerCase() : day);
