// What an auditor is given of a group and a period: what stood, what was found and mended, who accepted what, and what was watched at all.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { VerdictSchema } from './finding.ts';
import { GapSchema } from './gap.ts';
import { type Severity, severities } from './rule.ts';
import { WaiverSchema } from './waiver.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** `nobody-watched`: no judgement tells of this time. `not-kept`: older than what is kept, so that nobody can say any more. */
export const holes = ['nobody-watched', 'not-kept'] as const;

export type Hole = (typeof holes)[number];

export const ReportSpanSchema = Type.Object({
  verdict: VerdictSchema,
  from: Type.Integer(),
  until: Type.Integer(),
  /** Null where the verdict was judged; in a hole the verdict is `unknown`. */
  hole: nullable(Type.Unsafe<Hole>({ type: 'string', enum: [...holes] })),
});

export type ReportSpan = Static<typeof ReportSpanSchema>;

/** A finding with what became of it in the period; one that came back has a line for each of its lives. */
export const ReportFindingSchema = Type.Object({
  pair: Type.String(),
  code: Type.String(),
  gap: GapSchema,
  severity: Type.Unsafe<Severity>({ type: 'string', enum: [...severities] }),
  check: Type.String(),
  title: Type.String(),
  subject: Type.String(),
  expected: Type.String(),
  actual: Type.String(),
  openedAt: Type.Integer(),
  /** Null while it is open at the end of the period. */
  resolvedAt: nullable(Type.Integer()),
  /** It was open before the period began. */
  isEarlier: Type.Boolean(),
  /** Nobody looks at it any more: it ended without having been seen to be mended. */
  isUnwatched: Type.Boolean(),
  /** How long it was open within the period. */
  openMs: Type.Integer(),
  waivers: Type.Array(Type.String(), { description: 'Ids of the waivers that held it' }),
});

export type ReportFinding = Static<typeof ReportFindingSchema>;

/** How much of the period a gap of a pair was watched. The three add up to the period. */
export const CoverageSchema = Type.Object({
  pair: Type.String(),
  gap: GapSchema,
  /** The standby was watched for it: its checks of the gap looked and saw, and so did those of the primary where it has any. */
  watchedMs: Type.Integer(),
  /** A check of the gap is there, and what it should have seen is not known; or the primary alone has one. */
  unknownMs: Type.Integer(),
  /** No check of the gap was there. */
  notConfiguredMs: Type.Integer(),
  checks: Type.Array(Type.String()),
});

export type Coverage = Static<typeof CoverageSchema>;

export const ReportSchema = Type.Object({
  format: Type.Literal('understudy-report/1'),
  at: Type.Integer({ description: 'When this was answered, by the collector’s clock' }),
  collector: Type.String(),
  version: Type.String(),
  group: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  /** Of the group as a whole. */
  spans: Type.Array(ReportSpanSchema),
  shares: Type.Array(Type.Object({ verdict: VerdictSchema, ms: Type.Integer(), share: Type.Number() })),
  /** How much of `unknown` nobody watched. */
  unwatchedMs: Type.Integer(),
  pairs: Type.Array(
    Type.Object({ pair: Type.String(), spans: Type.Array(ReportSpanSchema), readyMs: Type.Integer(), unwatchedMs: Type.Integer() }),
  ),
  findings: Type.Array(ReportFindingSchema, { description: 'By when they were opened' }),
  waivers: Type.Array(WaiverSchema, { description: 'That held at any time of the period' }),
  coverage: Type.Array(CoverageSchema),
  receipts: Type.Array(
    Type.Object({
      id: Type.String(),
      issuedAt: Type.Integer(),
      by: Type.String(),
      verdict: VerdictSchema,
      isPassed: nullable(Type.Boolean()),
      override: nullable(Type.Object({ by: Type.String(), reason: Type.String() })),
    }),
    { description: 'What was asked at the gate' },
  ),
  /** What could not be told, one sentence each; empty where all of it is. */
  limits: Type.Array(Type.String()),
});

export type Report = Static<typeof ReportSchema>;

/** What a CSV holds: one table at a time, since a table with two headers is none. */
export const reportTables = ['verdicts', 'findings', 'waivers', 'coverage', 'receipts'] as const;

export type ReportTable = (typeof reportTables)[number];
