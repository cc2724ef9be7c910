// What is wrong in the fleet, whatever the pair, worst first.
import * as Type from 'typebox/type';
import type { PairReview } from '../../contract/fleet.ts';
import { GapSchema } from '../../contract/gap.ts';
import { StandingFindingSchema, type StandingState, standingStates } from '../../contract/standing.ts';
import { byUrgency, isCounted } from '../../judge/verdict.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { demandPair, refuseLonePair } from './known.ts';
import { AtSchema, CheckName, GroupName, Limit, nullable, PairName, SeveritySchema, strict } from './schemas.ts';
import type { Overview } from './slices.ts';

const FoundSchema = Type.Object({ group: Type.String(), pair: Type.String(), ...StandingFindingSchema.properties });

type Found = Type.Static<typeof FoundSchema>;

const states = standingStates.filter((state): state is Exclude<StandingState, 'resolved'> => state !== 'resolved');

const FindingsQuery = Type.Object(
  {
    group: Type.Optional(GroupName),
    pair: Type.Optional(PairName),
    severity: Type.Optional(SeveritySchema),
    gap: Type.Optional(GapSchema),
    check: Type.Optional(CheckName),
    state: Type.Optional(Type.Unsafe<(typeof states)[number]>({ type: 'string', enum: states })),
    waived: Type.Optional(Type.Boolean({ description: 'Only those that were accepted, or only those that were not' })),
    limit: Limit(10_000, 1_000),
  },
  strict,
);

const FindingsBody = Type.Object({
  at: AtSchema,
  judgedAt: nullable(Type.Integer({ description: 'When the pair that was asked about and judged longest ago was judged' })),
  count: Type.Integer({ description: 'Of all that fit, shown or not' }),
  findings: Type.Array(FoundSchema, { description: 'Those that count first, worst first' }),
});

export function findingsRoute(collector: Collector, overview: Overview): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/findings',
    right: 'read',
    summary: 'What is wrong, worst first, each with its remedy; what was resolved is in /v1/timeline',
    query: FindingsQuery,
    answers: { 200: { describes: 'The findings', schema: FindingsBody }, 404: { describes: 'There is no such group or pair' } },
    handle: async ({ query }) => {
      const pairs = await pairsAsked(collector, overview, query.group, query.pair);
      const found: readonly Found[] = pairs
        .flatMap(({ group, pair, findings }) => findings.map((finding) => ({ group, pair, ...finding })))
        .filter((finding) => isWanted(finding, query))
        .sort((a, b) => Number(isCounted(b)) - Number(isCounted(a)) || byUrgency(a, b));
      const judgedAt = pairs.length === 0 ? null : Math.min(...pairs.map((pair) => pair.judgedAt));
      return {
        status: 200,
        body: { at: collector.clock.now(), judgedAt, count: found.length, findings: found.slice(0, query.limit) },
      };
    },
  });
}

async function pairsAsked(
  collector: Collector,
  overview: Overview,
  group: string | undefined,
  pair: string | undefined,
): Promise<readonly PairReview[]> {
  refuseLonePair(group, pair);
  if (group === undefined) return (await overview()).flatMap(({ pairs }) => pairs);
  demandPair(collector, group, pair);
  const names = pair === undefined ? collector.review.standing(group).map((one) => one.pair) : [pair];
  return names.flatMap((name) => collector.review.pair(group, name) ?? []);
}

const isWanted = (found: Found, { severity, gap, check, state, waived }: Type.Static<typeof FindingsQuery>): boolean =>
  (severity === undefined || found.severity === severity) &&
  (gap === undefined || found.gap === gap) &&
  (check === undefined || found.check === check) &&
  (state === undefined || found.state === state) &&
  (waived === undefined || (found.waiver !== null) === waived);
