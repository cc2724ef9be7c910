// What a standby's Oracle homes lack beside those of its primary.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { areOfTwoTracks, compareLevels, contradictionIn, lackingPatches, levelOf, levelText, namedPatches } from './comparison.ts';
import type { DbpatchFacts, Home, HomePatch } from './facts.ts';
import { type Pair, type Pairing, pairHomes, type Unmatched } from './pairing.ts';
import { isDatabaseLevel } from './patch.ts';
import { compareReleases } from './release.ts';
import { captureCommands, ownerOf } from './remedy.ts';
import { renewOpatch } from './rules-homes.ts';
import type { DbpatchSettings } from './settings.ts';

type Rule = PairedRule<DbpatchFacts, DbpatchSettings>;
type Context = PairedContext<DbpatchSettings>;

const pairing = (standby: DbpatchFacts, primary: DbpatchFacts, { standby: own, primary: theirs }: Context): Pairing =>
  pairHomes(standby, primary, { standby: own.node.site, primary: theirs.node.site });

const pairsOf = (standby: DbpatchFacts, primary: DbpatchFacts, context: Context): readonly Pair[] =>
  pairing(standby, primary, context).pairs;

const behind: Rule = {
  kind: 'paired',
  code: 'dbpatch/release-behind',
  severity: 'blocker',
  title: 'The standby’s Oracle home is at an older level than its primary’s',
  why: 'The dictionary comes by redo at the primary’s level. Binaries older than the dictionary that they open are not supported: redo apply may stop, the database opens with a dictionary that its software does not know, and to patch the home takes hours in which nothing serves.',
  judge: (standby, primary, context) => {
    const { pairs, databases: unmatched } = pairing(standby, primary, context);
    return [
      ...pairs.flatMap(({ standby: own, primary: theirs, databases }) =>
        compareLevels(own, theirs) === -1
          ? [draft(own, levelText(levelOf(theirs)!), `${levelText(levelOf(own)!)}${serving(databases)}`, updateOf(theirs))]
          : [],
      ),
      ...unmatched.flatMap(behindAnyway),
    ];
  },
  remedy: (one) =>
    `# With ${one.with?.update ?? ''}, unpacked, in its folder on the standby; stop what runs from the home first. datapatch runs on the primary only.\n${apply(one)}`,
};

/** Which home would open the database is not known, and none of those that might is far enough. */
function behindAnyway({ database, primary, candidates }: Unmatched): readonly Draft[] {
  if (primary === undefined || candidates.length === 0 || candidates.some((own) => compareLevels(own, primary) !== -1)) return [];
  const [newest] = [...candidates].sort((a, b) => -(compareLevels(a, b) ?? 0));
  const actual = `${levelText(levelOf(newest!)!)}${candidates.length === 1 ? '' : ' at most'}, whichever home opens it`;
  return [{ ...draft(newest!, levelText(levelOf(primary)!), actual, { home: newest!.path, ...updateOf(primary) }), subject: database }];
}

/** A release update, a PSU, a bundle patch: by its own name where the primary lists it. */
const updateOf = (theirs: Home): Readonly<Record<string, string>> => {
  const patches = levelPatches(theirs);
  return { update: patches.length === 0 ? 'the primary’s update' : `the primary’s ${namedPatches(patches)}` };
};

const serving = (databases: readonly string[]): string => (databases.length === 0 ? '' : ` (serves ${databases.join(', ')})`);

const draft = (own: Home, expected: string, actual: string, more: Readonly<Record<string, string>> = {}): Draft => ({
  subject: own.path,
  expected,
  actual,
  with: { owner: ownerOf(own), role: own.role, ...more },
});

function apply({ subject: about, with: { owner = '', role = '', home } = {} }: Draft): string {
  const subject = home ?? about;
  return role === 'grid'
    ? `$ sudo ${subject}/OPatch/opatchauto apply -oh ${subject}`
    : `$ sudo -u ${owner} env ORACLE_HOME=${subject} ${subject}/OPatch/opatch apply`;
}

const levelPatches = ({ patches }: Home): readonly HomePatch[] => (patches.kind === 'seen' ? patches.patches.filter(isDatabaseLevel) : []);

/** Missing patches of a home, by what they are. */
const missing =
  (isOfKind: (patch: HomePatch) => boolean): Rule['judge'] =>
  (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ standby: own, primary: theirs }) => {
      const lacking = (lackingPatches(own, theirs) ?? []).filter(isOfKind);
      if (lacking.length === 0) return [];
      const isOfOtherTrack = lacking.some(isDatabaseLevel) && areOfTwoTracks(own, theirs);
      const has = isOfOtherTrack ? `; here instead: ${namedPatches(levelPatches(own))}` : '';
      return [
        draft(own, 'the patches of the primary’s home', `${lacking.length} missing: ${namedPatches(lacking)}${has}`, {
          ids: lacking.map(({ id }) => id).join(' '),
          ...(isOfOtherTrack
            ? {
                instead: levelPatches(own)
                  .map(({ id }) => id)
                  .join(' '),
              }
            : {}),
        }),
      ];
    });

const applyEach = (one: Draft): string =>
  `${otherTrack(one.with?.instead)}# Each of them (${one.with?.ids ?? ''}), unpacked, in its folder on the standby; stop what runs from the home first. datapatch runs on the primary only.\n${apply(one)}`;

const otherTrack = (instead: string | undefined): string =>
  instead === undefined
    ? ''
    : `# PSUs and bundle patches exclude each other: ${instead} is rolled back before the other track is applied.\n`;

const ojvmBehind: Rule = {
  kind: 'paired',
  code: 'dbpatch/ojvm-behind',
  severity: 'warning',
  title: 'The Java machine in the standby’s Oracle home is older than its primary’s',
  why: 'Java in the dictionary and in the home have to be of one level: after the failover calls into it fail until the home is patched.',
  judge: missing(({ kind }) => kind === 'ojvm'),
  remedy: applyEach,
};

const patchesMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/patches-missing',
  severity: 'warning',
  title: 'Bundles of patches in the primary’s Oracle home are missing on the standby',
  why: 'Fixes that serve today are gone after the failover.',
  dependsOn: ['dbpatch/release-behind'],
  judge: missing((patch) => patch.kind !== 'ojvm' && patch.kind !== 'one-off'),
  remedy: applyEach,
};

const oneOffMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/one-off-missing',
  severity: 'warning',
  title: 'A one-off patch of the primary’s Oracle home is missing on the standby',
  why: 'Somebody had it made for an error of this very system, which is back after the failover.',
  judge: missing(({ kind }) => kind === 'one-off'),
  remedy: (one) => `# A newer release update may hold the fix: its list of bugs tells; else each in its own folder:\n${applyEach(one)}`,
};

interface Ahead {
  readonly own: Home;
  readonly theirs: Home;
  readonly what: string;
}

function aheadHomes(standby: DbpatchFacts, primary: DbpatchFacts, context: Context): readonly Ahead[] {
  return pairsOf(standby, primary, context).flatMap(({ standby: own, primary: theirs }) => {
    const level = compareLevels(own, theirs);
    if (level === -1) return [];
    // An update that is of another track, or that the binaries do not have, is no lead.
    const more = (lackingPatches(theirs, own) ?? []).filter((patch) => !isDatabaseLevel(patch));
    const parts = [...(level === 1 ? [levelText(levelOf(own)!)] : []), ...(more.length === 0 ? [] : [namedPatches(more)])];
    return parts.length === 0 ? [] : [{ own, theirs, what: parts.join('; ') }];
  });
}

const isTooLong = ({ own }: Ahead, { now, standby }: Context): boolean =>
  own.levelSince !== null && now - Date.parse(own.levelSince) > (parseDurationMs(standby.settings.aheadAtMost) ?? 0);

const since = ({ own }: Ahead): string => (own.levelSince === null ? 'since an unknown time' : `since ${own.levelSince.slice(0, 10)}`);

const expectedOf = ({ theirs }: Ahead): string => {
  const level = levelOf(theirs);
  return level === null ? 'the patches of the primary’s home' : levelText(level);
};

const ahead: Rule = {
  kind: 'paired',
  code: 'dbpatch/ahead-of-primary',
  severity: 'note',
  title: 'The standby’s Oracle home is patched further than its primary’s',
  why: 'Databases are patched standby first; the primary should follow within the time that Oracle supports the difference.',
  judge: (standby, primary, context) =>
    aheadHomes(standby, primary, context)
      .filter((one) => !isTooLong(one, context))
      .map((one) => draft(one.own, expectedOf(one), `${one.what} ${since(one)}`, { theirs: one.theirs.path })),
  remedy: followRemedy,
};

const aheadTooLong: Rule = {
  kind: 'paired',
  code: 'dbpatch/ahead-too-long',
  severity: 'warning',
  title: 'The standby’s Oracle home has been ahead of its primary’s for longer than allowed',
  why: 'Standby-first is a passage, which Oracle supports for a limited time: a failover now would run binaries newer than the dictionary until datapatch has run.',
  judge: (standby, primary, context) =>
    aheadHomes(standby, primary, context)
      .filter((one) => isTooLong(one, context))
      .map((one) =>
        draft(one.own, `${expectedOf(one)}, or ahead for at most ${context.standby.settings.aheadAtMost}`, `${one.what} ${since(one)}`, {
          theirs: one.theirs.path,
        }),
      ),
  remedy: followRemedy,
};

/** datapatch is for databases only; `-prereq` shows what it would do. */
function followRemedy({ with: { owner = '', theirs = '', role = '' } = {} }: Draft): string {
  if (role === 'grid')
    return `# On the primary, at its next window, with the same patches, unpacked, in their folder:\n$ sudo ${theirs}/OPatch/opatchauto apply -oh ${theirs}`;
  const as = `$ sudo -u ${owner} env ORACLE_HOME=${theirs} ${theirs}/OPatch`;
  return `# On the primary, at its next window, with the same patches, unpacked, in their folder:\n${as}/opatch apply\n# Then datapatch there, with ORACLE_SID set and every pluggable database open: what it would do, and only where that is right the doing:\n${as}/datapatch -prereq\n${as}/datapatch -verbose`;
}

const opatchBehind: Rule = {
  kind: 'paired',
  code: 'dbpatch/opatch-behind',
  severity: 'warning',
  title: 'The opatch of the standby’s Oracle home is older than its primary’s',
  why: 'Patches refuse an opatch older than their own minimum: what was applied on the primary may not be applicable here.',
  dependsOn: ['dbpatch/opatch-too-old'],
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).flatMap(({ standby: own, primary: theirs }) =>
      own.opatch.kind === 'seen' && theirs.opatch.kind === 'seen' && compareReleases(own.opatch.version, theirs.opatch.version) < 0
        ? [draft(own, theirs.opatch.version, own.opatch.version)]
        : [],
    ),
  remedy: (one) => renewOpatch(one.with?.owner ?? '', one.subject),
};

const missingHomes =
  (role: Home['role']): Rule['judge'] =>
  (standby, primary, context) =>
    pairing(standby, primary, context)
      .missing.filter((theirs) => theirs.role === role)
      .map((theirs) => ({
        subject: `${role} home`,
        expected: `as ${theirs.path} on the primary`,
        actual: 'none',
        with: { theirs: theirs.path, owner: ownerOf(theirs) },
      }));

const installLikeIt = (one: Draft): string =>
  `# On the primary, a gold image of its home to install on the standby:\n$ sudo -u ${one.with?.owner ?? ''} ${one.with?.theirs ?? ''}/runInstaller -createGoldImage -destinationLocation /tmp -silent`;

const homeMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/home-missing',
  severity: 'blocker',
  title: 'The standby has no Oracle home that a database could be opened from',
  why: 'The data may arrive in time, and there is no software that opens them.',
  judge: missingHomes('database'),
  remedy: installLikeIt,
};

const gridMissing: Rule = {
  kind: 'paired',
  code: 'dbpatch/grid-missing',
  severity: 'warning',
  title: 'The primary has Grid Infrastructure and the standby has none',
  why: 'Disk groups, listeners and the restart of what fails are Grid Infrastructure’s on the primary; a standby that lawfully does without serves differently.',
  judge: missingHomes('grid'),
  remedy: (one) => installLikeIt(one).replace('runInstaller', 'gridSetup.sh'),
};

const homeWithoutTwin: Rule = {
  kind: 'paired',
  code: 'dbpatch/home-without-twin',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing tells which Oracle home of the standby stands for one of its primary’s',
  why: 'Neither databases nor names match, so that this home is compared with none: the standby may be behind in exactly it.',
  judge: (standby, primary, context) =>
    pairing(standby, primary, context).homes.map((theirs) => ({
      subject: `primary’s ${theirs.path}`,
      expected: `a ${theirs.role} home with one of its databases, or of its name`,
      actual: 'none that matches',
    })),
  remedy: () =>
    '# Name the databases of each home on both sides; a home that serves nothing is left out by ignoreHomes:\n$ grep -v "^#" /etc/oratab',
};

const unmatched =
  (kind: Unmatched['kind']): Rule['judge'] =>
  (standby, primary, context) =>
    pairing(standby, primary, context)
      .databases.filter((one) => one.kind === kind)
      .map(({ database, why }) => ({
        subject: database,
        expected: 'a home that it would open from, as on the primary',
        actual: why,
        with: { owner: ownerOf(standby.homes.find(({ role }) => role === 'database')) },
      }));

const databaseWithoutHome: Rule = {
  kind: 'paired',
  code: 'dbpatch/database-without-home',
  severity: 'blocker',
  title: 'A database of the primary is not on the standby',
  why: 'The standby’s own databases are known, and neither oratab nor a running instance names this one, or its home is gone: nothing here would open it.',
  judge: unmatched('absent'),
  remedy: () =>
    '# If it is protected, name it in /etc/oratab with the home that it would open from; if nothing protects it, list it under ignoreDatabases:\n$ grep -v "^#" /etc/oratab',
};

const databaseUnmatched: Rule = {
  kind: 'paired',
  code: 'dbpatch/database-unmatched',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing tells which database of the standby is one of its primary’s',
  why: 'Unique names lawfully differ, and these agree in nothing: whether the standby has this database, and which home would open it, is not known.',
  judge: unmatched('unknown'),
  remedy: (one) => nameThem(one),
};

/** DB_NAME settles it, which only the owner may ask; so do the words that the sites differ by. */
const nameThem = (one: Draft): string =>
  `# The capture tells DB_NAME, which both sides share; or give the words that differ under node.site.tokens, on both sides. What nothing protects belongs under ignoreDatabases:\n${captureCommands(one.with?.owner ?? '')}\n$ grep -v "^#" /etc/oratab`;

const byElimination: Rule = {
  kind: 'paired',
  code: 'dbpatch/paired-by-elimination',
  severity: 'warning',
  title: 'An Oracle home is compared with its primary’s only for want of another',
  why: 'No database tells that these two homes belong together: the comparison holds if they do, and the primary’s database may have no counterpart at all.',
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context)
      .filter(({ by, primary: { role } }) => by === 'role' && role === 'database')
      .map(({ standby: own, primary: theirs }) => draft(own, `a home of ${named(theirs)}, as ${theirs.path}`, named(own))),
  remedy: (one) => nameThem(one),
};

const named = ({ databases }: Home): string => (databases.length === 0 ? 'no database that is named' : databases.join(', '));

const primaryUnseen: Rule = {
  kind: 'paired',
  code: 'dbpatch/primary-part-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the primary’s Oracle software could not be seen, so the standby cannot be compared with it',
  why: 'The standby may lack exactly what is not seen there.',
  judge: (_standby, { sources, homes }) => [
    ...sources.flatMap(({ name, state, path }) =>
      state.kind === 'unseen'
        ? [
            {
              subject: `primary’s ${name === 'inventory' ? 'central inventory' : path}`,
              expected: 'seen',
              actual: state.detail,
              with: { owner: ownerOf(homes[0]) },
            },
          ]
        : [],
    ),
    ...homes.flatMap((home) => {
      const parts = [
        unseenText('release', home.release) ?? contradictionText(home),
        home.presence.kind === 'gone' ? null : unseenText('patches', home.patches),
      ].filter((part) => part !== null);
      return parts.length === 0 || home.presence.kind === 'gone'
        ? []
        : [{ subject: `primary’s ${home.path}`, expected: 'seen', actual: parts.join('; '), with: { owner: ownerOf(home) } }];
    }),
  ],
  remedy: (one) => `# On the primary:\n${captureCommands(one.with?.owner ?? '')}\n$ understudy explain dbpatch`,
};

function contradictionText(home: Home): string | null {
  const both = contradictionIn(home);
  return both === null ? null : `release: its binaries tell ${both.binaries}, its inventory ${both.inventory}`;
}

function unseenText(what: string, part: Home['release'] | Home['patches']): string | null {
  switch (part.kind) {
    case 'seen':
    case 'not-looked-at':
      return null;
    case 'stale':
      return `${what}: captured before the inventory changed`;
    case 'unseen':
      return `${what}: ${part.detail}`;
  }
}

export const pairedRules: readonly Rule[] = [
  behind,
  ojvmBehind,
  patchesMissing,
  oneOffMissing,
  ahead,
  aheadTooLong,
  opatchBehind,
  homeMissing,
  gridMissing,
  homeWithoutTwin,
  databaseWithoutHome,
  databaseUnmatched,
  byElimination,
  primaryUnseen,
];
