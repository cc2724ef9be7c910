// Drafts what a fleet file could say of a group from what its pairs show today: by judging again with one field after the other taken as
// lawful, it finds which differences the findings rest on, without knowing any probe.
import type { Finding } from '../contract/finding.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { Learnt } from '../contract/learnt.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { withoutSite } from '../contract/site.ts';
import { differingFields, textDifferences } from './differences.ts';
import { judgeFully } from './judge.ts';

export interface LearnCase {
  readonly pair: string;
  readonly standby: Snapshot;
  readonly primary: Snapshot;
  /** What the file says already. */
  readonly lawful: readonly LawfulDifference[];
}

/** Each costs a judging of its check; a check that differs in more fields is another machine, and its findings say so. */
const fieldsPerCheckMax = 200;

export function learn(group: string, cases: readonly LearnCase[], probes: ReadonlyMap<string, AnyProbe>, now: number): Learnt {
  const explained = cases.flatMap((one) => one.standby.checks.flatMap((state) => explain(one, state, probes, now)));
  return {
    group,
    at: now,
    ...watchedBy(cases),
    lawful: merged(explained, cases.length),
    unexplained: cases.flatMap((one) => unexplained(one, explained, probes, now)),
    tokens: tokensOf(cases),
  };
}

interface Explained {
  readonly pair: string;
  readonly check: string;
  readonly field: string;
  readonly behind: Learnt['lawful'][number]['behind'];
}

const about = (pair: string, { code, subject, expected, actual }: Finding): Explained['behind'][number] => ({
  pair,
  code,
  subject,
  expected,
  actual,
});

function explain(given: LearnCase, state: CheckState, probes: ReadonlyMap<string, AnyProbe>, now: number): readonly Explained[] {
  const facts = bothFacts(given, state);
  if (facts === null) return [];
  const now0 = pairedFindings(given, state, given.lawful, probes, now);
  if (now0.length === 0) return [];
  return differingFields(facts.own, facts.theirs)
    .slice(0, fieldsPerCheckMax)
    .flatMap((field) => {
      const candidate = { check: state.check, field, pairs: [], reason: '', until: null };
      const then = pairedFindings(given, state, [...given.lawful, candidate], probes, now);
      const behind = now0.filter((one) => !then.some((other) => isSame(one, other)));
      // What would open another finding is no lawful difference of this one.
      const isClean = then.every((other) => now0.some((one) => one.id === other.id));
      return behind.length === 0 || !isClean
        ? []
        : [{ pair: given.pair, check: state.check, field, behind: behind.map((one) => about(given.pair, one)) }];
    });
}

const isSame = (a: Finding, b: Finding): boolean => a.id === b.id && a.expected === b.expected && a.actual === b.actual;

function bothFacts({ primary }: LearnCase, state: CheckState): { readonly own: unknown; readonly theirs: unknown } | null {
  const twin = primary.checks.find(({ check, probe }) => check === state.check && probe === state.probe);
  const [own, theirs] = [state, twin].map((one) => one?.current?.outcome);
  return own?.kind === 'observed' && theirs?.kind === 'observed' ? { own: own.facts, theirs: theirs.facts } : null;
}

/** Of one check only: nothing else can come of its facts. */
function pairedFindings(
  { standby, primary }: LearnCase,
  state: CheckState,
  lawful: readonly LawfulDifference[],
  probes: ReadonlyMap<string, AnyProbe>,
  now: number,
): readonly Finding[] {
  const only = (snapshot: Snapshot): Snapshot => ({ ...snapshot, checks: snapshot.checks.filter(({ check }) => check === state.check) });
  const { findings } = judgeFully({ now, subject: only(standby), twin: only(primary), earlier: [], probes, lawful });
  return findings.filter(({ kind, severity }) => kind === 'paired' && severity !== 'note');
}

function unexplained(
  given: LearnCase,
  explained: readonly Explained[],
  probes: ReadonlyMap<string, AnyProbe>,
  now: number,
): Learnt['unexplained'] {
  const known = explained.flatMap(({ behind }) => behind).filter(({ pair }) => pair === given.pair);
  return given.standby.checks
    .flatMap((state) => pairedFindings(given, state, given.lawful, probes, now))
    .filter(({ code, subject }) => !known.some((one) => one.code === code && one.subject === subject))
    .map((one) => ({ ...about(given.pair, one), severity: one.severity }));
}

/** The same field in several pairs is one entry. */
function merged(explained: readonly Explained[], pairCount: number): Learnt['lawful'] {
  return [...Map.groupBy(explained, ({ check, field }) => `${check} ${field}`).values()].map((all) => {
    const pairs = [...new Set(all.map(({ pair }) => pair))];
    const { check, field } = all[0]!;
    return { check, field, pairs, isEveryPair: pairs.length === pairCount, behind: all.flatMap(({ behind }) => behind) };
  });
}

function watchedBy(cases: readonly LearnCase[]): Pick<Learnt, 'expectedChecks' | 'partlyWatched'> {
  const watched = cases.map(({ pair, standby, primary }) => ({
    pair,
    checks: standby.checks.map(({ check }) => check).filter((check) => primary.checks.some((one) => one.check === check)),
  }));
  const all = [...new Set(watched.flatMap(({ checks }) => checks))].sort();
  const pairsWith = (check: string): string[] => watched.filter(({ checks }) => checks.includes(check)).map(({ pair }) => pair);
  return {
    expectedChecks: all.filter((check) => pairsWith(check).length === cases.length),
    partlyWatched: all.map((check) => ({ check, pairs: pairsWith(check) })).filter(({ pairs }) => pairs.length < cases.length),
  };
}

/** Once may be chance. */
const tokenSeenMin = 2;
const tokensMax = 20;

function tokensOf(cases: readonly LearnCase[]): Learnt['tokens'] {
  const differences = cases.flatMap((given) =>
    given.standby.checks.flatMap((state) => {
      const facts = bothFacts(given, state);
      if (facts === null) return [];
      const [own, theirs] = [given.standby.node.site, given.primary.node.site];
      return textDifferences(facts.own, facts.theirs).map(([a, b]) => [withoutSite(a, own), withoutSite(b, theirs)] as const);
    }),
  );
  const counted = Map.groupBy(
    differences.flatMap(([own, theirs]) => differingWord(own, theirs)),
    ([a, b]) => JSON.stringify([a, b]),
  );
  return [...counted.values()]
    .filter((all) => all.length >= tokenSeenMin)
    .sort((a, b) => b.length - a.length)
    .slice(0, tokensMax)
    .map((all) => ({ standby: all[0]![0], primary: all[0]![1], seenCount: all.length }));
}

/** The one word in which two texts differ, with what they have in common before and after it left out; a number is no name. */
function differingWord(own: string, theirs: string): readonly (readonly [own: string, theirs: string])[] {
  const words = (text: string): readonly string[] => text.split(/([^A-Za-z0-9-]+)/);
  const [a, b] = [words(own), words(theirs)];
  const different = a.flatMap((word, index) => (word === b[index] ? [] : [[word, b[index] ?? ''] as const]));
  const [only] = different;
  return a.length === b.length && different.length === 1 && isName(only![0]) && isName(only![1]) ? [only!] : [];
}

const isName = (word: string): boolean => /[A-Za-z]/.test(word) && word.length >= 2 && word.length <= 63 && !isDigest(word);

/** Hex, and what mixes both cases with digits as fingerprints do: they differ because something else does. */
const isDigest = (word: string): boolean =>
  /^[0-9a-f]{12,}$/i.test(word) || (word.length >= 12 && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word));
