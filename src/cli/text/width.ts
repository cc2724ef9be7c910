// How many columns a text takes on a terminal: two for East Asian wide characters and emoji, none for combining marks.

export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.replace(ansiColour, '')) width += widthOfCharacter(character);
  return width;
}

const ansiColour = /\x1b\[[0-9;]*m/g;

const widthOfCharacter = (character: string): number => {
  if (/\p{M}|\ufe0f|\u200d/u.test(character)) return 0;
  return /\p{Emoji_Presentation}/u.test(character) || isWide(character.codePointAt(0)!) ? 2 : 1;
};

/** Blocks that Unicode's EastAsianWidth gives W or F (revision 16), at block precision. */
const wideBlocks: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x20000, 0x3fffd],
];

const isWide = (point: number): boolean => wideBlocks.some(([first, last]) => point >= first && point <= last);

export const padEnd = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)));

export const padStart = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
