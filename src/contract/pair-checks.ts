// The checks of a pair, each with its newest look on both sides: what a page lists beside each other.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { GapSchema } from './gap.ts';

const nullable = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

/** The newest look of one side, by the collector's clock. */
export const PairCheckLineSchema = Type.Object({
  /** Of the row in the history, which may stand for many looks; all null where it has not been looked at yet. */
  seq: nullable(Type.Integer()),
  kind: Type.Unsafe<'observed' | 'absent' | 'unseen' | 'never'>({ type: 'string', enum: ['observed', 'absent', 'unseen', 'never'] }),
  reason: Type.Optional(Type.String({ description: 'Of `unseen`' })),
  says: Type.String({ description: 'One line for a person' }),
  firstAt: nullable(Type.Integer()),
  lastAt: nullable(Type.Integer()),
  count: Type.Integer(),
  isStale: Type.Boolean({ description: 'Older than this side’s check allows; one that was never looked at is not stale, but `never`' }),
  staleAfterMs: Type.Integer(),
});

export type PairCheckLine = Static<typeof PairCheckLineSchema>;

export const PairCheckSchema = Type.Object({
  check: Type.String(),
  probe: Type.String(),
  title: Type.String({ description: 'Of the probe; its id where it is not known here' }),
  gap: nullable(GapSchema, 'Null where the probe is not known here'),
  isRequired: Type.Boolean({ description: 'By the standby; by the primary where the standby does not watch it' }),
  standby: nullable(PairCheckLineSchema),
  primary: nullable(PairCheckLineSchema),
});

export type PairCheck = Static<typeof PairCheckSchema>;

export const PairChecksSchema = Type.Object({
  at: Type.Integer({ description: 'When this was answered, by the collector’s clock' }),
  checks: Type.Array(PairCheckSchema, { description: 'By name; a side that does not watch one, or that nobody is, is null' }),
});

export type PairChecks = Static<typeof PairChecksSchema>;
