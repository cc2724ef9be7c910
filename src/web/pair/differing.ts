// Which words of two texts are not in both, so that the eye lands on what differs and not on what is alike.

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

export interface Differing {
  readonly expected: readonly Piece[];
  readonly actual: readonly Piece[];
}

/** The table of what is neither their common beginning nor their common end has as many entries as the product of the words: some ms. */
const tableMax = 250_000;

/** Below it the two say different things, and marks would only sprinkle them. */
const alikeMin = 0.3;

/** What one side says more, and the other nothing instead, is marked up to so many words: a sentence more is seen without marks. */
const moreWordsMax = 3;

/** Nothing is marked where the texts have too little in common. */
export function differing(expected: string, actual: string): Differing {
  const [left, right] = [wordsOf(expected), wordsOf(actual)];
  const common = commonOf(left, right);
  const inBoth = common.map(([at]) => left[at]!);
  if (!areAlike(left, right, inBoth)) return { expected: [unmarked(expected)], actual: [unmarked(actual)] };
  const marks = marksOf(left, right, common);
  return { expected: pieces(left, marks.left), actual: pieces(right, marks.right) };
}

const unmarked = (text: string): Piece => ({ text, isMarked: false });

/** One word alone that both say, such as "primary" at the end of a sentence, makes no sentence like the other. */
function areAlike(left: readonly string[], right: readonly string[], common: readonly string[]): boolean {
  const shorter = Math.min(left.filter(isWord).length, right.filter(isWord).length);
  if (common.filter(isWord).length < Math.min(2, shorter - 1)) return false;
  return lettersOf(common) / Math.min(lettersOf(left), lettersOf(right)) >= alikeMin;
}

/** Positions of what is marked: what stands between two common words on either side. */
function marksOf(left: readonly string[], right: readonly string[], common: readonly (readonly [number, number])[]) {
  const marks = { left: new Set<number>(), right: new Set<number>() };
  let [fromLeft, fromRight] = [0, 0];
  for (const [atLeft, atRight] of [...common, [left.length, right.length] as const]) {
    const [here, there] = [range(fromLeft, atLeft), range(fromRight, atRight)];
    if (isTold(here, left, there)) for (const at of here) marks.left.add(at);
    if (isTold(there, right, here)) for (const at of there) marks.right.add(at);
    [fromLeft, fromRight] = [atLeft + 1, atRight + 1];
  }
  return marks;
}

const range = (from: number, until: number): readonly number[] => Array.from({ length: until - from }, (_, at) => from + at);

const isTold = (here: readonly number[], words: readonly string[], there: readonly number[]): boolean =>
  there.length > 0 || here.filter((at) => isWord(words[at]!)).length <= moreWordsMax;

/** A hash is one word, and so is each part of a date: `2026-11-06T23:59` has its `T` by itself. */
const wordPattern = /\d{2}(?=T\d{2}:)|T(?=\d{2}:)|[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu;

const wordsOf = (text: string): readonly string[] => text.match(wordPattern) ?? [];

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const lettersOf = (words: readonly string[]): number => words.filter(isWord).reduce((sum, word) => sum + word.length, 0);

/** Words that are in both, in order, as pairs of positions. */
function commonOf(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const shorter = Math.min(left.length, right.length);
  let begin = 0;
  while (begin < shorter && left[begin] === right[begin]) begin++;
  let end = 0;
  while (end < shorter - begin && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const between = longestCommon(left.slice(begin, left.length - end), right.slice(begin, right.length - end));
  return [
    ...range(0, begin).map((at) => [at, at] as const),
    ...between.map(([one, other]) => [begin + one, begin + other] as const),
    ...range(0, end).map((at) => [left.length - end + at, right.length - end + at] as const),
  ];
}

/** The longest common subsequence; nothing of what is too much for a table. */
function longestCommon(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const columns = right.length + 1;
  if (left.length * right.length > tableMax) return [];
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
function pieces(words: readonly string[], marks: ReadonlySet<number>): readonly Piece[] {
  const result: { text: string; isMarked: boolean }[] = [];
  for (const [at, text] of words.entries()) {
    const isMarked = marks.has(at) || (!isWord(text) && marks.has(at - 1) && marks.has(at + 1));
    const last = result.at(-1);
    if (last !== undefined && last.isMarked === isMarked) last.text += text;
    else result.push({ text, isMarked });
  }
  return result;
}
