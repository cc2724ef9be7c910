// What an agent tells a collector that comes by: every observation since a sequence number, and where the newest ones stand.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { NodeIdentitySchema } from './node.ts';
import { CheckStateSchema, ObservationSchema, SnapshotSchema } from './observation.ts';
import { ReadingSchema } from './outcome.ts';

export const MovedSchema = Type.Object({ check: Type.String(), seq: Type.Integer(), lastAt: Type.Integer(), count: Type.Integer() });

export type Moved = Static<typeof MovedSchema>;

export const StandingRowSchema = Type.Object({
  ...MovedSchema.properties,
  /** Of the newest look; none while the check cannot be seen. */
  readings: Type.Array(ReadingSchema),
});

export type StandingRow = Static<typeof StandingRowSchema>;

const { current: _current, lastObserved: _lastObserved, ...watched } = CheckStateSchema.properties;

/** A check as it is configured, without what it saw. */
export const WatchedCheckSchema = Type.Object(watched);

export type WatchedCheck = Static<typeof WatchedCheckSchema>;

/** Who the node is and what it is told to look at: sent when the collector's copy is not the newest. */
export const NodeDescriptionSchema = Type.Object({
  identity: NodeIdentitySchema,
  checks: Type.Array(WatchedCheckSchema),
  notTold: SnapshotSchema.properties.notTold,
});

export type NodeDescription = Static<typeof NodeDescriptionSchema>;

export const ChangesSchema = Type.Object({
  instanceId: Type.String({ description: 'Another one than last time: the history was begun anew, and so must the cursor be' }),
  runId: Type.String({ description: 'Another one for each start of the agent; two at once under one nodeId are two machines' }),
  nodeId: Type.String(),
  now: Type.Integer({ description: 'By the clock of the node' }),
  revision: Type.String({ description: 'Of the description: pass it as `known`, and the description comes only when it is another' }),
  description: Type.Union([NodeDescriptionSchema, Type.Null()]),
  observations: Type.Array(ObservationSchema, { description: 'Ascending by seq; ask again after the last one while hasMore' }),
  current: Type.Array(StandingRowSchema, { description: 'Where the newest row of each check stands' }),
  ended: Type.Array(MovedSchema, { description: 'Where rows came to rest that the poller last saw moving' }),
  cursor: Type.Union([Type.Object({ seq: Type.Integer(), firstAt: Type.Integer() }), Type.Null()], {
    description: 'The row at `after`: with another firstAt than it had, the history went back and goes on from there otherwise',
  }),
  oldestSeq: Type.Integer({ description: 'From here on no row is gone by age or size: after < oldestSeq - 1 has a gap behind it' }),
  newestSeq: Type.Integer(),
  hasMore: Type.Boolean(),
});

export type Changes = Static<typeof ChangesSchema>;
