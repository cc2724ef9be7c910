// Whether each database of the primary is guarded by one in the standby region, and one that applies.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts } from './facts.ts';
import { type DatabasePair, databasePairs, type Twin, type Unpaired } from './pairs.ts';
import { associations, pairTold, password, passwordFile, toldOf } from './remedy.ts';
import { isElsewhere } from './rules-ties.ts';
import type { Settings } from './settings.ts';
import { standingOf } from './standing.ts';
import { isGuardSeen } from './ties.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;

const forPairs =
  (say: (pair: DatabasePair, context: Context) => Pick<Draft, 'expected' | 'actual' | 'with'> | null): Rule['judge'] =>
  (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const said = say(pair, context);
      return said === null ? [] : [{ subject: pair.subject, ...said, with: { ...pairTold(pair), ...said.with } }];
    });

/** Of either side: after a role change it is the standby region that has the primaries. */
const forUnpaired =
  (say: (one: Unpaired) => Pick<Draft, 'expected' | 'actual'> | null): Rule['judge'] =>
  (standby, primary, context) => {
    const { unpaired, orphans } = databasePairs(standby, primary, context);
    return [...unpaired, ...orphans.filter(({ twin }) => twin.role === 'PRIMARY')].flatMap((one) => {
      const said = say(one);
      return said === null ? [] : [{ subject: one.subject, ...said, with: { ...toldOf(one.twin), to: shellWord(one.other.region.name) } }];
    });
  };

const where = ({ facts }: Twin): string => facts.region.name;

const noStandby: Rule = {
  code: 'databases/no-standby',
  kind: 'paired',
  severity: 'blocker',
  title: 'A database has no standby in the other region',
  why: 'There is nothing in that region that has its data.',
  remedy: (draft) =>
    [
      `# Add a standby in ${draft.with?.to}, or name the database under \`ignore\` of this check if the standby does not need it`,
      associations(draft),
    ].join('\n'),
  judge: forUnpaired((one) =>
    one.unseenPeers.length > 0 || !isGuardSeen(one.twin.database) || one.other.databases.missed.length > 0
      ? null
      : { expected: `a standby in ${one.other.region.name}`, actual: lackOf(one) },
  ),
};

function lackOf({ peers, gonePeers }: Unpaired): string {
  if (gonePeers.length > 0) return `its standby was terminated: ${gonePeers.join(', ')}`;
  return peers.length === 0 ? 'in no Data Guard configuration' : 'standbys in other regions only';
}

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
  judge: forUnpaired(({ twin, unseenPeers, other }) => {
    const expected = `its standby seen in ${other.region.name}`;
    if (unseenPeers.length > 0) return { expected, actual: `not among what was seen: ${unseenPeers.join(', ')}` };
    if (!isGuardSeen(twin.database)) return { expected, actual: `its Data Guard associations were not seen (${where(twin)})` };
    return other.databases.missed.length > 0 ? { expected, actual: 'not all databases there were seen' } : null;
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
    databasePairs(standby, primary, context)
      .orphans.filter(({ twin }) => twin.role !== 'PRIMARY')
      .map(({ subject, twin, unseenPeers, gonePeers }) => ({
        subject,
        expected: `its primary seen in ${primary.region.name}`,
        actual: unseenPeers.length > 0 ? `not among what was seen: ${unseenPeers.join(', ')}` : `terminated: ${gonePeers.join(', ')}`,
        with: toldOf(twin),
      })),
};

const onlyHere: Rule = {
  code: 'databases/only-here',
  kind: 'paired',
  severity: 'note',
  title: 'A database of the standby region is in no Data Guard configuration and has no twin in the other region',
  why: 'One that belongs to this region alone needs none. One that a failover made the primary has lost its standby: nothing guards it now.',
  remedy: (draft) =>
    [
      '# If it was moved here by a failover, add a standby in the other region; else name it under `ignore` of this check',
      associations(draft),
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).loners.map(({ subject, twin }) => ({
      subject,
      expected: `a twin in ${primary.region.name}, if it has come from there`,
      actual: 'in no Data Guard configuration',
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
          actual: [guarding, leading].every(({ database }) => isGuardSeen(database)) ? 'in none' : 'associations were not seen',
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
      '# First decide which of the two stays the primary: the one that applications have written to since the failover, which as a rule is',
      '# the one that it went to. The other is put back to the time of the failover, and loses what was written to it alone since then.',
      associations(draft),
      `$ ${draft.with?.lookThere}`,
      `# Only then, if the one in ${draft.with?.there} stays the primary, and the one in ${draft.with?.region} becomes its standby:`,
      `#   ${draft.with?.reinstate}`,
      `# or, if the one in ${draft.with?.region} stays the primary, and the one in ${draft.with?.there} becomes its standby:`,
      `#   ${draft.with?.reinstateThere}`,
      passwordFile,
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
  remedy: (draft) =>
    [
      '# See what the broker says on both sides; then fail over to the side that counts',
      associations(draft),
      `$ ${draft.with?.lookThere}`,
    ].join('\n'),
  judge: forPairs(({ guarding, leading }) =>
    /STANDBY/.test(guarding.role) && /STANDBY/.test(leading.role) && !isElsewhere(guarding, leading)
      ? { expected: 'one PRIMARY and one STANDBY', actual: `${guarding.role} in ${where(guarding)}, ${leading.role} in ${where(leading)}` }
      : null,
  ),
};

const notApplying: Rule = {
  code: 'databases/not-applying',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby database does not apply what the primary writes',
  why: 'A snapshot standby was opened for tests and a disabled one was switched off: both fall behind until they are made standbys again.',
  remedy: (draft) =>
    [
      associations(draft),
      ...(draft.with?.role === 'SNAPSHOT_STANDBY'
        ? [
            '# Makes it a standby again; what was tried on it is dropped:',
            `$ oci db database convert-standby-database-type --region ${draft.with.region} --database-id ${draft.with.database} --standby-conversion-type PHYSICAL ${password}`,
          ]
        : [
            `# A former primary is reinstated; one that was disabled by hand is enabled in its broker. It becomes the standby of the one in ${draft.with?.there}:`,
            `$ ${draft.with?.reinstate}`,
          ]),
      passwordFile,
    ].join('\n'),
  judge: forPairs(({ guarding }) => {
    const [role] = guarding.claims.filter((claim) => claim === 'SNAPSHOT_STANDBY' || claim === 'DISABLED_STANDBY');
    return role === undefined ? null : { expected: 'role STANDBY', actual: `role ${role} (${where(guarding)})`, with: { role } };
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

export const guardRules: readonly Rule[] = [
  noStandby,
  standbyUnseen,
  primaryOfItUnseen,
  onlyHere,
  notGuarded,
  bothPrimary,
  noPrimary,
  notApplying,
  roleUnseen,
  turned,
  databaseDown,
];
