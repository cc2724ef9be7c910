// A finding that somebody accepted, with a reason and an end, bound to what was found.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** `evidence-changed`: what was accepted is not what is found now. */
export const waiverEnds = ['expired', 'withdrawn', 'evidence-changed'] as const;

export type WaiverEnd = (typeof waiverEnds)[number];

export const WaiverSchema = Type.Object({
  id: Type.String(),
  group: Type.String(),
  pair: Type.String(),
  /** Of the finding: derived from check, code and subject. */
  finding: Type.String(),
  code: Type.String(),
  check: Type.String(),
  subject: Type.String(),
  /** The evidence that was accepted: with other values it is void. */
  expected: Type.String(),
  actual: Type.String(),
  /** Who accepts it, in their own words. */
  author: Type.String(),
  /** By which credential it was said. */
  by: Type.String(),
  reason: Type.String(),
  createdAt: Type.Integer(),
  until: Type.Integer(),
  endedAt: nullable(Type.Integer()),
  endedBecause: nullable(Type.Unsafe<WaiverEnd>({ type: 'string', enum: [...waiverEnds] })),
});

export type Waiver = Static<typeof WaiverSchema>;
