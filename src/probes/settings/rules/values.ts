// Rules about single settings of one machine.
import type { AloneContext, AloneRule, Draft } from '../../../contract/rule.ts';
import type { Facts } from '../facts.ts';
import type { Settings } from '../settings.ts';
import {
  caused,
  edited,
  isEmpty,
  type JudgedKey,
  judgedKeys,
  lines,
  placeOf,
  seenSources,
  subjectOf,
  words,
  wordsOf,
  writtenAt,
} from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

export const requiredMissing: Alone = {
  code: 'settings/required-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'A setting that is required is not there',
  why: 'The service does not start without it, or starts with a default that nobody meant.',
  judge: (facts) =>
    seenSources(facts).flatMap(({ source, content }) =>
      content.lacks.map((key) => ({
        subject: subjectOf(source, key),
        expected: 'set, as it is required',
        actual: 'not set',
        with: wordsOf(source, key),
      })),
    ),
  remedy: (draft) => lines(`# Set ${words(draft).key} to what it is on the other side, or to this site's own value.`, edited(draft)),
};

export const requiredEmpty: Alone = {
  code: 'settings/required-empty',
  kind: 'alone',
  severity: 'blocker',
  title: 'A setting that is required is empty',
  why: 'It is there and says nothing: a template was rolled out and never filled in.',
  dependsOn: ['settings/required-empty'],
  judge: (facts) => keys(facts, ({ key }) => key.traits.includes('required') && isEmpty(key), 'a value, as it is required', 'empty'),
  remedy: (draft) => lines(`# Give ${words(draft).key} its value.`, edited(draft)),
};

export const requiredUnresolved: Alone = {
  code: 'settings/required-unresolved',
  kind: 'alone',
  severity: 'blocker',
  title: 'A setting that is required still holds a placeholder',
  why: 'The service takes the placeholder for the value, and fails with it when it is first used.',
  dependsOn: ['settings/required-unresolved'],
  judge: (facts) =>
    keys(facts, ({ key }) => isUnresolved({ key }) && key.traits.includes('required'), 'a value', 'a placeholder that was never filled in'),
  remedy: (draft) => filledIn(draft),
};

export const unresolved: Alone = {
  code: 'settings/unresolved',
  kind: 'alone',
  severity: 'warning',
  title: 'A setting still holds a placeholder',
  why: 'Whatever should have filled it in did not run here. What uses the setting gets the placeholder.',
  dependsOn: ['settings/unresolved', 'settings/vital-value-differs'],
  judge: (facts) =>
    keys(
      facts,
      ({ key }) => isUnresolved({ key }) && !key.traits.includes('required'),
      'a value',
      'a placeholder that was never filled in',
    ),
  remedy: (draft) =>
    lines(
      `# If the reader of this source fills it in by itself, name the style of the placeholder under \`resolves\`. Else:`,
      filledIn(draft),
    ),
};

const isUnresolved = ({ key }: Pick<JudgedKey, 'key'>): boolean => key.traits.includes('unresolved');

const filledIn = (draft: Draft): string => lines(`# Fill in ${words(draft).key}.`, edited(draft));

export const namesOtherSite: Alone = {
  code: 'settings/names-other-site',
  kind: 'alone',
  severity: 'blocker',
  title: 'A setting of the standby names the other site',
  why: 'On the day of the failover the other site is gone, and the service goes on asking it.',
  dependsOn: ['settings/names-other-site'],
  judge: (facts, { node }) => (node.role === 'primary' ? [] : namingOther(facts, 'this site, or a name that moves with the switchover')),
  remedy: (draft) =>
    lines(
      `# Let ${words(draft).key} name this site's own, or a name that is led here at the switchover. If it has to name the other site`,
      '# (a peer, a target of replication), list the key under `mayNameOtherSite`.',
      edited(draft),
    ),
};

export const primaryNamesStandby: Alone = {
  code: 'settings/primary-names-standby',
  kind: 'alone',
  severity: 'note',
  title: 'A setting of the primary names the standby’s site',
  why: 'Mostly a target of replication. Else the primary depends on the site that is to stand in for it.',
  dependsOn: ['settings/primary-names-standby'],
  judge: (facts, { node }: AloneContext<Settings>) => (node.role === 'primary' ? namingOther(facts, 'this site') : []),
  remedy: (draft) => `# If ${words(draft).key} has to name it, list the key under \`mayNameOtherSite\`. Else:\n${lines(edited(draft))}`,
};

const namingOther = (facts: Facts, expected: string): readonly Draft[] =>
  keys(facts, ({ key }) => key.traits.includes('names-other-site'), expected, 'names the other site');

function keys(facts: Facts, isMeant: (judged: JudgedKey) => boolean, expected: string, actual: string): readonly Draft[] {
  return judgedKeys(facts)
    .filter(isMeant)
    .map(({ source, key }) => ({
      subject: subjectOf(source, key.name),
      expected,
      actual,
      with: wordsOf(source, key.name, key.from),
      ...caused(writtenAt(facts, source, key)),
    }));
}

export const repeatedKey: Alone = {
  code: 'settings/repeated-key',
  kind: 'alone',
  severity: 'note',
  title: 'A setting stands more than once in one file',
  why: 'One of them counts, and whoever mends the other changes nothing.',
  judge: (facts) =>
    seenSources(facts).flatMap(({ source, content }) =>
      content.repeated.map((key) => ({
        subject: subjectOf(source, key),
        expected: 'once',
        actual: 'more than once; the last one counts',
        with: wordsOf(source, key),
      })),
    ),
  remedy: (draft) => lines(`# Leave the one that is meant.`, edited(draft)),
};

const stray = (subject: string, lines: readonly number[], words: NonNullable<Draft['with']>): Draft => ({
  subject,
  expected: 'every line sets something or is a comment',
  actual: `passed over: line ${lines.join(', ')}`,
  with: words,
});

export const strayLines: Alone = {
  code: 'settings/stray-lines',
  kind: 'alone',
  severity: 'note',
  title: 'A settings file has lines that its reader passes over',
  why: 'What was meant to be set there is not.',
  judge: (facts) =>
    seenSources(facts).flatMap(({ source, content: { strayLines, strayIn = [] } }) => [
      ...(strayLines.length === 0 ? [] : [stray(placeOf(source), strayLines, wordsOf(source))]),
      ...strayIn.map(({ file, lines }) => stray(`${placeOf(source)} ${file}`, lines, { ...wordsOf(source, '', file), unit: source.where })),
    ]),
  remedy: (draft) => lines('# Mend those lines, or turn them into comments.', edited(draft)),
};
