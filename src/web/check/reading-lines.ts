// A side's readings as lines by name and subject, and which of many are drawn. Pure.
import type { SideReadings } from '../../contract/readings.ts';
import type { PlotPoint } from './plot-columns.ts';

export interface SeriesNamed {
  readonly name: string;
  readonly subject: string;
}

export const seriesKey = ({ name, subject }: SeriesNamed): string => JSON.stringify([name, subject]);

/** By series. */
export type ReadingLines = ReadonlyMap<string, readonly PlotPoint[]>;

export type ReadingsTold = Pick<SideReadings, 'points' | 'hours'>;

const halfHourMs = 1_800_000;

/** An hour is drawn at its middle. */
export function linesOf(pages: readonly ReadingsTold[]): ReadingLines {
  const lines = new Map<string, PlotPoint[]>();
  const add = (series: SeriesNamed, point: PlotPoint): void => {
    const key = seriesKey(series);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [point]);
    else line.push(point);
  };
  for (const { points, hours } of pages) {
    for (const { at, value, ...series } of points) add(series, { at, value, min: value, max: value });
    for (const { hour, mean, min, max, ...series } of hours) add(series, { at: hour + halfHourMs, value: mean, min, max });
  }
  for (const line of lines.values()) line.sort((a, b) => a.at - b.at);
  return lines;
}

/** Each with its subjects, both in the order of the alphabet. */
export function namesOf(series: readonly SeriesNamed[]): readonly { readonly name: string; readonly subjects: readonly string[] }[] {
  const names = [...new Set(series.map(({ name }) => name))].sort();
  return names.map((name) => ({ name, subjects: subjectsOf(series.filter((one) => one.name === name)) }));
}

export const subjectsOf = (series: readonly SeriesNamed[]): readonly string[] => [...new Set(series.map(({ subject }) => subject))].sort();

/** So many lines with their dashed twins are told apart in one plot; a person chooses others. */
export const subjectsMost = 6;

/** Those that somebody chose, as far as they are there; else the first few. */
export function drawnSubjects(subjects: readonly string[], chosen: readonly string[] | null): readonly string[] {
  const wanted = chosen?.filter((subject) => subjects.includes(subject)) ?? [];
  return (wanted.length > 0 ? wanted : subjects).slice(0, subjectsMost);
}
