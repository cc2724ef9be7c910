// What an operator may tell the balancers probe beside where the region's things are.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    certificateWarn: Type.String({
      pattern: durationPattern,
      default: '30d',
      description: 'A certificate ends soon when less than this is left of it',
    }),
    filledByPlan: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      maxItems: 200,
      default: [],
      description: 'Backend sets (`balancer/set`, or `*` for all) that the recovery plan fills: they may be empty until then',
    }),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;
