// The checks of a pair, with the newest look of both sides beside each other.
import * as Type from 'typebox/type';
import type { CheckState } from '../../contract/observation.ts';
import { type PairCheck, type PairCheckLine, PairChecksSchema } from '../../contract/pair-checks.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { saying } from '../../look/saying.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { GroupName, PairName, strict } from './schemas.ts';
import { checksOf, pairStanding } from './sides.ts';
import { inSlices } from './slices.ts';

export function pairChecksRoute(collector: Collector): Route {
  const { nodes, clock, probes } = collector;
  return defineRoute({
    method: 'GET',
    path: '/v1/pairs/{group}/{pair}/checks',
    right: 'read',
    summary: 'What is looked at on both sides of a pair, and what was seen last',
    params: Type.Object({ group: GroupName, pair: PairName }, strict),
    answers: { 200: { describes: 'The checks', schema: PairChecksSchema }, 404: { describes: 'There is no such group or pair' } },
    handle: async ({ params: { group, pair } }) => {
      const { standby, primary } = pairStanding(collector, group, pair);
      const slices = inSlices(clock.monotonicMs);
      const names = [...new Set([standby, primary].flatMap((sight) => checksOf(collector, sight)))].sort();
      const now = clock.now();
      const checks: PairCheck[] = [];
      for (const name of names) {
        const states = [];
        for (const sight of [standby, primary]) {
          states.push(sight === null ? null : nodes.check(sight, name));
          // The facts of a region are a megabyte, which is read to be told in a line.
          await slices.next();
        }
        const line = pairCheck(states[0] ?? null, states[1] ?? null, probes, now);
        if (line !== null) checks.push(line);
      }
      return { status: 200, body: { at: clock.now(), checks } };
    },
  });
}

/** Null where neither side watches it any more. */
function pairCheck(
  standby: CheckState | null,
  primary: CheckState | null,
  probes: ReadonlyMap<string, AnyProbe>,
  now: number,
): PairCheck | null {
  const told = standby ?? primary;
  if (told === null) return null;
  const { check, probe: id, isRequired } = told;
  const probe = probes.get(id);
  return {
    check,
    probe: id,
    title: probe?.title ?? id,
    gap: probe?.gap ?? null,
    isRequired,
    standby: standby === null ? null : sideLine(standby, probes, now),
    primary: primary === null ? null : sideLine(primary, probes, now),
  };
}

function sideLine({ probe, staleAfterMs, current }: CheckState, probes: ReadonlyMap<string, AnyProbe>, now: number): PairCheckLine {
  const never = { seq: null, kind: 'never', says: 'has not been looked at yet', firstAt: null, lastAt: null, count: 0 } as const;
  if (current === null) return { ...never, isStale: false, staleAfterMs };
  const { seq, outcome, firstAt, lastAt, count } = current;
  return {
    seq,
    kind: outcome.kind,
    ...(outcome.kind === 'unseen' ? { reason: outcome.reason } : {}),
    says: saying(outcome, probes.get(probe)),
    firstAt,
    lastAt,
    count,
    isStale: now - lastAt > staleAfterMs,
    staleAfterMs,
  };
}
