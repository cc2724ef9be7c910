// What one look can come to. The three kinds are kept apart from here to the last pixel:
// a missing tool, a timeout, a denied read or an unparsable answer is never "no" and never zero.

import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

/** Why a look saw nothing. `overlapped` and `missed` are written by the schedule, the others by probe or port. */
export const unseenReasons = [
  'timeout',
  'too-much-output',
  'denied',
  'tool-missing',
  'unreadable',
  'unparsable',
  'crashed',
  'overlapped',
  'missed',
] as const;

export type UnseenReason = (typeof unseenReasons)[number];

/** A number that moves with every look: plotted, never compared. The unit is the end of the name (`connectMs`, `daysLeft`). */
export const ReadingSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][A-Za-z0-9]*$', maxLength: 64 }),
    /** What the number is about (a file, an endpoint, an agent); empty for the machine itself. */
    subject: Type.String({ maxLength: 256 }),
    value: Type.Number(),
  },
  { additionalProperties: false },
);

export type Reading = Static<typeof ReadingSchema>;

/**
 * `detail` is a fixed sentence with stable parts only: an outcome that differs from the last one is a new row in the
 * store, so a duration or a counter in it would write a row at every look.
 */
export type Outcome<F = unknown> =
  | { readonly kind: 'observed'; readonly facts: F; readonly readings?: readonly Reading[] }
  | { readonly kind: 'absent'; readonly detail: string }
  | { readonly kind: 'unseen'; readonly reason: UnseenReason; readonly detail: string };

/** The stored and served form. The readings of a look travel beside the outcome, since they are not part of its identity. */
export const OutcomeSchema = Type.Union([
  Type.Object({ kind: Type.Literal('observed'), facts: Type.Unknown() }),
  Type.Object({ kind: Type.Literal('absent'), detail: Type.String() }),
  Type.Object({
    kind: Type.Literal('unseen'),
    reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
    detail: Type.String(),
  }),
]);

export const observed = <F>(facts: F, readings?: readonly Reading[]): Outcome<F> =>
  readings === undefined ? { kind: 'observed', facts } : { kind: 'observed', facts, readings };

export const absent = (detail: string): Outcome<never> => ({ kind: 'absent', detail });

export const unseen = (reason: UnseenReason, detail: string): Outcome<never> => ({ kind: 'unseen', reason, detail });
