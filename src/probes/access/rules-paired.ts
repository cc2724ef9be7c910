// Judges what a standby may do beside what its primary may.
import type { PairedContext, PairedRule } from '../../contract/rule.ts';
import type { Call, Facts } from './facts.ts';
import { grantFill, grantRemedy } from './grant.ts';
import { pairCalls } from './pairs.ts';
import { codeFor } from './rules-calls.ts';
import { denied, hasNoRights } from './rules-principal.ts';
import type { Settings } from './settings.ts';
import { callsWith, principalSubject, say } from './wording.ts';

type Rule = PairedRule<Facts, Settings>;

const pairsOf = (standby: Facts, primary: Facts, { standby: mine, primary: theirs }: PairedContext<Settings>) =>
  pairCalls(standby, mine.node.site, primary, theirs.node.site);

const isAllowed = ({ result }: Call): boolean => result.class === 'allowed';
const isDenied = ({ result }: Call): boolean => result.class === 'denied';
const isWithout = (call: Call): boolean => isDenied(call) || call.result.class === 'missing';

const deniedHereOnly = (isRequired: boolean): Rule => ({
  code: codeFor('denied-here-only', isRequired),
  kind: 'paired',
  severity: isRequired ? 'blocker' : 'warning',
  dependsOn: ['access/no-rights-here-only'],
  title: 'The primary may read something that this instance may not',
  why: 'The primary’s answer proves that the call is right. After a failover the applications are refused here.',
  remedy: (draft) => grantRemedy(draft.with ?? {}).join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).pairs.flatMap(({ mine, theirs }) =>
      mine.isRequired === isRequired && isDenied(mine) && isAllowed(theirs)
        ? [
            {
              subject: mine.subject,
              expected: 'allowed, as on the primary',
              actual: say(mine.result),
              with: grantFill([mine], standby, primary),
            },
          ]
        : [],
    ),
});

const noRightsHereOnly: Rule = {
  code: 'access/no-rights-here-only',
  kind: 'paired',
  severity: 'blocker',
  isNodeWide: true,
  title: 'The primary may read what it must and this instance nothing of it: no dynamic group takes it in',
  why: 'Dynamic groups name compartments and instances one by one. The one that the primary is in was not widened to the standby.',
  remedy: (draft) => grantRemedy(draft.with ?? {}).join('\n'),
  judge: (standby, primary) =>
    hasNoRights(standby) && callsWith(primary, 'allowed').length > 0
      ? [
          {
            subject: principalSubject,
            expected: 'the rights of the primary',
            actual: `all refused: ${denied(standby)}`,
            with: grantFill(callsWith(standby, 'denied'), standby, primary),
          },
        ]
      : [],
};

const noRightsOnBoth: Rule = {
  code: 'access/no-rights-on-both',
  kind: 'paired',
  severity: 'warning',
  isNodeWide: true,
  title: 'Neither the primary nor this instance may read anything of what is named',
  why: 'The primary works without, or by another way than its instance principal: no gap between the sides, but then the check is about nothing.',
  remedy: (draft) =>
    ['# Take out of the check what the system does not use; for what it does use:', ...grantRemedy(draft.with ?? {})].join('\n'),
  judge: (standby, primary) =>
    hasNoRights(standby) && hasNoRights(primary)
      ? [
          {
            subject: principalSubject,
            expected: 'at least the primary allowed',
            actual: `both refused: ${denied(standby)}`,
            with: grantFill(callsWith(standby, 'denied'), standby, primary),
          },
        ]
      : [],
};

const deniedOnBoth: Rule = {
  code: 'access/denied-on-both',
  kind: 'paired',
  severity: 'warning',
  dependsOn: ['access/no-rights-on-both'],
  title: 'Neither the primary nor this instance gets at something that is named',
  why: 'The primary goes on without it, so that a failover loses nothing; or production has the same fault already.',
  remedy: (draft) =>
    ['# Take it out of the check if the system does not use it; else, for both:', ...grantRemedy(draft.with ?? {})].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).pairs.flatMap(({ mine, theirs }) =>
      isWithout(mine) && isWithout(theirs)
        ? [
            {
              subject: mine.subject,
              expected: 'at least the primary allowed',
              actual: `here: ${say(mine.result)}; primary: ${say(theirs.result)}`,
              with: grantFill([mine], standby, primary),
            },
          ]
        : [],
    ),
};

const allowedHereOnly: Rule = {
  code: 'access/allowed-here-only',
  kind: 'paired',
  severity: 'note',
  title: 'This instance may read something that its primary may not',
  why: 'No gap of the standby. Either it was set up better, or a right of the primary was lost.',
  remedy: (draft) => `# On the primary:\n$ understudy check access\n# ${draft.subject}: ${draft.actual}`,
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).pairs.flatMap(({ mine, theirs }) =>
      isAllowed(mine) && isDenied(theirs)
        ? [{ subject: mine.subject, expected: 'the primary allowed too', actual: `primary: ${say(theirs.result)}` }]
        : [],
    ),
};

const notTriedHere: Rule = {
  code: 'access/not-tried-here',
  kind: 'paired',
  severity: 'warning',
  title: 'The primary is asked about something that the standby is not',
  why: 'Whether the standby may read its own is not known. OCIDs and names differ from region to region: only a label tells what belongs together.',
  remedy: ({ subject }) =>
    [
      `# Name the standby’s counterpart of ${subject} in its access check, and give both entries the same \`label\``,
      '$ understudy config check',
    ].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context)
      .unpaired.filter(({ isRequired }) => isRequired)
      .map(({ subject }) => ({ subject, expected: 'tried on both sides', actual: 'nothing of the standby’s matches it' })),
};

const leadsToPrimaryRegion: Rule = {
  code: 'access/leads-to-primary-region',
  kind: 'paired',
  severity: 'warning',
  title: 'This instance reads something in the primary’s region',
  why: 'On the day of a failover that region may not answer. What the standby needs has to be in its own.',
  remedy: ({ subject, with: fill = {} }) =>
    [
      `# Replicate ${subject} to ${fill.mine}, and let the standby’s applications and this check name the copy`,
      '$ oci iam region-subscription list',
    ].join('\n'),
  judge: (standby, primary) => {
    const mine = standby.principal.region;
    const theirs = primary.principal.region;
    if (mine === null || theirs === null || mine === theirs) return [];
    return standby.calls
      .filter(({ isRequired, region }) => isRequired && region === theirs)
      .map(({ subject }) => ({ subject, expected: `in ${mine}`, actual: `in ${theirs}`, with: { mine } }));
  },
};

export const pairedRules: readonly Rule[] = [
  deniedHereOnly(true),
  deniedHereOnly(false),
  noRightsHereOnly,
  noRightsOnBoth,
  deniedOnBoth,
  allowedHereOnly,
  notTriedHere,
  leadsToPrimaryRegion,
];
