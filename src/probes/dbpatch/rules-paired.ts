// What a standby's Oracle homes lack beside those of its primary.
import { parseDurationMs } from '../../contract/duration.ts';
import type { Draft } from '../../contract/rule.ts';
import { areOfTwoTracks, compareLevels, contradictionIn, lackingPatches, levelOf, levelText, namedPatches } from './comparison.ts';
import type { DbpatchFacts, Home, HomePatch } from './facts.ts';
import { type Context, draft, pairing, pairsOf, type Rule } from './paired.ts';
import type { Unmatched } from './pairing.ts';
import { isDatabaseLevel } from './patch.ts';
import { compareReleases } from './release.ts';
import { captureCommands, ownerOf } from './remedy.ts';
import { renewOpatch } from './rules-homes.ts';
import { matchingRules } from './rules-matching.ts';

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
  isClockDriven: true,
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
  isClockDriven: true,
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
  ...matchingRules,
  primaryUnseen,
];
