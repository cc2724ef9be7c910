// What an operator may say of the machines of one side, as OCI's services know them.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

const names = (value: readonly string[], description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true, default: [...value], description });

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    required: names(
      ['*'],
      'Machines that OS Management Hub has to tell of: while it does not, nothing is known of them. Of others it warns; with agents on the machines, []. * stands for any text',
    ),
    checkinMax: Type.String({
      pattern: durationPattern,
      default: '24h',
      description: 'After how long without a check-in the figures of a machine are not taken for its state any more',
    }),
    plugins: names(
      ['Compute Instance Run Command'],
      'Plugins of the cloud agent that have to run; the steps of Full Stack DR plans go through Run Command',
    ),
    ignore: names([], 'Machines that need no twin; * stands for any text'),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;
