// What an operator may say of the databases of one side.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    applyLagMax: Type.String({
      pattern: durationPattern,
      default: '900s',
      description: 'How far behind a standby database may be with applying what its primary wrote',
    }),
    ignore: Type.Array(Type.String({ minLength: 1 }), {
      uniqueItems: true,
      default: [],
      description: 'Databases, DB systems and VM clusters that the standby does not need, by name; * stands for any text',
    }),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;
