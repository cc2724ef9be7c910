// A state as a shape: told apart without colour, at the size of a letter.
import type { ComponentChild } from 'preact';
import { type Shown, shownWord } from '../format/words.ts';
import './glyph.css';

interface GlyphProps {
  readonly state: Shown;
  /** What a screen reader says; none where the word stands beside it. Null by default. */
  readonly label?: string | null;
}

/** Drawn on 16 × 16. */
export function Glyph({ state, label = null }: GlyphProps) {
  const drawing = (
    <svg class="glyph" data-state={state ?? 'none'} viewBox="0 0 16 16" focusable="false" aria-hidden="true">
      {shapes[state ?? 'none']}
    </svg>
  );
  if (label === null) return drawing;
  return (
    <>
      {drawing}
      <span class="visually-hidden">{label}</span>
    </>
  );
}

/** With the state's own word as its label, for where it stands alone. */
export const SpokenGlyph = ({ state }: { readonly state: Shown }) => <Glyph state={state} label={shownWord(state)} />;

const shapes: Readonly<Record<NonNullable<Shown> | 'none', ComponentChild>> = {
  // A tick, and nothing around it: what is well takes the least ink.
  ready: <path class="glyph-stroke" d="M3 8.6 6.5 12 13 4.6" />,
  degraded: (
    <>
      <path class="glyph-solid" d="M8 1.6 15.2 14.4H.8Z" />
      <path class="glyph-cut" d="M8 6v4.2M8 12.3v.4" />
    </>
  ),
  'not-ready': (
    <>
      <path class="glyph-solid" d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" />
      <path class="glyph-cut" d="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4" />
    </>
  ),
  unknown: (
    <>
      <circle class="glyph-ring" cx="8" cy="8" r="6.6" />
      <path class="glyph-stroke" d="M6 6.4a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M8 11.6v.3" />
    </>
  ),
  suspended: (
    <>
      <rect class="glyph-solid" x="1.4" y="1.4" width="13.2" height="13.2" rx="2" />
      <path class="glyph-cut" d="M6 5v6M10 5v6" />
    </>
  ),
  waived: (
    <>
      <circle class="glyph-ring" cx="8" cy="8" r="6.6" />
      <path class="glyph-ring" d="M3.4 12.6 12.6 3.4" />
    </>
  ),
  'not-watched': <path class="glyph-ring" d="M5 8h6" />,
  none: <path class="glyph-ring" d="M3 8h1.2M7.4 8h1.2M11.8 8H13" />,
};
