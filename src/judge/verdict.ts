// The one word that everything comes to. Green is earned: what is not known is never ready.
import { type BlindSpot, countOf, type Finding, type Verdict, verdicts } from '../contract/finding.ts';
import type { Counts } from '../contract/fleet.ts';
import { severities } from '../contract/rule.ts';
import type { StandingFinding } from '../contract/standing.ts';

export function verdictOf(findings: readonly Finding[], blindSpots: readonly BlindSpot[]): Verdict {
  const counted = findings.filter((finding) => finding.foldedUnder === undefined);
  if (counted.some((finding) => finding.isSuspending === true)) return 'suspended';
  if (counted.some((finding) => finding.severity === 'blocker')) return 'not-ready';
  if (blindSpots.length > 0 || counted.some((finding) => finding.isBlind === true)) return 'unknown';
  return counted.some((finding) => finding.severity === 'warning') ? 'degraded' : 'ready';
}

/** Seen by enough looks, explained by no other, accepted by nobody. */
export const isCounted = (finding: Pick<StandingFinding, 'state' | 'foldedUnder' | 'waiver'>): boolean =>
  (finding.state === 'open' || finding.state === 'clearing') && finding.foldedUnder === undefined && finding.waiver === null;

/** The verdict over findings with a life: what is still waiting for confirmation, and what was accepted, does not count. */
export const standingVerdict = (findings: readonly StandingFinding[], blindSpots: readonly BlindSpot[]): Verdict =>
  verdictOf(findings.filter(isCounted), blindSpots);

export function countsOf(findings: readonly StandingFinding[], blindSpots: readonly BlindSpot[]): Counts {
  const counted = findings.filter(isCounted);
  return {
    blocker: countOf(counted, 'blocker'),
    warning: countOf(counted, 'warning'),
    note: countOf(counted, 'note'),
    waived: findings.filter((one) => one.waiver !== null && one.state !== 'resolved').length,
    pending: findings.filter((one) => one.state === 'pending').length,
    blindSpots: blindSpots.length + countOf(counted, 'blind'),
  };
}

const noCounts: Counts = { blocker: 0, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };

export const sumOfCounts = (all: readonly Counts[]): Counts =>
  all.reduce(
    (sum, one) => ({
      blocker: sum.blocker + one.blocker,
      warning: sum.warning + one.warning,
      note: sum.note + one.note,
      waived: sum.waived + one.waived,
      pending: sum.pending + one.pending,
      blindSpots: sum.blindSpots + one.blindSpots,
    }),
    noCounts,
  );

/** Of pairs that fail over together, by the order in which verdicts take precedence. */
export const worstVerdict = (all: readonly Verdict[]): Verdict => verdicts.find((verdict) => all.includes(verdict)) ?? 'unknown';

/** Worst first over groups that have nothing to do with each other: a drill in one does not hide that another could not take over. */
export const verdictsOverGroups: readonly Verdict[] = ['not-ready', 'unknown', 'suspended', 'degraded', 'ready'];

export const worstOfGroups = (all: readonly Verdict[]): Verdict => verdictsOverGroups.find((verdict) => all.includes(verdict)) ?? 'unknown';

/** Worst first, as verdicts take precedence; what is explained by another last; then the longest standing. */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    Number(a.foldedUnder !== undefined) - Number(b.foldedUnder !== undefined) ||
    urgencyOf(a) - urgencyOf(b) ||
    a.since - b.since ||
    compareText(a.code, b.code) ||
    compareText(a.subject, b.subject)
  );
}

/** What suspends the verdict comes first, since nothing else holds meanwhile; what is not known behind blockers and before all else. */
const urgencyOf = ({ severity, isBlind, isSuspending }: Finding): number =>
  isSuspending === true ? -1 : severity === 'blocker' ? 0 : isBlind === true ? 1 : 1 + severities.indexOf(severity);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
