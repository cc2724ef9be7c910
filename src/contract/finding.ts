// What a rule said about a subject, and what all findings together come to.

import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { GapSchema } from './gap.ts';
import { type Severity, severities } from './rule.ts';

export const FindingSchema = Type.Object({
  /** Stable over time: derived from check, code and subject. */
  id: Type.String(),
  code: Type.String(),
  /** Whether one side by itself was judged, or the standby beside its primary. */
  kind: Type.Unsafe<'alone' | 'paired'>({ type: 'string', enum: ['alone', 'paired'] }),
  gap: GapSchema,
  severity: Type.Unsafe<Severity>({ type: 'string', enum: [...severities] }),
  check: Type.String(),
  title: Type.String(),
  subject: Type.String(),
  expected: Type.String(),
  actual: Type.String(),
  remedy: Type.String({ description: 'Lines that begin with "$ " are commands to type' }),
  /** Epoch milliseconds at which this finding was first made with this actual value's subject and code. */
  since: Type.Integer(),
  evidence: Type.Object({
    /** The standby's (or the machine's own) observation that it rests on. */
    seq: Type.Integer(),
    seenAt: Type.Integer(),
    /** The primary's, for a paired rule. */
    primary: Type.Optional(Type.Object({ seq: Type.Integer(), seenAt: Type.Integer() })),
  }),
  /** The check cannot be seen at present: the finding stands on its last good look, neither confirmed nor cleared. */
  isUnconfirmed: Type.Boolean(),
  /** It says that something required could not be seen: the verdict is at least `unknown`. */
  isBlind: Type.Optional(Type.Literal(true)),
  /** The standby is deliberately in use: the verdict is `suspended` while it counts. */
  isSuspending: Type.Optional(Type.Literal(true)),
  /** Only another run of a failover plan can settle it: a gate, which is asked by that run, does not count it. */
  isSettledByRun: Type.Optional(Type.Literal(true)),
  /** Code of the finding that explains this one; it then does not count towards the verdict by itself. */
  foldedUnder: Type.Optional(Type.String()),
});

export type Finding = Static<typeof FindingSchema>;

/** As what one finding is counted: what says that something is not known is no warning about it. A blocker stays one, known or not. */
export const countedAs = ({ severity, isBlind }: Pick<Finding, 'severity' | 'isBlind'>): Severity | 'blind' =>
  isBlind === true && severity !== 'blocker' ? 'blind' : severity;

/** How many of these, which all count, stand as what. */
export const countOf = (counted: readonly Finding[], as: Severity | 'blind'): number =>
  counted.filter((finding) => countedAs(finding) === as).length;

/** In order of precedence. `suspended`: a drill or a failover has the standby in use, and whatever else is said of it does not hold. */
export const verdicts = ['suspended', 'not-ready', 'unknown', 'degraded', 'ready'] as const;

export type Verdict = (typeof verdicts)[number];

export const VerdictSchema = Type.Unsafe<Verdict>({ type: 'string', enum: [...verdicts] });

/**
 * What keeps something from being known. Four are a fleet's: `silent`, `distrusted` (a node that may be two, or another than it was),
 * `no-standby`, `not-watched` (the fleet expects a check that the node has not). `pending` is a gate's: a blocker was seen, and not yet by as
 * many looks as it takes.
 */
export const blindKinds = [
  'unseen',
  'stale',
  'never-checked',
  'primary-unseen',
  'primary-stale',
  'versions-differ',
  'no-checks',
  'no-primary',
  'crashed',
  'silent',
  'distrusted',
  'no-standby',
  'not-watched',
  'pending',
] as const;

export type BlindKind = (typeof blindKinds)[number];

/** Something required that cannot be judged, and so keeps the verdict from being better than `unknown`. */
export const BlindSpotSchema = Type.Object({
  /** Null where it is not about one check (`no-checks`, `no-primary`). */
  check: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Unsafe<BlindKind>({
    type: 'string',
    enum: [...blindKinds],
  }),
  detail: Type.String(),
  /** Epoch milliseconds of the last good look; null if there was none. */
  seenAt: Type.Union([Type.Integer(), Type.Null()]),
});

export type BlindSpot = Static<typeof BlindSpotSchema>;

export const JudgementSchema = Type.Object({
  verdict: VerdictSchema,
  /** Worst first, then by age. */
  findings: Type.Array(FindingSchema),
  blindSpots: Type.Array(BlindSpotSchema),
});

export type Judgement = Static<typeof JudgementSchema>;
