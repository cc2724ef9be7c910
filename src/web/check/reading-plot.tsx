// One reading of a check: its lines, by subject in ink and by side in dashes, and the table that says the same in numbers.
import type { ComponentType } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { shownText } from '../format/shown-text.ts';
import { absolute, clockTime } from '../format/times.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { Table } from '../parts/table.tsx';
import type { LookSpan, Range } from './look-spans.ts';
import type { Plot } from './plot.tsx';
import { type PlotPoint, plotColumns, summaryOf } from './plot-columns.ts';
import { drawnSubjects, type ReadingLines, seriesKey } from './reading-lines.ts';
import { readingUnit } from './units.ts';
import type { Side } from './use-history.ts';

interface ReadingPlotProps {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly chosen: readonly string[] | null;
  readonly sides: readonly { readonly side: Side; readonly lines: ReadingLines; readonly per: 'look' | 'hour' }[];
  readonly spans: Readonly<Record<Side, readonly LookSpan[]>>;
  readonly range: Range;
}

interface DrawnLine {
  readonly side: Side;
  readonly subject: string;
  readonly ink: number;
  readonly points: readonly PlotPoint[];
}

export function ReadingPlot({ name, subjects, chosen, sides, spans, range }: ReadingPlotProps) {
  const [at, setAt] = useState<number | null>(null);
  const lines = useMemo(() => drawnLines(name, subjects, chosen, sides), [name, subjects, chosen, sides]);
  const columns = useMemo(() => plotColumns(lines.map(({ side, points }) => ({ points, spans: spans[side] }))), [lines, spans]);
  const unit = readingUnit(name);
  const hasBands = sides.some(({ per }) => per === 'hour');
  const looks = lines.map(({ ink, side }) => ({ ink, isDashed: side === 'primary' }));
  return (
    <section class="reading-plot" aria-label={unit.title}>
      <h3>{unit.title}</h3>
      <LazyPlot
        label={`${unit.title} over time; the table below has its numbers`}
        columns={columns}
        looks={looks}
        range={range}
        show={unit.show}
        hasBands={hasBands}
        onPoint={setAt}
      />
      <Table caption={`${unit.title}: what each line comes to`} class="reading-table">
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">Side</th>
            <th scope="col" data-align="end">
              {at === null ? 'Last' : `At ${clockTime(at)}`}
            </th>
            <th scope="col" data-align="end">
              Least
            </th>
            <th scope="col" data-align="end">
              Mean
            </th>
            <th scope="col" data-align="end">
              Most
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <Summary
              key={`${line.side} ${line.subject}`}
              line={line}
              rowsOfSubject={lines[index - 1]?.subject === line.subject ? 0 : sides.length}
              at={at}
              show={unit.show}
            />
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function drawnLines(
  name: string,
  subjects: readonly string[],
  chosen: readonly string[] | null,
  sides: ReadingPlotProps['sides'],
): readonly DrawnLine[] {
  return drawnSubjects(subjects, chosen).flatMap((subject, ink) =>
    sides.map(({ side, lines }) => ({ side, subject, ink, points: lines.get(seriesKey({ name, subject })) ?? [] })),
  );
}

interface SummaryProps {
  readonly line: DrawnLine;
  /** How many rows this one begins for its subject; none where the row before has begun them. */
  readonly rowsOfSubject: number;
  readonly at: number | null;
  readonly show: (value: number) => string;
}

function Summary({ line: { side, subject, ink, points }, rowsOfSubject, at, show }: SummaryProps) {
  const summary = useMemo(() => summaryOf(points), [points]);
  const pointed = at === null ? null : (points.findLast((point) => point.at <= at + 1) ?? null);
  const number = (value: number | undefined) => (
    <td data-align="end">{value === undefined ? <span class="quiet">none</span> : show(value)}</td>
  );
  return (
    <tr>
      {rowsOfSubject > 0 && (
        <th scope="rowgroup" class="reading-subject" rowSpan={rowsOfSubject}>
          {subject === '' ? 'the machine itself' : shownText(subject)}
        </th>
      )}
      <th scope="row" class="reading-side">
        <svg class="reading-swatch" data-ink={ink} data-side={side} aria-hidden="true" focusable="false">
          <line x1="0" x2="100%" y1="50%" y2="50%" />
        </svg>
        {side}
      </th>
      <td data-align="end" title={summary === null ? undefined : absolute(pointed?.at ?? summary.lastAt)}>
        {summary === null ? <span class="quiet">none</span> : show(pointed?.value ?? summary.last)}
      </td>
      {number(summary?.min)}
      {number(summary?.mean)}
      {number(summary?.max)}
    </tr>
  );
}

type PlotComponent = ComponentType<Parameters<typeof Plot>[0]>;

/** uPlot is half of what all views together are: it comes when there is something to draw. */
function LazyPlot(props: Parameters<typeof Plot>[0]) {
  const [loaded, setLoaded] = useState<{ readonly Plot: PlotComponent } | 'failed' | null>(null);
  useEffect(() => {
    let isWanted = true;
    import('./plot.tsx').then(
      ({ Plot: component }) => isWanted && setLoaded({ Plot: component }),
      () => isWanted && setLoaded('failed'),
    );
    return () => {
      isWanted = false;
    };
  }, []);
  if (loaded === 'failed') return <p class="quiet">The drawing could not be loaded; the table has its numbers.</p>;
  return loaded === null ? <Skeleton what="the drawing" lines={6} /> : <loaded.Plot {...props} />;
}
