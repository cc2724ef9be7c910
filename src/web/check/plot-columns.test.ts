import { describe, expect, test } from 'vitest';
import type { LookSpan } from './look-spans.ts';
import { type PlotPoint, plotColumns, summaryOf } from './plot-columns.ts';

const second = 1_000;
const point = (at: number, value: number): PlotPoint => ({ at: at * second, value, min: value, max: value });
const points = (...at: readonly number[]): readonly PlotPoint[] => at.map((one) => point(one, one * 10));
const span = (kind: LookSpan['kind'], from: number, until: number): LookSpan => ({
  kind,
  from: from * second,
  until: until * second,
  seq: 1,
});

const columnsOf = (...lines: readonly Parameters<typeof plotColumns>[0][number][]) => plotColumns(lines);

describe('the columns of a plot', () => {
  test('put all lines on one axis, and a line goes on where only another one has a point', () => {
    const { xs, lines } = columnsOf({ points: points(0, 10, 20), spans: [] }, { points: points(5, 15, 25), spans: [] });
    expect(xs).toEqual([0, 5, 10, 15, 20, 25]);
    expect(lines.map(({ value }) => value)).toEqual([
      [0, undefined, 100, undefined, 200, undefined],
      [undefined, 50, undefined, 150, undefined, 250],
    ]);
  });

  test('break a line where points are farther apart than usual', () => {
    const { xs, lines } = columnsOf({ points: points(0, 10, 20, 60, 70), spans: [] });
    expect(xs).toEqual([0, 10, 20, 40, 60, 70]);
    expect(lines[0]!.value).toEqual([0, 100, 200, null, 600, 700]);
  });

  test('break a line at every place of others in between', () => {
    const { xs, lines } = columnsOf({ points: points(0, 10, 20, 60), spans: [] }, { points: points(25, 35, 45, 55), spans: [] });
    expect(xs).toEqual([0, 10, 20, 25, 35, 40, 45, 55, 60]);
    expect(lines[0]!.value).toEqual([0, 100, 200, null, null, null, null, null, 600]);
    expect(lines[1]!.value).toEqual([undefined, undefined, undefined, 250, 350, undefined, 450, 550, undefined]);
  });

  test('do not break it where a look came late', () => {
    expect(columnsOf({ points: points(0, 10, 20, 44, 54), spans: [] }).lines[0]!.value).not.toContain(null);
  });

  test('break it where something was not seen between two points, however short', () => {
    const spans = [span('observed', 0, 10), span('unseen', 12, 12), span('observed', 20, 30)];
    expect(columnsOf({ points: points(0, 10, 20, 30), spans }).lines[0]!.value).toEqual([0, 100, null, 200, 300]);
  });

  test('mark points that no line leads to', () => {
    const spans = [span('unseen', 11, 12), span('missed', 21, 22)];
    const { lines } = columnsOf({ points: points(0, 10, 20, 30, 40), spans });
    expect(lines[0]!.value).toEqual([0, 100, null, 200, null, 300, 400]);
    expect(lines[0]!.lonely).toEqual([3]);
    expect(columnsOf({ points: points(7), spans: [] }).lines[0]!.lonely).toEqual([0]);
  });

  test('of nothing are empty', () => {
    expect(columnsOf({ points: [], spans: [] })).toEqual({ xs: [], lines: [{ value: [], min: [], max: [], lonely: [] }] });
  });
});

test('a line is summed up by its extremes, its mean and its last point', () => {
  const hours = [
    { at: 0, value: 2, min: 1, max: 9 },
    { at: 1, value: 4, min: 3, max: 5 },
  ];
  expect(summaryOf(hours)).toEqual({ count: 2, min: 1, mean: 3, max: 9, last: 4, lastAt: 1 });
  expect(summaryOf([])).toBeNull();
});
