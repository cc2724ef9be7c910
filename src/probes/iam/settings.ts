// What the fleet says of one side, and nothing else.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { scopeSetting } from '../../contract/region.ts';

export const SettingsSchema = Type.Object({ ...scopeSetting }, { additionalProperties: false });

export type Settings = Static<typeof SettingsSchema>;
