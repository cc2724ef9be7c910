// A long text in which something is marked, without most of what is not.
import type { Piece } from './differing.ts';

/** Around what is marked, so that it can be told what it is of: the name of a field, the path that leads to it. */
const [headMax, tailMax] = [40, 80];

/** What is left out saves at least so much. */
const savedMin = 80;

export const elided = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.map((piece, at) => {
    if (piece.isMarked) return piece;
    // Nothing marked stands before the first piece, nor behind the last one.
    const [head, tail] = [at === 0 ? 0 : headMax, at === pieces.length - 1 ? 0 : tailMax];
    const { text } = piece;
    if (text.length < head + tail + savedMin) return piece;
    return { ...piece, text: `${text.slice(0, head)} … ${text.slice(text.length - tail)}` };
  });
