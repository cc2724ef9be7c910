// A text in which what differs from the other side's is marked.
import type { Piece } from './differing.ts';

export function Marked({ pieces }: { readonly pieces: readonly Piece[] }) {
  return <>{pieces.map(({ text, isMarked }, at) => (isMarked ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>))}</>;
}
