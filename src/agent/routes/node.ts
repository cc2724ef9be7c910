// Who this is and how it fares.
import * as Type from 'typebox/type';
import { NodeIdentitySchema } from '../../contract/node.ts';
import { HealthSchema } from '../../daemon/health.ts';
import type { Served } from '../../daemon/served.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { health } from '../health.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const NodeSchema = Type.Object({
  node: NodeIdentitySchema,
  now: Type.Integer(),
  startedAt: Type.Integer(),
  configFile: nullable(Type.String({ description: 'Null when the agent runs on what it discovers' })),
  urls: Type.Array(Type.String()),
  health: HealthSchema,
  twin: nullable(Type.Object({ id: Type.String(), name: Type.String(), takenAt: Type.Integer(), receivedAt: Type.Integer() })),
  store: Type.Object({
    state: Type.Unsafe<'ok' | 'degraded'>({ type: 'string', enum: ['ok', 'degraded'] }),
    file: Type.String(),
    sizeBytes: Type.Integer(),
    instanceId: nullable(Type.String({ description: 'Another one means that the history was begun anew' })),
    newestSeq: Type.Integer(),
    waitingLooks: Type.Integer({ description: 'Kept in memory, since the disk cannot be written' }),
    droppedLooks: Type.Integer(),
  }),
  usage: Type.Object({
    rssBytes: Type.Integer(),
    heapUsedBytes: Type.Integer(),
    cpuSeconds: Type.Number(),
    loopBusy: Type.Number(),
    uptimeMs: Type.Integer(),
  }),
});

export function nodeRoute(agent: Agent, served: Served): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/node',
    right: 'read',
    summary: 'Who this node is, and how its agent fares',
    answers: { 200: { describes: 'The node', schema: NodeSchema } },
    handle: () => ({ status: 200, body: nodeBody(agent, served) }),
  });
}

function nodeBody(agent: Agent, served: Served): Type.Static<typeof NodeSchema> {
  const { state, file, sizeBytes, instanceId, waitingLooks, droppedLooks } = agent.ledger.health();
  const twin = agent.ledger.ask((store) => store.twins.get());
  return {
    node: agent.node(),
    now: agent.clock.now(),
    startedAt: agent.startedAt,
    configFile: agent.config().file,
    urls: [...served.urls()],
    health: health(agent, served),
    twin:
      twin === null
        ? null
        : { id: twin.snapshot.node.id, name: twin.snapshot.node.name, takenAt: twin.snapshot.takenAt, receivedAt: twin.receivedAt },
    store: {
      state,
      file,
      sizeBytes,
      instanceId,
      newestSeq: agent.ledger.ask((store) => store.observations.newestSeq()) ?? 0,
      waitingLooks,
      droppedLooks,
    },
    usage: agent.usage(),
  };
}
