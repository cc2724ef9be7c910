// What an operator may tell the zones probe beside where the region's things are.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { scopeSetting } from '../../contract/region.ts';

const hostName = Type.String({ pattern: '^(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?$', maxLength: 253 });

export const SettingsSchema = Type.Object(
  {
    ...scopeSetting,
    compartments: Type.Array(Type.String({ pattern: '^ocid1\\.(compartment|tenancy)\\.' }), {
      maxItems: 20,
      default: [],
      description: 'Compartments beside those of the scope that hold zones, steering policies and their attachments',
    }),
    names: Type.Array(hostName, {
      maxItems: 500,
      default: [],
      description: 'Public names that have to move in a failover; every name of the zones that leads to the primary when not given',
    }),
    ownNames: Type.Array(hostName, {
      maxItems: 500,
      default: [],
      description: 'Public names that belong to one side and stay there',
    }),
    ttlMax: Type.String({
      pattern: durationPattern,
      default: '300s',
      description: 'How long clients may keep the answer of a name that moves',
    }),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof SettingsSchema>;
