// What an agent tells a collector that comes by: every observation since a sequence number, and where the newest ones stand.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { NodeIdentitySchema } from './node.ts';
import { CheckStateSchema, ObservationSchema, SnapshotSchema } from './observation.ts';
import { type Reading, ReadingSchema } from './outcome.ts';

export const MovedSchema = Type.Object({ check: Type.String(), seq: Type.Integer(), lastAt: Type.Integer(), count: Type.Integer() });

export type Moved = Static<typeof MovedSchema>;

export interface StandingRow extends Moved {
  /** Of the newest look; none while the check cannot be seen. */
  readonly readings: Reading[];
}

/** A row as it travels. What readings are called is told once, since it is three quarters of an idle answer and hardly ever changes. */
export const StandingNumbersSchema = Type.Object({
  ...MovedSchema.properties,
  readings: Type.Array(Type.Number(), { description: 'Of the newest look, as `named` names them; none while the check cannot be seen' }),
});

export type StandingNumbers = Static<typeof StandingNumbersSchema>;

const { value: _value, ...called } = ReadingSchema.properties;

export const NamedReadingsSchema = Type.Object({
  check: Type.String(),
  readings: Type.Array(Type.Object(called, { additionalProperties: false })),
});

export type NamedReadings = Static<typeof NamedReadingsSchema>;

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
  current: Type.Array(StandingNumbersSchema, { description: 'Where the newest row of each check stands' }),
  named: Type.Object(
    {
      print: Type.String({ description: 'Of the names: pass it as `named`, and they come only when they are others' }),
      checks: Type.Union([Type.Array(NamedReadingsSchema), Type.Null()]),
    },
    { description: 'What the readings in `current` are, check by check; one without readings is left out' },
  ),
  ended: Type.Array(MovedSchema, { description: 'Where rows came to rest that the poller last saw moving' }),
  cursor: Type.Union([Type.Object({ seq: Type.Integer(), firstAt: Type.Integer() }), Type.Null()], {
    description: 'The row at `after`: with another firstAt than it had, the history went back and goes on from there otherwise',
  }),
  oldestSeq: Type.Integer({ description: 'From here on no row is gone by age or size: after < oldestSeq - 1 has a gap behind it' }),
  newestSeq: Type.Integer(),
  hasMore: Type.Boolean(),
});

export type Changes = Static<typeof ChangesSchema>;
