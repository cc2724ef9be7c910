// One check at a time: what it last saw, how that came about, how it was before, its numbers, and a look at once.
import * as Type from 'typebox/type';
import type { Check } from '../../contract/check.ts';
import { FindingSchema } from '../../contract/finding.ts';
import { CheckStateSchema, ObservationSchema } from '../../contract/observation.ts';
import { type ReadingsPage, ReadingsPageSchema, type ReadingsQuery, ReadingsQuerySchema } from '../../contract/readings.ts';
import { saying } from '../../look/saying.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { askedReadings, readingsOf, spanProblem } from '../../watch/readings.ts';
import type { Agent } from '../agent.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const ScheduleSchema = Type.Union([
  Type.Object({ kind: Type.Literal('every'), everyMs: Type.Integer() }),
  Type.Object({ kind: Type.Literal('cron'), expression: Type.String() }),
]);

const CheckLineSchema = Type.Object({
  check: Type.String(),
  probe: Type.String(),
  isRequired: Type.Boolean(),
  schedule: ScheduleSchema,
  nextAt: nullable(Type.Integer()),
  staleAfterMs: Type.Integer(),
  isStale: Type.Boolean(),
  current: nullable(
    Type.Object({
      seq: Type.Integer(),
      kind: Type.String(),
      reason: Type.Optional(Type.String()),
      says: Type.String({ description: 'One line for a person' }),
      firstAt: Type.Integer(),
      lastAt: Type.Integer(),
      count: Type.Integer(),
      tookMs: Type.Number(),
    }),
  ),
});

const CheckBody = Type.Object({
  state: CheckStateSchema,
  schedule: ScheduleSchema,
  timeoutMs: Type.Integer(),
  nextAt: nullable(Type.Integer()),
  says: nullable(Type.String()),
  findings: Type.Array(FindingSchema),
});

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, description: 'Of the check' }) }, { additionalProperties: false });

const HistoryQuery = Type.Object(
  {
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Older than this sequence number' })),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  },
  { additionalProperties: false },
);

const HistoryBody = Type.Object({
  observations: Type.Array(ObservationSchema, { description: 'Newest first' }),
  nextBefore: nullable(Type.Integer({ description: 'Ask again before this one; null at the end' })),
});

export function checkRoutes(agent: Agent): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/checks',
      right: 'read',
      summary: 'Every check with its newest look, in a line each',
      answers: { 200: { describes: 'The checks', schema: Type.Object({ checks: Type.Array(CheckLineSchema) }) } },
      handle: () => ({ status: 200, body: { checks: agent.config().checks.map((check) => checkLine(agent, check)) } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/checks/{id}',
      right: 'read',
      summary: 'One check: what it saw, how it came to that, and what follows',
      params: Id,
      answers: { 200: { describes: 'The check', schema: CheckBody }, 404: { describes: 'There is no such check' } },
      handle: ({ params }) => ({ status: 200, body: checkBody(agent, checkNamed(agent, params.id)) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/checks/{id}/history',
      right: 'read',
      summary: 'How what a check saw has changed',
      params: Id,
      query: HistoryQuery,
      answers: {
        200: { describes: 'A page of it', schema: HistoryBody },
        404: { describes: 'There is no such check' },
        503: { describes: 'There is no history at present' },
      },
      handle: ({ params, query }) => {
        const { id } = checkNamed(agent, params.id);
        const observations = asked(agent.ledger.ask((store) => store.observations.history(id, query)));
        const nextBefore = observations.length === query.limit ? observations.at(-1)!.seq : null;
        return { status: 200, body: { observations, nextBefore } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/checks/{id}/readings',
      right: 'read',
      summary: 'The numbers of a check over time',
      params: Id,
      query: ReadingsQuerySchema,
      answers: {
        200: { describes: 'A page of them', schema: ReadingsPageSchema },
        404: { describes: 'There is no such check' },
        503: { describes: 'There is no history at present' },
      },
      handle: ({ params, query }) => ({ status: 200, body: readingsBody(agent, checkNamed(agent, params.id).id, query) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/checks/{id}/run',
      right: 'run',
      summary: 'Look now, or join the look that is under way',
      params: Id,
      answers: {
        200: { describes: 'What it saw', schema: CheckBody },
        404: { describes: 'There is no such check' },
        409: { describes: 'An earlier look ignored its time limit and has not ended' },
      },
      handle: async ({ params }) => {
        const check = checkNamed(agent, params.id);
        const looked = await agent.lookNow(check.id);
        if (looked === 'stuck')
          throw new Problem(409, 'An earlier look ignored its time limit and has not ended; nothing is started beside it');
        return { status: 200, body: checkBody(agent, check) };
      },
    }),
  ];
}

function checkNamed(agent: Agent, id: string): Check {
  const check = agent.config().checks.find((one) => one.id === id);
  if (check === undefined) throw new Problem(404, `There is no check named ${JSON.stringify(id)}; /v1/checks lists them`);
  return check;
}

function asked<T>(answer: T | null): T {
  if (answer === null)
    throw new Problem(503, 'The history cannot be read at present; /healthz says why', { headers: { 'retry-after': '30' } });
  return answer;
}

function checkLine(agent: Agent, check: Check): Type.Static<typeof CheckLineSchema> {
  const current = agent.ledger.sight(check.id)?.current ?? null;
  return {
    check: check.id,
    probe: check.probe,
    isRequired: check.isRequired,
    schedule: check.schedule,
    nextAt: agent.schedule.nextAt(check.id),
    staleAfterMs: check.staleAfterMs,
    isStale: current !== null && agent.clock.now() - current.lastAt > check.staleAfterMs,
    current:
      current === null
        ? null
        : {
            seq: current.seq,
            kind: current.outcome.kind,
            ...(current.outcome.kind === 'unseen' ? { reason: current.outcome.reason } : {}),
            says: saying(current.outcome, agent.probes.get(check.probe)),
            firstAt: current.firstAt,
            lastAt: current.lastAt,
            count: current.count,
            tookMs: current.tookMs,
          },
  };
}

function checkBody(agent: Agent, check: Check): Type.Static<typeof CheckBody> {
  const state = agent.checkState(check.id)!;
  return {
    state,
    schedule: check.schedule,
    timeoutMs: check.timeoutMs,
    nextAt: agent.schedule.nextAt(check.id),
    says: state.current === null ? null : saying(state.current.outcome, agent.probes.get(check.probe)),
    findings: agent.review.latest().findings.filter((finding) => finding.check === check.id),
  };
}

function readingsBody(agent: Agent, check: string, query: ReadingsQuery): ReadingsPage {
  const wanted = askedReadings(query, agent.clock.now());
  const problem = spanProblem(wanted);
  if (problem !== null) throw new Problem(400, problem);
  return asked(readingsOf(agent.ledger, check, wanted));
}
