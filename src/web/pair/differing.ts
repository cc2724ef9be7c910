// Which words of two texts are not in both, so that the eye lands on what differs and not on what is alike.

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

export interface Differing {
  readonly expected: readonly Piece[];
  readonly actual: readonly Piece[];
}

/** The table of two texts has as many entries as the product of their words: 250,000 are some milliseconds. */
const wordsMax = 500;

/** Below it the two say different things, and marks would only sprinkle them. */
const alikeMin = 0.3;

/** Nothing is marked where the texts have too little in common, or are too long. */
export function differing(expected: string, actual: string): Differing {
  const [left, right] = [wordsOf(expected), wordsOf(actual)];
  const plain = { expected: [{ text: expected, isMarked: false }], actual: [{ text: actual, isMarked: false }] };
  if (left.length > wordsMax || right.length > wordsMax) return plain;
  const common = commonOf(left, right);
  const alike = lettersOf(common.map(([at]) => left[at]!)) / Math.min(lettersOf(left), lettersOf(right));
  if (!(alike >= alikeMin)) return plain;
  return { expected: pieces(left, new Set(common.map(([at]) => at))), actual: pieces(right, new Set(common.map(([, at]) => at))) };
}

/** A hash is one word, and so is each part of a date: `2026-11-06T23:59` has its `T` by itself. */
const wordPattern = /\d{2}(?=T\d{2}:)|T(?=\d{2}:)|[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu;

const wordsOf = (text: string): readonly string[] => text.match(wordPattern) ?? [];

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const lettersOf = (words: readonly string[]): number => words.filter(isWord).reduce((sum, word) => sum + word.length, 0);

/** The longest common subsequence, as pairs of positions. */
function commonOf(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const columns = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * columns);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const [below, beside] = [lengths[(i + 1) * columns + j]!, lengths[i * columns + j + 1]!];
      lengths[i * columns + j] = left[i] === right[j] ? lengths[(i + 1) * columns + j + 1]! + 1 : Math.max(below, beside);
    }
  }
  const common: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) common.push([i++, j++]);
    else if (lengths[(i + 1) * columns + j]! >= lengths[i * columns + j + 1]!) i++;
    else j++;
  }
  return common;
}

/** Neighbours of one kind are one piece; what is no word between two marked ones is marked with them. */
function pieces(words: readonly string[], common: ReadonlySet<number>): readonly Piece[] {
  const marked = words.map((_, at) => !common.has(at));
  const joined = words.map((word, at) => marked[at]! || (!isWord(word) && marked[at - 1] === true && marked[at + 1] === true));
  const result: { text: string; isMarked: boolean }[] = [];
  for (const [at, text] of words.entries()) {
    const last = result.at(-1);
    if (last !== undefined && last.isMarked === joined[at]) last.text += text;
    else result.push({ text, isMarked: joined[at]! });
  }
  return result;
}
