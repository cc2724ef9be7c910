// Members of one protection group that have no counterpart in the other: no plan moves them.
import type { PairedRule } from '../../contract/rule.ts';
import { type Facts, type Group, type Member, membersOf } from './facts.ts';
import { isKnownType, type Leftover, pairMembers } from './members.ts';
import { peersOf } from './peers.ts';
import type { Settings } from './settings.ts';
import { groupFill, seeGroup } from './wording.ts';

type Paired = PairedRule<Facts, Settings>;

const databases = ['DATABASE', 'AUTONOMOUS_DATABASE', 'AUTONOMOUS_CONTAINER_DATABASE', 'MYSQL_DB_SYSTEM'];
const isDatabase = (type: string): boolean => databases.includes(type);

const missing = (
  code: string,
  severity: 'blocker' | 'warning',
  title: string,
  why: string,
  isWanted: (type: string) => boolean,
): Paired => ({
  code,
  kind: 'paired',
  severity,
  title,
  why,
  remedy: ({ with: fill, actual }) =>
    [
      `# ${actual}. The list of members is replaced as a whole: fetch it, add the one that is missing, put it back, and refresh the plans`,
      `$ oci disaster-recovery dr-protection-group get --region ${fill?.region} --dr-protection-group-id ${fill?.group} --query data.members > members.json`,
      `# {"memberId": "<OCID at the standby>", "memberType": "${fill?.type}"}`,
      `$ oci disaster-recovery dr-protection-group update --region ${fill?.region} --dr-protection-group-id ${fill?.group} --members file://members.json`,
      '# A refresh may take away user-defined steps of members that are gone: see afterwards that the gate is still there',
      `$ oci disaster-recovery dr-plan list --region ${fill?.region} --dr-protection-group-id ${fill?.group}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ group, leftovers }) =>
      leftovers
        .filter(({ type, missing: count }) => isWanted(type) && count > 0)
        .flatMap((leftover) => missingOf(leftover).map((one) => ({ ...one, with: { ...groupFill(standby, group), type: leftover.type } })))
        .map((draft) => ({ ...draft, actual: `no member of ${group.name}${draft.actual}` })),
    ),
});

/** Each by its name where it is clear which are missing; else their kind. */
function missingOf({ type, primary, standby, missing: count }: Leftover) {
  const expected = `a member at the standby: ${type}`;
  if (standby.length === 0) return primary.map((member) => ({ subject: nameOf(member), expected, actual: '' }));
  const actual = `, ${count} of: ${primary.map(nameOf).join(', ')}; left over there: ${standby.map(nameOf).join(', ')}`;
  return [{ subject: `members ${type}`, expected, actual }];
}

const nameOf = ({ name, id }: Member): string => name ?? id;

const memberMissing = missing(
  'protection-groups/member-missing',
  'warning',
  'A member of the primary’s protection group has no counterpart in the standby’s',
  'No plan starts or moves it: after the failover it is as it was before, which for a stopped machine is off.',
  (type) => !isDatabase(type) && isKnownType(type),
);

const databaseMissing = missing(
  'protection-groups/database-missing',
  'blocker',
  'A database of the primary’s protection group has no counterpart in the standby’s',
  'No plan makes the standby database the primary one: the system comes up beside a database that takes no writes.',
  isDatabase,
);

const unknownType: Paired = {
  code: 'protection-groups/member-type-unknown',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A member of the primary’s protection group is of a kind that is not known here',
  why: 'Some kinds move with the switchover, others need a counterpart at the standby: which it is of this one is not known.',
  remedy: ({ with: fill }) =>
    ['# Does Full Stack DR move it, or must the standby’s group hold its counterpart? Its members:', seeGroup(fill)].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ group, leftovers }) =>
      leftovers
        .filter(({ type, missing: count }) => !isKnownType(type) && count > 0)
        .flatMap(({ type, primary: theirs }) =>
          theirs.map((member) => ({
            subject: nameOf(member),
            expected: 'a kind of member that is known, or a counterpart at the standby',
            actual: `${type === '' ? 'memberType not told' : type}, and no counterpart in ${group.name}`,
            with: groupFill(standby, group),
          })),
        ),
    ),
};

const noMembers: Paired = {
  code: 'protection-groups/no-members',
  kind: 'paired',
  severity: 'warning',
  title: 'Neither of the two protection groups has a member',
  why: 'Their plans move no database and no machine: whatever runs at the primary stays there.',
  remedy: ({ with: fill }) =>
    [
      '# Add what belongs to the system to both groups (databases, instances, volume groups, balancers), then refresh the plans:',
      seeGroup(fill),
    ].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context)
      .filter(({ group, peer }) => membersOf(group).length === 0 && membersOf(peer).length === 0)
      .map(({ group, peer }) => ({
        subject: group.name,
        expected: 'members',
        actual: `none, and none in ${peer.name}`,
        with: groupFill(standby, group),
      })),
};

const unpaired: Paired = {
  code: 'protection-groups/members-unpaired',
  kind: 'paired',
  severity: 'note',
  title: 'Members on both sides are as many, but bear no names by which they belong together',
  why: 'Whether each has its counterpart cannot be told then, only that as many are there.',
  remedy: () => '# Say who is whose twin: `hosts` or `names` under `regions` in the fleet file',
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ group, leftovers }) =>
      leftovers
        .filter(({ standby: own, primary: theirs }) => own.length === theirs.length && isNamed(own) && isNamed(theirs))
        .map(({ type, standby: own, primary: theirs }) => ({
          subject: `${group.name} ${type}`,
          expected: theirs.map(nameOf).join(', '),
          actual: own.map(nameOf).join(', '),
        })),
    ),
};

const extra: Paired = {
  code: 'protection-groups/member-extra',
  kind: 'paired',
  severity: 'note',
  title: 'The standby’s protection group has a member that the primary’s has not',
  why: 'Harmless for a failover; the way back lacks it.',
  remedy: () => '# Add its counterpart to the primary’s group, or take it out of the standby’s',
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ group, peer, leftovers }) =>
      leftovers
        .filter(({ missing: count, primary: theirs }) => count < 0 && theirs.length === 0)
        .flatMap(({ type, standby: own }) => own.map((member) => ({ member, type })))
        .map(({ member, type }) => ({
          subject: nameOf(member),
          expected: `no member of ${group.name}, as it is none of ${peer.name}`,
          actual: `a member: ${type}`,
        })),
    ),
};

/** Where nobody tells names, that they are as many is all there is to know. */
const isNamed = (members: readonly Member[]): boolean => members.some(({ name }) => name !== null);

interface PairLeft {
  readonly group: Group;
  readonly peer: Group;
  readonly leftovers: readonly Leftover[];
}

const pairsOf = (standby: Facts, primary: Facts, context: Parameters<Paired['judge']>[2]): readonly PairLeft[] =>
  peersOf(standby, primary).flatMap(({ group, peer }) =>
    peer === null || group.detail.kind === 'unseen' || peer.detail.kind === 'unseen'
      ? []
      : [
          {
            group,
            peer,
            leftovers: pairMembers(
              { members: group.detail.members, scope: context.standby.settings.scope },
              { members: peer.detail.members, scope: context.primary.settings.scope },
            ),
          },
        ],
  );

export const memberRules = [memberMissing, databaseMissing, unknownType, noMembers, unpaired, extra];
