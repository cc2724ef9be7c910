// How one gap of one pair stands, in one word: what the dashboard's matrix is made of.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { GapSchema } from './gap.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * Worst first. `waived`: something is wrong, and all of it was accepted. `not-watched`: no check of either side belongs to the gap, so that
 * nothing is said of it; it is never shown as good.
 */
export const cellStates = ['suspended', 'not-ready', 'unknown', 'degraded', 'waived', 'ready', 'not-watched'] as const;

export type CellState = (typeof cellStates)[number];

export const CellStateSchema = Type.Unsafe<CellState>({ type: 'string', enum: [...cellStates] });

export const CellSchema = Type.Object({
  gap: GapSchema,
  state: CellStateSchema,
  /** Findings that count and blind spots, as far as they make the state; of `ready`, the notes. */
  count: Type.Integer(),
  /** What stands first among them, in one line; null where there is nothing to say. */
  worst: nullable(Type.String()),
});

export type Cell = Static<typeof CellSchema>;
