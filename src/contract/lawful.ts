// What may differ between a standby and its primary without being drift, beyond what their sites' own words explain.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

/**
 * A field of a check's facts in which two sides may differ. `field` is a path of segments, each after a slash: a member's name, `*` for
 * every member, or `[name=value]` for the members of a list of which that holds; `~1` stands for a slash and `~0` for a tilde.
 */
export const LawfulDifferenceSchema = Type.Object({
  check: Type.String(),
  field: Type.String(),
  /** Names of pairs; empty for every pair of the group. */
  pairs: Type.Array(Type.String()),
  reason: Type.String(),
  /** Epoch milliseconds from which on it is drift again; null for no end. */
  until: Type.Union([Type.Integer(), Type.Null()]),
});

export type LawfulDifference = Static<typeof LawfulDifferenceSchema>;

/** A lawful difference as it shows in one pair. */
export const AppliedLawfulSchema = Type.Object({
  check: Type.String(),
  field: Type.String(),
  reason: Type.String(),
  until: Type.Union([Type.Integer(), Type.Null()]),
  /** `differs`: the rules do not see it. `same`: both sides agree now. `ended`: its end date is past, so the rules see it. */
  state: Type.Unsafe<'differs' | 'same' | 'ended'>({ type: 'string', enum: ['differs', 'same', 'ended'] }),
});

export type AppliedLawful = Static<typeof AppliedLawfulSchema>;
