// What an operator may say of the registries of one side.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { scopeSetting } from '../../contract/region.ts';

const closed = { additionalProperties: false } as const;

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    inUse: Type.Array(Type.String({ pattern: '^[^\\s:@]+:[^\\s:@/]+$' }), {
      uniqueItems: true,
      default: [],
      description:
        'Images in use, as repository:tag, beside those that machines run and DevOps deploys. Of a repository that none names, the newest',
    }),
    ignore: Type.Array(Type.String({ minLength: 1 }), {
      uniqueItems: true,
      default: [],
      description: 'Repositories that the standby does not need; * stands for anything',
    }),
    watch: Type.Object(
      {
        images: Type.Boolean({ default: true, description: 'Container repositories and their images' }),
        artifacts: Type.Boolean({ default: true, description: 'Generic artifacts' }),
        pipelines: Type.Boolean({ default: true, description: 'DevOps: what is deployed, and where to' }),
      },
      { ...closed, default: {}, description: 'What is looked at: a side without DevOps needs no right to read it' },
    ),
  },
  closed,
);

export type Settings = Static<typeof SettingsSchema>;
