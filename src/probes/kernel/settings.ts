// What an operator may tell the kernel probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { defaultCaptureFolder } from '../../formats/capture.ts';

export const KernelSettingsSchema = Type.Object(
  {
    livePatching: Type.Unsafe<'required' | 'optional'>({
      type: 'string',
      enum: ['required', 'optional'],
      default: 'optional',
      description: 'Whether a machine without any live patching is a finding by itself',
    }),
    planStaleAfter: Type.String({
      pattern: durationPattern,
      default: '2d',
      description: 'How old the last contact with the live patch server may be before "nothing available" means nothing',
    }),
    metadataStaleAfter: Type.String({
      pattern: durationPattern,
      default: '3d',
      description: 'How old the cached package metadata may be before "no security updates" means nothing',
    }),
    ignorePackages: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      default: [],
      maxItems: 200,
      description: 'Package names (with * as a wildcard) that may lawfully differ between primary and standby',
    }),
    needsRestarting: Type.Boolean({
      default: true,
      description:
        'On rpm systems also ask needs-restarting -r, after each boot and change of packages, for libraries and services that only a reboot renews',
    }),
    captureFolder: Type.String({
      pattern: '^/',
      default: defaultCaptureFolder,
      description:
        'Folder with what root-only commands printed (uptrack-show, grubby --default-kernel), read when the agent may not run them',
    }),
  },
  { additionalProperties: false },
);

export type KernelSettings = Static<typeof KernelSettingsSchema>;

export const defaultSettings: KernelSettings = {
  livePatching: 'optional',
  planStaleAfter: '2d',
  metadataStaleAfter: '3d',
  ignorePackages: [],
  needsRestarting: true,
  captureFolder: defaultCaptureFolder,
};
