// Which time of the past is asked about, and of whom.
import * as Type from 'typebox/type';
import { Problem } from '../../server/problem.ts';
import type { Collector } from '../collector.ts';
import type { Stretch } from '../timeline.ts';
import { demandPair } from './known.ts';
import { Instant } from './schemas.ts';

const dayMs = 24 * 3_600_000;
const usualMs = 30 * dayMs;
/** As long as things are kept usually. */
const stretchMsMax = 400 * dayMs;

export const StretchQuery = {
  from: Type.Optional(Instant('30 days before `to` unless given')),
  to: Type.Optional(Instant('Now unless given; what lies in the future is left out')),
};

export function stretchOf(asked: { readonly from?: number; readonly to?: number }, now: number): Stretch {
  const { from, to = Number.MAX_SAFE_INTEGER } = asked;
  const stretch = { from: from ?? Math.min(to, now) - usualMs, to: Math.min(to, now) };
  if (stretch.from >= stretch.to) throw new Problem(400, `from has to lie before to, and before now (${now})`);
  if (stretch.to - stretch.from > stretchMsMax) throw new Problem(400, 'At most 400 days at once');
  return stretch;
}

/** A group that left the fleet has a past all the same. */
export function demandPast(collector: Collector, group: string, pair: string | null): void {
  if (collector.store.verdicts.latest({ group, pair }) === null) demandPair(collector, group, pair ?? undefined);
}
