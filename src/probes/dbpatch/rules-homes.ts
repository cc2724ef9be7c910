// What can be wrong with the Oracle homes of one machine, or with the sight of them.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneContext, AloneRule, Draft } from '../../contract/rule.ts';
import { contradictionIn } from './comparison.ts';
import type { DbpatchFacts, Home, UnseenPart } from './facts.ts';
import { lockedDetail, unlistedDetail } from './opatch-parse.ts';
import { compareReleases } from './release.ts';
import { captureCommands, opatchCommand, ownerOf } from './remedy.ts';
import type { DbpatchSettings } from './settings.ts';

type Rule = AloneRule<DbpatchFacts, DbpatchSettings>;

const sourceUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/inventory-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'A list of the Oracle homes could not be read',
  why: 'A home that is listed there and nowhere else is not looked at, and may be the one that the standby database runs from.',
  judge: ({ sources, homes }) =>
    sources.flatMap(({ name, path, state }) =>
      state.kind === 'unseen'
        ? [
            {
              subject: name === 'inventory' ? 'central inventory' : path,
              expected: 'seen',
              actual: state.detail,
              with: { path, owner: ownerOf(homes[0]) },
            },
          ]
        : [],
    ),
  remedy: (draft) => `# The capture takes it along:\n${captureCommands(draft.with?.owner ?? '')}\n$ sudo ls -l ${draft.with?.path ?? ''}`,
};

const homeGone: Rule = {
  kind: 'alone',
  code: 'dbpatch/home-gone',
  severity: 'warning',
  title: 'An Oracle home is listed and its folder is not there',
  why: 'Where a database starts from it, nothing starts; where none does, the list is wrong, and opatch and patching tools stumble over it on the day.',
  dependsOn: ['dbpatch/home-missing'],
  judge: ({ homes }) =>
    homes.flatMap((home) =>
      home.presence.kind === 'gone'
        ? [
            {
              subject: home.path,
              expected: 'a folder',
              actual: 'not there',
              cause: `${home.role} home`,
              with: { owner: ownerOf(home), databases: home.databases.join(' ') },
            },
          ]
        : [],
    ),
  remedy: (draft) =>
    `# Mount or restore it; where it was removed for good, take it out of /etc/oratab and the inventory:\n$ ls -ld ${draft.subject}\n$ grep -n "${draft.subject}" /etc/oratab /etc/fstab`,
};

const part = (home: Home, unseen: UnseenPart): Draft => ({
  subject: home.path,
  expected: 'seen',
  actual: unseen.detail,
  with: { owner: ownerOf(home), isUnasked: String(unseen.isUnasked) },
});

const homeUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/home-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'An Oracle home could not be looked into',
  why: 'Whether the software that the database would run from is there and at which level is then not known.',
  judge: ({ homes }) => homes.flatMap((home) => (home.presence.kind === 'unseen' ? [part(home, home.presence)] : [])),
  remedy: (draft) => `# As root, to see what keeps the agent’s user out:\n$ sudo namei -l ${draft.subject}`,
};

const causes = ['dbpatch/home-gone', 'dbpatch/home-unseen'];

const releaseUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/release-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The release of an Oracle home could not be seen',
  why: 'Nothing then tells whether the standby’s software is behind its primary’s.',
  dependsOn: [...causes, 'dbpatch/patches-stale'],
  judge: ({ homes }) => homes.flatMap((home) => (home.release.kind === 'unseen' ? [part(home, home.release)] : [])),
  remedy: (draft) =>
    `$ sudo -u ${draft.with?.owner ?? ''} env ORACLE_HOME=${draft.subject} ${draft.subject}/bin/sqlplus -v\n# Where only its owner may run it, the capture does:\n${captureCommands(draft.with?.owner ?? '')}`,
};

const releaseContradicted: Rule = {
  kind: 'alone',
  code: 'dbpatch/release-contradicted',
  severity: 'blocker',
  title: 'The binaries of an Oracle home are at another level than its inventory lists',
  why: 'An update was applied by half, taken back by half, or the home was linked without it: what a database would run at is not what anybody tested, and opatch builds on the wrong ground.',
  judge: ({ homes }) =>
    homes.flatMap((home) => {
      const both = contradictionIn(home);
      return both === null
        ? []
        : [
            {
              subject: home.path,
              expected: `binaries at ${both.inventory}, which the inventory lists`,
              actual: `sqlplus -v tells ${both.binaries}`,
              with: { owner: ownerOf(home), role: home.role },
            },
          ];
    }),
  remedy: ({ subject, with: { owner = '', role = '' } = {} }) =>
    `# With everything of this home stopped: its log of patching says what failed; then the same update again, or linking anew:\n$ sudo -u ${owner} ls -t ${subject}/cfgtoollogs/opatch\n${opatchCommand(owner, subject, 'lsinventory')}${role === 'grid' ? '' : `\n$ sudo -u ${owner} env ORACLE_HOME=${subject} ${subject}/bin/relink all`}`,
};

const patchesUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/patches-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The patches of an Oracle home could not be seen',
  why: 'A home whose patches nobody can list may lack every fix that its primary has. It does not count as a home without patches.',
  dependsOn: causes,
  judge: ({ homes }) => homes.flatMap((home) => (home.patches.kind === 'unseen' ? [part(home, home.patches)] : [])),
  remedy: patchesRemedy,
};

function patchesRemedy({ subject, actual, with: { owner = '', isUnasked } = {} }: Draft): string {
  if (isUnasked === 'true') return `# Asks as the owner of the home, after each change of its inventory:\n${captureCommands(owner)}`;
  const list = opatchCommand(owner, subject, 'lspatches');
  switch (actual) {
    case lockedDetail:
      return '# Let what holds the lock end; where nothing runs any more, it was left behind:\n$ ps -ef | grep -iE "opatch|oui|runInstaller"\n$ ls -l "$(sed -n s/^inventory_loc=//p /etc/oraInst.loc)/locks"';
    case unlistedDetail:
      return `# A home that the central inventory does not have is attached by its owner, under its real path:\n$ sudo -u ${owner} ${subject}/oui/bin/attachHome.sh\n${list}`;
    default:
      return `# Shows what opatch stumbles over; its log is named in the last lines:\n${list}`;
  }
}

const patchesStale: Rule = {
  kind: 'alone',
  code: 'dbpatch/patches-stale',
  severity: 'warning',
  isBlind: true,
  title: 'The patches of an Oracle home were captured before its inventory changed',
  why: 'A patch was applied or taken back since: what the home has now nobody has asked.',
  judge: (facts) => staleHomes(facts),
  remedy: captureAgain,
};

const captureStale: Rule = {
  kind: 'alone',
  code: 'dbpatch/capture-stale',
  severity: 'warning',
  title: 'What was captured of the Oracle software is older than it may be',
  why: 'The capture no longer runs: what it says is of the past.',
  judge: oldCaptures,
  remedy: captureAgain,
};

function captureAgain({ with: { owner = '' } = {} }: Draft): string {
  return `# Capture again, and see whether the timer runs:\n$ sudo systemctl start understudy-capture-oracle@${owner}.service\n$ systemctl status understudy-capture-oracle@${owner}.timer`;
}

const staleHomes = ({ homes }: DbpatchFacts): readonly Draft[] =>
  homes.flatMap((home) =>
    home.patches.kind === 'stale'
      ? [
          {
            subject: home.path,
            expected: `captured after the inventory changed at ${home.patches.changedAt}`,
            actual: `captured at ${home.patches.capturedAt}`,
            with: { owner: ownerOf(home) },
          },
        ]
      : [],
  );

function oldCaptures({ homes, databases }: DbpatchFacts, { readings, now, settings }: AloneContext<DbpatchSettings>): readonly Draft[] {
  const limitMs = parseDurationMs(settings.captureStaleAfter) ?? 0;
  const old = readings.filter(({ name, value }) => name === 'captureAsOfMs' && now - value > limitMs);
  return old.map(({ subject, value }) => {
    const path = databases.find(({ name }) => name === subject)?.home ?? subject;
    const owner = ownerOf(homes.find((home) => home.path === path) ?? homes[0]);
    const expected = `captured within ${settings.captureStaleAfter}`;
    return { subject, expected, actual: `captured at ${new Date(value).toISOString()}`, with: { owner } };
  });
}

const opatchTooOld: Rule = {
  kind: 'alone',
  code: 'dbpatch/opatch-too-old',
  severity: 'warning',
  title: 'The opatch of an Oracle home is older than the configuration asks for',
  why: 'Patches refuse an opatch older than their own minimum: the standby cannot follow when its primary is patched.',
  judge: ({ homes }, { settings }) => {
    const least = settings.opatchAtLeast;
    if (least === undefined) return [];
    return homes.flatMap((home) =>
      home.opatch.kind === 'seen' && compareReleases(home.opatch.version, least) < 0
        ? [{ subject: home.path, expected: `${least} or newer`, actual: home.opatch.version, with: { owner: ownerOf(home) } }]
        : [],
    );
  },
  remedy: (draft) => renewOpatch(draft.with?.owner ?? '', draft.subject),
};

/** Patch 6880880 is opatch itself, on My Oracle Support, for every release. */
export const renewOpatch = (owner: string, home: string): string =>
  `# With the archive of patch 6880880 for this release from My Oracle Support:\n$ sudo -u ${owner} mv ${home}/OPatch ${home}/OPatch.before\n$ sudo -u ${owner} unzip -q p6880880_*.zip -d ${home}`;

const opatchUnseen: Rule = {
  kind: 'alone',
  code: 'dbpatch/opatch-version-unseen',
  severity: 'note',
  title: 'The version of the opatch of an Oracle home could not be seen',
  why: 'Whether the next patches can be applied with it is then found out when they are.',
  dependsOn: [...causes, 'dbpatch/release-unseen', 'dbpatch/patches-unseen'],
  judge: ({ homes }) => homes.flatMap((home) => (home.opatch.kind === 'unseen' ? [part(home, home.opatch)] : [])),
  remedy: (draft) => opatchCommand(draft.with?.owner ?? '', draft.subject, 'version'),
};

export const homeRules: readonly Rule[] = [
  sourceUnseen,
  homeGone,
  homeUnseen,
  releaseUnseen,
  releaseContradicted,
  patchesUnseen,
  patchesStale,
  captureStale,
  opatchTooOld,
  opatchUnseen,
];
