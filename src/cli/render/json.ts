// A report for scripts.
import type { CheckDocument, DiffDocument } from '../documents.ts';
import type { Report } from '../report.ts';
import { shownObservations } from '../shown-observation.ts';
import { printableJson } from '../text/printable-json.ts';

export function reportJson(report: Report): string {
  return printableJson(report.primary === null ? checkDocument(report) : diffDocument(report, report.primary));
}

function judged({ subject, judgement, waived, probes }: Report): Omit<CheckDocument, 'format'> {
  return {
    node: subject.node,
    verdict: judgement.verdict,
    takenAt: subject.takenAt,
    observations: [...shownObservations(subject, probes)],
    findings: judgement.findings,
    blindSpots: judgement.blindSpots,
    waived: [...(waived ?? [])],
    notTold: subject.notTold,
  };
}

const checkDocument = (report: Report): CheckDocument => ({ format: 'understudy-check/1', ...judged(report) });

const diffDocument = (report: Report, primary: NonNullable<Report['primary']>): DiffDocument => ({
  format: 'understudy-diff/1',
  ...judged(report),
  standby: report.subject.node,
  primary: primary.node,
  primaryTakenAt: primary.takenAt,
  primaryObservations: [...shownObservations(primary, report.probes)],
});
