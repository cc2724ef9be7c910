// Judges one pair from what is known of its two nodes: the judge's own findings and blind spots, those that only a collector can have, and
// the lives of findings. Pure: time, snapshots and what stood before come in.
import type { BlindSpot } from '../../contract/finding.ts';
import type { NodeTrouble, NodeTroubleKind } from '../../contract/fleet.ts';
import type { AppliedLawful } from '../../contract/lawful.ts';
import type { CheckState, Observation, Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import type { FindingEvent, StandingFinding } from '../../contract/standing.ts';
import type { Waiver } from '../../contract/waiver.ts';
import { notWatched } from '../../judge/expected.ts';
import { type FullJudgement, judgeFully } from '../../judge/judge.ts';
import { type CheckLooks, type LookMark, type Proceeded, proceed } from '../../judge/lifecycle.ts';
import { type Memo, noMemo } from '../../judge/memo.ts';
import { byUrgency } from '../../judge/verdict.ts';
import { type Waived, waive } from '../../judge/waivers.ts';
import type { PairTerms } from './pairs.ts';

export interface PairCase {
  readonly group: string;
  readonly pair: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly judgedBeforeAt: number | null;
  /** Null where nobody stands there. */
  readonly standby: Side | null;
  readonly primary: Side | null;
  readonly contested: readonly string[];
  readonly terms: PairTerms;
  readonly before: readonly StandingFinding[];
  /** Of this pair, not ended. */
  readonly waivers: readonly Waiver[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
  /** Of this pair: what rules said last. */
  readonly memo?: Memo;
}

export interface Side {
  /** How it is called where it has not said its name. */
  readonly target: string;
  /** Null until it was heard. */
  readonly snapshot: Snapshot | null;
  readonly troubles: readonly NodeTrouble[];
}

export interface PairJudged {
  /** Those not resolved, worst first, with their waivers. */
  readonly findings: readonly StandingFinding[];
  /** What has to be written: `findings`, and what was resolved just now. */
  readonly standing: readonly StandingFinding[];
  readonly blindSpots: readonly BlindSpot[];
  /** The same of checks that are not required, which no verdict counts. */
  readonly doubts: readonly BlindSpot[];
  readonly lawful: readonly AppliedLawful[];
  readonly events: readonly FindingEvent[];
  readonly endedWaivers: Waived<StandingFinding>['ended'];
}

export function judgePair(given: PairCase): PairJudged {
  const judgement = judgementOf(given);
  const { standing, events } = proceedOf(given, judgement);
  const alive = standing.filter(({ state }) => state !== 'resolved');
  const { findings, ended } = waive(alive, given.waivers, given.now);
  return {
    findings: [...findings].sort(byUrgency),
    standing: [...findings, ...standing.filter(({ state }) => state === 'resolved')],
    blindSpots: [...ownBlindSpots(given), ...(judgement?.blindSpots ?? [])],
    doubts: judgement?.doubts ?? [],
    lawful: judgement?.lawful ?? [],
    events: [...events, ...ended.flatMap((one) => waiverEvent(given, findings, one))],
    endedWaivers: ended,
  };
}

function judgementOf({ now, standby, primary, terms, before, probes, memo = noMemo }: PairCase): FullJudgement | null {
  if (standby === null || standby.snapshot === null) return null;
  return judgeFully({
    now,
    subject: standby.snapshot,
    twin: primary?.snapshot ?? null,
    earlier: before.filter(({ state }) => state !== 'resolved'),
    probes,
    lawful: terms.lawful,
    primaryMaxAgeMs: terms.thresholds.primaryMaxAgeMs,
    memo,
  });
}

function proceedOf(given: PairCase, judgement: FullJudgement | null): Proceeded {
  const { group, pair, now, judgedBeforeAt, before, standby } = given;
  // Nobody stands there, or has never been heard: nothing is confirmed and nothing resolved.
  if (standby === null || standby.snapshot === null || judgement === null) {
    const unresolved = before.filter(({ state }) => state !== 'resolved');
    return { standing: unresolved.map((one) => ({ ...one, isUnconfirmed: true })), events: [] };
  }
  return proceed({
    group,
    pair,
    now,
    judgedBeforeAt,
    before,
    findings: judgement.findings,
    // Of a node that may be two nothing is confirmed.
    judged: isDistrusted(given) ? new Set() : judgement.judged,
    standbyId: standby.snapshot.node.id,
    looks: looksOf(given, standby.snapshot),
  });
}

function looksOf({ primary, probes }: PairCase, standby: Snapshot): ReadonlyMap<string, CheckLooks> {
  return new Map(
    standby.checks.map((state) => {
      const twin = primary?.snapshot?.checks.find(({ check, probe }) => check === state.check && probe === state.probe);
      const confirm = state.confirm ?? probes.get(state.probe)?.defaults.confirm ?? { bad: 1, good: 1 };
      return [state.check, { own: markOf(state), primary: twin === undefined ? null : markOf(twin), confirm }];
    }),
  );
}

/** Of the newest look that saw something. */
function markOf({ current, lastObserved }: CheckState): LookMark | null {
  const seen: Observation | null = current !== null && current.outcome.kind !== 'unseen' ? current : lastObserved;
  return seen === null ? null : { seq: seen.seq, count: seen.count, firstAt: seen.firstAt };
}

/** Nodes that are, or may be, another than the one that they are taken for. */
const distrusting: readonly NodeTroubleKind[] = ['cloned', 'two-agents'];

const isDistrusted = ({ standby, primary }: PairCase): boolean =>
  [standby, primary].some((side) => side?.troubles.some(({ kind }) => distrusting.includes(kind)) ?? false);

function ownBlindSpots(given: PairCase): readonly BlindSpot[] {
  const { standby, primary, contested, terms } = given;
  const spot = (kind: BlindSpot['kind'], detail: string): BlindSpot => ({ check: null, kind, detail, seenAt: null });
  return [
    ...contested.map((detail) => spot('distrusted', detail)),
    ...(standby === null && contested.length === 0 ? [spot('no-standby', 'no node is the standby of this pair')] : []),
    ...(standby !== null && standby.snapshot === null ? [spot('silent', `${standby.target} has never answered`)] : []),
    ...(standby?.snapshot != null ? silences(standby, standby.snapshot) : []),
    ...[standby, primary].flatMap((side) => distrusts(side).map((detail) => spot('distrusted', detail))),
    ...(standby?.snapshot == null ? [] : notWatched(terms.expectedChecks, standby.snapshot.checks, primary?.snapshot?.checks ?? null)),
  ];
}

const silences = ({ troubles }: Side, snapshot: Snapshot): readonly BlindSpot[] =>
  troubles
    .filter(({ kind }) => kind === 'silent')
    .map(({ detail }) => ({ check: null, kind: 'silent', detail: `${snapshot.node.name} ${detail}`, seenAt: snapshot.takenAt }));

const distrusts = (side: Side | null): readonly string[] =>
  (side?.troubles ?? []).filter(({ kind }) => distrusting.includes(kind)).map(({ detail }) => `${side!.target}: ${detail}`);

const endWords = { expired: 'its end has come', 'evidence-changed': 'what was accepted is not what is found now' } as const;

function waiverEvent(
  { group, pair, now }: PairCase,
  findings: readonly StandingFinding[],
  { waiver, because }: PairJudged['endedWaivers'][number],
): readonly FindingEvent[] {
  const finding = findings.find(({ id }) => id === waiver.finding);
  const detail = `the waiver of ${waiver.author} ended: ${endWords[because]}`;
  return finding === undefined ? [] : [{ kind: 'waiver-ended', at: now, group, pair, finding, detail }];
}
