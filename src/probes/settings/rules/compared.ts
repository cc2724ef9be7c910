// Rules about sources that are there on both sides and of which nothing is compared all the same.
import type { Draft, PairedRule } from '../../../contract/rule.ts';
import type { Facts, Seen, Source } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { edited, lines, placeOf, words, wordsOf } from './judged.ts';
import { type Context, pairUp, type SourcePair, withoutMarks } from './pairs.ts';

type Paired = PairedRule<Facts, Settings>;

export const nothingCompared: Paired = {
  code: 'settings/nothing-compared',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Of a source of settings nothing is compared',
  why: 'It is watched by name, and whatever differs in it goes unnoticed.',
  judge: (standby, primary, context) => [
    ...pairUp(standby, primary, context).sources.flatMap((pair) => emptyPair(pair)),
    ...idle(standby, primary, context)
      .filter((pair) => !isUnitCompared(pair, standby, primary))
      .map((pair) => idleDraft(pair)),
  ],
  remedy: (draft) => (words(draft).kind === 'environment' ? alsoUnit(draft) : otherPatterns()),
};

export const processNotCompared: Paired = {
  code: 'settings/process-not-compared',
  kind: 'paired',
  severity: 'note',
  title: 'The environment of a process could not be compared, since it does not run on both sides',
  why: 'What systemd would start it with is compared all the same; only what a running process was really given is not.',
  judge: (standby, primary, context) =>
    idle(standby, primary, context)
      .filter((pair) => isUnitCompared(pair, standby, primary))
      .map((pair) => idleDraft(pair)),
  remedy: () => '# Nothing to do: it is compared as soon as the service runs on both sides.\n$ understudy run settings',
};

export const siblingsDiffer: Paired = {
  code: 'settings/siblings-differ',
  kind: 'paired',
  severity: 'warning',
  title: 'An XML element is alone on one side and has siblings on the other',
  why: 'Which of them it is, is not known, so that none of what is set in it is compared.',
  judge: (standby, primary, context) => {
    const places = pairUp(standby, primary, context).unmatched.map(({ standby: source, theirs }) => ({
      source,
      place: withoutMarks(theirs.name).replace(/\.?@[^.]*$/, ''),
    }));
    const bySubject = new Map(places.map((one) => [`${placeOf(one.source)} ${one.place}`, one]));
    return [...bySubject].map(([subject, { source, place }]) => ({
      subject,
      expected: 'as many as on the primary',
      actual: 'one on one side, several on the other',
      with: wordsOf(source, place),
    }));
  },
  remedy: (draft) => lines('# Give both sides the same elements, or exclude them.', edited(draft)),
};

/** An empty environment of a unit is a whole answer, unless there was something that the settings passed over. */
function emptyPair({ standby, primary }: SourcePair): readonly Draft[] {
  const [ours, theirs] = [standby.content, primary.content];
  if (ours.kind !== 'seen' || theirs.kind !== 'seen' || standby.isOptional) return [];
  if (![ours, theirs].every((one) => one.keys.length === 0 && one.unnamed === 0 && one.lacks.length === 0)) return [];
  const isPassedOver = [ours, theirs].some(({ passedOver = 0 }) => passedOver > 0);
  if (!isPassedOver && (standby.kind === 'unit' || standby.kind === 'environment')) return [];
  return [{ subject: placeOf(standby), expected: 'settings that are compared', actual: emptiness(ours), with: wordsOf(standby) }];
}

const emptiness = ({ passedOver = 0 }: Seen): string =>
  passedOver === 0 ? 'nothing is set in it' : `none of its ${passedOver} settings is selected`;

const isIdle = ({ kind, content }: Source): boolean => kind === 'environment' && content.kind === 'not-running';

/** One side's process does not run, and the other's could be seen or does not run either. */
const idle = (standby: Facts, primary: Facts, context: Context): readonly SourcePair[] =>
  pairUp(standby, primary, context).sources.filter(
    (pair) =>
      [pair.standby, pair.primary].some(isIdle) &&
      [pair.standby, pair.primary].every((one) => isIdle(one) || one.content.kind === 'seen' || one.content.kind === 'unseen'),
  );

const isUnitCompared = ({ standby: { where } }: SourcePair, standby: Facts, primary: Facts): boolean =>
  [standby, primary].every(({ sources }) =>
    sources.some((one) => one.kind === 'unit' && one.where === where && one.content.kind === 'seen'),
  );

const idleDraft = ({ standby, primary }: SourcePair): Draft => ({
  subject: placeOf(standby),
  expected: 'a process on both sides',
  actual: isIdle(standby) ? (isIdle(primary) ? 'it runs on neither side' : 'it does not run here') : 'it does not run on the primary',
  with: wordsOf(standby),
});

const alsoUnit = (draft: Draft): string =>
  lines(
    `# Name ${words(draft).unit} under \`units\` too, on both sides: what systemd would start it with is then compared while it does not run.`,
    '$ sudoedit /etc/understudy/agent.yaml',
    '$ sudo systemctl reload understudy-agent',
  );

const otherPatterns = (): string =>
  lines(
    '# Mend `include` and `exclude` of this source on both sides; one that may lawfully be empty is `optional: true`.',
    '$ sudoedit /etc/understudy/agent.yaml',
    '$ sudo systemctl reload understudy-agent',
  );
