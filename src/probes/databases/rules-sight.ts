// What could not be seen of a side.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Missed } from '../../formats/side-lists.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';

const granted: readonly (readonly [noun: string, grant: string, command: string])[] = [
  ['databases', 'inspect databases', 'db database list'],
  ['DB systems', 'inspect db-systems', 'db system list'],
  ['VM clusters', 'inspect cloud-vmclusters', 'db cloud-vm-cluster list'],
  ['homes', 'inspect db-homes', 'db db-home list'],
];

const missedBy = ({ systems, homes, databases }: Facts): readonly Missed[] => [...systems.missed, ...databases.missed, ...homes.missed];

function draftOf(region: string, { what, compartment, reason, detail }: Missed): Draft {
  const [, grant, command] = granted.find(([noun]) => what.startsWith(noun)) ?? granted[0]!;
  const given = { grant, command, region: shellWord(region), compartment: shellWord(compartment || '<compartment>') };
  return { subject: what, expected: 'seen', actual: `${reason}: ${detail}`, with: given };
}

const granting = ({ with: given = {} }: Draft): string =>
  [
    '# Where the right is missing, add it in the home region:',
    `# Allow dynamic-group <collector> to ${given.grant} in compartment <compartment>`,
    `$ oci ${given.command} --region ${given.region} --compartment-id ${given.compartment}`,
  ].join('\n');

const unseen: AloneRule<Facts, Settings> = {
  code: 'databases/unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the databases of a side was not seen',
  why: 'What is missing, stopped or behind in there is not found.',
  remedy: granting,
  judge: (facts) => missedBy(facts).map((one) => draftOf(facts.region.name, one)),
};

const primaryUnseen: PairedRule<Facts, Settings> = {
  code: 'databases/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the primary’s databases was not seen',
  why: 'What the standby lacks of it is not known.',
  remedy: granting,
  judge: (_, primary) =>
    missedBy(primary).map((one) => {
      const draft = draftOf(primary.region.name, one);
      return { ...draft, subject: `${draft.subject} at the primary` };
    }),
};

export const sightRules = [unseen, primaryUnseen] as const;
