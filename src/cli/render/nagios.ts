// A report for Nagios, Icinga and their kin: one status line with performance data, details after it.
// https://nagios-plugins.org/doc/guidelines.html; perfdata as 'label'=value[unit].
import { countedAs, countOf, type Verdict } from '../../contract/finding.ts';
import type { Reading } from '../../contract/outcome.ts';
import type { Report } from '../report.ts';
import { shownObservations } from '../shown-observation.ts';
import { shownText } from '../text/escape.ts';
import { countWords, verdictWords } from '../words.ts';
import { saw } from './observation-text.ts';

const states = {
  ready: 'OK',
  degraded: 'WARNING',
  'not-ready': 'CRITICAL',
  unknown: 'UNKNOWN',
  suspended: 'UNKNOWN',
} as const satisfies Record<Verdict, string>;

/** NRPE cuts an answer at 4 KiB unless it was told otherwise; half of that is left for the words. */
const perfdataBytesMax = 2_048;

export function reportNagios(report: Report): string {
  const { subject, judgement } = report;
  const { verdict, findings, blindSpots } = judgement;
  const perfdata = withinLimit(perfdataOf(report));
  const worst = findings.find((finding) => finding.foldedUnder === undefined && finding.severity !== 'note');
  const about = worst === undefined ? '' : `; ${worst.code} ${worst.subject}: ${worst.actual}`;
  const blind =
    worst === undefined && blindSpots[0] !== undefined ? `; ${blindSpots[0].check ?? subject.node.name}: ${blindSpots[0].detail}` : '';
  const status = `UNDERSTUDY ${states[verdict]} - ${subject.node.name} ${verdictWords[verdict].word.toLowerCase()}: ${countWords(findings, blindSpots)}`;
  return [
    `${plain(`${status}${about}${blind}`)}|${perfdata.join(' ')}`,
    ...findings.map((one) => plain(`[${countedAs(one)}] ${one.code} ${one.subject}: expected ${one.expected}, actual ${one.actual}`)),
    ...blindSpots.map((one) => plain(`[${one.kind}] ${one.check ?? subject.node.name}: ${one.detail}`)),
    ...shownObservations(subject, report.probes).map((one) => plain(`${one.check}: ${one.outcome.kind}: ${saw(one)}`)),
    ...subject.notTold.map((one) => plain(`${one.probe}: not told: ${one.detail}`)),
  ].join('\n');
}

/** A bar would begin the performance data, and a newline the details. */
const plain = (text: string): string => shownText(text).replaceAll('|', '¦');

function perfdataOf({ subject, judgement }: Report): readonly string[] {
  const counted = judgement.findings.filter((one) => one.foldedUnder === undefined);
  const counts = [
    `blockers=${countOf(counted, 'blocker')};;0;0`,
    `warnings=${countOf(counted, 'warning')};0;;0`,
    `notes=${countOf(counted, 'note')};;;0`,
    `blind=${judgement.blindSpots.length + countOf(counted, 'blind')};;;0`,
  ];
  const readings = subject.checks.flatMap(({ check, current }) =>
    current?.outcome.kind === 'observed' ? current.readings.map((one) => perfdatum(check, one)) : [],
  );
  return [...counts, ...readings];
}

const perfdatum = (check: string, { name, subject, value }: Reading): string => {
  const label = `${check}/${name}${subject === '' ? '' : ` ${subject}`}`;
  return `'${plain(label).replaceAll("'", "''").replaceAll('=', ':')}'=${decimal(value)}${unitOf(name)}`;
};

/** Plugins may not write exponents. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(0) : value.toFixed(6).replace(/0+$/, ''));

const unitOf = (name: string): string => units.find(([ending]) => name.endsWith(ending))?.[1] ?? '';

const units = [
  ['Ms', 'ms'],
  ['Seconds', 's'],
  ['Bytes', 'B'],
  ['Percent', '%'],
] as const;

function withinLimit(perfdata: readonly string[]): readonly string[] {
  let bytes = 0;
  return perfdata.filter((one) => {
    bytes += Buffer.byteLength(one) + 1;
    return bytes <= perfdataBytesMax;
  });
}
