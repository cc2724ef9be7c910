// What of the primary was not seen, so that nothing of the standby could be held against it.
import type { PairedRule } from '../../contract/rule.ts';
import type { Facts } from './facts.ts';
import { partUnseen } from './rules-sight.ts';
import type { Settings } from './settings.ts';

export const primaryUnseen: PairedRule<Facts, Settings> = {
  code: 'registry/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A part of what the primary pulls or deploys was not seen',
  why: 'What the standby lacks of it is not known.',
  remedy: partUnseen.remedy,
  judge: (_, primary, { now, primary: side }) =>
    partUnseen
      .judge(primary, { now, node: side.node, settings: side.settings, readings: side.readings })
      .map((draft) => ({ ...draft, subject: `${draft.subject} at the primary` })),
};

/** A wrong word there would stand for something that nobody looks for. */
export const inUseNowhere: PairedRule<Facts, Settings> = {
  code: 'registry/in-use-nowhere',
  kind: 'paired',
  severity: 'warning',
  title: 'An image that the settings say is in use is in the registry of neither side',
  why: 'Either it is called otherwise, and the one that is in use is not looked for, or nobody could pull it today.',
  remedy: ({ with: given = {} }) =>
    [
      '# Correct `inUse` of this check in the fleet file, or push the image to both regions',
      `$ oci artifacts container image list --compartment-id ${given.compartment} --region ${given.region} --all`,
    ].join('\n'),
  judge: (standby, primary, { primary: side }) => {
    if (standby.repositories.kind !== 'seen' || primary.repositories.kind !== 'seen') return [];
    const lists = [...standby.repositories.list, ...primary.repositories.list];
    const known = new Set(lists.flatMap(({ name, images }) => images.map(({ tag }) => `${name}:${tag}`)));
    const isCut = (image: string): boolean => lists.some((one) => one.isCut && image.startsWith(`${one.name}:`));
    const compartment = Object.values(side.settings.scope.compartments)[0]!;
    return side.settings.inUse
      .filter((image) => !known.has(image) && !isCut(image))
      .map((image) => ({
        subject: image,
        expected: 'an image',
        actual: 'no such tag in either region',
        with: { compartment, region: primary.region.name },
      }));
  },
};
