// A report in Prometheus' text format, for node_exporter's textfile collector and for pushing.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
import { verdicts } from '../../contract/finding.ts';
import { severities } from '../../contract/rule.ts';
import type { Report } from '../report.ts';
import { shownText } from '../text/escape.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function reportPrometheus(report: Report): string {
  const { subject, judgement } = report;
  const counted = judgement.findings.filter((finding) => finding.foldedUnder === undefined);
  const looks = subject.checks.flatMap(({ current }) => (current === null ? [] : [current]));
  const node = subject.node.name;
  return [
    family(
      'understudy_verdict',
      '1 for the verdict that holds, 0 for the others.',
      verdicts.map((verdict) => ({ labels: { node, verdict }, value: Number(verdict === judgement.verdict) })),
    ),
    family(
      'understudy_findings',
      'Findings that count, by severity.',
      severities.map((severity) => ({ labels: { node, severity }, value: counted.filter((one) => one.severity === severity).length })),
    ),
    family(
      'understudy_finding',
      'One finding.',
      counted.map(({ code, severity, gap, check, subject: about }) => ({
        labels: { node, code, severity, gap, check, subject: about },
        value: 1,
      })),
    ),
    family('understudy_blind_spots', 'What is required and cannot be judged.', [{ labels: { node }, value: judgement.blindSpots.length }]),
    family(
      'understudy_check_outcome',
      '1 for what the last look of a check came to, 0 for the others.',
      looks.flatMap(({ check, probe, outcome }) =>
        ['observed', 'absent', 'unseen'].map((kind) => ({
          labels: { node, check, probe, outcome: kind },
          value: Number(kind === outcome.kind),
        })),
      ),
    ),
    family(
      'understudy_check_duration_seconds',
      'How long the last look took.',
      looks.map(({ check, tookMs }) => ({ labels: { node, check }, value: tookMs / 1_000 })),
    ),
    family(
      'understudy_check_timestamp_seconds',
      'When the last look was, since the epoch.',
      looks.map(({ check, lastAt }) => ({ labels: { node, check }, value: lastAt / 1_000 })),
    ),
    family(
      'understudy_reading',
      'A number that moves with every look; its name ends in its unit.',
      looks.flatMap(({ check, readings }) =>
        readings.map(({ name, subject: about, value }) => ({ labels: { node, check, reading: name, subject: about }, value })),
      ),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function family(name: string, says: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(
    ({ labels, value }) =>
      `${name}{${Object.entries(labels)
        .map(([key, text]) => `${key}="${escaped(text)}"`)
        .join(',')}} ${value}`,
  );
  return [`# HELP ${name} ${says}`, `# TYPE ${name} gauge`, ...lines].join('\n');
}

const escaped = (text: string): string =>
  text.split('\n').map(shownText).join('\n').replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
