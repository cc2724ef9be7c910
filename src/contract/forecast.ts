// When a verdict will turn by itself although nothing changes: a certificate ends, a waiver, a vendor's support.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { VerdictSchema } from './finding.ts';

/** `rule`: a rule that time alone makes speak. `waiver`: an acceptance ends. `lawful`: a declared difference ends and is drift again. */
export const turnKinds = ['rule', 'waiver', 'lawful'] as const;

export type TurnKind = (typeof turnKinds)[number];

export const TurnSchema = Type.Object({
  /** Epoch milliseconds: never later than the turn, and at most an hour before it. */
  at: Type.Integer(),
  pair: Type.String(),
  /** What the verdict is from then on, if nothing else changes. */
  to: VerdictSchema,
  kind: Type.Unsafe<TurnKind>({ type: 'string', enum: [...turnKinds] }),
  check: Type.Union([Type.String(), Type.Null()]),
  /** One line for a person: what ends, of what. */
  because: Type.String(),
});

export type Turn = Static<typeof TurnSchema>;

/** `stands`: nothing that is known turns it until `until`. `not-known`: not worked out yet, or nothing is known to work it out from. */
export const ForecastSchema = Type.Union([
  Type.Object({ kind: Type.Literal('turns'), turn: TurnSchema }),
  Type.Object({ kind: Type.Literal('stands'), until: Type.Integer() }),
  Type.Object({ kind: Type.Literal('not-known') }),
]);

export type Forecast = Static<typeof ForecastSchema>;
