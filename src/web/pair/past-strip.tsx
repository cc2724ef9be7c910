// The pair's last 30 days as a strip, with the share of time in which it was ready.
import type { Verdict } from '../../contract/finding.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { duration, percent } from '../format/durations.ts';
import { absolute } from '../format/times.ts';
import { stateTitles } from '../format/words.ts';
import { Showing } from '../parts/showing.tsx';
import { Strip, type StripSpan } from '../parts/strip.tsx';

export interface TimelineTold {
  readonly from: number;
  readonly to: number;
  readonly spans: readonly Span[];
  readonly shares: Readonly<Record<Verdict, { readonly ms: number }>>;
  readonly holesMs: number;
}

interface Span {
  readonly verdict: Verdict;
  readonly from: number;
  readonly until: number;
  readonly hole: 'nobody-watched' | 'not-kept' | null;
}

export function PastStrip({ group, pair }: { readonly group: string; readonly pair: string }) {
  const told = useResource<TimelineTold>(addressOf('v1/timeline', { group, pair, limit: 0 }), { group });
  return (
    <Showing of={told} what="the last 30 days" lines={1}>
      {({ from, to, spans, shares, holesMs }) => (
        <div class="past">
          <Strip
            spans={spans.map(stripSpan)}
            from={from}
            to={to}
            label={`The last 30 days of ${pair}: ${sharesWords(shares, holesMs, to - from)}`}
            hasAxis
          />
          <p class="quiet">{sharesWords(shares, holesMs, to - from)}</p>
        </div>
      )}
    </Showing>
  );
}

function stripSpan({ verdict, from, until, hole }: Span): StripSpan {
  const tone = hole === null ? verdict : hole === 'nobody-watched' ? 'hole' : 'not-kept';
  const what = hole === null ? stateTitles[verdict] : hole === 'nobody-watched' ? 'Nobody watched' : 'Not kept any more';
  return { from, until, tone, title: `${what} for ${duration(until - from)}: ${absolute(from)} to ${absolute(until)}` };
}

function sharesWords(shares: TimelineTold['shares'], holesMs: number, ofMs: number): string {
  const watchedMs = ofMs - holesMs;
  if (watchedMs <= 0) return 'Nobody watched it in the last 30 days.';
  const ready = `Ready ${percent(shares.ready.ms, watchedMs)} of the time that was watched`;
  return holesMs === 0 ? `${ready}, which is all of 30 days.` : `${ready}, which is ${duration(watchedMs)} of 30 days.`;
}
