// What could not be seen of a side.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts } from './facts.ts';
import type { Settings } from './settings.ts';

const drafts = ({ machines, region }: Facts): readonly Draft[] =>
  machines.missed.map(({ what, compartment, reason, detail }) => ({
    subject: what,
    expected: 'seen',
    actual: `${reason}: ${detail}`,
    with: { region: shellWord(region.name), compartment: shellWord(compartment || '<compartment>') },
  }));

const granting = ({ with: given = {} }: Draft): string =>
  [
    '# Where the right is missing, add it in the home region; a side without the hub: `enabled: false` for this check',
    '# Allow dynamic-group <collector> to read osmh-family in compartment <compartment>',
    `$ oci os-management-hub managed-instance list --region ${given.region} --compartment-id ${given.compartment}`,
  ].join('\n');

const unseen: AloneRule<Facts, Settings> = {
  code: 'managed-instances/unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The managed instances of a side were not all seen',
  why: 'A machine that is behind is not found among those that were not seen.',
  remedy: granting,
  judge: drafts,
};

const primaryUnseen: PairedRule<Facts, Settings> = {
  code: 'managed-instances/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The primary’s managed instances were not all seen',
  why: 'What the standby’s would have to be measured by is not known.',
  remedy: granting,
  judge: (_, primary) => drafts(primary).map((one) => ({ ...one, subject: `${one.subject} at the primary` })),
};

export const sightRules = [unseen, primaryUnseen] as const;
