// What an operator may say of the secrets and keys of one side. No name in here may say `secret`: what stands under such a name is not
// shown to whoever judges.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

const closed = { additionalProperties: false } as const;
const duration = (value: string, description: string) => Type.String({ pattern: durationPattern, default: value, description });

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    rotationSkew: duration('60m', 'How long a rotation takes to reach both sides: by so much the standby’s current version may be older'),
    expiryWarn: duration('14d', 'How long before its end a secret is told of'),
    ignore: Type.Array(Type.String({ minLength: 1 }), {
      uniqueItems: true,
      default: [],
      description: 'Secrets and keys that the standby does not need, as vault/name; * stands for any text',
    }),
    keys: Type.Boolean({ default: true, description: 'Vaults and their keys are looked at, not only secrets' }),
  },
  closed,
);

export type Settings = Static<typeof SettingsSchema>;
