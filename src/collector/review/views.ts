// What of a judgement is shown: a pair, and a group that is as bad as its worst pair. Pure.
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { GroupReview, NodeView, PairReview } from '../../contract/fleet.ts';
import { countsOf, sumOfCounts, worstVerdict } from '../../judge/verdict.ts';
import { asOf, type Evidence } from './evidence.ts';
import type { PairJudged } from './judge-pair.ts';

export interface PairState {
  readonly judged: PairJudged;
  readonly verdict: Verdict;
  /** Since when the verdict is this one; null until that was written. */
  readonly since: number | null;
  readonly judgedAt: number;
  readonly standbyEvidence: readonly Evidence[];
  readonly primaryEvidence: readonly Evidence[];
}

/** One side as it is now. */
export interface SideView {
  readonly node: NodeView;
  readonly lastLookAt: (check: string) => number | null;
}

export interface PairNames {
  readonly group: string;
  readonly pair: string;
}

/** `state` null: not judged since the start. */
export function pairReview(
  { group, pair }: PairNames,
  state: PairState | null,
  standby: SideView | null,
  primary: SideView | null,
  twin: PairReview['twin'],
  now: number,
): PairReview {
  const shared = { group, pair, at: now, standby: standby?.node ?? null, primary: primary?.node ?? null, twin };
  if (state === null) {
    const detail = 'not judged yet since the collector was started';
    const blindSpots: PairReview['blindSpots'] = [{ check: null, kind: 'never-checked', detail, seenAt: null }];
    return {
      ...shared,
      verdict: 'unknown',
      since: now,
      judgedAt: now,
      asOf: null,
      primaryAsOf: null,
      findings: [],
      blindSpots,
      lawful: [],
    };
  }
  const { judged, verdict, judgedAt, since } = state;
  return {
    ...shared,
    verdict,
    since: since ?? judgedAt,
    judgedAt,
    asOf: standby === null ? null : asOf(state.standbyEvidence, standby.lastLookAt),
    primaryAsOf: primary === null ? null : asOf(state.primaryEvidence, primary.lastLookAt),
    findings: [...judged.findings],
    blindSpots: [...judged.blindSpots],
    lawful: [...judged.lawful],
  };
}

/** Without a pair it is unknown. `since` null: not written yet. */
export function groupReview(group: string, pairs: readonly PairReview[], since: number | null, now: number): GroupReview {
  const { verdict, counts } = groupSum(pairs);
  const times = pairs.map((pair) => pair.asOf);
  return {
    group,
    verdict,
    at: now,
    since: since ?? now,
    judgedAt: pairs.length === 0 ? now : Math.min(...pairs.map(({ judgedAt }) => judgedAt)),
    asOf: times.length === 0 || times.includes(null) ? null : Math.min(...(times as readonly number[])),
    counts,
    pairs: [...pairs].sort((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) || (a.pair < b.pair ? -1 : 1)),
  };
}

/** What pairs come to together. */
export const groupSum = (pairs: readonly (Pick<PairState, 'verdict'> & Pick<PairJudged, 'findings' | 'blindSpots'>)[]) => ({
  verdict: worstVerdict(pairs.map(({ verdict }) => verdict)),
  counts: sumOfCounts(pairs.map(({ findings, blindSpots }) => countsOf(findings, blindSpots))),
});
