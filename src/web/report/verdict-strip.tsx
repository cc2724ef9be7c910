// Verdicts over a period as a strip that a black-and-white printer tells apart: patterns and heights besides colours. The table says the same.
import { useId } from 'preact/hooks';
import type { ReportSpan } from '../../contract/report.ts';
import { timeTicks } from '../format/time-ticks.ts';
import { absolute } from '../format/times.ts';
import { shownTitle } from '../format/words.ts';
import type { Period } from './period.ts';
import './verdict-strip.css';

export const spanTones = ['ready', 'degraded', 'not-ready', 'suspended', 'unknown', 'nobody-watched', 'not-kept'] as const;

export type SpanTone = (typeof spanTones)[number];

export const toneOf = ({ verdict, hole }: Pick<ReportSpan, 'verdict' | 'hole'>): SpanTone => hole ?? verdict;

export function toneWords(tone: SpanTone): string {
  switch (tone) {
    case 'nobody-watched':
      return 'Nobody watched';
    case 'not-kept':
      return 'Not kept any more';
    case 'ready':
    case 'degraded':
    case 'not-ready':
    case 'suspended':
    case 'unknown':
      return shownTitle(tone);
  }
}

interface VerdictStripProps {
  readonly spans: readonly ReportSpan[];
  readonly period: Period;
  /** What it is a strip of, and what it comes to. */
  readonly label: string;
  readonly hasAxis?: boolean;
}

const ticksMost = 7;

export function VerdictStrip({ spans, period: { from, to }, label, hasAxis = false }: VerdictStripProps) {
  const id = useId();
  const share = (ms: number): string => `${((ms / (to - from)) * 100).toFixed(3)}%`;
  return (
    <figure class="verdict-strip">
      <svg class="verdict-strip-drawing" role="img" aria-label={label}>
        <TonePatterns id={id} />
        {spans.map((span) => (
          <ToneShape
            key={`${span.from} ${span.verdict} ${span.hole}`}
            id={id}
            tone={toneOf(span)}
            x={share(span.from - from)}
            width={`max(1.5px, ${share(span.until - span.from)})`}
            title={`${toneWords(toneOf(span))}, ${absolute(span.from)} to ${absolute(span.until)}`}
          />
        ))}
      </svg>
      {hasAxis && (
        <svg class="verdict-strip-axis" aria-hidden="true" focusable="false">
          {timeTicks({ from, to }, ticksMost).map(({ at, label: text }) => (
            <g key={at}>
              <line x1={share(at - from)} x2={share(at - from)} y1="0" y2="5" />
              <text
                x={share(at - from)}
                y="18"
                text-anchor={at - from < (to - from) * 0.04 ? 'start' : to - at < (to - from) * 0.04 ? 'end' : 'middle'}
              >
                {text}
              </text>
            </g>
          ))}
        </svg>
      )}
    </figure>
  );
}

/** Only those that occur. */
export function ToneLegend({ spans }: { readonly spans: readonly ReportSpan[] }) {
  const id = useId();
  const tones = spanTones.filter((tone) => spans.some((span) => toneOf(span) === tone));
  return (
    <ul class="tone-legend">
      {tones.map((tone) => (
        <li key={tone}>
          <svg class="tone-swatch" aria-hidden="true" focusable="false">
            <TonePatterns id={`${id}${tone}`} />
            <ToneShape id={`${id}${tone}`} tone={tone} x="0" width="100%" />
          </svg>
          {toneWords(tone)}
        </li>
      ))}
    </ul>
  );
}

interface ToneShapeProps {
  readonly id: string;
  readonly tone: SpanTone;
  readonly x: string;
  readonly width: string;
  readonly title?: string;
}

const ToneShape = ({ id, tone, x, width, title }: ToneShapeProps) => (
  <g class="tone-shape" data-tone={tone}>
    <rect class="tone-ground" x={x} height="100%" style={{ width }}>
      {title !== undefined && <title>{title}</title>}
    </rect>
    {tone in tonePaths && <rect class="tone-pattern" x={x} height="100%" style={{ width }} fill={`url(#${id}-${tone})`} />}
  </g>
);

/**
 * Ready is plain and light, not ready plain and dark. The others differ by the way their lines run, which even a coarse printer without colours
 * keeps apart: at 60 dots an inch a dot is 1.6 px wide, so that nothing is thinner and nothing closer together than that.
 */
const tonePaths: Readonly<Partial<Record<SpanTone, string>>> = {
  degraded: 'M0 2h8M0 6h8',
  suspended: 'M2 0v8M6 0v8',
  unknown: 'M3 4h2',
  'not-kept': 'M-2 2 2-2M0 8 8 0M6 10 10 6',
};

const TonePatterns = ({ id }: { readonly id: string }) => (
  <defs>
    {Object.entries(tonePaths).map(([tone, path]) => (
      <pattern key={tone} id={`${id}-${tone}`} class="tone-ink" data-tone={tone} patternUnits="userSpaceOnUse" width="8" height="8">
        <path d={path} />
      </pattern>
    ))}
  </defs>
);
