// How a look travels: from the store, over HTTP, into a snapshot file and back into the judge.

import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { NodeIdentitySchema } from './node.ts';
import { OutcomeSchema, ReadingSchema } from './outcome.ts';

/** One question to the port and what came back: bounded, and redacted before it is kept. */
export const TrailEntrySchema = Type.Object({
  /** Milliseconds after the look began. */
  afterMs: Type.Number(),
  tookMs: Type.Number(),
  asked: Type.String(),
  answered: Type.String(),
});

export type TrailEntry = Static<typeof TrailEntrySchema>;

/** Equal looks in a row are one observation: the first one's row, whose `lastAt` and `count` move. */
export const ObservationSchema = Type.Object({
  /** Position in this agent's history; only grows, over restarts too. */
  seq: Type.Integer(),
  check: Type.String(),
  probe: Type.String(),
  factsVersion: Type.Integer(),
  outcome: OutcomeSchema,
  /** Epoch milliseconds of the first and the newest look of this kind; for `missed`, the span without looks. */
  firstAt: Type.Integer(),
  lastAt: Type.Integer(),
  count: Type.Integer(),
  /** Of the newest look. */
  tookMs: Type.Number(),
  readings: Type.Array(ReadingSchema),
  trail: Type.Array(TrailEntrySchema),
});

export type Observation = Static<typeof ObservationSchema>;

/** The state of one configured use of a probe, as the judge needs it. */
export const CheckStateSchema = Type.Object({
  check: Type.String(),
  probe: Type.String(),
  settings: Type.Unknown(),
  staleAfterMs: Type.Integer(),
  isRequired: Type.Boolean(),
  /** How many looks open and resolve its findings in a fleet; the probe's own numbers unless given. */
  confirm: Type.Optional(Type.Object({ bad: Type.Integer({ minimum: 1 }), good: Type.Integer({ minimum: 1 }) })),
  /** The newest observation; null when never looked. */
  current: Type.Union([ObservationSchema, Type.Null()]),
  /** The newest *observed* one, where the current is unseen: the evidence that findings still rest on. */
  lastObserved: Type.Union([ObservationSchema, Type.Null()]),
});

export type CheckState = Static<typeof CheckStateSchema>;

/** What one node knows of itself at one moment. */
export const SnapshotSchema = Type.Object({
  format: Type.Literal('understudy-snapshot/1'),
  node: NodeIdentitySchema,
  takenAt: Type.Integer(),
  /** Highest sequence number contained. */
  seq: Type.Integer(),
  checks: Type.Array(CheckStateSchema),
  /** Probes that were not told what to look at, with what they would need. */
  notTold: Type.Array(Type.Object({ probe: Type.String(), detail: Type.String() })),
});

export type Snapshot = Static<typeof SnapshotSchema>;
