// What a gate makes of a judgement: what is too old or was only just seen is not passed over, and at which verdict it is closed.
import { formatDuration } from '../contract/duration.ts';
import { type BlindSpot, type Verdict, verdicts } from '../contract/finding.ts';
import type { CheckState, Observation } from '../contract/observation.ts';
import type { FailOn } from '../contract/receipt.ts';
import type { StandingFinding } from '../contract/standing.ts';
import { standingVerdict } from './verdict.ts';

/** A check of the standby, and when it was last looked at. */
export type GateCheck = Pick<CheckState, 'check' | 'isRequired'> & { readonly current: Pick<Observation, 'lastAt'> | null };

export interface AtGate {
  readonly findings: readonly StandingFinding[];
  readonly blindSpots: readonly BlindSpot[];
  readonly checks: readonly GateCheck[];
  /** Null for as old as each check allows. */
  readonly maxAgeMs: number | null;
  /** Epoch milliseconds of the asking. */
  readonly now: number;
}

export interface GateJudgement {
  readonly verdict: Verdict;
  readonly blindSpots: readonly BlindSpot[];
}

/** The verdict as a gate gives it: never better than the one that stands without it, but for what only passing the gate can settle. */
export function atGate({ findings: standing, blindSpots, checks, maxAgeMs, now }: AtGate): GateJudgement {
  const findings = standing.filter(isHeardAtGate);
  const all = [...withMaxAge(blindSpots, checks, maxAgeMs, now), ...pendingBlindSpots(findings)];
  const verdict = standingVerdict(findings, all);
  return { verdict: verdict === 'ready' && findings.some(isPendingWarning) ? 'degraded' : verdict, blindSpots: all };
}

/** A gate that said no in the last run of a plan would say no for ever, if that it said no were a reason to. */
export const isHeardAtGate = ({ isSettledByRun }: StandingFinding): boolean => isSettledByRun !== true;

/** Whether a gate that was told to close at `failOn` is closed. */
export const closesAt = (verdict: Verdict, failOn: FailOn): boolean => verdicts.indexOf(verdict) <= verdicts.indexOf(failOn);

/**
 * The blind spots, and one more for each required look that is older than the gate allows. The primary's looks are not asked: when it is
 * dead they grow old while the reference stays good, for as long as `primaryMaxAge` says.
 */
export function withMaxAge(
  blindSpots: readonly BlindSpot[],
  checks: readonly GateCheck[],
  maxAgeMs: number | null,
  now: number,
): readonly BlindSpot[] {
  if (maxAgeMs === null) return blindSpots;
  const isSaid = (check: string): boolean => blindSpots.some((spot) => spot.check === check && spot.kind === 'stale');
  return [
    ...blindSpots,
    ...checks.flatMap(({ check, isRequired, current }) =>
      isRequired && current !== null && Math.abs(now - current.lastAt) > maxAgeMs && !isSaid(check)
        ? [{ check, kind: 'stale' as const, detail: ageDetail(now - current.lastAt, maxAgeMs), seenAt: current.lastAt }]
        : [],
    ),
  ];
}

const ageDetail = (ageMs: number, maxAgeMs: number): string =>
  ageMs > 0
    ? `the last look is ${formatDuration(ageMs)} old, and the gate allows ${formatDuration(maxAgeMs)}`
    : `the last look lies ${formatDuration(-ageMs)} in the future of this clock, and the gate allows ${formatDuration(maxAgeMs)}`;

/** Something bad that was only just seen may be gone with the next look, or be the first sight of what breaks the switchover. */
function pendingBlindSpots(findings: readonly StandingFinding[]): readonly BlindSpot[] {
  return findings
    .filter((one) => isPending(one) && (one.severity === 'blocker' || one.isBlind === true || one.isSuspending === true))
    .map(({ check, code, subject, confirmation, evidence }) => ({
      check,
      kind: 'pending' as const,
      detail: `${code} ${subject} was seen by ${confirmation.bad} of the ${confirmation.needs.bad} looks that confirm it`,
      seenAt: evidence.seenAt,
    }));
}

const isPending = (one: StandingFinding): boolean => one.state === 'pending' && one.foldedUnder === undefined && one.waiver === null;

const isPendingWarning = (one: StandingFinding): boolean => isPending(one) && one.severity === 'warning';
