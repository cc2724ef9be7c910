// Asks the agent of one side, through the collector, for the readings of a check that a view draws.
import { useEffect, useState } from 'preact/hooks';
import type { SideReadings } from '../../contract/readings.ts';
import { AskFailed, addressOf, ask } from '../api/ask.ts';
import type { Range } from './look-spans.ts';
import { drawnSubjects, linesOf, type ReadingLines, type ReadingsTold, type SeriesNamed, subjectsOf } from './reading-lines.ts';
import type { CheckNamed, Side } from './use-history.ts';

export type Readings =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: AskFailed }
  | {
      readonly state: 'shown';
      /** All that there are, drawn or not. */
      readonly series: readonly SeriesNamed[];
      readonly lines: ReadingLines;
      /** Where the last of what was asked for ends, as there is more than a page reads; null where all of it is here. */
      readonly cutAt: number | null;
      readonly per: 'look' | 'hour';
    };

export interface ReadingsWanted extends Range {
  readonly per: 'look' | 'hour';
  /** Of many; null for the first few. */
  readonly subjects: readonly string[] | null;
}

/** What an agent answers at once. */
const pageLength = 5_000;
/** Twelve lines of two thousand points each; a wide screen has fewer columns. */
const pagesMost = 6;
/** Few enough to be asked for in one go, drawn or not. */
const seriesAtOnce = 16;

export function useReadings(named: CheckNamed, side: Side, wanted: ReadingsWanted | null): readonly [Readings, () => void] {
  const [told, setTold] = useState<{ readonly of: string; readonly readings: Readings } | null>(null);
  const [asked, setAsked] = useState(0);
  // Later readings of the same stretch take the place of earlier ones; of another one, nothing is shown until it is here.
  const of = wanted === null ? '' : JSON.stringify([side, wanted.to - wanted.from, wanted.subjects]);
  const key = wanted === null ? null : JSON.stringify([named.group, named.pair, named.check, side, wanted]);
  useEffect(() => {
    if (wanted === null) return;
    const ending = new AbortController();
    readingsOf(named, side, wanted, ending.signal).then(
      (readings) => !ending.signal.aborted && setTold({ of, readings }),
      (error) => !ending.signal.aborted && error instanceof AskFailed && setTold({ of, readings: { state: 'failed', error } }),
    );
    return () => ending.abort();
    // `key` says all that is asked for.
  }, [key, asked]);
  return [told?.of === of ? told.readings : { state: 'loading' }, () => setAsked(asked + 1)];
}

async function readingsOf({ group, pair, check }: CheckNamed, side: Side, wanted: ReadingsWanted, signal: AbortSignal): Promise<Readings> {
  const { from, to, subjects } = wanted;
  const page = (per: 'look' | 'hour', more: Readonly<Record<string, string | number>>): Promise<SideReadings> =>
    ask<SideReadings>(addressOf('v1/checks/readings', { group, pair, check, side, from, to, per, limit: pageLength, ...more }), signal);
  const { series } = await page('look', { from: to - 1, limit: 1 });
  const drawn = series.length <= seriesAtOnce ? null : drawnSubjects(subjectsOf(series), subjects);
  const all = async (per: 'look' | 'hour') => {
    const told =
      drawn === null
        ? [await pagesOf((more) => page(per, more))]
        : await inTurn(drawn, (subject) => pagesOf((more) => page(per, { subject, ...more })));
    const cuts = told.flatMap(({ cutAt }) => (cutAt === null ? [] : [cutAt]));
    return { pages: told.flatMap(({ pages }) => pages), cutAt: cuts.length === 0 ? null : Math.min(...cuts) };
  };
  const shown = (per: 'look' | 'hour', { pages, cutAt }: Awaited<ReturnType<typeof all>>): Readings => ({
    state: 'shown',
    series,
    lines: linesOf(pages),
    cutAt,
    per,
  });
  const told = await all(wanted.per);
  // A line an hour says what so many looks say, on a screen that has no room for each.
  return told.cutAt !== null && wanted.per === 'look' ? shown('hour', await all('hour')) : shown(wanted.per, told);
}

interface Pages {
  readonly pages: readonly ReadingsTold[];
  readonly cutAt: number | null;
}

async function pagesOf(page: (more: { readonly from?: number }) => Promise<SideReadings>): Promise<Pages> {
  const pages: SideReadings[] = [await page({})];
  for (;;) {
    const next = pages.at(-1)!.nextFrom;
    if (next === null || pages.length >= pagesMost) return { pages, cutAt: next };
    pages.push(await page({ from: next }));
  }
}

async function inTurn<T, R>(list: readonly T[], act: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (const one of list) done.push(await act(one));
  return done;
}
