// What a group's pairs show today, as a draft of what the fleet file could say of them. A person decides what of it is lawful.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { FindingSchema } from './finding.ts';

const AboutSchema = Type.Object({
  pair: Type.String(),
  code: Type.String(),
  subject: Type.String(),
  expected: Type.String(),
  actual: Type.String(),
});

export const LearntSchema = Type.Object({
  group: Type.String(),
  at: Type.Integer(),
  /** Checks that every pair is watched by on both sides. */
  expectedChecks: Type.Array(Type.String()),
  /** Checks that only some pairs are watched by. */
  partlyWatched: Type.Array(Type.Object({ check: Type.String(), pairs: Type.Array(Type.String()) })),
  /** Fields whose difference a finding rests on: declared lawful, the finding is gone or says less. */
  lawful: Type.Array(
    Type.Object({
      check: Type.String(),
      field: Type.String(),
      pairs: Type.Array(Type.String()),
      isEveryPair: Type.Boolean(),
      /** The findings that it would take from; as they stand now. */
      behind: Type.Array(AboutSchema),
    }),
  ),
  /** Paired findings that no single field stands behind: they can only be mended or waived. */
  unexplained: Type.Array(Type.Object({ ...AboutSchema.properties, severity: FindingSchema.properties.severity })),
  /** Texts that differ in the same way again and again, as a site's names do: candidates for tokens. */
  tokens: Type.Array(Type.Object({ standby: Type.String(), primary: Type.String(), seenCount: Type.Integer() })),
});

export type Learnt = Static<typeof LearntSchema>;
