// Both sides of a check on one axis of time, one above the other, so that one sees what came first. The table says the same in words.
import { useId } from 'preact/hooks';
import { absolute } from '../format/times.ts';
import { drawable, type LookKind, type LookSpan, type Range } from './look-spans.ts';
import { lookWords } from './look-words.ts';
import './look-strips.css';
import { timeTicks } from '../format/time-ticks.ts';
import type { Side } from './use-history.ts';

export interface StripSide {
  readonly side: Side;
  /** Who stands there. */
  readonly name: string | null;
  readonly spans: readonly LookSpan[];
  /** When what was seen became other. */
  readonly turnedAt: readonly number[];
}

interface LookStripsProps {
  readonly sides: readonly StripSide[];
  readonly range: Range;
  readonly selected: { readonly side: Side; readonly seq: number | null };
  readonly onSelect: (side: Side, seq: number) => void;
}

/** Twice as many as a wide screen has room to tell apart. */
const spansMost = 800;
const ticksMost = 7;

export function LookStrips({ sides, range, selected, onSelect }: LookStripsProps) {
  const patterns = useId();
  const x = (at: number): string =>
    `${(((Math.min(Math.max(at, range.from), range.to) - range.from) / (range.to - range.from)) * 100).toFixed(3)}%`;
  return (
    <div class="look-strips">
      <svg class="look-patterns" aria-hidden="true" focusable="false">
        <LookPatterns id={patterns} />
      </svg>
      {sides.map(({ side, name, spans, turnedAt }) => (
        <figure class="look-strip" key={side}>
          <figcaption class="look-strip-side">
            {side === 'standby' ? 'Standby' : 'Primary'} {name !== null && <span class="quiet">{name}</span>}
          </figcaption>
          <svg class="look-strip-drawing" role="img" aria-label={labelOf(side, spans, turnedAt)}>
            {drawable(spans, range, spansMost).map((span) => (
              <LookShape
                key={`${span.from} ${span.kind}`}
                kind={span.kind}
                x={x(span.from)}
                width={`max(2px, ${(((span.until - span.from) / (range.to - range.from)) * 100).toFixed(3)}%)`}
                fill={`${patterns}-${span.kind}`}
                title={titleOf(span)}
                isSelected={selected.side === side && span.seq !== null && span.seq === selected.seq}
                onClick={span.seq === null ? null : () => onSelect(side, span.seq!)}
              />
            ))}
            {turnedAt.map((at) => (
              <line key={at} class="look-turn" x1={x(at)} x2={x(at)} y1="0" y2="100%" />
            ))}
          </svg>
        </figure>
      ))}
      <svg class="look-axis" aria-hidden="true" focusable="false">
        {timeTicks(range, ticksMost).map(({ at, label }) => (
          <g key={at}>
            <line class="look-tick" x1={x(at)} x2={x(at)} y1="0" y2="5" />
            <text class="look-tick-label" x={x(at)} y="18" text-anchor={anchorOf(at, range)}>
              {label}
            </text>
          </g>
        ))}
      </svg>
      <ul class="look-legend">
        {legend.map((kind) => (
          <li key={kind}>
            <svg class="look-swatch" aria-hidden="true" focusable="false">
              <LookShape kind={kind} x="0" width="100%" fill={`${patterns}-${kind}`} />
            </svg>
            <span title={lookWords[kind].means}>{lookWords[kind].title}</span>
          </li>
        ))}
        <li>
          <svg class="look-swatch" aria-hidden="true" focusable="false">
            <line class="look-turn" x1="50%" x2="50%" y1="0" y2="100%" />
          </svg>
          What was seen became other
        </li>
      </ul>
    </div>
  );
}

const legend: readonly LookKind[] = ['observed', 'absent', 'unseen', 'missed', 'none-known'];

/** Labels at the ends stay within the drawing. */
function anchorOf(at: number, { from, to }: Range): 'start' | 'middle' | 'end' {
  const share = (at - from) / (to - from);
  if (share < 0.04) return 'start';
  return share > 0.96 ? 'end' : 'middle';
}

function labelOf(side: Side, spans: readonly LookSpan[], turnedAt: readonly number[]): string {
  const kinds = legend.filter((kind) => spans.some((span) => span.kind === kind)).map((kind) => lookWords[kind].title.toLowerCase());
  return `${side}: ${kinds.join(', ')}; what was seen became other ${turnedAt.length} times. The table below lists it.`;
}

const titleOf = ({ kind, from, until }: LookSpan): string => `${lookWords[kind].title}, ${absolute(from)} to ${absolute(until)}`;

interface LookShapeProps {
  readonly kind: LookKind;
  readonly x: string;
  readonly width: string;
  readonly fill: string;
  readonly title?: string;
  readonly isSelected?: boolean;
  readonly onClick?: (() => void) | null;
}

/** Kinds differ in height and pattern as well as in colour. */
function LookShape({ kind, x, width, fill, title, isSelected = false, onClick = null }: LookShapeProps) {
  const isPatterned = kind !== 'observed';
  return (
    // The table beside it is what the keyboard uses; a click here is a shorter way for a pointer.
    <rect
      class="look-shape"
      data-kind={kind}
      data-selected={isSelected}
      x={x}
      style={{ width }}
      {...(isPatterned ? { fill: `url(#${fill})` } : {})}
      {...(onClick === null ? {} : { onClick, 'data-clickable': true })}
    >
      {title !== undefined && <title>{title}</title>}
    </rect>
  );
}

function LookPatterns({ id }: { readonly id: string }) {
  const pattern = (kind: LookKind, size: number) => ({
    id: `${id}-${kind}`,
    patternUnits: 'userSpaceOnUse' as const,
    width: size,
    height: size,
    class: 'look-pattern',
    'data-kind': kind,
  });
  return (
    <defs>
      <pattern {...pattern('absent', 6)}>
        <circle cx="3" cy="3" r="1.4" />
      </pattern>
      <pattern {...pattern('unseen', 6)}>
        <path d="M0 0 6 6M6 0 0 6" />
      </pattern>
      <pattern {...pattern('missed', 5)}>
        <path d="M0 2.5h5" />
      </pattern>
      <pattern {...pattern('none-known', 8)}>
        <path d="M-2 2 2-2M0 8 8 0M6 10 10 6" />
      </pattern>
      <pattern {...pattern('not-loaded', 8)}>
        <path d="M4 3v2" />
      </pattern>
    </defs>
  );
}
