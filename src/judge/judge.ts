// Snapshots and rules in, findings and a verdict out. No clock and no I/O, so that any verdict can be given again from what was saved.
import { createHash } from 'node:crypto';
import type { BlindSpot, Finding, Judgement } from '../contract/finding.ts';
import type { AppliedLawful, LawfulDifference } from '../contract/lawful.ts';
import type { CheckState, Observation, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { AloneRule, Draft, PairedRule, Rule, Side } from '../contract/rule.ts';
import { isSameCheck, spot, wholeBlindSpots } from './blind-spots.ts';
import { fold, type Judged } from './fold.ts';
import { absentOnStandby } from './general.ts';
import { isDiffering, withoutLawful } from './lawful.ts';
import { type Memo, noMemo, noticing } from './memo.ts';
import { type Sight, settle } from './sight.ts';
import { byUrgency, verdictOf } from './verdict.ts';

export interface Case {
  /** Epoch milliseconds of the judging. */
  readonly now: number;
  /** The machine that is judged: the standby, or a machine by itself. */
  readonly subject: Snapshot;
  /** Its primary's last good snapshot, however old; null when there is none. */
  readonly twin: Snapshot | null;
  /** The findings of the last judging: what is still there keeps its `since`. */
  readonly earlier: readonly Finding[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** `alone` judges the machine by itself and does not miss a primary. */
  readonly mode?: 'pair' | 'alone';
  /** How old the primary's last look may be before it is no reference any more. */
  readonly primaryMaxAgeMs?: number;
  /** Of this pair. */
  readonly lawful?: readonly LawfulDifference[];
  /** What rules said when this pair was judged last. It changes how long judging takes, and nothing else. */
  readonly memo?: Memo;
}

/** A judgement, and what it could say something about: a finding that is not made is gone only where it was looked for. */
export interface FullJudgement extends Judgement {
  /** `check alone` and `check paired`: judged by every rule of that kind, on a sight that is good now. */
  readonly judged: ReadonlySet<string>;
  readonly lawful: readonly AppliedLawful[];
  /** What would be blind spots if their checks were required: the verdict does not count them. */
  readonly doubts: readonly BlindSpot[];
}

export const judgedKey = (check: string, kind: Finding['kind']): string => `${check} ${kind}`;

/** A week: longer than any failover, shorter than a month's patches, after which "same as the primary" would be a guess. */
export const primaryMaxAgeMs = 7 * 24 * 3_600_000;

export function judge(asked: Case): Judgement {
  const { verdict, findings, blindSpots } = judgeFully(asked);
  return { verdict, findings, blindSpots };
}

export function judgeFully(asked: Case): FullJudgement {
  // After a switchover the snapshot of the old primary is still here, and is nothing that the new one falls short of.
  const given = asked.subject.node.role === 'primary' ? { ...asked, twin: null } : asked;
  const parts = given.subject.checks.map((state) => judgeCheck(given, state));
  const blindSpots = [...parts.flatMap((part) => part.blindSpots), ...wholeBlindSpots(given)];
  const findings = [...fold(parts.flatMap((part) => part.judged))].sort(byUrgency);
  return {
    verdict: verdictOf(findings, blindSpots),
    findings,
    blindSpots,
    judged: new Set(parts.flatMap((part) => part.settled)),
    lawful: parts.flatMap((part) => part.lawful ?? []),
    doubts: parts.flatMap((part) => part.doubts ?? []),
  };
}

interface Part {
  readonly judged: readonly Judged[];
  readonly blindSpots: readonly BlindSpot[];
  /** Keys of what was judged by every rule on a good sight. */
  readonly settled: readonly string[];
  readonly lawful?: readonly AppliedLawful[];
  readonly doubts?: readonly BlindSpot[];
}

const nothing: Part = { judged: [], blindSpots: [], settled: [] };
const blinded = (...blindSpots: readonly BlindSpot[]): Part => ({ judged: [], blindSpots, settled: [] });

function judgeCheck(given: Case, state: CheckState): Part {
  const probe = given.probes.get(state.probe);
  if (probe === undefined) return blinded(spot(state, 'crashed', `there is no probe named ${state.probe} here`, null));
  const { sight, blind } = settle(state, given.now);
  const ownBlindness = blind === null ? [] : [{ check: state.check, ...blind }];
  const all = [judgeAlone(given, state, probe, sight), judgePaired(given, state, probe, sight)];
  const crashed = all.flatMap((part) => part.blindSpots.filter((one) => one.kind === 'crashed'));
  const others = all.flatMap((part) => part.blindSpots.filter((one) => one.kind !== 'crashed'));
  return {
    judged: all.flatMap((part) => part.judged),
    // A rule that failed is our own fault and is said even where the check itself may stay unseen.
    blindSpots: [...crashed, ...(state.isRequired ? [...ownBlindness, ...others] : [])],
    settled: all.flatMap((part) => part.settled),
    lawful: all.flatMap((part) => part.lawful ?? []),
    doubts: state.isRequired ? [] : [...ownBlindness, ...others],
  };
}

function judgeAlone(given: Case, state: CheckState, probe: AnyProbe, sight: Sight): Part {
  if (sight.kind === 'nothing') return nothing;
  // What is not there has nothing wrong with it.
  if (sight.kind === 'absent') return sight.isConfirmed ? { ...nothing, settled: [judgedKey(state.check, 'alone')] } : nothing;
  const { observation, facts, isConfirmed } = sight;
  const outdated = factsVersionProblem(state, probe, observation);
  if (outdated !== null) return blinded(outdated);
  const rules = probe.rules.filter((rule): rule is AloneRule<unknown, unknown> => rule.kind === 'alone');
  const context = { now: given.now, node: given.subject.node, settings: state.settings, readings: observation.readings };
  const about = [probe, state.settings, rowKey(given.subject, observation)];
  const said = (given.memo ?? noMemo).recall(judgedKey(state.check, 'alone'), about, (onMoving) => {
    const noticed = noticing(context, ['now', 'readings'], onMoving);
    return ask(rules, (rule) => rule.judge(facts, noticed), onMoving);
  });
  return collect(state, isConfirmed ? 'alone' : null, said, (rule, draft) =>
    finding(given, state, probe, rule, draft, { seq: observation.seq, seenAt: observation.lastAt }, isConfirmed),
  );
}

function judgePaired(given: Case, state: CheckState, probe: AnyProbe, sight: Sight): Part {
  const rules = probe.rules.filter((rule): rule is PairedRule<unknown, unknown> => rule.kind === 'paired');
  const twin = given.twin;
  if (given.mode === 'alone' || twin === null || rules.length === 0 || sight.kind === 'nothing') return nothing;
  const twinState = twin.checks.find((one) => isSameCheck(one, state));
  if (twinState === undefined) return blinded(spot(state, 'primary-unseen', 'the primary is not watched for this', null));
  const reference = settle(twinState, given.now).sight;
  if (reference.kind === 'nothing') return blinded(spot(state, 'primary-unseen', 'the primary was never seen', null));
  const age = given.now - reference.observation.lastAt;
  // Either way: a clock that is a year ahead would make a look good for a year.
  const old =
    Math.abs(age) > (given.primaryMaxAgeMs ?? primaryMaxAgeMs)
      ? [spot(state, 'primary-stale', age > 0 ? primaryIsOld : primaryIsAhead, reference.observation.lastAt)]
      : [];
  const isGood = sight.isConfirmed && old.length === 0;
  if (reference.kind === 'absent') {
    const strange = isStrange(probe, state, sight) ? [spot(state, 'primary-unseen', primaryIsEmpty, reference.observation.lastAt)] : [];
    const isSettled = isGood && reference.isConfirmed && strange.length === 0;
    return { judged: [], blindSpots: [...old, ...strange], settled: isSettled ? [judgedKey(state.check, 'paired')] : [] };
  }
  const pair = { sight, reference, state, twinState, twin };
  const part = sight.kind === 'absent' ? judgeAbsence(given, probe, pair) : judgeTwins(given, probe, rules, { ...pair, sight });
  return { ...part, blindSpots: [...part.blindSpots, ...old], settled: isGood ? part.settled : [] };
}

/** A machine may have less than its twin. A region where all of it is missing was looked for in the wrong compartment. */
const isStrange = (probe: AnyProbe, { settings }: CheckState, sight: Sight): boolean =>
  probe.looksAt === 'region' && probe.absentOnStandby === 'blocker' && sight.kind === 'facts' && isNeeded(probe, sight.facts, settings);

/** Facts of another version may be of another shape: what cannot be asked is needed. */
function isNeeded(probe: AnyProbe, facts: unknown, settings: unknown): boolean {
  try {
    return probe.isNeeded?.(facts, settings) ?? true;
  } catch {
    return true;
  }
}

const primaryIsEmpty = 'the primary’s compartments have nothing of what this side has: correct them, or leave this check out';
const primaryIsOld = 'the primary’s last look is too old to be compared with';
const primaryIsAhead = 'the primary’s last look was taken too long after this one to be compared with';

interface Pair<StandbySight = Exclude<Sight, { kind: 'nothing' }>> {
  readonly sight: StandbySight;
  readonly reference: Extract<Sight, { kind: 'facts' }>;
  readonly state: CheckState;
  readonly twinState: CheckState;
  readonly twin: Snapshot;
}

function judgeAbsence(given: Case, probe: AnyProbe, { sight, reference, state, twinState }: Pair): Part {
  const settled = [judgedKey(state.check, 'paired')];
  if (!isNeeded(probe, reference.facts, twinState.settings)) return { judged: [], blindSpots: [], settled };
  const rule = absentOnStandby(probe);
  const outcome = sight.observation.outcome;
  const draft: Draft = {
    subject: state.check,
    expected: summaryOf(probe, reference.facts),
    actual: outcome.kind === 'absent' ? outcome.detail : 'absent',
  };
  const made = finding(given, state, probe, rule, draft, evidenceOf(sight.observation, reference.observation), sight.isConfirmed);
  return { judged: [{ finding: made, draft, rule }], blindSpots: [], settled };
}

/** A summary is for people and may not cost a judgement. */
function summaryOf(probe: AnyProbe, facts: unknown): string {
  try {
    return probe.summary(facts);
  } catch {
    return 'present on the primary';
  }
}

function judgeTwins(
  given: Case,
  probe: AnyProbe,
  rules: readonly PairedRule<unknown, unknown>[],
  { sight, reference, state, twinState, twin }: Pair<Extract<Sight, { kind: 'facts' }>>,
): Part {
  const own = sight.observation;
  const theirs = reference.observation;
  if (own.factsVersion !== theirs.factsVersion || theirs.factsVersion !== probe.factsVersion) {
    const detail = 'the two agents are of versions whose facts cannot be compared; bring both to the same version';
    return blinded(spot(state, 'versions-differ', detail, own.lastAt));
  }
  const lawful = (given.lawful ?? []).filter((one) => one.check === state.check);
  const standing = lawful.filter((one) => !isEnded(one, given.now));
  const side = (snapshot: Snapshot, check: CheckState, observation: Observation) => ({
    node: snapshot.node,
    settings: check.settings,
    readings: observation.readings,
    seenAt: observation.lastAt,
  });
  const sides = { standby: side(given.subject, state, own), primary: side(twin, twinState, theirs) };
  const rows = [rowKey(given.subject, own), rowKey(twin, theirs), JSON.stringify(standing)];
  const about = [probe, state.settings, twinState.settings, ...rows];
  const said = (given.memo ?? noMemo).recall(judgedKey(state.check, 'paired'), about, (onMoving) => {
    const facts = withoutLawful(sight.facts, reference.facts, standing);
    const noticed = (one: Side<unknown>): Side<unknown> => noticing(one, ['readings', 'seenAt'], onMoving);
    const [standby, primary] = [noticed(sides.standby), noticed(sides.primary)];
    const context = noticing({ now: given.now, standby, primary }, ['now'], onMoving);
    return ask(rules, (rule) => rule.judge(facts, reference.facts, context), onMoving);
  });
  const part = collect(state, 'paired', said, (rule, draft) =>
    finding(given, state, probe, rule, draft, evidenceOf(own, theirs), sight.isConfirmed),
  );
  return { ...part, lawful: lawful.map((one) => applied(one, sight.facts, reference.facts, given.now)) };
}

const isEnded = ({ until }: LawfulDifference, now: number): boolean => until !== null && until <= now;

function applied(one: LawfulDifference, own: unknown, theirs: unknown, now: number): AppliedLawful {
  const { check, field, reason, until } = one;
  const state = isEnded(one, now) ? 'ended' : isDiffering(own, theirs, field) ? 'differs' : 'same';
  return { check, field, reason, until, state };
}

const evidenceOf = (own: Observation, primary: Observation): Finding['evidence'] => ({
  seq: own.seq,
  seenAt: own.lastAt,
  primary: { seq: primary.seq, seenAt: primary.lastAt },
});

/** What a row says of a node never changes, and no other row of its history has its number; another history began at another time. */
const rowKey = ({ node }: Snapshot, { seq, firstAt, factsVersion }: Observation): string =>
  JSON.stringify([node, seq, firstAt, factsVersion]);

interface Said<R> {
  readonly rule: R;
  readonly drafts: readonly Draft[];
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
}

/** Runs each rule by itself: one that fails blinds itself and no other, and is run again. */
function ask<R extends Rule<never, never>>(
  rules: readonly R[],
  judge: (rule: R) => readonly Draft[],
  onFailed: () => void,
): readonly Said<R>[] {
  return rules.map((rule) => {
    try {
      return { rule, drafts: judge(rule), failure: null };
    } catch (error) {
      onFailed();
      return { rule, drafts: [], failure: messageOf(error) };
    }
  });
}

/** `settles` is null where the sight is not good now. */
function collect<R extends Rule<never, never>>(
  state: CheckState,
  settles: Finding['kind'] | null,
  said: readonly Said<R>[],
  toFinding: (rule: R, draft: Draft) => Finding,
): Part {
  const judged: Judged[] = [];
  const blindSpots: BlindSpot[] = [];
  const fail = (rule: R, message: string): void => {
    blindSpots.push(spot(state, 'crashed', `the rule ${rule.code} failed on these facts: ${message}`, null));
  };
  for (const { rule, drafts, failure } of said) {
    if (failure !== null) fail(rule, failure);
    try {
      judged.push(...drafts.map((draft) => ({ finding: toFinding(rule, draft), draft, rule })));
    } catch (error) {
      fail(rule, messageOf(error));
    }
  }
  return { judged, blindSpots, settled: settles === null || blindSpots.length > 0 ? [] : [judgedKey(state.check, settles)] };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);

type Declared = Pick<
  Rule<never, never>,
  'code' | 'kind' | 'severity' | 'title' | 'gap' | 'isBlind' | 'isSuspending' | 'isSettledByRun' | 'remedy'
>;

function finding(
  given: Case,
  state: CheckState,
  probe: AnyProbe,
  rule: Declared,
  draft: Draft,
  evidence: Finding['evidence'],
  isConfirmed: boolean,
): Finding {
  const id = createHash('sha256')
    .update(JSON.stringify([state.check, rule.code, draft.subject]))
    .digest('hex')
    .slice(0, 16);
  return {
    id,
    code: rule.code,
    kind: rule.kind,
    gap: rule.gap ?? probe.gap,
    severity: rule.severity,
    check: state.check,
    title: rule.title,
    subject: draft.subject,
    expected: draft.expected,
    actual: draft.actual,
    remedy: rule.remedy(onOneLine(draft)),
    since: given.earlier.find((one) => one.id === id)?.since ?? given.now,
    evidence,
    isUnconfirmed: !isConfirmed,
    ...(rule.isBlind === true && state.isRequired ? { isBlind: true as const } : {}),
    ...(rule.isSuspending === true ? { isSuspending: true as const } : {}),
    ...(rule.isSettledByRun === true ? { isSettledByRun: true as const } : {}),
  };
}

/**
 * A file name or a certificate's subject may hold a line break, and what comes after it would stand in the remedy as a
 * command of our own making.
 */
function onOneLine(draft: Draft): Draft {
  const line = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return {
    subject: line(draft.subject),
    expected: line(draft.expected),
    actual: line(draft.actual),
    ...(draft.cause === undefined ? {} : { cause: line(draft.cause) }),
    ...(draft.with === undefined ? {} : { with: Object.fromEntries(Object.entries(draft.with).map(([key, text]) => [key, line(text)])) }),
  };
}

function factsVersionProblem(state: CheckState, probe: AnyProbe, observation: Observation): BlindSpot | null {
  if (observation.factsVersion === probe.factsVersion) return null;
  return spot(state, 'versions-differ', 'the last look was made by another version of this probe; look again', observation.lastAt);
}
