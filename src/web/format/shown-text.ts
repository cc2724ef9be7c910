// Text from outside (certificate subjects, banners, file names) as it may stand on a page: what would hide text or turn it round is shown
// as its code instead, as on the command line.

/** Controls, formatting characters (bidi, zero-width), line separators, lone surrogates, private use and unassigned. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Line breaks and tabs stay: the page lays them out. */
export const shownText = (text: string): string =>
  text.replace(unprintable, (character) => (character === '\n' || character === '\t' ? character : coded(character.codePointAt(0)!)));

function coded(point: number): string {
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\u{${point.toString(16)}}`;
}
