// Whether what Data Guard ties is tied from both ends, settled, and ready to change roles.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import type { Facts, Member } from './facts.ts';
import { type DatabasePair, databasePairs, type Twin } from './pairs.ts';
import { associations, pairTold } from './remedy.ts';
import type { Settings } from './settings.ts';
import { associationsWith, isGuardSeen, peersOf, toldOfMember } from './ties.ts';

type Rule = PairedRule<Facts, Settings>;

const forGuarded =
  (say: (pair: DatabasePair) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const said = pair.isGuarded ? say(pair) : null;
      return said === null ? [] : [{ subject: pair.subject, ...said, with: pairTold(pair) }];
    });

const where = ({ facts }: Twin): string => facts.region.name;

const bothEnds = (draft: Draft): string => [associations(draft), `$ ${draft.with?.lookThere}`].join('\n');

const oneSided: Rule = {
  code: 'databases/one-sided',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Only one end of a Data Guard pair names the other',
  why: 'What the one takes for its standby may have been taken out or tied to another database since: then nothing guards it.',
  remedy: (draft) => ['# See what each of the two says; what holds is in the broker of the one that is open', bothEnds(draft)].join('\n'),
  judge: forGuarded(({ guarding, leading }) => {
    // Two standbys of one primary need not name each other.
    if (leading.role !== 'PRIMARY' && guarding.role !== 'PRIMARY') return null;
    const silent = [
      [guarding, leading],
      [leading, guarding],
    ].filter((ends): ends is [Twin, Twin] => !isNaming(ends[0]!, ends[1]!));
    const actual = silent.map(([one]) => `${where(one)} names ${peersOf(one.database).join(', ') || 'none'}`).join('; ');
    return silent.length === 0 ? null : { expected: 'each end names the other', actual };
  }),
};

/** Where it said nothing at all, that is another finding. */
const isNaming = ({ database }: Twin, other: Twin): boolean =>
  !isGuardSeen(database) ||
  peersOf(database).includes(other.database.ocid) ||
  associationsWith(database, other.database).some(({ peer }) => peer === null);

const primaryElsewhere: Rule = {
  code: 'databases/primary-elsewhere',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Both ends of a pair are standbys of a database that was not seen',
  why: 'Neither region has the database that is written to: whether the standby is high enough for it is not known.',
  remedy: (draft) =>
    [
      '# Name the region or the compartment of its primary in the fleet file, or accept this finding if it is meant to be so',
      bothEnds(draft),
    ].join('\n'),
  judge: forGuarded(({ guarding, leading }) =>
    [guarding, leading].every(({ role }) => role.includes('STANDBY')) && isElsewhere(guarding, leading)
      ? {
          expected: 'its primary seen in one of the two regions',
          actual: `${guarding.role} in ${where(guarding)}, ${leading.role} in ${where(leading)}`,
        }
      : null,
  ),
};

/** Their primary is a third database. */
export const isElsewhere = (...twins: readonly Twin[]): boolean =>
  twins.some(({ database: { associations: guards, members } }) => {
    const peers = guards.kind === 'seen' ? guards.list.map(({ peer, peerRole }) => ({ ocid: peer, role: peerRole })) : [];
    const told = [...peers, ...members.map(({ database, role }) => ({ ocid: database, role }))];
    return told.some(({ ocid, role }) => role === 'PRIMARY' && !twins.some(({ database }) => database.ocid === ocid));
  });

const associationFailed: Rule = {
  code: 'databases/association-failed',
  kind: 'paired',
  severity: 'warning',
  title: 'A Data Guard association is in state FAILED',
  why: 'The last thing that was done to it did not end well: a role change through the service may be refused.',
  remedy: (draft) => associations(draft),
  judge: forGuarded(({ guarding, leading }) => {
    const failed = [guarding, leading].filter(
      ({ database: { associations: guards } }) => guards.kind === 'seen' && guards.list.some(({ state }) => state === 'FAILED'),
    );
    return failed.length === 0 ? null : { expected: 'AVAILABLE', actual: `FAILED as seen from ${failed.map(where).join(' and ')}` };
  }),
};

const associationChanging: Rule = {
  code: 'databases/association-changing',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A Data Guard association is being made, changed or taken apart',
  why: 'Whether the standby is one at the end of it, and of what, is known then: an association that is being terminated ships nothing.',
  remedy: (draft) => ['# Look again when its state is AVAILABLE', bothEnds(draft)].join('\n'),
  judge: forGuarded(({ guarding, leading }) => {
    const passing = [[guarding, leading] as const, [leading, guarding] as const].flatMap(([one, other]) =>
      associationsWith(one.database, other.database)
        .filter(({ state }) => state !== 'AVAILABLE' && state !== 'FAILED')
        .map(({ state }) => `${state || 'in no state that was told'} as seen from ${where(one)}`),
    );
    return passing.length === 0 ? null : { expected: 'AVAILABLE', actual: [...new Set(passing)].join('; ') };
  }),
};

/** What both sides have been told of the standby's readiness, but for one that is a primary anyway. */
const readiness = ({ guarding, leading }: DatabasePair): readonly Member[] =>
  toldOfMember(guarding.database, leading.database).filter(({ role }) => role !== 'PRIMARY');

const failoverCritical: Rule = {
  code: 'databases/failover-critical',
  kind: 'paired',
  severity: 'blocker',
  title: 'OCI takes a standby database for unable to take over',
  why: 'Its failover readiness is CRITICAL: a failover to it would fail, or lose what was not applied.',
  remedy: (draft) =>
    ['# What is in the way is in failoverReadinessMessage of this database among the members', associations(draft)].join('\n'),
  judge: forGuarded((pair) =>
    readiness(pair).some(({ failover }) => failover === 'CRITICAL')
      ? { expected: 'failover readiness HEALTHY', actual: `failover readiness CRITICAL (${where(pair.guarding)})` }
      : null,
  ),
};

const roleChangeWarned: Rule = {
  code: 'databases/role-change-warned',
  kind: 'paired',
  severity: 'warning',
  title: 'OCI warns of a role change to a standby database',
  why: 'A switchover that is CRITICAL is refused or drags on; what is only warned of makes one take longer.',
  remedy: (draft) =>
    [
      '# What of is in switchoverReadinessMessage and failoverReadinessMessage of this database among the members',
      associations(draft),
    ].join('\n'),
  judge: forGuarded((pair) => {
    const told = readiness(pair);
    const says = [
      ...told.map(({ switchover }) => (switchover === 'CRITICAL' || switchover === 'WARNING' ? `switchover readiness ${switchover}` : '')),
      ...told.map(({ failover }) => (failover === 'WARNING' ? 'failover readiness WARNING' : '')),
    ].filter((one) => one !== '');
    const actual = `${[...new Set(says)].sort().join(', ')} (${where(pair.guarding)})`;
    return says.length === 0 ? null : { expected: 'HEALTHY', actual };
  }),
};

export const tieRules: readonly Rule[] = [
  oneSided,
  primaryElsewhere,
  associationFailed,
  associationChanging,
  failoverCritical,
  roleChangeWarned,
];
