// Facts of two sides, or of two times, field by field: what differs, what may, and how much is the same.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** `differs`: drift, unless no rule minds. `lawful`: it was declared that it may. `words`: each side says its own site's words. `same`. */
export const fieldStates = ['differs', 'lawful', 'words', 'same'] as const;

export type FieldState = (typeof fieldStates)[number];

/** Of a field that one side does not have `isHere` is false, and `text` is empty, or says why of all of it. */
const ValueSchema = Type.Object({
  isHere: Type.Boolean(),
  text: Type.String({ description: 'JSON, or the text itself; cut at 2,000 characters' }),
});

export const FieldSchema = Type.Object({
  /** A path as in a lawful difference; empty for all of it, where one side has the thing and the other has not. */
  field: Type.String(),
  state: Type.Unsafe<FieldState>({ type: 'string', enum: [...fieldStates] }),
  standby: ValueSchema,
  primary: ValueSchema,
  /** Why it may differ; null unless `lawful`. */
  reason: nullable(Type.String()),
});

export type Field = Static<typeof FieldSchema>;

/** The look that one side's facts are from; null where the check never saw anything there. */
export const SeenSchema = nullable(
  Type.Object({
    seq: Type.Integer(),
    seenAt: Type.Integer({ description: 'By the collector’s clock' }),
    kind: Type.Unsafe<'observed' | 'absent'>({ type: 'string', enum: ['observed', 'absent'] }),
    detail: Type.String({ description: 'Of `absent`' }),
    /** Why the newest look saw nothing, where these facts are from an older one. */
    unseen: nullable(Type.String()),
  }),
);

export type Seen = Static<typeof SeenSchema>;

export const ComparisonSchema = Type.Object({
  at: Type.Integer(),
  check: Type.String(),
  probe: Type.String(),
  standby: SeenSchema,
  primary: SeenSchema,
  /** Why there is nothing to compare, or it cannot be compared, in a sentence; null where it was. */
  uncompared: nullable(Type.String()),
  /** Those that differ first, then lawful ones, then the rest; `same` ones only where they were asked for. */
  fields: Type.Array(FieldSchema),
  same: Type.Integer({ description: 'Fields that are the same' }),
  hasMore: Type.Boolean({ description: 'There are more than are listed' }),
});

export type Comparison = Static<typeof ComparisonSchema>;

/** One side's facts turned from one look to the next. */
export const TurnedSchema = Type.Object({
  side: Type.Unsafe<'standby' | 'primary'>({ type: 'string', enum: ['standby', 'primary'] }),
  /** When the first look saw the new facts, by the collector's clock. */
  at: Type.Integer(),
  /** The last look that saw what was before; null where there is none. */
  beforeAt: nullable(Type.Integer()),
  fromSeq: nullable(Type.Integer()),
  toSeq: Type.Integer(),
  fields: Type.Array(Type.Object({ field: Type.String(), before: ValueSchema, after: ValueSchema })),
  hasMore: Type.Boolean(),
});

export type Turned = Static<typeof TurnedSchema>;

/** What changed on either side that opened a finding, nearest to its beginning first; empty where no change is kept. */
export const CauseSchema = Type.Object({
  at: Type.Integer(),
  finding: Type.String(),
  since: Type.Integer(),
  changes: Type.Array(TurnedSchema),
});

export type Cause = Static<typeof CauseSchema>;
