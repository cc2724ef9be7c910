// The sign of a finding's weight: the same shapes as of the verdict that it makes.
import { Glyph } from '../parts/glyph.tsx';
import type { Weight } from './listed-findings.ts';
import { weightStates } from './words.ts';

export function WeightGlyph({ weight }: { readonly weight: Weight }) {
  const state = weightStates[weight];
  if (state !== 'note') return <Glyph state={state} />;
  return (
    <svg class="glyph" data-state="note" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <circle class="glyph-solid" cx="8" cy="8" r="3.4" />
    </svg>
  );
}
