// The numbers of a check over time: one plot a reading, both sides in it, and the same as a table.
import { useMemo, useState } from 'preact/hooks';
import type { AskFailed } from '../api/ask.ts';
import { counted } from '../format/counts.ts';
import { absolute } from '../format/times.ts';
import { Empty } from '../parts/empty.tsx';
import { Failed } from '../parts/failed.tsx';
import { Notice } from '../parts/notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import type { LookSpan, Range } from './look-spans.ts';
import { namesOf, subjectsMost } from './reading-lines.ts';
import { ReadingPlot } from './reading-plot.tsx';
import { SubjectChooser } from './subject-chooser.tsx';
import type { CheckNamed, Side } from './use-history.ts';
import { type Readings, useReadings } from './use-readings.ts';
import './readings-section.css';

interface ReadingsSectionProps {
  readonly named: CheckNamed;
  readonly range: Range;
  /** Sides on which somebody stands. */
  readonly sides: readonly Side[];
  readonly spans: Readonly<Record<Side, readonly LookSpan[]>>;
}

/** Looks by themselves up to here; beyond, an agent tells hours. */
const looksMsMax = 7 * 86_400_000;

export function ReadingsSection({ named, range, sides, spans }: ReadingsSectionProps) {
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const wanted = { ...range, per: range.to - range.from > looksMsMax ? ('hour' as const) : ('look' as const), subjects: chosen };
  const [standby, standbyAgain] = useReadings(named, 'standby', sides.includes('standby') ? wanted : null);
  const [primary, primaryAgain] = useReadings(named, 'primary', sides.includes('primary') ? wanted : null);
  const told = [
    { side: 'standby' as const, readings: standby, again: standbyAgain },
    { side: 'primary' as const, readings: primary, again: primaryAgain },
  ].filter(({ side }) => sides.includes(side));
  return (
    <section class="readings" aria-labelledby="readings-title">
      <h2 id="readings-title">Readings</h2>
      {told.map(
        ({ side, readings, again }) =>
          readings.state === 'failed' && <SideFailed key={side} side={side} error={readings.error} again={again} />,
      )}
      <Plots told={told} spans={spans} range={range} chosen={chosen} onChoose={setChosen} />
    </section>
  );
}

const SideFailed = ({ side, error, again }: { readonly side: Side; readonly error: AskFailed; readonly again: () => void }) => (
  <Failed error={error} what={`the readings of the ${side}`} again={again} />
);

interface PlotsProps {
  readonly told: readonly { readonly side: Side; readonly readings: Readings }[];
  readonly spans: Readonly<Record<Side, readonly LookSpan[]>>;
  readonly range: Range;
  readonly chosen: readonly string[] | null;
  readonly onChoose: (subjects: readonly string[] | null) => void;
}

function Plots({ told, spans, range, chosen, onChoose }: PlotsProps) {
  const shown = told.flatMap(({ side, readings }) => (readings.state === 'shown' ? [{ side, ...readings }] : []));
  const names = useMemo(() => namesOf(shown.flatMap(({ series }) => series)), [told]);
  const isLoading = told.some(({ readings }) => readings.state === 'loading');
  if (shown.length === 0) return isLoading ? <Skeleton what="the readings" lines={5} /> : null;
  if (names.length === 0)
    return isLoading ? null : <Empty title="This check has no readings">It tells what stands, and no number that moves.</Empty>;
  const subjects = [...new Set(names.flatMap((one) => one.subjects))].sort();
  const cutAt = shown.flatMap((one) => one.cutAt ?? []);
  return (
    <>
      {shown.some(({ per }) => per === 'hour') && <p class="quiet">The mean of each hour, with its least and its most behind it.</p>}
      {cutAt.length > 0 && (
        <Notice kind="info" title={`Drawn up to ${absolute(Math.min(...cutAt))}`}>
          There are more readings than this page asks for: choose fewer series, or a shorter time.
        </Notice>
      )}
      {subjects.length > subjectsMost && <SubjectChooser subjects={subjects} chosen={chosen} onChoose={onChoose} />}
      {subjects.length > subjectsMost && (
        <p class="quiet">
          {counted(subjects.length, 'subject')} in all; {subjectsMost} are drawn at once.
        </p>
      )}
      <div class="reading-plots">
        {names.map(({ name, subjects: own }) => (
          <ReadingPlot key={name} name={name} subjects={own} chosen={chosen} sides={shown} spans={spans} range={range} />
        ))}
      </div>
    </>
  );
}
