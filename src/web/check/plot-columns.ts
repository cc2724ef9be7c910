// Readings as the columns of a plot: one axis of time for all lines, and a gap where a line must not be drawn through. Pure.
import type { LookSpan } from './look-spans.ts';

export interface PlotPoint {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
  /** Of an hour; the value itself for a single look. */
  readonly min: number;
  readonly max: number;
}

export interface PlotLine {
  /** Ascending by time. */
  readonly points: readonly PlotPoint[];
  /** What is known of the side that it is from; a line is not drawn through what was not seen. */
  readonly spans: readonly LookSpan[];
}

/** `undefined`: this line has nothing at that time, and goes on. `null`: it is broken. */
export type PlotColumn = readonly (number | null | undefined)[];

export interface PlotColumns {
  /** Epoch seconds, ascending. */
  readonly xs: readonly number[];
  readonly lines: readonly {
    readonly value: PlotColumn;
    readonly min: PlotColumn;
    readonly max: PlotColumn;
    readonly lonely: readonly number[];
  }[];
}

/** A look that came late is no gap; one that never came is. */
const gapIntervals = 2.5;

export function plotColumns(lines: readonly PlotLine[]): PlotColumns {
  const broken = lines.map((line) => breaksOf(line));
  const ats = lines.flatMap(({ points }, n) => [...points.map(({ at }) => at), ...broken[n]!.map(middleOf)]);
  const ascending = [...new Set(ats)].sort((a, b) => a - b);
  const places = new Map(ascending.map((at, place) => [at, place]));
  const columns = lines.map(({ points }, n) => {
    const column = (of: (point: PlotPoint) => number): PlotColumn => {
      const values = new Array<number | null | undefined>(ascending.length).fill(undefined);
      // Every place in between, or uPlot breaks the line from one neighbour's point to the next only.
      for (const { from, until } of broken[n]!) values.fill(null, places.get(from)! + 1, places.get(until)!);
      for (const point of points) values[places.get(point.at)!] = of(point);
      return values;
    };
    const value = column((point) => point.value);
    return { value, min: column(({ min }) => min), max: column(({ max }) => max), lonely: lonelyOf(value) };
  });
  return { xs: ascending.map((at) => at / 1_000), lines: columns };
}

type Break = Pick<LookSpan, 'from' | 'until'>;

const middleOf = ({ from, until }: Break): number => (from + until) / 2;

/** Two points after each other between which the line is broken. */
function breaksOf({ points, spans }: PlotLine): readonly Break[] {
  const gapMs = gapIntervals * intervalOf(points);
  const unseen = spans.filter(({ kind }) => kind !== 'observed');
  const breaks: Break[] = [];
  let next = 0;
  for (const [index, point] of points.entries()) {
    const after = points[index + 1];
    if (after === undefined) break;
    while (next < unseen.length && unseen[next]!.until <= point.at) next++;
    const isUnseenBetween = next < unseen.length && unseen[next]!.from < after.at;
    if (after.at - point.at > gapMs || isUnseenBetween) breaks.push({ from: point.at, until: after.at });
  }
  return breaks;
}

/** The usual time from one point to the next. */
function intervalOf(points: readonly PlotPoint[]): number {
  const steps = points.slice(1).map(({ at }, index) => at - points[index]!.at);
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** Places of points with a break on both sides, which no line leads to: they are drawn as points. */
function lonelyOf(column: PlotColumn): readonly number[] {
  const own = column.flatMap((value, place) => (value === undefined ? [] : [{ value, place }]));
  return own.flatMap(({ value, place }, index) =>
    value !== null && (own[index - 1]?.value ?? null) === null && (own[index + 1]?.value ?? null) === null ? [place] : [],
  );
}

export interface LineSummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly last: number;
  readonly lastAt: number;
}

/** Null where there is no point. */
export function summaryOf(points: readonly PlotPoint[]): LineSummary | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  return {
    count: points.length,
    min: points.reduce((least, { min }) => Math.min(least, min), last.min),
    mean: points.reduce((sum, { value }) => sum + value, 0) / points.length,
    max: points.reduce((most, { max }) => Math.max(most, max), last.max),
    last: last.value,
    lastAt: last.at,
  };
}
