// The nodes that are polled: how each fares, what it looks at, and what happened to it.
import * as Type from 'typebox/type';
import { type NodeTroubleKind, type NodeView, NodeViewSchema, nodeTroubleKinds } from '../../contract/fleet.ts';
import { NodeIdentitySchema } from '../../contract/node.ts';
import type { CheckState } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { saying } from '../../look/saying.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import type { Collector } from '../collector.ts';
import { demandPair, nodeKnown, refuseLonePair } from './known.ts';
import { AtSchema, GroupName, Instant, Limit, nullable, PairName, strict } from './schemas.ts';
import { inSlices } from './slices.ts';

/** Of an address. */
const targetLengthMax = 2_048;

const NodesQuery = Type.Object(
  {
    group: Type.Optional(GroupName),
    pair: Type.Optional(PairName),
    target: Type.Optional(Type.String({ maxLength: targetLengthMax, description: 'Of this address only' })),
    trouble: Type.Optional(
      Type.Unsafe<NodeTroubleKind>({ type: 'string', enum: [...nodeTroubleKinds], description: 'Only those that have it' }),
    ),
    after: Type.Optional(Type.String({ maxLength: targetLengthMax, description: 'Those that come after this address' })),
    limit: Limit(10_000, 1_000),
  },
  strict,
);

const NodesBody = Type.Object({
  at: AtSchema,
  nodes: Type.Array(NodeViewSchema, { description: 'By address' }),
  nextAfter: nullable(Type.String({ description: 'Ask again after this one; null at the end' })),
});

const CheckLineSchema = Type.Object({
  check: Type.String(),
  probe: Type.String(),
  isRequired: Type.Boolean(),
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
    }),
  ),
});

const NodeBody = Type.Object({
  at: AtSchema,
  node: NodeViewSchema,
  identity: nullable(NodeIdentitySchema),
  checks: Type.Array(CheckLineSchema, { description: 'With the newest look of each, by the collector’s clock' }),
});

export const nodeEventKinds = [...nodeTroubleKinds, 'heard-again', 'found', 'gone'] as const;

export const NodeEventSchema = Type.Object({
  at: Type.Integer(),
  target: Type.String(),
  kind: Type.Unsafe<NodeEvent['kind']>({ type: 'string', enum: [...nodeEventKinds] }),
  detail: Type.String(),
});

const EventsQuery = Type.Object(
  {
    from: Type.Optional(Instant('From the beginning unless given')),
    to: Type.Optional(Instant('Until now unless given')),
    limit: Limit(5_000, 500),
  },
  strict,
);

const EventsBody = Type.Object({
  at: AtSchema,
  events: Type.Array(NodeEventSchema, { description: 'Oldest first' }),
  hasMore: Type.Boolean({ description: 'Ask again from the time of the last one' }),
});

const Target = Type.Object(
  { target: Type.String({ minLength: 1, maxLength: targetLengthMax, description: 'The address, URL-encoded' }) },
  strict,
);

export function nodeRoutes(collector: Collector): readonly Route[] {
  const { nodes, clock, store, probes } = collector;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/nodes',
      right: 'read',
      summary: 'Who is polled, and how that goes',
      query: NodesQuery,
      answers: { 200: { describes: 'A page of them', schema: NodesBody }, 404: { describes: 'There is no such group or pair' } },
      handle: async ({ query }) => {
        const views = await viewsOf(collector, query);
        if (views.length === 0 && query.group !== undefined) demandPair(collector, query.group, query.pair);
        const page = views.slice(0, query.limit);
        const nextAfter = views.length > page.length ? page.at(-1)!.target : null;
        return { status: 200, body: { at: clock.now(), nodes: page, nextAfter } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/nodes/{target}',
      right: 'read',
      summary: 'One node: who answers there, and what it looks at',
      params: Target,
      answers: { 200: { describes: 'The node', schema: NodeBody }, 404: { describes: 'There is no such node' } },
      handle: ({ params }) => {
        const sight = nodeKnown(collector, params.target);
        const now = clock.now();
        const checks = (nodes.snapshot(sight)?.checks ?? []).map((state) => checkLine(state, probes, now));
        return { status: 200, body: { at: now, node: nodes.view(sight), identity: sight.identity, checks } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/nodes/{target}/events',
      right: 'read',
      summary: 'What happened to a node, also to one that is polled no more',
      params: Target,
      query: EventsQuery,
      answers: { 200: { describes: 'A page of it', schema: EventsBody }, 404: { describes: 'There is and was no such node' } },
      handle: ({ params: { target }, query: { limit, ...span } }) => {
        const events = store.nodes.events({ target, ...span, limit: limit + 1 });
        if (events.length === 0) demandNode(collector, target);
        return { status: 200, body: { at: clock.now(), events: events.slice(0, limit), hasMore: events.length > limit } };
      },
    }),
  ];
}

async function viewsOf(
  { nodes, clock }: Collector,
  { group, pair, target, trouble, after, limit }: Type.Static<typeof NodesQuery>,
): Promise<readonly NodeView[]> {
  refuseLonePair(group, pair);
  const slices = inSlices(clock.monotonicMs);
  const views: NodeView[] = [];
  const sights = nodes.all().toSorted((a, b) => (a.target.key < b.target.key ? -1 : 1));
  for (const sight of sights) {
    const { key } = sight.target;
    if ((after !== undefined && key <= after) || (target !== undefined && key !== target)) continue;
    const view = nodes.view(sight);
    const isWanted =
      (group === undefined || view.group === group) &&
      (pair === undefined || view.pair === pair) &&
      (trouble === undefined || view.troubles.some(({ kind }) => kind === trouble));
    if (isWanted) views.push(view);
    if (views.length > limit) break;
    await slices.next();
  }
  return views;
}

function demandNode(collector: Collector, target: string): void {
  if (collector.store.nodes.events({ target, limit: 1 }).length === 0) nodeKnown(collector, target);
}

function checkLine(state: CheckState, probes: ReadonlyMap<string, AnyProbe>, now: number): Type.Static<typeof CheckLineSchema> {
  const { check, probe, isRequired, staleAfterMs, current } = state;
  const line = { check, probe, isRequired, staleAfterMs, isStale: current !== null && now - current.lastAt > staleAfterMs };
  if (current === null) return { ...line, current: null };
  const { seq, outcome, firstAt, lastAt, count } = current;
  const reason = outcome.kind === 'unseen' ? { reason: outcome.reason } : {};
  const says = saying(outcome, probes.get(probe));
  return { ...line, current: { seq, kind: outcome.kind, ...reason, says, firstAt, lastAt, count } };
}
