// What a check saw on both sides of a pair, field by field: what differs first.
import * as Type from 'typebox/type';
import { ComparisonSchema } from '../../contract/comparison.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { type BesideSide, beside, factsOf } from '../beside.ts';
import type { Collector } from '../collector.ts';
import type { NodeSight } from '../nodes.ts';
import { sideWords } from '../side-words.ts';
import { CheckName, GroupName, PairName, strict } from './schemas.ts';
import { demandCheckOfPair, pairStanding } from './sides.ts';
import { inSlices, restingOften } from './slices.ts';

const CompareQuery = Type.Object(
  {
    group: GroupName,
    pair: PairName,
    check: CheckName,
    same: Type.Boolean({ default: false, description: 'List also the fields that are the same' }),
  },
  strict,
);

export function compareRoute(collector: Collector): Route {
  const { clock, probes } = collector;
  return defineRoute({
    method: 'GET',
    path: '/v1/checks/compare',
    right: 'read',
    summary: 'What a check saw on both sides of a pair, field by field',
    query: CompareQuery,
    answers: {
      200: { describes: 'The fields that differ, and how many are the same', schema: ComparisonSchema },
      404: { describes: 'There is no such group, pair or check' },
    },
    handle: async ({ query: { group, pair, check, same } }) => {
      const standing = pairStanding(collector, group, pair);
      demandCheckOfPair(collector, standing, check);
      const slices = inSlices(clock.monotonicMs);
      const standby = sideOf(collector, standing.standby, check);
      await slices.next();
      const primary = sideOf(collector, standing.primary, check);
      await slices.next();
      const { lawful } = standing.terms;
      const told = await beside({ standby, primary, lawful, probes, now: clock.now(), withSame: same, rest: restingOften(slices) });
      return { status: 200, body: { at: clock.now(), ...told } };
    },
  });
}

function sideOf({ nodes }: Collector, sight: NodeSight | null, check: string): BesideSide {
  const state = sight === null ? null : nodes.check(sight, check);
  const identity = sight?.identity ?? null;
  return {
    state,
    target: sight?.target.key ?? null,
    words: identity === null ? (text) => text : sideWords({ identity, settings: state?.settings, facts: factsOf(state) }),
  };
}
