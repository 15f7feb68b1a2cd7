/** Letters that don't decompose into a base letter and a mark, and what people type instead. */
const PLAIN: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/** Lowercase without accents: "Łukasz Müller" becomes "lukasz muller". */
export function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[łøđðþßæœı]/g, (letter) => PLAIN[letter] ?? letter);
}

export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Matches texts in which each typed word begins a word. An empty search matches everything. */
export function finder(typed: string): (...texts: string[]) => boolean {
  const wanted = wordsOf(typed);
  return (...texts) => {
    if (wanted.length === 0) return true;
    const words = texts.flatMap(wordsOf);
    return wanted.every((want) => words.some((word) => word.startsWith(want)));
  };
}
