// What can be wrong with a protection group itself, and between the two that stand for each other.
import type { AloneRule, PairedRule } from '../../contract/rule.ts';
import { type Facts, type Group, runsOf } from './facts.ts';
import { isUnderWay } from './parse-runs.ts';
import { isElsewhere, peersOf } from './peers.ts';
import type { Settings } from './settings.ts';
import { groupFill, seeGroup } from './wording.ts';

type Alone = AloneRule<Facts, Settings>;
type Paired = PairedRule<Facts, Settings>;

const noPeer: Alone = {
  code: 'protection-groups/no-peer',
  kind: 'alone',
  severity: 'blocker',
  title: 'The protection group has no peer',
  why: 'A group without a peer and a role has no plans, and nothing can be failed over to it.',
  remedy: ({ with: fill }) =>
    [
      '# Say which group is its peer, and which of both is the primary:',
      `$ oci disaster-recovery dr-protection-group associate --region ${fill?.region} --dr-protection-group-id ${fill?.group} --role STANDBY --peer-region <the primary’s> --peer-id <OCID of the primary’s group>`,
      seeGroup(fill),
    ].join('\n'),
  judge: (facts) =>
    facts.groups
      .filter(({ role, peerId }) => role === 'UNCONFIGURED' || (peerId === null && role !== null))
      .map((group) => ({
        subject: group.name,
        expected: 'a peer in the other region, and a role',
        actual: `role ${group.role ?? 'not told'}${group.peerId === null ? ', no peer' : ''}`,
        with: groupFill(facts, group),
      })),
};

const notActive: Alone = {
  code: 'protection-groups/group-not-active',
  kind: 'alone',
  severity: 'blocker',
  title: 'The protection group is not active',
  why: 'No plan can be run from a group that failed, is switched off, or waits for somebody to attend to it.',
  remedy: ({ with: fill }) => ['# What Full Stack DR says of it:', `${seeGroup(fill)} --query 'data."life-cycle-details"'`].join('\n'),
  judge: (facts) =>
    facts.groups
      .filter(({ state }) => state !== null && ['INACTIVE', 'NEEDS_ATTENTION', 'FAILED'].includes(state))
      .map((group) => ({ subject: group.name, expected: 'ACTIVE', actual: group.state!, with: groupFill(facts, group) })),
};

const changing: Alone = {
  code: 'protection-groups/group-changing',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  isSettledByRun: true,
  title: 'The protection group is being created or changed',
  why: 'While a group is created or updated no plan can be run, and what it will hold is not settled.',
  remedy: ({ with: fill }) => ['# It is over by itself, unless it stays so for long:', seeGroup(fill)].join('\n'),
  judge: (facts) =>
    facts.groups
      .filter((group) => (group.state === 'CREATING' || group.state === 'UPDATING') && !isRunNow(group))
      .map((group) => ({ subject: group.name, expected: 'ACTIVE', actual: group.state!, with: groupFill(facts, group) })),
};

/** A run changes its group, and is told by itself. */
const isRunNow = (group: Group): boolean =>
  (group.subState?.endsWith('_IN_PROGRESS') ?? false) || runsOf(group).some((run) => isUnderWay(run));

const noLogBucket: Alone = {
  code: 'protection-groups/no-log-bucket',
  kind: 'alone',
  severity: 'warning',
  title: 'The protection group has no bucket for its logs',
  why: 'What a gate or a script says goes to that bucket alone: without it a step that fails says no more than that.',
  remedy: ({ with: fill }) =>
    [
      '# A bucket in the region of the group:',
      `$ oci disaster-recovery dr-protection-group update --region ${fill?.region} --dr-protection-group-id ${fill?.group} --log-location '{"namespace":"<namespace>","bucket":"<bucket>"}'`,
    ].join('\n'),
  judge: (facts) =>
    facts.groups
      .filter(({ detail }) => detail.kind === 'seen' && detail.logBucket === null)
      .map((group) => ({ subject: group.name, expected: 'a bucket for logs', actual: 'none', with: groupFill(facts, group) })),
};

const peerMissing: Paired = {
  code: 'protection-groups/peer-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A protection group and its peer are not on both sides',
  why: 'Full Stack DR moves what is in two groups that name each other. Where one of both is not there, nothing is moved.',
  remedy: ({ with: fill }) =>
    [
      '# Does it lie in a compartment that the fleet file does not name? Then name it under `regions`. Else create it and make both peers:',
      `$ oci disaster-recovery dr-protection-group list --region ${fill?.region} --compartment-id <compartment>`,
    ].join('\n'),
  judge: (standby, primary) => [
    ...(primary.unseenCompartments.length > 0 ? [] : peersOf(standby, primary))
      .filter(({ peer }) => peer === null)
      .map(({ group }) => ({
        subject: group.name,
        expected: 'its peer among the groups at the primary',
        actual: `not in the compartments looked at in ${primary.region.name}`,
        with: { region: primary.region.name },
      })),
    ...(standby.unseenCompartments.length > 0 ? [] : primary.groups)
      .filter((group) => !isElsewhere(group, standby) && !isNamed(group, standby))
      .map((group) => ({
        subject: group.name,
        expected: 'its peer among the groups at the standby',
        actual: group.peerId === null ? 'it names no peer' : `not in the compartments looked at in ${standby.region.name}`,
        with: { region: standby.region.name },
      })),
  ],
};

/** Either names the other; one that is named by none of both is told by `no-peer` too where it is the standby's. */
const isNamed = (group: Group, standby: Facts): boolean =>
  standby.groups.some((other) => other.id === group.peerId || other.peerId === group.id);

const peersDiffer: Paired = {
  code: 'protection-groups/peers-differ',
  kind: 'paired',
  severity: 'blocker',
  title: 'Two protection groups do not name each other',
  why: 'One names a peer that names another, or none: no plan moves what is in them.',
  remedy: ({ with: fill }) =>
    [
      '# Parting one parts both. Read afterwards whether its plans are still there, and make the groups peers again:',
      `$ oci disaster-recovery dr-protection-group disassociate --region ${fill?.region} --dr-protection-group-id ${fill?.group} --type DEFAULT`,
      `$ oci disaster-recovery dr-protection-group associate --region ${fill?.region} --dr-protection-group-id ${fill?.group} --role STANDBY --peer-region ${fill?.peerRegion} --peer-id ${fill?.peer}`,
    ].join('\n'),
  judge: (standby, primary) =>
    standby.groups.flatMap((group) => {
      const named = primary.groups.find(({ id }) => id === group.peerId) ?? null;
      const naming = primary.groups.find(({ peerId }) => peerId === group.id) ?? null;
      const other = named ?? naming;
      if (other === null || (named !== null && named.peerId === group.id)) return [];
      return [
        {
          subject: group.name,
          expected: 'both name each other',
          actual: `${group.name} names ${saidPeer(group, primary)}, ${other.name} names ${saidPeer(other, standby)}`,
          with: { ...groupFill(standby, group), peer: other.id, peerRegion: primary.region.name },
        },
      ];
    }),
};

const saidPeer = ({ peerId }: Group, other: Facts): string =>
  peerId === null ? 'none' : (other.groups.find(({ id }) => id === peerId)?.name ?? 'another');

const pairedRoles = (standby: Facts, primary: Facts) =>
  peersOf(standby, primary).flatMap(({ group, peer }) => (peer === null ? [] : [{ group, peer, roles: `${group.role} / ${peer.role}` }]));

const known = ['PRIMARY', 'STANDBY'];

const rolesSame: Paired = {
  code: 'protection-groups/roles-same',
  kind: 'paired',
  severity: 'blocker',
  title: 'Both protection groups of a pair have the same role',
  why: 'A run of a plan that was broken off leaves this behind. There is no standby to run a plan from, or no primary to run it against.',
  remedy: ({ with: fill }) =>
    [
      '# Find out which side the system runs at. Then part both groups and make them peers again, with the roles that are so:',
      `$ oci disaster-recovery dr-protection-group disassociate --region ${fill?.region} --dr-protection-group-id ${fill?.group} --type DEFAULT`,
      `$ oci disaster-recovery dr-protection-group associate --region ${fill?.region} --dr-protection-group-id ${fill?.group} --role STANDBY --peer-region ${fill?.peerRegion} --peer-id ${fill?.peer}`,
    ].join('\n'),
  judge: (standby, primary) =>
    pairedRoles(standby, primary)
      .filter(({ group, peer }) => group.role === peer.role && known.includes(group.role ?? ''))
      .map(({ group, peer, roles }) => ({
        subject: group.name,
        expected: 'STANDBY / PRIMARY',
        actual: roles,
        with: { ...groupFill(standby, group), peer: peer.id, peerRegion: primary.region.name },
      })),
};

const rolesReversed: Paired = {
  code: 'protection-groups/roles-reversed',
  kind: 'paired',
  severity: 'blocker',
  title: 'By Full Stack DR the standby is the primary, and the primary the standby',
  why: 'Roles turned round and the fleet was not told: everything is then judged from the wrong side, and the real standby by nobody.',
  remedy: ({ with: fill }) =>
    [
      '# Let the fleet’s roles follow the protection groups (`protectionGroup` of the group in the fleet file), or name the other site primary',
      seeGroup(fill),
    ].join('\n'),
  judge: (standby, primary) =>
    pairedRoles(standby, primary)
      .filter(({ group, peer }) => group.role === 'PRIMARY' && peer.role === 'STANDBY')
      .map(({ group, roles }) => ({ subject: group.name, expected: 'STANDBY / PRIMARY', actual: roles, with: groupFill(standby, group) })),
};

const peerNotActive: Paired = {
  code: 'protection-groups/primary-group-not-active',
  kind: 'paired',
  severity: 'warning',
  title: 'The protection group at the primary is not active',
  why: 'A failover is run from the standby and may do without it; a switchover and its prechecks do not.',
  remedy: ({ with: fill }) => ['# What Full Stack DR says of it:', `${seeGroup(fill)} --query 'data."life-cycle-details"'`].join('\n'),
  judge: (standby, primary) =>
    peersOf(standby, primary).flatMap(({ peer }) =>
      peer !== null && ['INACTIVE', 'NEEDS_ATTENTION', 'FAILED', 'DELETING'].includes(peer.state ?? '')
        ? [{ subject: peer.name, expected: 'ACTIVE', actual: peer.state!, with: groupFill(primary, peer) }]
        : [],
    ),
};

const elsewhere: Paired = {
  code: 'protection-groups/peer-elsewhere',
  kind: 'paired',
  severity: 'note',
  title: 'The peer of a protection group lies in a third region',
  why: 'It belongs to another pair of regions and is not compared here.',
  remedy: () => '# Name the protection groups that belong to this group of the fleet in the setting `groups` of this check',
  judge: (standby, primary) =>
    standby.groups
      .filter((group) => group.peerId !== null && isElsewhere(group, primary))
      .map((group) => ({ subject: group.name, expected: `a peer in ${primary.region.name}`, actual: `a peer in ${group.peerRegion}` })),
};

export const groupRules = [
  noPeer,
  notActive,
  changing,
  noLogBucket,
  peerMissing,
  peersDiffer,
  rolesSame,
  rolesReversed,
  peerNotActive,
  elsewhere,
];
