// What could not be seen of a side.
import type { AloneRule } from '../../contract/rule.ts';
import { command } from '../../formats/remedy-words.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';

const parts = {
  repositories: { name: 'container images', grant: 'read repos', command: 'artifacts container image list' },
  generic: { name: 'generic artifacts', grant: 'read all-artifacts', command: 'artifacts repository list' },
  deployed: { name: 'DevOps artifacts', grant: 'read devops-family', command: 'devops deploy-artifact list' },
  environments: { name: 'DevOps environments', grant: 'read devops-family', command: 'devops deploy-environment list' },
  instances: { name: 'instances', grant: 'read instances', command: 'compute instance list' },
} as const;

export const partUnseen: AloneRule<Facts, Settings> = {
  code: 'registry/unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A part of what could be pulled or deployed was not seen',
  why: 'An image, an artifact or a target that is missing would not be found.',
  remedy: ({ subject, with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region; where the side has none of these, set `watch` of this check:',
      `# Allow dynamic-group <collector> to ${given.grant} in compartment <compartment>`,
      `${command(`oci ${given.command}`, { 'compartment-id': given.compartment, region: given.region })}   # ${subject}`,
    ].join('\n'),
  judge: (facts, { settings }) =>
    Object.entries(parts).flatMap(([part, { name, grant, command }]) => {
      const found = facts[part as keyof typeof parts];
      if (found.kind !== 'unseen') return [];
      const compartment = Object.values(settings.scope.compartments)[0]!;
      return [
        {
          subject: name,
          expected: 'seen',
          actual: `${found.reason}: ${found.detail}`,
          with: { grant, command, compartment, region: facts.region.name },
        },
      ];
    }),
};
