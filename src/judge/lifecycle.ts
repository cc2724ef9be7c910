// What becomes of findings from one judgement to the next: opened when enough looks confirmed them, resolved when enough looks denied them.
// A finding that could not be looked for stays, unconfirmed; only a look that sees well takes it away.
import type { Finding } from '../contract/finding.ts';
import type { Confirmation, FindingEvent, FindingEventKind, StandingFinding } from '../contract/standing.ts';
import { judgedKey } from './judge.ts';

export interface Proceeding {
  readonly group: string;
  readonly pair: string;
  /** Epoch milliseconds of the judging. */
  readonly now: number;
  /** Of the judging before this one; null for the first. */
  readonly judgedBeforeAt: number | null;
  /** Those that are not resolved, and those lately resolved that may come back. */
  readonly before: readonly StandingFinding[];
  readonly findings: readonly Finding[];
  /** Of the judgement: what was looked for and could have been found. */
  readonly judged: ReadonlySet<string>;
  /** Who is judged: with another machine in its place nothing goes on. */
  readonly standbyId: string;
  /** By check, for every check that the standby has. */
  readonly looks: ReadonlyMap<string, CheckLooks>;
}

export interface CheckLooks {
  readonly own: LookMark | null;
  readonly primary: LookMark | null;
  readonly confirm: Confirmation;
}

/** Where the newest observation stands. */
export interface LookMark {
  readonly seq: number;
  readonly count: number;
  readonly firstAt: number;
}

export interface Proceeded {
  /** All that are not resolved, and those that were resolved just now. */
  readonly standing: readonly StandingFinding[];
  readonly events: readonly FindingEvent[];
}

/** Pure: the same judgements in the same order come to the same lives. */
export function proceed(given: Proceeding): Proceeded {
  const found = new Set(given.findings.map(({ id }) => id));
  const before = new Map(given.before.map((one) => [one.id, one]));
  const steps = [
    ...given.findings.map((finding) => madeAgain(given, finding, sameStandby(given, before.get(finding.id)))),
    ...given.before.filter((one) => one.state !== 'resolved' && !found.has(one.id)).map((one) => notMade(given, one)),
    // That of the machine that stood here before ends, even where the one that stands here now has the same, whose row takes its place.
    ...given.before
      .filter((one) => one.state !== 'resolved' && found.has(one.id) && !isOfStandby(given, one))
      .map((one) => ({ standing: null, event: foreign(given, one).event })),
  ];
  return {
    standing: steps.flatMap((step) => (step.standing === null ? [] : [step.standing])),
    events: steps.flatMap((step) => (step.event === null ? [] : [step.event])),
  };
}

interface Step {
  readonly standing: StandingFinding | null;
  readonly event: FindingEvent | null;
}

const isOfStandby = ({ standbyId }: Proceeding, one: StandingFinding): boolean => one.mark.split('|')[0] === standbyId;

const sameStandby = (given: Proceeding, one: StandingFinding | undefined): StandingFinding | null =>
  one !== undefined && isOfStandby(given, one) ? one : null;

function madeAgain(given: Proceeding, finding: Finding, before: StandingFinding | null): Step {
  const looks = given.looks.get(finding.check);
  const needs = looks?.confirm ?? once;
  const mark = markOf(given, finding);
  if (before === null || before.state === 'resolved') return begun(given, finding, before, mark, needs);
  const bad = before.confirmation.bad + (before.state === 'pending' && !finding.isUnconfirmed ? progress(before.mark, mark) : 0);
  const next: StandingFinding = {
    ...before,
    ...finding,
    since: before.since,
    mark,
    changedAt: isChanged(before, finding) ? given.now : before.changedAt,
    confirmation: { bad: Math.min(bad, needs.bad), good: 0, needs },
  };
  if (before.state === 'pending') return next.confirmation.bad >= needs.bad ? opened(given, next) : { standing: next, event: null };
  const standing: StandingFinding = { ...next, state: 'open' };
  return { standing, event: standing.changedAt === before.changedAt ? null : eventOf(given, 'changed', standing) };
}

const once: Confirmation = { bad: 1, good: 1 };

function begun(given: Proceeding, finding: Finding, resolved: StandingFinding | null, mark: string, needs: Confirmation): Step {
  const standing: StandingFinding = {
    ...finding,
    since: sinceOf(given, finding),
    state: 'pending',
    openedAt: null,
    changedAt: given.now,
    resolvedAt: null,
    reopenedCount: resolved === null ? 0 : resolved.reopenedCount + 1,
    confirmation: { bad: 1, good: 0, needs },
    mark,
    waiver: null,
  };
  return needs.bad <= 1 ? opened(given, standing) : { standing, event: null };
}

/**
 * The looks that it rests on may be older than this judging, where the collector was away; but not older than the judging before, which
 * had not found it.
 */
function sinceOf({ looks, judgedBeforeAt, now }: Proceeding, { check, kind }: Finding): number {
  const { own = null, primary = null } = looks.get(check) ?? {};
  if (judgedBeforeAt === null || own === null) return now;
  const restsOn = Math.max(own.firstAt, kind === 'paired' ? (primary?.firstAt ?? 0) : 0);
  return Math.min(now, Math.max(restsOn, judgedBeforeAt));
}

function opened(given: Proceeding, finding: StandingFinding): Step {
  const standing: StandingFinding = { ...finding, state: 'open', openedAt: given.now };
  return { standing, event: eventOf(given, standing.reopenedCount > 0 ? 'reopened' : 'opened', standing) };
}

const isChanged = (before: StandingFinding, finding: Finding): boolean =>
  before.severity !== finding.severity ||
  before.expected !== finding.expected ||
  before.actual !== finding.actual ||
  before.foldedUnder !== finding.foldedUnder;

function notMade(given: Proceeding, one: StandingFinding): Step {
  if (!isOfStandby(given, one)) return foreign(given, one);
  const looks = given.looks.get(one.check);
  if (looks === undefined) return unwatched(given, one, 'its check is not configured any more');
  if (!given.judged.has(judgedKey(one.check, one.kind))) return { standing: { ...one, isUnconfirmed: true }, event: null };
  const mark = markOf(given, one);
  if (one.state === 'pending') return { standing: null, event: null };
  // No new look on either side: a setting, a lawful difference or time itself took it away, and no further look will say otherwise.
  const isGone = one.mark === mark && one.state === 'open';
  const { needs } = one.confirmation;
  const more = progress(one.mark, mark);
  // The primary's look alone can be the first that denies it; those after it have to be the standby's.
  const good = isGone ? needs.good : one.confirmation.good + (one.state === 'open' ? Math.max(1, more) : more);
  const next: StandingFinding = { ...one, state: 'clearing', isUnconfirmed: false, mark, confirmation: { ...one.confirmation, good } };
  return good >= needs.good ? resolved(given, next, 'resolved', '') : { standing: next, event: null };
}

const foreign = (given: Proceeding, one: StandingFinding): Step => unwatched(given, one, 'another machine is the standby now');

/** What was never opened ends without a word. */
function unwatched(given: Proceeding, one: StandingFinding, detail: string): Step {
  return one.state === 'pending' ? { standing: null, event: null } : resolved(given, one, 'unwatched', detail);
}

function resolved(given: Proceeding, one: StandingFinding, kind: FindingEventKind, detail: string): Step {
  const standing: StandingFinding = { ...one, state: 'resolved', resolvedAt: given.now };
  return { standing, event: eventOf(given, kind, standing, detail) };
}

const eventOf = ({ group, pair, now }: Proceeding, kind: FindingEventKind, finding: StandingFinding, detail = ''): FindingEvent => ({
  kind,
  at: now,
  group,
  pair,
  finding,
  detail,
});

const markText = (mark: LookMark | null): string => (mark === null ? '-' : `${mark.seq}:${mark.count}`);

function markOf({ standbyId, looks }: Proceeding, { check, kind }: Pick<Finding, 'check' | 'kind'>): string {
  const { own = null, primary = null } = looks.get(check) ?? {};
  return `${standbyId}|${markText(own)}|${kind === 'paired' ? markText(primary) : '-'}`;
}

/** How many looks of the standby lie between two marks: its one odd look is not confirmed by its primary's looking again. */
const progress = (before: string, now: string): number => looksBetween(before.split('|')[1] ?? '-', now.split('|')[1] ?? '-');

/** Of the looks in a row that is over, nobody knows how many came after the mark: a new row counts by its own. */
function looksBetween(before: string, now: string): number {
  if (before === now || now === '-') return 0;
  const [beforeSeq, beforeCount] = before.split(':').map(Number);
  const [seq, count] = now.split(':').map(Number);
  return seq === beforeSeq ? Math.max(0, count! - beforeCount!) : count!;
}
