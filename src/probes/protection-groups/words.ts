// Whole words in a name or a command: `gate` stands in `bin/gate`, not in `NAT gateway`.

export function hasWord(text: string, words: readonly string[]): boolean {
  const padded = spaced(text);
  return words.some((word) => spaced(word) !== '  ' && padded.includes(spaced(word)));
}

const spaced = (text: string): string =>
  ` ${text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `;
