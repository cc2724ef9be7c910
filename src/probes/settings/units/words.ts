// Splits a line of systemd into its words: as unit files are written, and as `systemctl show` prints lists.

/**
 * Words are separated by blanks; "…", '…' and $'…' hold them together, anywhere in a word; a backslash begins an escape of C outside
 * single quotes. Null where a quotation does not end. Source: systemd.syntax(7), "Quoting"; what show prints was seen on systemd 252.
 */
export function unitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '\\' && at + 1 < text.length) {
      const { text: escaped, length } = escapeAt(text, at);
      word = (word ?? '') + escaped;
      at += length - 1;
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '$' && text[at + 1] === "'" && word === null) {
      word = '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}

const single: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};

/** What no escape of C is stands for itself, as `\$` and `` \` `` do in what show prints. */
function escapeAt(text: string, at: number): { readonly text: string; readonly length: number } {
  const rest = text.slice(at + 1, at + 10);
  const coded = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(rest);
  if (coded !== null) {
    const code = coded[4] === undefined ? Number.parseInt((coded[1] ?? coded[2] ?? coded[3])!, 16) : Number.parseInt(coded[4], 8);
    if (code > 0 && code <= 0x10ffff) return { text: String.fromCodePoint(code), length: coded[0].length + 1 };
  }
  return { text: single[rest[0]!] ?? rest[0]!, length: 2 };
}

/** `NAME=value`; null for anything else. */
export function assignment(word: string): readonly [name: string, value: string] | null {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word);
  return match === null ? null : [match[1]!, match[2]!];
}
