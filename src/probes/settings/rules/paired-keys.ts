// Rules that set the standby's settings beside its primary's, key by key.
import type { Draft, PairedRule } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import type { Facts, Key } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { caused, edited, lines, placeOf, subjectOf, words, wordsOf, writtenAt } from './judged.ts';
import { type Context, type Difference, differenceOf, isSameFleetKey, type KeyPair, pairUp, type SourcePair } from './pairs.ts';

type Paired = PairedRule<Facts, Settings>;

export const keyMissing: Paired = {
  code: 'settings/key-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A setting of the primary is missing on the standby',
  why: 'The service was given it on the primary for a reason: without it, it fails here or runs by a default.',
  dependsOn: ['settings/required-missing', 'settings/key-missing', 'settings/missing-on-standby', 'settings/environment-file-missing'],
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context)
      .missing.filter(({ theirs }) => !theirs.traits.includes('may-be-missing'))
      .map((pair) => ({
        subject: subjectOf(pair.standby, pair.theirs.name),
        expected: 'set, as on the primary',
        actual: 'not set',
        with: {
          ...wordsOf(pair.standby, pair.theirs.name, sameFile(pair.theirs.from, context)),
          unit: pair.standby.unit ?? '',
          primary: context.primary.node.name,
        },
        ...caused(writtenHere(standby, primary, pair, pair.theirs)),
      })),
  remedy: (draft) =>
    lines(
      `# Set ${words(draft).key} here, as it is on ${words(draft).primary} or as this site needs it; Understudy knows no values.`,
      edited(draft),
    ),
};

/** The primary's environment file, where it is the same path here: no word of the site is in it. */
const sameFile = (from: string | undefined, { primary }: Context): string | undefined =>
  from !== undefined && withoutSite(from, primary.node.site) === from ? from : undefined;

/** Where a key that the standby lacks would be written here, going by where the primary has it. */
function writtenHere(standby: Facts, primary: Facts, pair: SourcePair, key: Key): string | undefined {
  if (pair.primary.kind !== 'unit') return writtenAt(standby, pair.standby, key);
  const { missingFiles } = pair.standby;
  if (key.from !== undefined && missingFiles.includes(key.from)) return `${placeOf(pair.standby)} ${key.from}`;
  const theirs = primary.sources.find(({ kind, where }) => (kind === 'file' || kind === 'flags') && where === key.from);
  const ours = theirs && standby.sources.find(({ name }) => name === theirs.name);
  return ours && subjectOf(ours, key.name);
}

export const extraKey: Paired = {
  code: 'settings/extra-key',
  kind: 'paired',
  severity: 'note',
  title: 'A setting of the standby is not set on its primary',
  why: 'It was taken away there or added here; the service has only ever been tried without it.',
  dependsOn: ['settings/extra-key'],
  judge: (standby, primary, context) =>
    pairUp(standby, primary, context)
      .extra.filter(({ ours }) => !ours.traits.includes('may-be-missing'))
      .map((pair) => ({
        subject: subjectOf(pair.standby, pair.ours.name),
        expected: 'not set, as on the primary',
        actual: 'set',
        with: wordsOf(pair.standby, pair.ours.name, pair.ours.from),
        ...caused(writtenAt(standby, pair.standby, pair.ours)),
      })),
  remedy: (draft) => lines(`# Take ${words(draft).key} out here, set it there, or list it under \`mayBeMissing\`.`, edited(draft)),
};

export const valueDiffers: Paired = {
  code: 'settings/value-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A setting has another value than on the primary',
  why: 'A change was made on the primary and never brought here.',
  dependsOn: ['settings/names-other-site', 'settings/running-differs', 'settings/value-differs'],
  judge: (standby, primary, context) => differing(standby, primary, context, ['other']),
  remedy: (draft) => setAlike(draft),
};

export const vitalValueDiffers: Paired = {
  code: 'settings/vital-value-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'A setting that the service cannot do without is another one than on the primary',
  why: 'Required, a secret, empty or never filled in: with a password that was changed on the primary only, the service is refused.',
  dependsOn: ['settings/required-empty', 'settings/required-unresolved', 'settings/running-differs', 'settings/vital-value-differs'],
  judge: (standby, primary, context) => differing(standby, primary, context, ['vital', 'emptied', 'unresolved']),
  remedy: (draft) => setAlike(draft),
};

export const namesPrimarySite: Paired = {
  code: 'settings/names-primary-site',
  kind: 'paired',
  severity: 'blocker',
  title: 'A setting was copied from the primary with its site’s words in it',
  why: 'It names the site that is gone on the day of the failover.',
  dependsOn: ['settings/names-other-site', 'settings/names-primary-site'],
  judge: (standby, primary, context) => differing(standby, primary, context, ['names-primary']),
  remedy: (draft) =>
    lines(`# Let ${words(draft).key} name this site's own; if it is meant, list it under \`mayNameOtherSite\`.`, edited(draft)),
};

function differing(standby: Facts, primary: Facts, context: Context, which: readonly Difference[]): readonly Draft[] {
  const isSameKey = isSameFleetKey(standby, primary);
  return pairUp(standby, primary, context).keys.flatMap((pair) => {
    const difference = differenceOf(pair, isSameKey);
    return difference === null || !which.includes(difference)
      ? []
      : [{ ...differs(pair, difference, context), ...caused(writtenAt(standby, pair.standby, pair.ours)) }];
  });
}

const differs = (pair: KeyPair, difference: Exclude<Difference, null>, { primary }: Context): Draft => ({
  subject: subjectOf(pair.standby, pair.ours.name),
  expected: `the primary's value, with this site's own words${shown(pair.theirs)}`,
  actual: actually[difference](pair.ours),
  with: { ...wordsOf(pair.standby, pair.ours.name, pair.ours.from), primary: primary.node.name },
});

const shown = ({ value }: Key): string => (value.kind === 'fingerprint' ? ` (fingerprint ${value.of.slice(0, 8)})` : '');

const actually: Readonly<Record<Exclude<Difference, null>, (ours: Key) => string>> = {
  emptied: () => 'empty',
  unresolved: () => 'a placeholder that was never filled in',
  'names-primary': (ours) => `the very value of the primary, which names its site${shown(ours)}`,
  vital: (ours) => `another value${shown(ours)}`,
  other: (ours) => `another value${shown(ours)}`,
};

const setAlike = (draft: Draft): string =>
  lines(
    `# Set ${words(draft).key} to the value of ${words(draft).primary}; where both lawfully have their own, list it under \`mayDiffer\`, or`,
    '# name the words in which they differ under node.site of both agents.',
    edited(draft),
  );
