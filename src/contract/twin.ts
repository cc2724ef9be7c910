// What a collector leaves with a standby: its primary's last good snapshot, and what the fleet agreed on for the pair.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { LawfulDifferenceSchema } from './lawful.ts';
import { SiteSchema } from './node.ts';
import { SnapshotSchema } from './observation.ts';
import { WaiverSchema } from './waiver.ts';

/** With these a standby that is left alone judges as the collector would. */
export const TermsSchema = Type.Object({
  /** Of this pair. */
  lawful: Type.Array(LawfulDifferenceSchema),
  /** Of this pair, those that stand. */
  waivers: Type.Array(WaiverSchema),
  /** The standby's own site as the fleet says it; null where it says nothing. */
  site: Type.Union([SiteSchema, Type.Null()]),
  expectedChecks: Type.Array(Type.String()),
  primaryMaxAgeMs: Type.Optional(Type.Integer({ minimum: 1 })),
});

export type Terms = Static<typeof TermsSchema>;

export const TwinSchema = Type.Object({ ...SnapshotSchema.properties, terms: Type.Optional(TermsSchema) });

export type TwinBody = Static<typeof TwinSchema>;
