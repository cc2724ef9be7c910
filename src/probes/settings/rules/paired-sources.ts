// Rules that set the standby's sources of settings beside its primary's, and what they are compared by.
import type { Draft, PairedRule } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import type { Facts, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { caused, edited, isMasked, lines, madeOf, placeOf, quoted, takenUp, unitOf, unmasked, words, wordsOf } from './judged.ts';
import { type Context, pairUp } from './pairs.ts';

type Paired = PairedRule<Facts, Settings>;

export const missingOnStandby: Paired = {
  code: 'settings/missing-on-standby',
  kind: 'paired',
  severity: 'blocker',
  title: 'A source of settings of the primary is missing on the standby',
  why: 'The service runs with it on the primary, and here it does not start or starts with none of it.',
  dependsOn: ['settings/missing-on-standby'],
  judge: (standby, primary, context) => {
    const { sources, unpaired } = pairUp(standby, primary, context);
    const gone = sources
      .filter((pair) => pair.standby.content.kind === 'missing' && isThere(pair.primary) && !mayBeMissing(pair.primary))
      .map((pair) => ({ ...lacking(pair.standby, [pair.primary], context), ...caused(unitOf(standby, pair.standby)) }));
    // Found by a pattern that is looked for here too, and fits less.
    const notFound = unpaired.filter(
      (theirs) => isThere(theirs) && isSearched(theirs, context) && !mayBeMissing(theirs) && !isOutOfSight(theirs, standby, context),
    );
    const byPlace = Map.groupBy(notFound, (theirs) => patternHere(theirs, standby, context) ?? theirs);
    return [...gone, ...[...byPlace].map(([ours, theirs]) => lacking(ours, theirs, context))];
  },
  remedy: (draft) => copied(draft),
};

const isThere = ({ content }: Source): boolean => content.kind !== 'missing' && content.kind !== 'not-running';

const mayBeMissing = ({ content }: Source): boolean =>
  content.kind === 'seen' && content.keys.length > 0 && content.keys.every(({ traits }) => traits.includes('may-be-missing'));

function isSearched({ foundBy }: Source, { standby }: Context): boolean {
  const { files = [], flags = [] } = standby.settings;
  const searched = [...files, ...flags].map((entry) => withoutSite(typeof entry === 'string' ? entry : entry.path, standby.node.site));
  return foundBy !== undefined && searched.includes(foundBy);
}

/** The pattern itself, where no file fits it here: one thing is missing, and not each file by itself. */
const patternHere = ({ foundBy }: Source, { sources }: Facts, { standby }: Context): Source | undefined =>
  sources.find(({ where, content }) => content.kind === 'missing' && withoutSite(where, standby.node.site) === foundBy);

/** Where not all of a pattern could be searched, what it did not find may be there. */
function isOutOfSight(theirs: Source, { unsearched }: Facts, { standby, primary }: Context): boolean {
  const where = withoutSite(theirs.where, primary.node.site);
  const places = unsearched.map(({ place }) => withoutSite(place, standby.node.site));
  return places.some((place) => place === theirs.foundBy || where.startsWith(`${place}/`));
}

const lacking = (ours: Source, theirs: readonly Source[], { primary }: Context): Draft => ({
  subject: placeOf(ours),
  expected: 'there, as on the primary',
  actual: ours.content.kind === 'missing' ? ours.content.detail : 'there is no such file',
  with: {
    ...wordsOf(ours),
    primary: primary.node.name,
    theirs: theirs.map(({ where }) => quoted(where)).join(' | '),
    isPattern: /[*?[{]/.test(ours.where) ? 'yes' : 'no',
    isMasked: isMasked(ours) ? 'yes' : 'no',
  },
});

function copied(draft: Draft): string {
  const { kind, primary, theirs, path, unit, isPattern, isMasked } = words(draft);
  if (isMasked === 'yes') return lines(unmasked(unit!), takenUp(draft));
  if (kind === 'unit' || kind === 'environment')
    return lines(
      `# Install the unit with the files that it is made of on ${primary}:`,
      madeOf(unit!).replace('$ ', `$ ssh ${primary} `),
      '$ sudo systemctl daemon-reload',
      takenUp(draft),
    );
  return lines(
    `# Bring it over from ${primary}, then put this site's own words in place of the primary's:`,
    theirs!.split(' | ').map((from) => `$ sudo scp -pr ${primary}:${from} ${isPattern === 'yes' ? from : path}`),
    takenUp(draft),
  );
}

export const notWatchedHere: Paired = {
  code: 'settings/not-watched-here',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A source of settings that is watched on the primary is not watched on the standby',
  why: 'It may be missing or different here, and nobody looks.',
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context)
      .unpaired.filter((theirs) => isThere(theirs) && !isSearched(theirs, context))
      .map((theirs) => ({
        subject: placeOf(theirs),
        expected: 'watched, as on the primary',
        actual: 'named in no setting of this check here',
        with: { ...wordsOf(theirs), name: theirs.name },
      })),
  remedy: () =>
    lines(
      '# Name it in the settings of this check here too; where its path is another one here, give both sides the same `name`.',
      '$ sudoedit /etc/understudy/agent.yaml',
      '$ sudo systemctl reload understudy-agent',
    ),
};

export const unparsableHere: Paired = {
  code: 'settings/unparsable-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A settings file is of its format on the primary and broken on the standby',
  why: 'It was damaged on its way here or by hand; its service reads none of it.',
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context).sources.flatMap((pair) =>
      pair.standby.content.kind === 'unparsable' && pair.primary.content.kind === 'seen'
        ? [
            {
              subject: placeOf(pair.standby),
              expected: 'of its format, as on the primary',
              actual: pair.standby.content.detail,
              with: wordsOf(pair.standby),
            },
          ]
        : [],
    ),
  remedy: (draft) => lines('# Mend it at the place that is named.', edited(draft)),
};

export const primaryUnseen: Paired = {
  code: 'settings/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A source of settings could not be compared, since it was not seen on the primary',
  why: 'Whatever is missing or different here goes unnoticed.',
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context).sources.flatMap((pair) => {
      const theirs = pair.primary.content;
      if (theirs.kind !== 'unseen' && theirs.kind !== 'unparsable') return [];
      const actual = `on the primary: ${theirs.detail}`;
      return [{ subject: placeOf(pair.standby), expected: 'seen on both sides', actual, with: wordsOf(pair.standby) }];
    }),
  remedy: () => lines('# Mend it on the primary; it has a finding of its own there.', '$ understudy check settings'),
};

export const otherSiteWords: Paired = {
  code: 'settings/other-site-words',
  kind: 'paired',
  severity: 'note',
  title: 'The two agents do not replace the same words of their sites',
  why: 'A value that names its own site then seems to differ from the other side’s.',
  judge: ({ replaced: ours }, { replaced: theirs }) =>
    ours.join() === theirs.join() ? [] : [{ subject: 'node.site', expected: listed(theirs), actual: listed(ours) }],
  remedy: () =>
    lines(
      '# Give node.site in the agent’s own file the same members on both sides, each with its own words: values are fingerprinted there.',
      '$ sudoedit /etc/understudy/agent.yaml',
      '$ sudo systemctl reload understudy-agent',
    ),
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing is replaced' : `replaced: ${names.join(', ')}`);

export const unnamedDiffer: Paired = {
  code: 'settings/unnamed-differ',
  kind: 'paired',
  severity: 'warning',
  title: 'The two sides have not as many settings whose very name is a secret',
  why: 'They are counted, not named: one of the primary’s may be missing here.',
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context).sources.flatMap((pair) => {
      const [ours, theirs] = [pair.standby.content, pair.primary.content];
      if (ours.kind !== 'seen' || theirs.kind !== 'seen' || ours.unnamed === theirs.unnamed) return [];
      return [{ subject: placeOf(pair.standby), expected: `${theirs.unnamed}`, actual: `${ours.unnamed}`, with: wordsOf(pair.standby) }];
    }),
  remedy: (draft) => lines('# Compare the keys of both sides by hand: what looks like a secret is not told even as a name.', edited(draft)),
};
