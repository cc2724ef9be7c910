// What of the protection groups could not be seen: then nobody knows what a failover would do.

import { isNoMatterOfRights, type UnseenPart } from '../../contract/region.ts';
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { type Facts, type Group, plansOf } from './facts.ts';
import { peersOf } from './peers.ts';
import { isBroken, isBusy, isRunnable, isSwitching } from './plans.ts';
import type { Settings } from './settings.ts';
import { groupFill, seeGroup } from './wording.ts';

const allow = 'Allow dynamic-group <the collector’s> to read disaster-recovery-family in compartment <that of the protection group>';

/** Only what was denied is a matter of rights; what is without a reason may be. */
const rights = (fill: Draft['with']): readonly string[] =>
  isNoMatterOfRights(fill?.reason)
    ? ['# No matter of rights: the region did not answer, or not in a form that can be read. Whether it does now:']
    : ['# Where it was denied, this statement is missing:', `# ${allow}`];

export const partUnseen: AloneRule<Facts, Settings> = {
  code: 'protection-groups/part-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Part of Full Stack DR could not be seen',
  why: 'What moves the system in a failover is groups, plans and their gates: what of them was not seen may not run on the day.',
  remedy: ({ with: fill }) => [...rights(fill), seeGroup(fill)].join('\n'),
  judge: (facts) => [...compartmentsUnseen(facts), ...facts.groups.flatMap((group) => partsUnseen(facts, group))],
};

const compartmentsUnseen = (facts: Facts): readonly Draft[] =>
  facts.unseenCompartments.map(({ name, reason, detail }) => ({
    subject: `groups of compartment ${name}`,
    expected: 'seen',
    actual: detail,
    with: { region: facts.region.name, reason },
  }));

function partsUnseen(facts: Facts, group: Group): readonly Draft[] {
  const draft = (subject: string, actual: string): Draft => ({ subject, expected: 'seen', actual, with: groupFill(facts, group) });
  const unseen = (subject: string, { reason, detail }: UnseenPart): Draft => ({
    ...draft(subject, detail),
    with: { ...groupFill(facts, group), reason },
  });
  const own = [
    ...(isKnownRole(group.role) ? [] : [draft(`role of ${group.name}`, `role ${group.role ?? 'not told'}`)]),
    ...(isKnownState(group.state) ? [] : [draft(`state of ${group.name}`, `state ${group.state ?? 'not told'}`)]),
    ...(group.detail.kind === 'unseen' ? [unseen(`members of ${group.name}`, group.detail)] : []),
  ];
  if (group.role === 'PRIMARY' || group.role === 'UNCONFIGURED') return own;
  return [
    ...own,
    ...(group.plans.kind === 'unseen' ? [unseen(`plans of ${group.name}`, group.plans)] : []),
    ...plansOf(group).flatMap((plan) =>
      plan.groups.kind === 'unseen' && isSwitching(plan) ? [unseen(`steps of ${plan.name}`, plan.groups)] : [],
    ),
    ...plansOf(group).flatMap((plan) => (plan.type === '' ? [draft(`kind of ${plan.name}`, 'type not told')] : [])),
    ...plansOf(group)
      .filter((plan) => isSwitching(plan) && !isRunnable(plan) && !isBroken(plan) && !isBusy(plan))
      .map(({ name, state, subState }) =>
        draft(`state of ${name}`, `state ${state ?? 'not told'}${subState === null ? '' : `, ${subState}`}`),
      ),
    ...(group.runs.kind === 'unseen' ? [unseen(`runs of the plans of ${group.name}`, group.runs)] : []),
  ];
}

const isKnownState = (state: string | null): boolean =>
  ['ACTIVE', 'CREATING', 'UPDATING', 'INACTIVE', 'NEEDS_ATTENTION', 'FAILED'].includes(state ?? '');

const isKnownRole = (role: string | null): boolean => role !== null && ['PRIMARY', 'STANDBY', 'UNCONFIGURED'].includes(role);

export const peerPartUnseen: PairedRule<Facts, Settings> = {
  code: 'protection-groups/peer-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The protection group at the primary could not be seen whole',
  why: 'Whether both groups name each other, and whether all that runs at the primary has its place at the standby, is then not known.',
  remedy: ({ with: fill }) => ['# In the primary’s region:', ...rights(fill), seeGroup(fill)].join('\n'),
  judge: (standby, primary) => [
    ...compartmentsUnseen(primary),
    ...peersOf(standby, primary).flatMap(({ peer }) =>
      peer?.detail.kind === 'unseen'
        ? [
            {
              subject: `members of ${peer.name}`,
              expected: 'seen',
              actual: peer.detail.detail,
              with: { ...groupFill(primary, peer), reason: peer.detail.reason },
            },
          ]
        : [],
    ),
  ],
};
