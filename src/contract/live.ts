// What the collector pushes to a page that watches: that something changed, never what. The page then asks again.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';

/** How often a watching page hears something, changed or not; more than two of them missed is a lost connection. */
export const beatMs = 15_000;

/** `hello`: the stream begins. `changed`: a verdict, a finding, a waiver or what is watched in these groups is another. `beat`: all is as it was. */
export const LiveEventSchema = Type.Union([
  Type.Object({ kind: Type.Literal('hello'), at: Type.Integer() }),
  Type.Object({ kind: Type.Literal('changed'), at: Type.Integer(), groups: Type.Array(Type.String()) }),
  Type.Object({ kind: Type.Literal('beat'), at: Type.Integer() }),
]);

export type LiveEvent = Static<typeof LiveEventSchema>;

/** Who asks, and what they may do. */
export const CallerSchema = Type.Object({
  at: Type.Integer(),
  name: Type.String(),
  rights: Type.Array(Type.String()),
  collector: Type.String(),
  version: Type.String(),
});

export type CallerTold = Static<typeof CallerSchema>;
