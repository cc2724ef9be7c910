// The fleet in light lines, as an overview shows it: verdicts and counts without what they rest on.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { VerdictSchema } from './finding.ts';
import { CountsSchema, GroupReviewSchema, NodeViewSchema, PairReviewSchema } from './fleet.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const node = NodeViewSchema.properties;

export const SideLineSchema = Type.Object({
  target: node.target,
  name: node.name,
  site: node.site,
  heardAt: node.heardAt,
  failures: Type.Integer({ description: 'Polls in a row that failed: it may be silent long before it is called so' }),
  troubles: node.troubles,
});

export type SideLine = Static<typeof SideLineSchema>;

const { findings: _findings, blindSpots: _blindSpots, lawful: _lawful, group: _group, ...ofPair } = PairReviewSchema.properties;

export const PairLineSchema = Type.Object({
  ...ofPair,
  standby: nullable(SideLineSchema),
  primary: nullable(SideLineSchema),
  counts: CountsSchema,
});

export type PairLine = Static<typeof PairLineSchema>;

export const GroupLineSchema = Type.Object({ ...GroupReviewSchema.properties, pairs: Type.Array(PairLineSchema) });

export type GroupLine = Static<typeof GroupLineSchema>;

export const FleetLinesSchema = Type.Object({
  at: Type.Integer({ description: 'When this was answered, by the collector’s clock' }),
  verdict: VerdictSchema,
  counts: CountsSchema,
  groups: Type.Array(GroupLineSchema, { description: 'Worst first' }),
  unassigned: Type.Object(
    { count: Type.Integer(), nodes: Type.Array(NodeViewSchema, { description: 'The first of them' }) },
    { description: 'Heard, but in no pair: not judged' },
  ),
  problems: Type.Array(Type.String(), { description: 'Of the inventory: what may be missing here' }),
});

export type FleetLines = Static<typeof FleetLinesSchema>;
