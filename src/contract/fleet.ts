// What a collector knows: nodes it polls, pairs it judges, groups that fail over together.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { BlindSpotSchema, VerdictSchema } from './finding.ts';
import { AppliedLawfulSchema } from './lawful.ts';
import { type Role, roles } from './node.ts';
import { StandingFindingSchema } from './standing.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * `silent`: not heard from for too long. `cloned`: another address answers with the same identity. `two-agents`: two agents answer at
 * this address in turn. `reinstalled`: its history was begun anew. `rolled-back`: its history went back to an earlier state.
 * `history-cut`: retention took rows before they could be read. `clock`: its clock is off. `role`: it says another role than the fleet.
 * `stranger`: another machine than before answers here. `alias`: it is the agent that answers at another address already.
 */
export const nodeTroubleKinds = [
  'silent',
  'cloned',
  'two-agents',
  'reinstalled',
  'rolled-back',
  'history-cut',
  'clock',
  'role',
  'stranger',
  'alias',
] as const;

export type NodeTroubleKind = (typeof nodeTroubleKinds)[number];

export const NodeTroubleSchema = Type.Object({
  kind: Type.Unsafe<NodeTroubleKind>({ type: 'string', enum: [...nodeTroubleKinds] }),
  /** One sentence with stable parts only. */
  detail: Type.String(),
  since: Type.Integer(),
});

export type NodeTrouble = Static<typeof NodeTroubleSchema>;

const RoleSchema = nullable(Type.Unsafe<Role>({ type: 'string', enum: [...roles] }));

/** A node as the collector sees it. Times are by the collector's clock. */
export const NodeViewSchema = Type.Object({
  /** How the collector tells its targets apart: the address. */
  target: Type.String(),
  name: nullable(Type.String({ description: 'Null until it has been heard' })),
  nodeId: nullable(Type.String()),
  role: RoleSchema,
  group: nullable(Type.String()),
  pair: nullable(Type.String()),
  site: nullable(Type.String()),
  version: nullable(Type.String()),
  /** The last answer that was understood. */
  heardAt: nullable(Type.Integer()),
  /** Node's clock minus ours; null until measured. */
  clockOffsetMs: nullable(Type.Integer()),
  /** Half the round trip in which the offset was measured: how wrong it can be. */
  clockErrorMs: nullable(Type.Integer()),
  poll: Type.Object({
    at: nullable(Type.Integer()),
    failures: Type.Integer({ description: 'In a row' }),
    error: nullable(Type.String({ description: 'Of the last poll; null when it was answered' })),
    nextAt: nullable(Type.Integer()),
  }),
  instanceId: nullable(Type.String()),
  /** Last sequence number that is stored here, and the newest that the node has. */
  cursor: Type.Integer(),
  newestSeq: Type.Integer(),
  troubles: Type.Array(NodeTroubleSchema),
});

export type NodeView = Static<typeof NodeViewSchema>;

/** A standby beside its primary, judged. */
export const PairReviewSchema = Type.Object({
  group: Type.String(),
  pair: Type.String(),
  verdict: VerdictSchema,
  /** When this was answered, by the collector's clock: what ages are counted from. */
  at: Type.Integer(),
  /** Since when the verdict is this one. */
  since: Type.Integer(),
  judgedAt: Type.Integer(),
  /** The oldest of the newest looks of the standby's required checks; null when one of them was never taken. */
  asOf: nullable(Type.Integer()),
  /** The same of the primary's. */
  primaryAsOf: nullable(Type.Integer()),
  standby: nullable(NodeViewSchema),
  primary: nullable(NodeViewSchema),
  /** Those that are not resolved, worst first. */
  findings: Type.Array(StandingFindingSchema),
  blindSpots: Type.Array(BlindSpotSchema),
  lawful: Type.Array(AppliedLawfulSchema),
  /** The primary's snapshot on the standby, with which it can judge itself when nobody else is there. */
  twin: Type.Object({
    leftAt: nullable(Type.Integer({ description: 'Null where it never was left by this collector' })),
    error: nullable(Type.String({ description: 'Why the last attempt failed' })),
  }),
});

export type PairReview = Static<typeof PairReviewSchema>;

/** Open findings that count: neither folded, waived nor pending. One that says that something is not known stands under `blindSpots`. */
export const CountsSchema = Type.Object({
  blocker: Type.Integer(),
  warning: Type.Integer(),
  note: Type.Integer(),
  waived: Type.Integer(),
  pending: Type.Integer(),
  blindSpots: Type.Integer({ description: 'Blind spots, and findings with `isBlind` that are no blockers' }),
});

export type Counts = Static<typeof CountsSchema>;

/** What fails over together: as bad as its worst pair; without a pair, unknown. */
export const GroupReviewSchema = Type.Object({
  group: Type.String(),
  verdict: VerdictSchema,
  at: Type.Integer(),
  since: Type.Integer(),
  judgedAt: Type.Integer(),
  asOf: nullable(Type.Integer()),
  counts: CountsSchema,
  pairs: Type.Array(PairReviewSchema),
});

export type GroupReview = Static<typeof GroupReviewSchema>;
