// Was it ready then, and for how much of the time: the past of a group or a pair, answered from the store alone.
import * as Type from 'typebox/type';
import { type Verdict, VerdictSchema } from '../../contract/finding.ts';
import { type Hole, holes } from '../../contract/report.ts';
import { type FindingEvent, type FindingEventKind, findingEventKinds } from '../../contract/standing.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import type { Collector } from '../collector.ts';
import { type Share, type Stretch, sharesOf, sumOfMs, type TimelineSpan, timeline } from '../timeline.ts';
import { MomentSchema, momentOf } from './moment.ts';
import { NodeEventSchema } from './nodes.ts';
import { AtSchema, FindingLineSchema, GroupName, Instant, nullable, PairName, strict } from './schemas.ts';
import { demandPast, StretchQuery, stretchOf } from './stretch.ts';
import { toldOf } from './told.ts';

const TimelineQuery = Type.Object(
  {
    group: GroupName,
    pair: Type.Optional(PairName),
    ...StretchQuery,
    at: Type.Optional(Instant('A moment: what was known then is answered too')),
    limit: Type.Integer({ minimum: 0, maximum: 5_000, default: 500, description: 'Of events' }),
  },
  strict,
);

const ShareSchema = Type.Object({ ms: Type.Integer(), share: Type.Number({ description: 'Of the whole stretch, from 0 to 1' }) });

const SharesSchema = Type.Unsafe<Readonly<Record<Verdict, Share>>>(
  Type.Object(
    { suspended: ShareSchema, 'not-ready': ShareSchema, unknown: ShareSchema, degraded: ShareSchema, ready: ShareSchema },
    { description: 'Time in each verdict; time that no span tells of is unknown' },
  ),
);

const HoleSchema = nullable(
  Type.Unsafe<Hole>({ type: 'string', enum: [...holes], description: 'nobody-watched: nobody judged; not-kept: too long ago to be known' }),
);

const SpanSchema = Type.Object({ verdict: VerdictSchema, from: Type.Integer(), until: Type.Integer(), hole: HoleSchema });

const FindingEventLine = Type.Object({
  kind: Type.Unsafe<FindingEventKind>({ type: 'string', enum: [...findingEventKinds] }),
  at: Type.Integer(),
  pair: Type.String(),
  finding: FindingLineSchema,
  detail: Type.String(),
});

const TimelineBody = Type.Object({
  at: AtSchema,
  group: Type.String(),
  pair: nullable(Type.String()),
  from: Type.Integer(),
  to: Type.Integer(),
  spans: Type.Array(SpanSchema, { description: 'Ascending, from `from` to `to` without a gap' }),
  shares: SharesSchema,
  holesMs: Type.Integer({ description: 'How much of the time in `unknown` is holes, and was not judged so' }),
  events: Type.Array(FindingEventLine, { description: 'What became of findings, oldest first' }),
  nodeEvents: Type.Array(NodeEventSchema, { description: 'What happened to the nodes that stand there now, oldest first' }),
  hasMoreEvents: Type.Boolean({ description: 'There are more of either than `limit`: ask for a shorter stretch' }),
  moment: nullable(MomentSchema),
});

export function timelineRoute(collector: Collector): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/timeline',
    right: 'read',
    summary: 'Which verdict stood when, what happened, the share of time in each verdict, and what was known at one moment',
    query: TimelineQuery,
    answers: {
      200: { describes: 'What is known of that time', schema: TimelineBody },
      404: { describes: 'There is and was no such group or pair' },
    },
    handle: async ({ query }) => {
      const { group, pair = null } = query;
      demandPast(collector, group, pair);
      const now = collector.clock.now();
      const moment = query.at === undefined ? null : await momentOf(collector, { group, pair }, atOf(query.at, now), now);
      return { status: 200, body: { ...pastOf(collector, query, stretchOf(query, now), now), moment } };
    },
  });
}

function atOf(at: number, now: number): number {
  if (at > now) throw new Problem(400, `at lies in the future: the collector’s clock says ${now}`);
  return at;
}

type Past = Omit<Type.Static<typeof TimelineBody>, 'moment'>;

function pastOf(collector: Collector, query: Type.Static<typeof TimelineQuery>, stretch: Stretch, now: number): Past {
  const { group, pair = null, limit } = query;
  const spans = timeline(toldOf(collector, { group, pair }, stretch, now), stretch, now - collector.config().store.keepMs);
  const events = collector.store.findings.events({ group, ...(pair === null ? {} : { pair }), ...stretch, limit: limit + 1 });
  const nodeEvents = nodeEventsOf(collector, group, pair, stretch, limit + 1);
  return {
    at: now,
    group,
    pair,
    ...stretch,
    spans: [...spans],
    shares: sharesOf(spans, stretch),
    holesMs: holesMs(spans),
    events: events.slice(0, limit).map(eventLine),
    nodeEvents: nodeEvents.slice(0, limit),
    hasMoreEvents: events.length > limit || nodeEvents.length > limit,
  };
}

const holesMs = (spans: readonly TimelineSpan[]): number => sumOfMs(spans.filter(({ hole }) => hole !== null));

function eventLine({ kind, at, pair, finding, detail }: FindingEvent): Type.Static<typeof FindingEventLine> {
  const { remedy: _, evidence: __, reopenedCount: ___, confirmation: ____, mark: _____, ...line } = finding;
  return { kind, at, pair, finding: line, detail };
}

function nodeEventsOf(
  { store, review }: Collector,
  group: string,
  pair: string | null,
  stretch: Stretch,
  limit: number,
): readonly NodeEvent[] {
  const targets = review
    .standing(group, pair ?? undefined)
    .flatMap(({ standby, primary }) => [standby, primary].flatMap((sight) => (sight === null ? [] : [sight.target.key])));
  return targets.flatMap((target) => store.nodes.events({ target, ...stretch, limit })).sort((a, b) => a.at - b.at);
}
