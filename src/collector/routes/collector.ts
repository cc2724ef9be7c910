// Who this collector is and how it fares.
import { createPublicKey } from 'node:crypto';
import * as Type from 'typebox/type';
import { HealthSchema } from '../../daemon/health.ts';
import type { Served } from '../../daemon/served.ts';
import { keyIdOf } from '../../formats/receipt.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { health } from '../health.ts';
import { AtSchema, nullable } from './schemas.ts';

const PollSchema = Type.Object({
  nodes: Type.Integer({ description: 'That are polled' }),
  failing: Type.Integer({ description: 'Whose last poll failed' }),
  underWay: Type.Integer(),
  due: Type.Integer({ description: 'That wait for their turn' }),
  catchingUp: Type.Integer({ description: 'That wait to go on telling what the collector missed' }),
  polls: Type.Integer({ description: 'This and what follows: since the start' }),
  failures: Type.Integer(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  tookMs: Type.Number({ description: 'From asking to having the answer, over all answers' }),
  lateMs: Type.Number({ description: 'How late polls are begun at this moment' }),
  lagMs: Type.Object(
    { p50: nullable(Type.Number()), p99: nullable(Type.Number()) },
    { description: 'From when a node was due until it was heard, over the last few thousand polls' },
  ),
  trouble: nullable(Type.String({ description: 'Why what nodes tell cannot be stored' })),
});

const DeliverySchema = Type.Object({
  channel: Type.String(),
  kind: Type.Unsafe<'webhook' | 'alertmanager'>({ type: 'string', enum: ['webhook', 'alertmanager'] }),
  to: Type.String(),
  waiting: Type.Integer(),
  delivered: Type.Integer({ description: 'Since the history was begun' }),
  givenUp: Type.Integer({ description: 'Since the history was begun' }),
  failed: Type.Integer({ description: 'Tries, since the start' }),
  oldestWaitingMs: nullable(Type.Number()),
});

const CollectorBody = Type.Object({
  at: AtSchema,
  name: Type.String(),
  version: Type.String(),
  startedAt: Type.Integer(),
  configFile: nullable(Type.String({ description: 'Null when it watches only the agent of its machine' })),
  urls: Type.Array(Type.String()),
  health: HealthSchema,
  keyId: Type.String({ description: 'Of the key that receipts are signed with; /v1/gate-key has it' }),
  store: Type.Object({
    file: Type.String(),
    sizeBytes: Type.Integer(),
    instanceId: Type.String({ description: 'Another one means that the history was begun anew' }),
  }),
  poll: PollSchema,
  deliveries: Type.Array(DeliverySchema),
  rosterProblems: Type.Array(Type.String()),
  usage: Type.Object({
    rssBytes: Type.Integer(),
    heapUsedBytes: Type.Integer(),
    cpuSeconds: Type.Number(),
    loopBusy: Type.Number(),
    uptimeMs: Type.Integer(),
  }),
});

export function collectorRoute(collector: Collector, served: Served): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/collector',
    right: 'read',
    summary: 'Who this collector is, and how it fares',
    answers: { 200: { describes: 'The collector', schema: CollectorBody } },
    handle: () => ({ status: 200, body: collectorBody(collector, served) }),
  });
}

function collectorBody(collector: Collector, served: Served): Type.Static<typeof CollectorBody> {
  const { name, version, startedAt, store, clock, key, inventory, tell, poller } = collector;
  const { file, instanceId } = store;
  return {
    at: clock.now(),
    name,
    version,
    startedAt,
    configFile: collector.config().file,
    urls: [...served.urls()],
    health: health(collector, served),
    keyId: keyIdOf(createPublicKey(key)),
    store: { file, instanceId, sizeBytes: store.sizeBytes() },
    poll: poller.stats(),
    deliveries: tell.stats().map((stats) => ({ ...stats })),
    rosterProblems: [...inventory.roster().problems],
    usage: collector.usage(),
  };
}
