// Prose in lines of a given width, broken between words; a word that is longer (a path, a digest) stays whole, so that it
// can be copied.
import { widthOf } from './width.ts';

export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((one) => one.replaceAll(unbroken, ' '));
}

/** Stands for a space at which a line does not end. */
export const unbroken = '\u00a0';

/** Wrapped beside a first column: `label` once, then blanks of its width; below it where too little room is left. */
export function hang(label: string, text: string, columns: number): readonly string[] {
  const indent = widthOf(label);
  if (columns - indent < besideMin) return [label.trimEnd(), ...wrap(text, columns - 6).map((line) => `      ${line}`)];
  return wrap(text, columns - indent).map((line, index) => (index === 0 ? label + line : ' '.repeat(indent) + line));
}

/** Narrower than this, prose becomes a column of single words. */
const besideMin = 20;
