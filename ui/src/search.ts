/** How words are looked for: without accents, by the beginnings of words, in any order. */

/** Letters that aren't one of the alphabet with a mark, and what people type for them. */
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

/** The text in small letters without accents: "Łukasz Müller" is "lukasz muller". */
export function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[łøđðþßæœı]/g, (letter) => PLAIN[letter] ?? letter);
}

/** The words of a text, folded. */
export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Tells of texts whether each word that was typed begins one of theirs. Nothing typed is in all of them. */
export function finder(typed: string): (...texts: string[]) => boolean {
  const wanted = wordsOf(typed);
  return (...texts) => {
    if (wanted.length === 0) return true;
    const words = texts.flatMap(wordsOf);
    return wanted.every((want) => words.some((word) => word.startsWith(want)));
  };
}
