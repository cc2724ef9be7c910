// Judges pairs and writes what came of it: findings, events, verdicts and what is told of them in one transaction, so that after any end
// each was opened, resolved and told once.
import type { Verdict } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import type { Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { regionPair } from '../../contract/region.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import type { PairSights } from '../../judge/cells.ts';
import { createMemo, type Memo, noMemo } from '../../judge/memo.ts';
import { standingVerdict } from '../../judge/verdict.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import type { Live } from '../live.ts';
import type { News } from '../tell/news.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { judgePair, type PairCase, type PairJudged, type Side } from './judge-pair.ts';
import { pairSights, sightText } from './pair-sights.ts';
import { turnsAt } from './turns.ts';

export interface JudgingParts {
  readonly store: FleetStore;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called inside the transaction in which it became true. */
  readonly news: (items: readonly News[]) => void;
  /** What a group comes to with what was judged just now; null while a pair of it was not judged. */
  readonly groupNow: (group: string) => { readonly verdict: Verdict; readonly counts: Counts } | null;
  /** Told of each judgement that is shown from now on, and of pairs that are no more. */
  readonly live: Pick<Live, 'judged' | 'gone'>;
  /** Names of the pairs that a group has now. */
  readonly pairsOf: (group: string) => readonly string[];
}

/** A pair as it is to be judged. */
export interface PairToJudge extends Pick<PairCase, 'group' | 'pair' | 'contested' | 'terms'> {
  readonly key: string;
  readonly standby: (Side & { readonly heardAt: number | null }) | null;
  readonly primary: Side | null;
}

export interface JudgedPair {
  readonly judged: PairJudged;
  readonly verdict: Verdict;
  /** Of the verdict; null until it was written. */
  readonly since: number | null;
  readonly judgedAt: number;
  readonly standbyEvidence: readonly Evidence[];
  readonly primaryEvidence: readonly Evidence[];
  readonly sights: PairSights;
  /** When time alone may change it. */
  readonly turnsAt: number;
}

export interface Judging {
  /** The latest judgement, written or not; null for a pair that was not judged since the start. */
  get(key: string): JudgedPair | null;
  /** Judges until its time is over, at least one, and writes it. The keys of those judged; null when nothing could be written. */
  judge(pairs: Iterable<PairToJudge>, untilMonotonicMs: number): readonly string[] | null;
  /** Of groups that no pair speaks for. */
  judgeGroups(groups: readonly string[]): void;
  forget(key: string): void;
  keys(): readonly string[];
  groupSince(group: string): number | null;
  /** Why judgements cannot be written; null when they can. */
  trouble(): string | null;
}

/** A verdict that nobody confirmed for longer was not known meanwhile. Longer than between two judgings of what does not change. */
export const verdictGapMs = 6 * 60_000;
/** What was resolved lately and comes back is the same finding again. */
const reopenMs = 7 * 24 * 3_600_000;

export function createJudging(parts: JudgingParts): Judging {
  const { store, clock, log } = parts;
  const latest = new Map<string, JudgedPair>();
  /** As they are on disk, by pair: a judgement that could not be written is made again from these. */
  const written = new Map<string, readonly StandingFinding[]>();
  const memos = new Map<string, Memo>();
  const groups = new Map<string, { readonly verdict: Verdict; readonly from: number }>();
  let trouble: string | null = null;

  const before = ({ key, group, pair }: PairToJudge): readonly StandingFinding[] => {
    const known = written.get(key) ?? store.findings.ofPair(group, pair, clock.now() - reopenMs);
    written.set(key, known);
    return known;
  };

  /** Machines are judged in a millisecond, and there are thousands: to remember what was said of each would cost more than it saves. */
  const memoOf = ({ key, pair }: PairToJudge): Memo => {
    if (pair !== regionPair) return noMemo;
    const memo = memos.get(key) ?? createMemo();
    memos.set(key, memo);
    return memo;
  };

  const judged = (pair: PairToJudge): JudgedPair => {
    const subject = { group: pair.group, pair: pair.pair };
    const known = latest.get(pair.key);
    const judgedBeforeAt = known?.judgedAt ?? store.verdicts.latest(subject)?.until ?? null;
    const waivers = store.waivers.standing(subject);
    const given = {
      ...pair,
      now: clock.now(),
      judgedBeforeAt,
      before: before(pair),
      waivers,
      probes: parts.probes,
      memo: memoOf(pair),
    };
    return settled(pair, attempted(given, log), { now: given.now, since: known?.since ?? null, probes: parts.probes });
  };

  /** With what was judged just now; as it was written last while a pair of it was not judged. */
  const verdictNow = (group: string): Verdict | null =>
    parts.groupNow(group)?.verdict ?? store.verdicts.latest({ group, pair: null })?.verdict ?? null;

  const write = (pair: PairToJudge, result: JudgedPair): JudgedPair => {
    const { group, pair: name } = pair;
    const { standing, events, endedWaivers } = result.judged;
    // A finding that waits for confirmation is nothing to remember: after a restart the looks are counted anew.
    store.findings.save(
      group,
      name,
      standing.filter(({ state }) => state !== 'pending'),
    );
    store.findings.record(events);
    for (const { waiver, because } of endedWaivers) store.waivers.end(waiver.id, result.judgedAt, because);
    store.sights.keep({ group, pair: name }, result.judgedAt, sightText(result.sights));
    const { from } = store.verdicts.confirm({ group, pair: name }, result.verdict, result.judgedAt, verdictGapMs);
    const isHeld = verdictNow(group) === 'suspended';
    parts.news(events.map((event) => ({ kind: 'finding', event, isHeld })));
    return { ...result, since: from };
  };

  const writeGroup = (group: string): void => {
    const now = parts.groupNow(group);
    if (now === null) return;
    const at = clock.now();
    const last = groups.get(group)?.verdict ?? store.verdicts.latest({ group, pair: null })?.verdict ?? null;
    const { verdict, from } = store.verdicts.confirm({ group, pair: null }, now.verdict, at, verdictGapMs);
    groups.set(group, { verdict, from });
    if (last === verdict) return;
    log.info({ group, from: last, to: verdict }, 'the verdict of a group changed');
    parts.news([{ kind: 'verdict', group, from: last, to: verdict, at, counts: now.counts }]);
    if (last === 'suspended') parts.news(heldBack(group, at));
  };

  /** What was found while the verdict was suspended and is still there: whoever was told of it already is not told again. */
  const heldBack = (group: string, at: number): readonly News[] =>
    parts.pairsOf(group).flatMap((pair) =>
      store.findings
        .ofPair(group, pair, Number.MAX_SAFE_INTEGER)
        .filter(({ state }) => state === 'open' || state === 'clearing')
        .map((finding) => ({ kind: 'finding', event: { kind: 'opened', at, group, pair, finding, detail: '' } })),
    );

  const fail = (error: unknown): void => {
    const detail = error instanceof Error ? error.message : String(error);
    if (trouble === null) log.error({ detail }, 'judgements cannot be written; they are made again until they can');
    trouble = detail;
    groups.clear();
  };

  const isWritten = (act: () => void): boolean => {
    try {
      store.together(act);
      if (trouble !== null) log.info({}, 'judgements are written again');
      trouble = null;
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  };

  /** Null where the history cannot even be read. */
  const judgedUntil = (pairs: Iterable<PairToJudge>, untilMonotonicMs: number): readonly (readonly [PairToJudge, JudgedPair])[] | null => {
    const results: (readonly [PairToJudge, JudgedPair])[] = [];
    try {
      for (const pair of pairs) {
        results.push([pair, judged(pair)]);
        if (clock.monotonicMs() >= untilMonotonicMs) break;
      }
      return results;
    } catch (error) {
      fail(error);
      return null;
    }
  };

  return {
    get: (key) => latest.get(key) ?? null,
    judge: (pairs, untilMonotonicMs) => {
      const results = judgedUntil(pairs, untilMonotonicMs);
      if (results === null) return null;
      // Shown even where it cannot be written: what was good before is not said again.
      for (const [pair, result] of results) {
        latest.set(pair.key, result);
        parts.live.judged(pair, result);
      }
      const areWritten = isWritten(() => {
        for (const [pair, result] of results) latest.set(pair.key, write(pair, result));
        for (const group of new Set(results.map(([{ group }]) => group))) writeGroup(group);
      });
      if (!areWritten) return null;
      for (const [{ key }, { judged: done }] of results) {
        written.set(key, kept(written.get(key) ?? [], done.standing, clock.now() - reopenMs));
        tell(log, done);
      }
      return results.map(([{ key }]) => key);
    },
    judgeGroups: (names) => {
      if (names.length > 0) isWritten(() => names.forEach(writeGroup));
    },
    forget: (key) => {
      latest.delete(key);
      parts.live.gone(key);
      written.delete(key);
      memos.delete(key);
    },
    keys: () => [...latest.keys()],
    groupSince: (group) => groups.get(group)?.from ?? null,
    trouble: () => trouble,
  };
}

interface Settling extends Pick<JudgingParts, 'probes'> {
  readonly now: number;
  readonly since: number | null;
}

function settled(pair: PairToJudge, judged: PairJudged, { now, since, probes }: Settling): JudgedPair {
  const { standby, primary, terms } = pair;
  const [own, theirs] = [standby?.snapshot ?? null, primary?.snapshot ?? null];
  return {
    judged,
    verdict: standingVerdict(judged.findings, judged.blindSpots),
    since,
    judgedAt: now,
    standbyEvidence: evidenceOf(own),
    primaryEvidence: evidenceOf(theirs),
    sights: pairSights(probes, { standby: checksOf(standby), primary: checksOf(primary) }, judged),
    turnsAt: turnsAt(now, { standby: own, primary: theirs, heardAt: standby?.heardAt ?? null, terms, findings: judged.findings }),
  };
}

const checksOf = (side: Side | null): Snapshot['checks'] | null => (side === null ? [] : (side.snapshot?.checks ?? null));

/** A judge that fails knows nothing: findings stay as they were, unconfirmed, and the pair is unknown. */
function attempted(given: PairCase, log: Log): PairJudged {
  try {
    return judgePair(given);
  } catch (error) {
    const detail = `judging failed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    log.error({ group: given.group, pair: given.pair, detail }, 'the judge failed');
    const findings = given.before.filter(({ state }) => state !== 'resolved').map((one) => ({ ...one, isUnconfirmed: true }));
    const blindSpots = [{ check: null, kind: 'crashed', detail, seenAt: null } as const];
    return { findings, standing: findings, blindSpots, doubts: [], lawful: [], events: [], endedWaivers: [] };
  }
}

/** What is on disk now: of each finding its newest life, without what was resolved too long ago to come back. */
function kept(before: readonly StandingFinding[], standing: readonly StandingFinding[], resolvedAfter: number): readonly StandingFinding[] {
  const ids = new Set(standing.map(({ id }) => id));
  const resolved = before.filter((one) => one.state === 'resolved' && !ids.has(one.id));
  return [...standing, ...resolved].filter(({ resolvedAt }) => resolvedAt === null || resolvedAt > resolvedAfter);
}

function tell(log: Log, { events }: PairJudged): void {
  for (const { kind, group, pair, finding, detail } of events) {
    const { code, severity, check, subject } = finding;
    const level = (kind === 'opened' || kind === 'reopened' || kind === 'waiver-ended') && severity !== 'note' ? 'warn' : 'info';
    log[level]({ kind, group, pair, code, severity, check, subject, ...(detail === '' ? {} : { detail }) }, 'a finding changed');
  }
}
