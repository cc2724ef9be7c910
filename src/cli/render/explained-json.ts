// What `explain` says, for scripts.
import type { CheckState } from '../../contract/observation.ts';
import type { Declared } from '../declared.ts';
import type { ExplainedCheck, ExplainedFinding } from '../documents.ts';
import type { Report } from '../report.ts';
import { printableJson } from '../text/printable-json.ts';

export function explainedCheckJson(state: CheckState, { subject, judgement }: Report): string {
  const { check, probe, isRequired, current, lastObserved } = state;
  return printableJson({
    format: 'understudy-explain-check/1',
    node: subject.node,
    check,
    probe,
    isRequired,
    takenAt: subject.takenAt,
    current,
    lastObserved,
    findings: judgement.findings.filter((finding) => finding.check === check),
    blindSpots: judgement.blindSpots.filter((spot) => spot.check === check),
  } satisfies ExplainedCheck);
}

/** `remedy` is the rule's own, with its blanks; each of the findings has it filled in. */
export function explainedFindingJson({ rule, probe }: Declared, remedy: string, report: Report | null): string {
  return printableJson({
    format: 'understudy-explain-finding/1',
    code: rule.code,
    probe: probe.id,
    kind: rule.kind,
    gap: rule.gap ?? probe.gap,
    severity: rule.severity,
    title: rule.title,
    why: rule.why,
    remedy,
    dependsOn: [...(rule.dependsOn ?? [])],
    node: report?.subject.node ?? null,
    findings: report?.judgement.findings.filter((finding) => finding.code === rule.code) ?? [],
  } satisfies ExplainedFinding);
}
