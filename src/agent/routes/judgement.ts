// What the agent thinks of what it saw.
import * as Type from 'typebox/type';
import { BlindSpotSchema, countOf, type Finding, FindingSchema, VerdictSchema } from '../../contract/finding.ts';
import { GapSchema } from '../../contract/gap.ts';
import { type Severity, severities } from '../../contract/rule.ts';
import { WaivedFindingSchema } from '../../contract/standing.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';

const SeveritySchema = Type.Unsafe<Severity>({ type: 'string', enum: [...severities] });

const VerdictBody = Type.Object({
  verdict: VerdictSchema,
  counts: Type.Object({
    blocker: Type.Integer(),
    warning: Type.Integer(),
    note: Type.Integer(),
    waived: Type.Integer(),
    blindSpots: Type.Integer({ description: 'Those listed, and the findings with `isBlind` that are no blockers' }),
  }),
  blindSpots: Type.Array(BlindSpotSchema),
});

const FindingsBody = Type.Object({
  verdict: VerdictSchema,
  findings: Type.Array(FindingSchema),
  waived: Type.Array(WaivedFindingSchema, { description: 'Found as well, and accepted by somebody: they do not count' }),
});

const FindingsQuery = Type.Object(
  {
    severity: Type.Optional(SeveritySchema),
    gap: Type.Optional(GapSchema),
    check: Type.Optional(Type.String({ maxLength: 64, description: 'Of this check only' })),
  },
  { additionalProperties: false },
);

export function judgementRoutes(agent: Agent): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/verdict',
      right: 'read',
      summary: 'Whether this node could take over, and what keeps that from being known',
      answers: { 200: { describes: 'The verdict', schema: VerdictBody } },
      handle: () => {
        const { verdict, findings, blindSpots, waived } = agent.review.latest();
        // A folded finding does not count by itself.
        const counted = findings.filter((one) => one.foldedUnder === undefined);
        const counts = {
          blocker: countOf(counted, 'blocker'),
          warning: countOf(counted, 'warning'),
          note: countOf(counted, 'note'),
          waived: waived.length,
          blindSpots: blindSpots.length + countOf(counted, 'blind'),
        };
        return { status: 200, body: { verdict, counts, blindSpots } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/findings',
      right: 'read',
      summary: 'What is wrong, worst first, each with its remedy',
      query: FindingsQuery,
      answers: { 200: { describes: 'The findings', schema: FindingsBody } },
      handle: ({ query }) => {
        const { verdict, findings, waived } = agent.review.latest();
        const isWanted = (one: Finding): boolean =>
          (query.severity === undefined || one.severity === query.severity) &&
          (query.gap === undefined || one.gap === query.gap) &&
          (query.check === undefined || one.check === query.check);
        return { status: 200, body: { verdict, findings: findings.filter(isWanted), waived: waived.filter(isWanted) } };
      },
    }),
  ];
}
