// The numbers of a check over time, from the history of whoever looked: an agent's machine or a collector's region.
import { type ReadingsPage, type ReadingsQuery, readingsSpanMsMax } from '../contract/readings.ts';
import { hourMs } from '../store/readings.ts';
import type { Ledger } from './ledger.ts';

/** With both ends, where the asker left them open. */
export type ReadingsAsked = Omit<ReadingsQuery, 'from' | 'to'> & { readonly from: number; readonly to: number };

/** The last day up to now, unless told. */
export function askedReadings(query: ReadingsQuery, now: number): ReadingsAsked {
  const to = query.to ?? now + 1;
  return { ...query, to, from: query.from ?? to - 24 * hourMs };
}

/** Why that is not told; null where it is. Where the last page ended is asked again, and nothing is there. */
export function spanProblem({ from, to, per }: ReadingsAsked): string | null {
  if (from > to) return 'from has to lie before to';
  const spanMsMax = readingsSpanMsMax[per];
  return to - from > spanMsMax ? `At most ${spanMsMax / (24 * hourMs)} days at once; per=hour spans more` : null;
}

/** Null while there is no history. */
export function readingsOf(ledger: Ledger, check: string, { subject, name, from, to, per, limit }: ReadingsAsked): ReadingsPage | null {
  const wanted = { from, to, ...(subject === undefined ? {} : { subject }), ...(name === undefined ? {} : { name }) };
  return ledger.ask((store) => {
    const series = [...store.readings.series(check)];
    if (per === 'look') {
      const { points, nextFrom } = store.readings.page(check, wanted, limit);
      return { series, points: [...points], hours: [], nextFrom };
    }
    const { hours, nextFrom } = store.readings.hourly(check, wanted, limit);
    return { series, points: [], hours: [...hours], nextFrom };
  });
}
