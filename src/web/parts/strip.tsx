// A stretch of time as a strip: which state stood when, with holes drawn as holes. The same in words beside it, for who cannot see it.
import { clockTime, dayOf } from '../format/times.ts';
import './strip.css';

export interface StripSpan {
  readonly from: number;
  readonly until: number;
  /** A state, `hole` (nobody watched) or `not-kept` (too long ago to be known). */
  readonly tone: string;
  /** What it says of that time: shown when pointed at. */
  readonly title: string;
}

interface StripProps {
  readonly spans: readonly StripSpan[];
  readonly from: number;
  readonly to: number;
  /** What it is a strip of, and what it comes to, in one sentence. */
  readonly label: string;
  readonly size?: 'small' | 'large';
  /** Writes the ends of the stretch below it. */
  readonly hasAxis?: boolean;
}

export function Strip({ spans, from, to, label, size = 'small', hasAxis = false }: StripProps) {
  const part = (ms: number): string => `${(ms / (to - from)) * 100}%`;
  const within = (at: number): number => Math.min(Math.max(at, from), to);
  return (
    <figure class="strip" data-size={size}>
      <div class="strip-drawing" role="img" aria-label={label}>
        {drawnOrder(spans).map((span) => (
          <span
            key={`${span.from} ${span.tone}`}
            class="strip-span"
            data-state={span.tone}
            title={span.title}
            style={{ left: part(within(span.from) - from), width: part(within(span.until) - within(span.from)) }}
          />
        ))}
      </div>
      {hasAxis && (
        <figcaption class="strip-axis" aria-hidden="true">
          <span>{`${dayOf(from)}, ${clockTime(from)}`}</span>
          <span>{`${dayOf(to)}, ${clockTime(to)} UTC`}</span>
        </figcaption>
      )}
    </figure>
  );
}

const loudness = ['not-kept', 'ready', 'waived', 'hole', 'degraded', 'suspended', 'unknown', 'not-ready'];

/** What is worse is drawn over what is better where either is too short for a place of its own. */
const drawnOrder = (spans: readonly StripSpan[]): readonly StripSpan[] =>
  spans.toSorted((one, other) => loudness.indexOf(one.tone) - loudness.indexOf(other.tone));
