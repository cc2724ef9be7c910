// What could not be seen of a side.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts } from './facts.ts';
import { sharedName } from './pairs.ts';
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

/** What the settings name, and the hub has never heard of. A pattern names nobody. */
const requiredUnknown: AloneRule<Facts, Settings> = {
  code: 'managed-instances/required-unknown',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A machine that OS Management Hub has to tell of is not known to it',
  why: 'Its kernel and its updates are then seen by nobody, unless an agent runs on it.',
  remedy: ({ with: given = {} }) =>
    [
      '# Register it with the hub; or take it out of `required` of this check, where an agent on the machine tells the same',
      `$ oci os-management-hub managed-instance list --region ${given.region} --compartment-id ${given.compartment}`,
    ].join('\n'),
  judge: (facts, { settings }) => {
    if (facts.machines.missed.length > 0) return [];
    const known = new Set(facts.machines.entries.map(sharedName(settings.scope, settings.scope)));
    const compartment = shellWord(Object.values(settings.scope.compartments)[0]!);
    return settings.required
      .filter((name) => !name.includes('*') && !known.has(name))
      .map((name) => ({
        subject: name,
        expected: 'a managed instance',
        actual: 'none of that name',
        with: { region: shellWord(facts.region.name), compartment },
      }));
  },
};

export const sightRules = [unseen, primaryUnseen, requiredUnknown] as const;
