// The two sides of a pair, as they are asked for.
import * as Type from 'typebox/type';
import { Problem } from '../../server/problem.ts';
import type { Collector } from '../collector.ts';
import type { NodeSight } from '../nodes.ts';
import type { FleetPair } from '../review/review.ts';
import { demandCheck, demandPair } from './known.ts';

const sides = ['standby', 'primary'] as const;

export type SideName = (typeof sides)[number];

export const SideSchema = Type.Unsafe<SideName>({ type: 'string', enum: [...sides] });

export function pairStanding(collector: Collector, group: string, pair: string): FleetPair {
  demandPair(collector, group, pair);
  return collector.review.standing(group, pair)[0]!;
}

/** Who stands on a side; 409 where nobody does. */
export function standingAt(collector: Collector, group: string, pair: string, side: SideName): NodeSight {
  const sight = pairStanding(collector, group, pair)[side];
  if (sight === null) throw new Problem(409, `Nobody is the ${side} of this pair at present; /v1/nodes lists who is polled`);
  return sight;
}

export const checksOf = ({ nodes }: Collector, sight: NodeSight | null): readonly string[] =>
  sight === null ? [] : (nodes.kept(sight).description?.checks ?? []).map(({ check }) => check);

/** Of checks that either side watches. */
export function demandCheckOfPair(collector: Collector, { group, pair, standby, primary }: FleetPair, check: string): void {
  const checks = [...new Set([standby, primary].flatMap((sight) => checksOf(collector, sight)))];
  demandCheck(check, checks, `/v1/pairs/${encodeURIComponent(group)}/${encodeURIComponent(pair)}/checks`);
}
