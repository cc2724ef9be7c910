// Keeps when the verdict of each pair will turn by itself: worked out between everything else, again when what it rests on became another.
import { createHash } from 'node:crypto';
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { Forecast } from '../../contract/forecast.ts';
import type { CheckState, Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import type { Waiver } from '../../contract/waiver.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { Log } from '../../daemon/log.ts';
import { type Foreseen, foresee, turnable } from '../../judge/forecast.ts';
import { worstVerdict } from '../../judge/verdict.ts';
import type { FleetStore } from '../../store/fleet/store.ts';
import type { NodeSight, Nodes } from '../nodes.ts';
import type { JudgedPair } from './judging.ts';
import type { FleetPair } from './pairing.ts';
import type { Review } from './review.ts';
import type { PairNames } from './views.ts';

export interface ForecastsParts {
  readonly nodes: Pick<Nodes, 'mark' | 'kept' | 'check'>;
  readonly review: Pick<Review, 'standing' | 'judged'>;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly store: Pick<FleetStore, 'waivers'>;
  /** Another turn is foretold for a pair of that group than before, or another kind of not knowing. */
  readonly onChanged: (group: string) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Forecasts {
  /** The earliest turn of any of its pairs that makes the group's verdict worse. */
  group(name: string): Forecast;
  /** A pair was judged, as each is every few minutes. */
  judged(pair: FleetPair): void;
  stop(): void;
}

interface Kept {
  readonly marks: Marks;
  readonly workedAt: number;
  /** From which it turns. */
  readonly verdict: Verdict;
  readonly foreseen: Foreseen;
}

/** How long the loop is held, and at most one step longer. */
const sliceMs = 5;
/** A quarter of a processor while there is something to work out. */
const betweenMs = 15;
/** So that the horizon moves on, and nothing that this does not know of is kept for long. */
const againMs = 3 * 3_600_000;
/** A fleet that changes all the time is not worked out all the time: what hardly ever moves an end may be so late. */
const rowsAgainMs = 10 * 60_000;
/** After a failure, which is ours: the next pair may do. */
const retryMs = 5_000;

export function createForecasts(parts: ForecastsParts): Forecasts {
  const { clock, log, review } = parts;
  const kept = new Map<string, Kept>();
  const waiting = new Map<string, PairNames>();
  let work: Work | null = null;
  let cancel: (() => void) | null = null;
  let isStopped = false;

  const next = (): Work | null => {
    for (const [key, { group, pair: name }] of waiting) {
      waiting.delete(key);
      const [pair] = review.standing(group, name);
      const judged = review.judged(key);
      if (pair !== undefined && judged !== null) return { key, group, steps: workOut(parts, pair, judged, kept.get(key) ?? null) };
    }
    return null;
  };
  /** Goes on with what is under way; true when there is more. */
  const step = (): boolean => {
    work ??= next();
    if (work === null) return false;
    const { done, value } = work.steps.next();
    if (done !== true) return true;
    const { key, group } = work;
    const before = kept.get(key);
    kept.set(key, value);
    work = null;
    if (before !== value && toldOf(before) !== toldOf(value)) parts.onChanged(group);
    return true;
  };
  /** After how long to go on. */
  const slice = (): number => {
    const untilMs = clock.monotonicMs() + sliceMs;
    try {
      while (step() && clock.monotonicMs() < untilMs);
      return betweenMs;
    } catch (error) {
      log.error({ pair: work?.key, detail: error instanceof Error ? error.message : String(error) }, 'a verdict could not be forecast');
      if (work !== null) kept.delete(work.key);
      work = null;
      return retryMs;
    }
  };
  const forget = (): void => {
    for (const key of kept.keys()) if (review.judged(key) === null) kept.delete(key);
  };
  const later = (ms: number): void => {
    if (isStopped) return;
    cancel ??= clock.setTimer(ms, () => {
      cancel = null;
      const restMs = slice();
      if (work !== null || waiting.size > 0) later(restMs);
      else forget();
    });
  };

  return {
    group: (name) => forecastOf(review.standing(name).map(({ key }) => ({ judged: review.judged(key), kept: kept.get(key) ?? null }))),
    judged: ({ key, group, pair }) => {
      waiting.set(key, { group, pair });
      later(betweenMs);
    },
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}

interface Work {
  readonly key: string;
  readonly group: string;
  readonly steps: Generator<void, Kept>;
}

const toldOf = (kept: Kept | undefined): string =>
  kept === undefined ? '' : JSON.stringify([kept.verdict, kept.foreseen.turns, kept.foreseen.isKnown]);

function* workOut(parts: ForecastsParts, pair: FleetPair, judged: JudgedPair, before: Kept | null): Generator<void, Kept> {
  const { nodes, clock, probes, store } = parts;
  const [now, waivers] = [clock.now(), store.waivers.standing({ group: pair.group, pair: pair.pair })];
  const marks = marksOf(parts, pair, judged, waivers);
  if (before !== null && isGood(before, marks, now)) return before;
  const isConcerned = turnable({ now, probes, lawful: pair.terms.lawful });
  const [subject, twin] = [yield* partOf(nodes, pair.standby, isConcerned), yield* partOf(nodes, pair.primary, isConcerned)];
  const foreseen = yield* foresee({
    pair: pair.pair,
    now,
    subject,
    twin,
    probes,
    lawful: pair.terms.lawful,
    primaryMaxAgeMs: pair.terms.thresholds.primaryMaxAgeMs,
    verdict: judged.verdict,
    findings: judged.judged.findings,
    blindSpots: judged.judged.blindSpots,
    waivers,
  });
  return { marks, workedAt: now, verdict: judged.verdict, foreseen };
}

/** Its snapshot with those checks alone, one in a step: reading the facts of a whole region takes longer than anybody should wait. */
function* partOf(
  nodes: ForecastsParts['nodes'],
  sight: NodeSight | null,
  isConcerned: ReturnType<typeof turnable>,
): Generator<void, Snapshot | null> {
  if (sight === null) return null;
  const { description, heardAt, cursor } = nodes.kept(sight);
  if (description === null || heardAt === null || sight.identity === null) return null;
  const checks: CheckState[] = [];
  for (const { check } of description.checks.filter(isConcerned)) {
    checks.push(...[nodes.check(sight, check)].filter((state) => state !== null));
    yield;
  }
  return { format: 'understudy-snapshot/1', node: sight.identity, takenAt: heardAt, seq: cursor, checks, notTold: [] };
}

/** Others whenever something else may come of it, but for time. */
interface Marks {
  /** Of the judgement, and of what was accepted and declared. */
  readonly judged: string;
  /** Of what was seen on both sides. */
  readonly rows: string;
}

function isGood({ marks, workedAt }: Kept, now: Marks, at: number): boolean {
  const isLasting = marks.judged === now.judged && workedAt <= at;
  return isLasting && at - workedAt < (marks.rows === now.rows ? againMs : rowsAgainMs);
}

function marksOf(
  { nodes }: ForecastsParts,
  { standby, primary, terms }: FleetPair,
  { verdict, judged }: JudgedPair,
  waivers: readonly Waiver[],
): Marks {
  const findings = judged.findings.map(({ id, state, severity, expected, actual, foldedUnder, isBlind }) => [
    id,
    state,
    severity,
    expected,
    actual,
    foldedUnder,
    isBlind,
  ]);
  const accepted = waivers.map(({ id, until }) => [id, until]);
  const rows = [standby, primary].map((sight) => (sight === null ? null : nodes.mark(sight)));
  return {
    judged: hashed([verdict, findings, judged.blindSpots.length, accepted, terms.lawful, terms.thresholds.primaryMaxAgeMs]),
    rows: hashed(rows),
  };
}

/** Some dozen characters for a pair, however much was found. */
const hashed = (all: unknown): string => createHash('sha256').update(JSON.stringify(all)).digest('base64');

/** Until each pair was worked out from the verdict that it has, or from a better one, an earlier turn may yet be found. */
function forecastOf(pairs: readonly { readonly judged: JudgedPair | null; readonly kept: Kept | null }[]): Forecast {
  const worked = pairs.flatMap(({ judged, kept }) =>
    judged === null || kept === null || isWorse(kept.verdict, judged.verdict) ? [] : [{ verdict: judged.verdict, ...kept.foreseen }],
  );
  if (worked.length < pairs.length || pairs.length === 0) return { kind: 'not-known' };
  const verdict = worstVerdict(worked.map((one) => one.verdict));
  const [turn] = worked
    .flatMap(({ turns }) => turns)
    .filter(({ to }) => isWorse(to, verdict))
    .sort((a, b) => a.at - b.at);
  if (turn !== undefined) return { kind: 'turns', turn };
  // What was worked out was known then; what stands now may be unknown since.
  if (verdict === 'unknown' || !worked.every(({ isKnown }) => isKnown)) return { kind: 'not-known' };
  return { kind: 'stands', until: Math.min(...worked.map(({ until }) => until)) };
}

const isWorse = (one: Verdict, than: Verdict): boolean => verdicts.indexOf(one) < verdicts.indexOf(than);
