// What became of a group in the last ninety days: its verdict over time, and what was found and mended.
import { type Verdict, verdicts } from '../../contract/finding.ts';
import { addressOf } from '../api/ask.ts';
import type { Past } from '../api/past.ts';
import { useResource } from '../api/resource.ts';
import { labelOf, stripSpan } from '../fleet/group-strip.tsx';
import { duration, percent } from '../format/durations.ts';
import { stateWords } from '../format/words.ts';
import { Glyph } from '../parts/glyph.tsx';
import { Showing } from '../parts/showing.tsx';
import { Strip } from '../parts/strip.tsx';
import { EventTable } from './event-table.tsx';

const days = 90;
const dayMs = 24 * 3_600_000;
/** More is read in the report. */
const eventsMax = 500;

export function PastPart({ group, moment }: { readonly group: string; readonly moment: number | null }) {
  const to = moment ?? startOfHour();
  const past = useResource<Past>(addressOf('v1/timeline', { group, from: to - days * dayMs, to: moment ?? undefined, limit: eventsMax }), {
    group,
    keeps: true,
    isPast: moment !== null,
  });
  return (
    <section class="group-part" aria-labelledby="group-past">
      <h2 id="group-past">{moment === null ? `The last ${days} days` : `The ${days} days before`}</h2>
      <Showing of={past} what={`the past of ${group}`} lines={4}>
        {(value) => (
          <div class="group-past">
            <Strip spans={value.spans.map(stripSpan)} from={value.from} to={value.to} label={labelOf(value, days)} size="large" hasAxis />
            <Shares past={value} />
            <EventTable group={group} moment={moment} events={value.events} hasMore={value.hasMoreEvents} />
          </div>
        )}
      </Showing>
    </section>
  );
}

/** So that the address stays the same for a while, and what was answered can be known again. */
const startOfHour = (): number => Math.floor(Date.now() / 3_600_000) * 3_600_000;

function Shares({ past: { shares, holesMs, from, to } }: { readonly past: Past }) {
  const wholeMs = to - from;
  const judgedMs = (verdict: Verdict): number => shares[verdict].ms - (verdict === 'unknown' ? holesMs : 0);
  return (
    <ul class="group-shares">
      {verdicts
        .toReversed()
        .filter((verdict) => judgedMs(verdict) > 0)
        .map((verdict) => (
          <li key={verdict} data-state={verdict}>
            <Glyph state={verdict} /> {stateWords[verdict]} <strong>{percent(judgedMs(verdict), wholeMs)}</strong>{' '}
            <span class="quiet">{duration(judgedMs(verdict))}</span>
          </li>
        ))}
      {holesMs > 0 && (
        <li data-state="none">
          <Glyph state={null} /> nothing is known of <strong>{percent(holesMs, wholeMs)}</strong>{' '}
          <span class="quiet">{duration(holesMs)}</span>
        </li>
      )}
    </ul>
  );
}
