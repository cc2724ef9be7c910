// What a look came to, as a shape: none of them is a verdict's.
import type { LookKind } from './look-spans.ts';

export const LookGlyph = ({ kind }: { readonly kind: LookKind }) => (
  <svg class="look-glyph" data-kind={kind} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={shapes[kind]} />
  </svg>
);

/** An eye's disc, an empty ring, a crossed ring, a dash, hatching. */
const shapes: Readonly<Record<LookKind, string>> = {
  observed: 'M2 8c3-5 9-5 12 0-3 5-9 5-12 0ZM8 6.4v3.2M6.4 8h3.2',
  absent: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z',
  unseen: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM4 4l8 8M12 4l-8 8',
  missed: 'M3 5v6M13 5v6M3 8h10',
  'none-known': 'M3 13 13 3M3 7l4-4M9 13l4-4',
  'not-loaded': 'M3 8h1M7.5 8h1M12 8h1',
};
