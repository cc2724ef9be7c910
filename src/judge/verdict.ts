// The one word that everything comes to. Green is earned: what is not known is never ready.
import { type BlindSpot, type Finding, type Verdict, verdicts } from '../contract/finding.ts';
import { severities } from '../contract/rule.ts';

export function verdictOf(findings: readonly Finding[], blindSpots: readonly BlindSpot[]): Verdict {
  const counted = findings.filter((finding) => finding.foldedUnder === undefined);
  if (counted.some((finding) => finding.severity === 'blocker')) return 'not-ready';
  if (blindSpots.length > 0) return 'unknown';
  return counted.some((finding) => finding.severity === 'warning') ? 'degraded' : 'ready';
}

/** The worse of two, by the order in which verdicts take precedence. */
export const worstVerdict = (all: readonly Verdict[]): Verdict => verdicts.find((verdict) => all.includes(verdict)) ?? 'unknown';

/** Worst first; what is explained by another last; then the longest standing. */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    Number(a.foldedUnder !== undefined) - Number(b.foldedUnder !== undefined) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    a.since - b.since ||
    compareText(a.code, b.code) ||
    compareText(a.subject, b.subject)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
