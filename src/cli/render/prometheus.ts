// A report in Prometheus' text format, for node_exporter's textfile collector: the same families and labels as the agent's
// /metrics, so that a rule written for one works on the other, and one sample more for each finding.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
import { countOf, verdicts } from '../../contract/finding.ts';
import { gapIds } from '../../contract/gap.ts';
import { severities } from '../../contract/rule.ts';
import type { Report } from '../report.ts';
import { shownText } from '../text/escape.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function reportPrometheus(report: Report): string {
  return [...nodeFamilies(report), ...judgementFamilies(report), ...checkFamilies(report)].filter((text) => text !== '').join('\n');
}

function nodeFamilies({ subject }: Report): readonly string[] {
  const { id, name, role, group, twin, version } = subject.node;
  const labels = { id, name, role: role ?? '', group: group ?? '', twin: twin ?? '', version };
  return [family('understudy_node_info', 'Who this node is; always 1.', [{ labels, value: 1 }])];
}

function judgementFamilies({ judgement }: Report): readonly string[] {
  const counted = judgement.findings.filter((finding) => finding.foldedUnder === undefined);
  const verdictSamples = verdicts.map((verdict) => ({ labels: { verdict }, value: Number(verdict === judgement.verdict) }));
  const counts = gapIds.flatMap((gap) =>
    severities.map((severity) => ({
      labels: { gap, severity },
      value: countOf(
        counted.filter((one) => one.gap === gap),
        severity,
      ),
    })),
  );
  const each = counted.map(({ code, severity, gap, check, subject }) => ({ labels: { code, severity, gap, check, subject }, value: 1 }));
  return [
    family('understudy_verdict', '1 for the verdict that holds.', verdictSamples),
    family('understudy_findings', 'Findings that count, by gap and severity.', counts),
    family('understudy_finding', 'A finding that counts; always 1.', each),
    family('understudy_blind_spots', 'Required things that cannot be judged.', [
      { labels: {}, value: judgement.blindSpots.length + countOf(counted, 'blind') },
    ]),
  ];
}

function checkFamilies({ subject }: Report): readonly string[] {
  const states = subject.checks.flatMap(({ check, probe, current }) =>
    ['observed', 'absent', 'unseen', 'never'].map((state) => ({
      labels: { check, probe, state },
      value: Number(state === (current?.outcome.kind ?? 'never')),
    })),
  );
  const looks = subject.checks.flatMap(({ current }) => (current === null ? [] : [current]));
  const each = (value: (look: (typeof looks)[number]) => number): readonly Sample[] =>
    looks.map((look) => ({ labels: { check: look.check, probe: look.probe }, value: value(look) }));
  const readings = looks.flatMap((look) =>
    look.readings.map(({ name, subject: about, value }) => ({
      labels: { check: look.check, probe: look.probe, name, subject: about },
      value,
    })),
  );
  return [
    family('understudy_check_state', '1 for what the newest look of a check came to.', states),
    family(
      'understudy_check_last_look_timestamp_seconds',
      'When a check was last looked at.',
      each((look) => look.lastAt / 1_000),
    ),
    family(
      'understudy_check_look_duration_seconds',
      'How long the newest look took.',
      each((look) => look.tookMs / 1_000),
    ),
    family('understudy_reading', 'Numbers of the newest look; the unit is the end of the name.', readings),
  ];
}

function family(name: string, says: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${says}`, `# TYPE ${name} gauge`, ...lines].join('\n');
}

const escaped = (text: string): string =>
  text.split('\n').map(shownText).join('\n').replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
