// What can be wrong between the patches of a home and those in the dictionary of a database that runs from it.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import { namedPatch } from './comparison.ts';
import type { Container, Database, DbpatchFacts, Home, HomePatch } from './facts.ts';
import { isDatabaseLevel } from './patch.ts';
import { tellsNotOpen } from './registry.ts';
import { captureCommands, ownerOf, sqlplusCommand } from './remedy.ts';
import type { DbpatchSettings } from './settings.ts';

type Rule = AloneRule<DbpatchFacts, DbpatchSettings>;

interface Place {
  readonly database: Database;
  readonly home: Home | undefined;
  readonly container: Container;
}

function openContainers({ databases, homes }: DbpatchFacts): readonly Place[] {
  return databases.flatMap((database) => {
    if (database.registry.kind !== 'seen') return [];
    const home = homes.find(({ path }) => path === database.home);
    return database.registry.containers.filter(({ isOpen }) => isOpen).map((container) => ({ database, home, container }));
  });
}

const subjectOf = ({ database, container }: Place): string =>
  container.name === '' ? database.name : `${database.name}/${container.name}`;

const commands = ({ database, home }: Pick<Place, 'database' | 'home'>): Record<string, string> => ({
  owner: ownerOf(home),
  home: database.home ?? '$ORACLE_HOME',
  sid: database.name,
});

const datapatch = (draft: Draft): string => {
  const { owner = '', home = '', sid = '' } = draft.with ?? {};
  return `# On the primary, in a window, with every pluggable database open; first what it would do, then the doing:\n$ sudo -u ${owner} env ORACLE_HOME=${home} ORACLE_SID=${sid} ${home}/OPatch/datapatch -prereq\n$ sudo -u ${owner} env ORACLE_HOME=${home} ORACLE_SID=${sid} ${home}/OPatch/datapatch -verbose`;
};

const notApplied: Rule = {
  kind: 'alone',
  code: 'dbpatch/not-applied',
  severity: 'warning',
  title: 'A patch is in the home and not applied in the dictionary of a database',
  why: 'Fixes that change the dictionary are not in effect, and a pluggable database at another level than its container opens restricted. The standby takes the dictionary over as it is.',
  dependsOn: ['dbpatch/attempt-failed'],
  judge: (facts, { node }) =>
    openContainers(facts).flatMap((place) => {
      // A standby is patched before its primary, whose dictionary it has: there the home is lawfully ahead of it.
      if (isStandby(place.database, node.role)) return [];
      const lacking = lackingIn(place);
      if (lacking.length === 0) return [];
      const actual = `not applied: ${lacking.map(namedPatch).join('; ')}`;
      return [{ subject: subjectOf(place), expected: 'every patch of the home applied', actual, with: commands(place) }];
    }),
  remedy: datapatch,
};

const isStandby = ({ role }: Database, nodeRole: string | null): boolean =>
  role === null ? nodeRole === 'standby' : /^(?:PHYSICAL|SNAPSHOT) STANDBY/.test(role);

/** Failed attempts are told by a rule of their own, and a status that nobody asked for is no proof either way. */
function lackingIn({ home, container }: Place): readonly HomePatch[] {
  if (home?.patches.kind !== 'seen') return [];
  const isTold = (id: string): boolean =>
    container.patches.some(
      (patch) => patch.id === id && (patch.state === 'applied' || patch.state === 'failed' || patch.state === 'status-unseen'),
    );
  return home.patches.patches.filter((patch) => isForDictionary(patch) && !isTold(patch.id));
}

/** Release updates and the Java machine always have a part for the dictionary; of others only the home’s own folder for it tells. */
const isForDictionary = (patch: HomePatch): boolean => patch.hasSql ?? (isDatabaseLevel(patch) || patch.kind === 'ojvm');

const attemptFailed: Rule = {
  kind: 'alone',
  code: 'dbpatch/attempt-failed',
  severity: 'warning',
  title: 'The newest attempt to patch the dictionary of a database failed',
  why: 'The dictionary is between two levels. It goes to the standby as it is, and a failover does not mend it.',
  judge: (facts) =>
    openContainers(facts).flatMap((place) => {
      const failed = place.container.patches.filter(({ state }) => state === 'failed' || state === 'rollback-failed');
      if (failed.length === 0) return [];
      const actual = failed.map((patch) => `${patch.attempt}: ${namedPatch(patch)}`).join('; ');
      return [{ subject: subjectOf(place), expected: 'APPLY SUCCESS', actual, with: commands(place) }];
    }),
  remedy: (draft) =>
    `# The log of the attempt says why:\n$ ls -t /u01/app/${draft.with?.owner ?? ''}/cfgtoollogs/sqlpatch/sqlpatch_*/sqlpatch_invocation.log\n${datapatch(draft)}`,
};

const closedPdb: Rule = {
  kind: 'alone',
  code: 'dbpatch/pdb-closed',
  severity: 'warning',
  title: 'A pluggable database is closed, so that its patches could not be seen',
  why: 'datapatch passes over closed pluggable databases: opened after a failover, it is at an old level and may come up restricted.',
  judge: ({ databases, homes }) =>
    databases.flatMap((database) => {
      if (database.registry.kind !== 'seen') return [];
      const home = homes.find(({ path }) => path === database.home);
      return database.registry.containers
        .filter(({ isOpen }) => !isOpen)
        .map(({ name, openMode }) => ({
          subject: `${database.name}/${name}`,
          expected: 'open',
          actual: openMode.toLowerCase(),
          with: { ...commands({ database, home }), pdb: name },
        }));
    }),
  remedy: (draft) => {
    const { owner = '', home = '', sid = '', pdb = '' } = draft.with ?? {};
    return `# If it should be open:\n${sqlplusCommand(owner, home, sid)}\n# SQL> alter pluggable database ${pdb} open;`;
  },
};

interface Blind {
  readonly database: Database;
  readonly detail: string;
  readonly isUnasked: boolean;
}

function blindDatabases({ databases }: DbpatchFacts, nodeRole: string | null): readonly Blind[] {
  return databases.flatMap((database) => {
    const { registry } = database;
    if (registry.kind === 'unseen') return [{ database, detail: registry.detail, isUnasked: registry.isUnasked }];
    if (registry.kind === 'not-applicable')
      return registry.because === 'not-open' && nodeRole === 'primary'
        ? [{ database, detail: 'The database is mounted, not open', isUnasked: false }]
        : [];
    const isUntold = registry.containers.some(({ patches }) => patches.some(({ state }) => state === 'status-unseen'));
    return isUntold ? [{ database, detail: 'Nothing told whether the attempts to patch it succeeded', isUnasked: false }] : [];
  });
}

function draftOf({ homes }: DbpatchFacts, { database, detail, isUnasked }: Blind): Draft {
  const home = homes.find(({ path }) => path === database.home);
  // A home that is gone, or that nobody may ask, is one cause; a database that refuses is another.
  const isTheHomes = home !== undefined && (isUnasked || home.presence.kind !== 'there');
  return {
    subject: database.name,
    expected: 'seen',
    actual: detail,
    ...(isTheHomes ? { cause: home.path } : {}),
    with: { ...commands({ database, home }), isUnasked: String(isUnasked) },
  };
}

type Sight = 'unseen' | 'not-told' | 'not-asked';

/** Required is the dictionary of an open primary: a standby’s is the primary’s, by redo, and what is not open shows none. */
function sightOf({ database, detail, isUnasked }: Blind, nodeRole: string | null): Sight {
  if (isStandby(database, nodeRole)) return isUnasked ? 'not-asked' : 'not-told';
  return tellsNotOpen(detail) ? 'not-told' : 'unseen';
}

const blindTo =
  (sight: Sight): Rule['judge'] =>
  (facts, { node }) =>
    blindDatabases(facts, node.role)
      .filter((blind) => sightOf(blind, node.role) === sight)
      .map((blind) => draftOf(facts, blind));

const becauseOfTheHome = ['dbpatch/patches-unseen', 'dbpatch/home-gone', 'dbpatch/home-unseen'];

const registryUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/registry-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The patches in the dictionary of a primary database could not be seen',
  why: 'The home may be patched and the database not, and a standby takes over what its primary’s dictionary is.',
  dependsOn: becauseOfTheHome,
  judge: blindTo('unseen'),
  remedy: askRemedy,
};

const registryNotTold: Rule = {
  kind: 'alone',
  code: 'dbpatch/registry-not-told',
  severity: 'warning',
  title: 'A database that is a standby or not open does not tell of its patches',
  why: 'A standby’s dictionary is judged at its primary; but a database that should answer and does not may not come up either.',
  dependsOn: becauseOfTheHome,
  judge: blindTo('not-told'),
  remedy: askRemedy,
};

const registryUnseenOnStandby: Rule = {
  kind: 'alone',
  code: 'dbpatch/registry-not-asked',
  severity: 'note',
  title: 'Nobody asked the standby database for the patches in its dictionary',
  why: 'Its dictionary is the primary’s, by redo, and is judged there; what the standby has of its own are the homes.',
  dependsOn: becauseOfTheHome,
  judge: blindTo('not-asked'),
  remedy: askRemedy,
};

function askRemedy(draft: Draft): string {
  const { owner = '', home = '', sid = '', isUnasked } = draft.with ?? {};
  return isUnasked === 'true'
    ? `# Asks as the owner of the home, with queries only:\n${captureCommands(owner)}`
    : `# Shows what the database answers:\n${sqlplusCommand(owner, home, sid)}\n# SQL> select status from v$instance; select open_mode, database_role from v$database;`;
}

export const dictionaryRules: readonly Rule[] = [
  notApplied,
  attemptFailed,
  closedPdb,
  registryUnseen,
  registryNotTold,
  registryUnseenOnStandby,
];
