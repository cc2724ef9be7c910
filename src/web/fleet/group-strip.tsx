// The last days of a group before a moment as a strip, asked for when it has been in sight for a while.
import { useEffect, useState } from 'preact/hooks';
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { ReportSpan } from '../../contract/report.ts';
import { addressOf } from '../api/ask.ts';
import type { Past } from '../api/past.ts';
import { useResource } from '../api/resource.ts';
import { duration, percent } from '../format/durations.ts';
import { absolute } from '../format/times.ts';
import { stateWords } from '../format/words.ts';
import { Strip, type StripSpan } from '../parts/strip.tsx';
import './group-strip.css';

interface GroupStripProps {
  readonly group: string;
  /** Null for now. */
  readonly moment: number | null;
  readonly days: number;
}

const dayMs = 24 * 3_600_000;
/** Who scrolls past asks for nothing. */
const restMs = 150;

export function GroupStrip({ group, moment, days }: GroupStripProps) {
  const isResting = useRest();
  const stretch = moment === null ? {} : { from: moment - days * dayMs, to: moment };
  const past = useResource<Past>(isResting ? addressOf('v1/timeline', { group, limit: 0, ...stretch }) : null, {
    group,
    keeps: true,
    isPast: moment !== null,
  });
  switch (past.state) {
    case 'loading':
      return <div class="group-strip-blank" />;
    case 'failed':
      return <p class="group-strip-failed">Its past could not be asked for</p>;
    case 'shown': {
      const { from, to, spans } = past.value;
      return <Strip spans={spans.map(stripSpan)} from={from} to={to} label={labelOf(past.value, days)} />;
    }
  }
}

function useRest(): boolean {
  const [isResting, setResting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setResting(true), restMs);
    return () => clearTimeout(timer);
  }, []);
  return isResting;
}

const holeWords = { 'nobody-watched': 'nobody watched', 'not-kept': 'too long ago to be kept' } as const;

export function stripSpan({ verdict, from, until, hole }: ReportSpan): StripSpan {
  const said = hole === null ? stateWords[verdict] : holeWords[hole];
  const tone = hole === null ? verdict : hole === 'not-kept' ? 'not-kept' : 'hole';
  return { from, until, tone, title: `${said}, ${duration(until - from)}: ${absolute(from)} to ${absolute(until)}` };
}

/** `Last 30 days: ready 98 %, degraded 1 %; nobody watched for 3 h`. */
export function labelOf({ from, to, shares, holesMs }: Past, days: number): string {
  const judgedMs = (verdict: Verdict): number => shares[verdict].ms - (verdict === 'unknown' ? holesMs : 0);
  const parts = verdicts
    .toReversed()
    .filter((verdict) => judgedMs(verdict) > 0)
    .map((verdict) => `${stateWords[verdict]} ${percent(judgedMs(verdict), to - from)}`);
  return `Last ${days} days: ${parts.join(', ')}${holesMs > 0 ? `; nothing is known of ${duration(holesMs)}` : ''}`;
}
