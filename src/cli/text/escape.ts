// Text from outside (certificate subjects, banners, file names) as it may stand on a terminal: what would move the
// cursor, change colours, hide or turn text round is shown as its code instead.

/** Controls, formatting characters (bidi, zero-width), line separators, lone surrogates, private use and unassigned. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Joins emoji of several parts; hides nothing by itself. */
const zeroWidthJoiner = '\u200d';

/** One line. A newline in it is shown as `\n`. */
export const shownText = (text: string): string =>
  text.replace(unprintable, (character) => (character === zeroWidthJoiner ? '' : coded(character)));

/** Several lines, each by itself. */
export const shownLines = (text: string): readonly string[] => text.split(/\r?\n/).map(shownText);

function coded(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
  }
  const point = character.codePointAt(0)!;
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\u{${point.toString(16)}}`;
}
