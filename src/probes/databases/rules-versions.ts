// Versions and one-off patches of the homes that databases run from.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import type { Change, Facts } from './facts.ts';
import { type DatabasePair, databasePairs, type Twin } from './pairs.ts';
import { patches, patching, toldOf } from './remedy.ts';
import type { Settings } from './settings.ts';
import { changesOf } from './standing.ts';
import { compareVersions, quartersBetween, readVersion, releaseOf } from './version.ts';

type Rule = PairedRule<Facts, Settings>;
type Versions = DatabasePair & { readonly own: readonly number[]; readonly theirs: readonly number[] };

const isChanging = ({ guarding, leading }: DatabasePair): boolean => changesOf(guarding).length + changesOf(leading).length > 0;

/** Pairs of which both versions are known, and not about to be others. */
function settled(standby: Facts, primary: Facts, context: PairedContext<Settings>): readonly Versions[] {
  return databasePairs(standby, primary, context).pairs.flatMap((pair) => {
    const own = readVersion(pair.guarding.home?.version ?? null);
    const theirs = readVersion(pair.leading.home?.version ?? null);
    return own === null || theirs === null || isChanging(pair) ? [] : [{ ...pair, own, theirs }];
  });
}

const versionsDraft = ({ subject, guarding, leading }: DatabasePair, expected: (version: string) => string): Draft => ({
  subject,
  expected: expected(leading.home?.version ?? ''),
  actual: `${guarding.home?.version} in ${guarding.home?.name} (${guarding.facts.region.name})`,
  with: toldOf(guarding),
});

const areOfOneRelease = ({ own, theirs }: Versions): boolean => releaseOf(own) === releaseOf(theirs);

const behind: Rule = {
  code: 'databases/behind',
  kind: 'paired',
  severity: 'blocker',
  title: 'A standby database is at a lower version than its primary',
  why: 'After a role change the database is at a version that its own redo and dictionary are ahead of. Standbys are patched first, never last.',
  remedy: (draft) => ['# Bring the standby to at least the primary’s version', ...patching(draft)].join('\n'),
  judge: (standby, primary, context) =>
    settled(standby, primary, context)
      .filter(({ own, theirs }) => compareVersions(own, theirs) < 0)
      .map((pair) => versionsDraft(pair, (version) => `${version} or higher, as of its primary`)),
};

const ahead: Rule = {
  code: 'databases/ahead',
  kind: 'paired',
  severity: 'note',
  title: 'A standby database is at a higher version than its primary',
  why: 'Standby-first patching is under way: allowed for a year at most. The primary’s turn comes next, and datapatch with it.',
  remedy: (draft) =>
    ['# On the primary’s side, when the standby has proven itself; here, to see what was applied:', patches(draft)].join('\n'),
  judge: (standby, primary, context) =>
    settled(standby, primary, context)
      .filter((pair) => areOfOneRelease(pair) && !isTooFar(pair) && compareVersions(pair.own, pair.theirs) > 0)
      .map((pair) => versionsDraft(pair, (version) => `${version}, as of its primary, sooner or later`)),
};

/** Oracle allows standby-first patching for a year, and release updates come out every quarter. */
const quartersMax = 4;

const isTooFar = ({ own, theirs }: Versions): boolean =>
  compareVersions(own, theirs) > 0 && (quartersBetween(own, theirs) ?? 0) > quartersMax;

const tooFarAhead: Rule = {
  code: 'databases/too-far-ahead',
  kind: 'paired',
  severity: 'warning',
  title: 'A standby database is more than a year of patches ahead of its primary',
  why: 'Standby-first patching holds for patches at most a year apart. Beyond, redo of the one need not be understood by the other.',
  remedy: (draft) => ['# Patch the primary. What this side has had:', patches(draft)].join('\n'),
  judge: (standby, primary, context) =>
    settled(standby, primary, context)
      .filter((pair) => areOfOneRelease(pair) && isTooFar(pair))
      .map((pair) => versionsDraft(pair, (version) => `at most a year ahead of ${version}`)),
};

const otherRelease: Rule = {
  code: 'databases/other-release',
  kind: 'paired',
  severity: 'blocker',
  title: 'A standby database is of a later release than its primary',
  why: 'Patches may go to the standby first, upgrades may not: a primary’s redo does not open a database of a later release.',
  remedy: (draft) => ['# Finish or roll back the upgrade, so that both are of one release', patches(draft)].join('\n'),
  judge: (standby, primary, context) =>
    settled(standby, primary, context)
      .filter((pair) => !areOfOneRelease(pair) && compareVersions(pair.own, pair.theirs) > 0)
      .map((pair) => versionsDraft(pair, (version) => `the release of ${version}`)),
};

const changing: Rule = {
  code: 'databases/changing',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A database, its home or its system is being changed, or needs attention',
  why: 'What version it will be at, and whether it will be there, is known when that has ended.',
  remedy: ({ with: given = {} }) =>
    [
      '# What is being changed ends by itself: look again then. What needs attention does not: its lifecycleDetails say of what',
      `$ oci db database get --region ${given.region} --database-id ${given.database}`,
      `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const [twin] = [pair.guarding, pair.leading].filter((one) => changesOf(one).length > 0);
      if (twin === undefined) return [];
      const actual = [pair.guarding, pair.leading].flatMap((one) => changesOf(one).map((change) => `${change} (${one.facts.region.name})`));
      return [{ subject: pair.subject, expected: 'AVAILABLE on both sides', actual: actual.join('; '), with: toldOf(twin) }];
    }),
};

const versionUnseen: Rule = {
  code: 'databases/version-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The version of a database or of its twin was not seen',
  why: 'Whether the one that has to take over is high enough is not known.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region:',
      '# Allow dynamic-group <collector> to inspect db-homes in compartment <compartment>',
      `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const blind = [pair.guarding, pair.leading].filter((one) => readVersion(one.home?.version ?? null) === null);
      const [twin] = blind;
      if (twin === undefined) return [];
      return [
        { subject: pair.subject, expected: 'a version on both sides', actual: blind.map(versionMissing).join('; '), with: toldOf(twin) },
      ];
    }),
};

const versionMissing = ({ home, facts }: Twin): string =>
  `${home === null ? 'its home was not seen' : `version “${home.version ?? ''}” of ${home.name}`} (${facts.region.name})`;

const oneOffsOf = ({ home }: Twin): ReadonlySet<string> | null => (home?.oneOffs.kind === 'seen' ? new Set(home.oneOffs.list) : null);

const oneOffRule = (isMissing: boolean): Rule => ({
  code: isMissing ? 'databases/one-off-missing' : 'databases/one-off-extra',
  kind: 'paired',
  severity: isMissing ? 'warning' : 'note',
  title: isMissing
    ? 'The standby’s home lacks one-off patches that the primary’s has'
    : 'The standby’s home has one-off patches that the primary’s lacks',
  why: isMissing
    ? 'Somebody needed each of them: what it mends comes back with the failover. A newer release update may hold it already: then accept the finding.'
    : 'Patched first, or by itself: what it mends comes back when the primary takes over again.',
  remedy: ({ with: given = {} }) =>
    isMissing
      ? [
          ...(given.ahead === undefined ? [] : [given.ahead]),
          ...(given.kind === 'vm-cluster'
            ? patching({ with: given })
            : [
                `$ oci db database patch --region ${given.region} --database-id ${given.database} --patch-action APPLY --one-off-patches '${given.patches}'`,
              ]),
          `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
        ].join('\n')
      : `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) => {
      const [own, theirs] = [oneOffsOf(pair.guarding), oneOffsOf(pair.leading)];
      if (own === null || theirs === null || isChanging(pair)) return [];
      const [those, here] = isMissing ? [theirs, own] : [own, theirs];
      const patches = [...those].filter((patch) => !here.has(patch)).sort();
      if (patches.length === 0) return [];
      const listed = patches.join(', ');
      const where = `${pair.guarding.home?.name} (${pair.guarding.facts.region.name})`;
      return [
        {
          subject: pair.subject,
          expected: isMissing ? `one-off patches ${listed}` : 'those of the primary',
          actual: `${isMissing ? 'not' : 'only'} in ${where}: ${listed}`,
          with: { ...toldOf(pair.guarding), ...aheadOf(pair), patches: JSON.stringify(patches.map((patch) => patch.replaceAll("'", ''))) },
        },
      ];
    }),
});

/** A number of a one-off patch is that of one release update; the next one may hold what it mends. */
function aheadOf({ guarding, leading }: DatabasePair): NonNullable<Draft['with']> {
  const [own, theirs] = [readVersion(guarding.home?.version ?? null), readVersion(leading.home?.version ?? null)];
  if (own === null || theirs === null || compareVersions(own, theirs) <= 0) return {};
  const ahead = [
    `# This home is at ${guarding.home?.version}, the primary’s at ${leading.home?.version}: see first whether the newer release update holds them, in`,
    '# its list of bugs fixed. If it does, accept this finding. If not, apply the patches made for the newer one, which may have other numbers:',
  ].join('\n');
  return { ahead };
}

const oneOffsUnseen: Rule = {
  code: 'databases/one-offs-unseen',
  kind: 'paired',
  severity: 'warning',
  title: 'The one-off patches of a home could not be read',
  why: 'Whether the standby lacks some of the primary’s is not known.',
  remedy: ({ with: given = {} }) => `$ oci db db-home get --region ${given.region} --db-home-id ${given.home}`,
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap((pair) =>
      [pair.guarding, pair.leading].flatMap((twin) =>
        twin.home?.oneOffs.kind === 'unseen'
          ? [
              {
                subject: `${pair.subject} (${twin.facts.region.name})`,
                expected: 'a list of patches',
                actual: twin.home.oneOffs.detail,
                with: toldOf(twin),
              },
            ]
          : [],
      ),
    ),
};

const patchFailed: Rule = {
  code: 'databases/patch-failed',
  kind: 'paired',
  severity: 'blocker',
  title: 'The last patch of the standby’s home was not applied',
  why: 'The home may be patched by half, on one node and not on the other, whatever version it shows.',
  remedy: (draft) =>
    [
      '# What it failed of is in its lifecycleDetails; then again, or a rollback with the service’s help',
      `$ oci db patch-history list by-database --region ${draft.with?.region} --database-id ${draft.with?.database}`,
      ...patching(draft),
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap(({ subject, guarding }) => {
      const home = guarding.home;
      const failed = home?.unfinished.kind === 'seen' ? home.unfinished.list.filter(({ state }) => state !== 'IN_PROGRESS') : [];
      if (home === null || failed.length === 0) return [];
      const actual = `${home.name} (${guarding.facts.region.name}): ${failed.map(sayChange).join(', ')}`;
      return [{ subject, expected: 'the last patch SUCCEEDED', actual, with: toldOf(guarding) }];
    }),
};

export const sayChange = ({ type, action, state, startedAt }: Change): string =>
  [type, action, state || 'in no state that was told', startedAt === null ? '' : new Date(startedAt).toISOString().slice(0, 10)]
    .filter((part) => part !== '')
    .join(' ');

const historyUnseen: Rule = {
  code: 'databases/history-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether the last patch of the standby’s home went well was not seen',
  why: 'A home that was patched by half looks like any other.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region:',
      '# Allow dynamic-group <collector> to inspect db-homes in compartment <compartment>',
      `$ oci db patch-history list by-database --region ${given.region} --database-id ${given.database}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    databasePairs(standby, primary, context).pairs.flatMap(({ subject, guarding }) =>
      guarding.home?.unfinished.kind === 'unseen'
        ? [
            {
              subject,
              expected: 'a patch history',
              actual: `${guarding.home.name}: ${guarding.home.unfinished.detail}`,
              with: toldOf(guarding),
            },
          ]
        : [],
    ),
};

export const versionRules: readonly Rule[] = [
  behind,
  ahead,
  tooFarAhead,
  otherRelease,
  changing,
  versionUnseen,
  oneOffRule(true),
  oneOffRule(false),
  oneOffsUnseen,
  patchFailed,
  historyUnseen,
];
