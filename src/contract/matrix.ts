// The fleet at one moment, now or then: each pair under its group, gap by gap.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { CellSchema } from './cell.ts';
import { VerdictSchema } from './finding.ts';
import { CountsSchema } from './fleet.ts';
import { SideLineSchema } from './fleet-lines.ts';
import { ForecastSchema } from './forecast.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Time of a stretch, in milliseconds. `ofMs` is the whole of it; what nobody watched is in `unwatchedMs` and in no verdict. */
export const StretchShareSchema = Type.Object({
  days: Type.Integer(),
  ofMs: Type.Integer(),
  readyMs: Type.Integer(),
  unwatchedMs: Type.Integer(),
});

export type StretchShare = Static<typeof StretchShareSchema>;

export const PairRowSchema = Type.Object({
  pair: Type.String(),
  /** Null: nobody watched at that moment, or it is too long ago to be known. */
  verdict: nullable(VerdictSchema),
  since: nullable(Type.Integer()),
  /** The oldest of the newest looks that the verdict rests on; null at a past moment, and where one was never taken. */
  asOf: nullable(Type.Integer()),
  /** The first thing that could not be seen and that no cell can show, in one line; null where there is none. */
  blind: nullable(Type.String()),
  /** Null at a past moment. */
  standby: nullable(SideLineSchema),
  primary: nullable(SideLineSchema),
  counts: CountsSchema,
  cells: Type.Array(CellSchema, { description: 'One for each gap, in the order of the gaps' }),
});

export type PairRow = Static<typeof PairRowSchema>;

export const GroupRowsSchema = Type.Object({
  group: Type.String(),
  verdict: nullable(VerdictSchema),
  since: nullable(Type.Integer()),
  asOf: nullable(Type.Integer()),
  counts: CountsSchema,
  /** Of the last 30 and 90 days before the moment. */
  shares: Type.Array(StretchShareSchema),
  /** Of the present only; `not-known` at a past moment. */
  forecast: ForecastSchema,
  pairs: Type.Array(PairRowSchema, { description: 'Worst first' }),
});

export type GroupRows = Static<typeof GroupRowsSchema>;

export const MatrixSchema = Type.Object({
  /** When this was answered, by the collector's clock. */
  at: Type.Integer(),
  /** The past moment that is shown; null for the present. */
  moment: nullable(Type.Integer()),
  /** From here on something of the past is kept. */
  keptFrom: Type.Integer(),
  verdict: nullable(VerdictSchema),
  groups: Type.Array(GroupRowsSchema, { description: 'Worst first' }),
  unassigned: Type.Integer({ description: 'Nodes that are heard and stand in no pair: not judged' }),
  problems: Type.Array(Type.String(), { description: 'Of the inventory: what may be missing here' }),
});

export type Matrix = Static<typeof MatrixSchema>;
