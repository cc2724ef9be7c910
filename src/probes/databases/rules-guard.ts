// Whether each database of the primary is guarded by one in the standby region, and one that applies.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { type Facts, readingMark } from './facts.ts';
import { type DatabasePair, databasePairs, type Twin, type Unpaired } from './pairs.ts';
import { associations, toldOf } from './remedy.ts';
import type { Settings } from './settings.ts';
import { standingOf } from './standing.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;

const forPairs =
  (say: (pair: DatabasePair, context: Context) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const said = say(pair, context);
      return said === null ? [] : [{ subject: pair.subject, ...said, with: toldOf(pair.guarding) }];
    });

const forUnpaired =
  (say: (one: Unpaired, standby: Facts) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    databasePairs(standby, primary, context).unpaired.flatMap((one) => {
      const said = say(one, standby);
      return said === null ? [] : [{ subject: one.subject, ...said, with: { ...toldOf(one.twin), to: shellWord(standby.region.name) } }];
    });

const where = ({ facts }: Twin): string => facts.region.name;

const isGuardSeen = ({ database }: Twin): boolean => database.associations.kind === 'seen' || database.members.length > 0;

const noStandby: Rule = {
  code: 'databases/no-standby',
  kind: 'paired',
  severity: 'blocker',
  title: 'A database of the primary has no standby in the other region',
  why: 'There is nothing in the standby region that has its data.',
  remedy: (draft) =>
    [
      `# Add a standby in ${draft.with?.to}, or name the database under \`ignore\` of this check if the standby does not need it`,
      associations(draft),
    ].join('\n'),
  judge: forUnpaired(({ twin, peers, unseenPeers }, standby) =>
    unseenPeers.length > 0 || !isGuardSeen(twin) || standby.databases.missed.length > 0
      ? null
      : {
          expected: `a standby in ${standby.region.name}`,
          actual: peers.length === 0 ? 'in no Data Guard configuration' : 'standbys in other regions only',
        },
  ),
};

const standbyUnseen: Rule = {
  code: 'databases/standby-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The standby of a database is there, and was not seen',
  why: 'It lies outside of the compartments that are looked at, or may not be seen: nothing is known of its version.',
  remedy: (draft) =>
    ['# Name its compartment under the regions of the group in the fleet file, and let the collector see it', associations(draft)].join(
      '\n',
    ),
  judge: forUnpaired(({ twin, unseenPeers }, standby) => {
    const expected = `its standby seen in ${standby.region.name}`;
    if (unseenPeers.length > 0) return { expected, actual: `not among what was seen: ${unseenPeers.join(', ')}` };
    if (!isGuardSeen(twin)) return { expected, actual: `its Data Guard associations were not seen (${where(twin)})` };
    return standby.databases.missed.length > 0 ? { expected, actual: 'not all databases there were seen' } : null;
  }),
};

const primaryOfItUnseen: Rule = {
  code: 'databases/its-primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The primary of a standby database is there, and was not seen',
  why: 'It lies outside of the compartments that are looked at, or may not be seen: whether the standby is high enough for it is not known.',
  remedy: (draft) =>
    ['# Name its compartment under the regions of the group in the fleet file, and let the collector see it', associations(draft)].join(
      '\n',
    ),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).orphans.map(({ subject, twin, unseenPeers }) => ({
      subject,
      expected: `its primary seen in ${primary.region.name}`,
      actual: `not among what was seen: ${unseenPeers.join(', ')}`,
      with: toldOf(twin),
    })),
};

const notGuarded: Rule = {
  code: 'databases/not-guarded',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing that was seen keeps a database of the standby in step with the primary’s of the same name',
  why: 'They are in no Data Guard configuration. Whatever else brings the data over is not seen from here, nor whether it does.',
  remedy: (draft) =>
    ['# If something else replicates it, accept this finding with that as the reason; else set up Data Guard', associations(draft)].join(
      '\n',
    ),
  judge: forPairs(({ isGuarded, guarding, leading }) =>
    isGuarded
      ? null
      : {
          expected: 'in one Data Guard configuration',
          actual: [guarding, leading].every(isGuardSeen) ? 'in none' : 'associations were not seen',
        },
  ),
};

const bothPrimary: Rule = {
  code: 'databases/both-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'Both ends of a Data Guard pair are primaries',
  why: 'A failover was not followed by a reinstatement: the two go their own ways, and neither guards the other.',
  remedy: (draft) =>
    [
      '# Decide which of the two has the data that counts, then make the other its standby again:',
      associations(draft),
      `$ oci db data-guard-association reinstate --region ${draft.with?.region} --database-id ${draft.with?.database} --data-guard-association-id <association> --database-admin-password <password>`,
    ].join('\n'),
  judge: forPairs(({ guarding, leading }) =>
    guarding.role === 'PRIMARY' && leading.role === 'PRIMARY'
      ? { expected: 'one PRIMARY and one STANDBY', actual: `role PRIMARY on both ends, ${where(guarding)} and ${where(leading)}` }
      : null,
  ),
};

const noPrimary: Rule = {
  code: 'databases/no-primary',
  kind: 'paired',
  severity: 'blocker',
  title: 'Neither end of a Data Guard pair is the primary',
  why: 'A role change ended halfway: nobody writes what the standby would apply.',
  remedy: (draft) => ['# See what the broker says on both sides; then fail over to the side that counts', associations(draft)].join('\n'),
  judge: forPairs(({ guarding, leading }) =>
    /STANDBY/.test(guarding.role) && /STANDBY/.test(leading.role) && !isElsewhere(guarding, leading)
      ? { expected: 'one PRIMARY and one STANDBY', actual: `${guarding.role} in ${where(guarding)}, ${leading.role} in ${where(leading)}` }
      : null,
  ),
};

/** Their primary is a third database. */
const isElsewhere = (...twins: readonly Twin[]): boolean =>
  twins.some(({ database: { associations: guards, members } }) => {
    const peers = guards.kind === 'seen' ? guards.list.map(({ peer, peerRole }) => ({ ocid: peer, role: peerRole })) : [];
    const told = [...peers, ...members.map(({ database, role }) => ({ ocid: database, role }))];
    return told.some(({ ocid, role }) => role === 'PRIMARY' && !twins.some(({ database }) => database.ocid === ocid));
  });

const notApplying: Rule = {
  code: 'databases/not-applying',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby database does not apply what the primary writes',
  why: 'A snapshot standby was opened for tests and a disabled one was switched off: both fall behind until they are made standbys again.',
  remedy: (draft) =>
    [
      '# A snapshot standby becomes a standby again (what was tried on it is dropped); a disabled one is enabled or reinstated:',
      associations(draft),
      `$ oci db database convert-standby-database-type --region ${draft.with?.region} --database-id ${draft.with?.database} --standby-conversion-type PHYSICAL --database-admin-password <password>`,
    ].join('\n'),
  judge: forPairs(({ guarding }) => {
    const [role] = guarding.claims.filter((claim) => claim === 'SNAPSHOT_STANDBY' || claim === 'DISABLED_STANDBY');
    return role === undefined ? null : { expected: 'role STANDBY', actual: `role ${role} (${where(guarding)})` };
  }),
};

const knownRoles: readonly string[] = ['PRIMARY', 'STANDBY', 'SNAPSHOT_STANDBY', 'DISABLED_STANDBY'];

const roleUnseen: Rule = {
  code: 'databases/role-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The role of a database in its Data Guard pair was not seen',
  why: 'Which of the two has to be the higher one, and whether the standby applies, goes by the roles.',
  remedy: (draft) => associations(draft),
  judge: forPairs(({ isGuarded, guarding, leading }) => {
    const blind = [guarding, leading].filter((one) => !knownRoles.includes(one.role) || !isOwnWordSeen(one));
    if (!isGuarded || blind.length === 0) return null;
    return { expected: 'its own word for its role', actual: blind.map(roleMissing).join(', ') };
  }),
};

/** Its peer’s word alone would hide that both take themselves for the primary. */
const isOwnWordSeen = ({ database: { ocid, associations: guards, members } }: Twin): boolean =>
  guards.kind === 'seen' || members.some(({ database, role }) => database === ocid && role !== '');

function roleMissing(twin: Twin): string {
  const { associations: guards } = twin.database;
  const said = guards.kind === 'unseen' && !isOwnWordSeen(twin) ? guards.detail : twin.role || 'none';
  return `${said} (${where(twin)})`;
}

const turned: Rule = {
  code: 'databases/turned',
  kind: 'paired',
  severity: 'note',
  title: 'The primary of a database is in the region that the fleet calls standby',
  why: 'After a switchover that is as it should be; then the fleet’s roles should follow. Versions are judged by the database’s roles.',
  remedy: (draft) => ['# If it is meant to stay so, set `primary` of the group in the fleet file', associations(draft)].join('\n'),
  judge: forPairs(({ isTurned, guarding, leading }) =>
    isTurned ? { expected: `its primary in ${where(guarding)}`, actual: `its primary in ${where(leading)}` } : null,
  ),
};

const associationFailed: Rule = {
  code: 'databases/association-failed',
  kind: 'paired',
  severity: 'warning',
  title: 'A Data Guard association is in state FAILED',
  why: 'The last thing that was done to it did not end well: a role change through the service may be refused.',
  remedy: (draft) => associations(draft),
  judge: forPairs(({ guarding, leading }) => {
    const failed = [guarding, leading].filter(
      ({ database: { associations: guards } }) => guards.kind === 'seen' && guards.list.some(({ state }) => state === 'FAILED'),
    );
    return failed.length === 0 ? null : { expected: 'AVAILABLE', actual: `FAILED as seen from ${failed.map(where).join(' and ')}` };
  }),
};

const databaseDown: Rule = {
  code: 'databases/down',
  kind: 'paired',
  severity: 'blocker',
  title: 'A standby database, its home or its system is not there to take over',
  why: 'What failed or is being terminated neither applies redo nor becomes a primary.',
  remedy: ({ with: given = {} }) =>
    [
      `$ oci db database get --region ${given.region} --database-id ${given.database}`,
      `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
    ].join('\n'),
  judge: forPairs(({ guarding: { database, home, system, facts } }) => {
    const parts = [
      ['database', database] as const,
      ...(home === null ? [] : [['home', home] as const]),
      ...(system === null ? [] : [['system', system] as const]),
    ].filter(([, { state }]) => standingOf(state) === 'down');
    const actual = parts.map(([noun, { name, state }]) => `${noun} ${name} is ${state}`).join(', ');
    return parts.length === 0 ? null : { expected: 'AVAILABLE', actual: `${actual} (${facts.region.name})` };
  }),
};

const applyLag: Rule = {
  code: 'databases/apply-lag',
  kind: 'paired',
  severity: 'warning',
  title: 'A standby database is too far behind with applying',
  why: 'What it has not applied has to be applied before it opens, and what has not arrived is lost in a failover.',
  remedy: (draft) => associations(draft),
  judge: forPairs((pair) => {
    const { applyLagMax } = pair.guarding.side.settings;
    const lag = lagSecondsOf(pair);
    const isLate = pair.isGuarded && lag !== null && lag * 1_000 > (parseDurationMs(applyLagMax) ?? 0);
    return isLate ? { expected: `at most ${applyLagMax} behind`, actual: `more than ${applyLagMax} behind` } : null;
  }),
};

/** As either side tells it, the worse; null where none does. */
function lagSecondsOf({ guarding, leading }: DatabasePair): number | null {
  const mark = readingMark(guarding.database.ocid);
  const lags = [...guarding.side.readings, ...leading.side.readings].filter(
    ({ name, subject }) => name === 'applyLagSeconds' && subject.endsWith(mark),
  );
  return lags.length === 0 ? null : Math.max(...lags.map(({ value }) => value));
}

const lagUntold: Rule = {
  code: 'databases/lag-untold',
  kind: 'paired',
  severity: 'note',
  title: 'How far a standby database is behind was not told',
  why: 'Full Stack DR and the database’s own broker watch it; here the figure is missing.',
  remedy: (draft) => associations(draft),
  judge: forPairs((pair) => {
    const { database, role } = pair.guarding;
    if (!pair.isGuarded || role === 'PRIMARY' || lagSecondsOf(pair) !== null) return null;
    return { expected: 'an apply lag', actual: database.lag === 'unreadable' ? 'one that could not be read' : 'none' };
  }),
};

export const guardRules: readonly Rule[] = [
  noStandby,
  standbyUnseen,
  primaryOfItUnseen,
  notGuarded,
  bothPrimary,
  noPrimary,
  notApplying,
  roleUnseen,
  turned,
  associationFailed,
  databaseDown,
  applyLag,
  lagUntold,
];
