// A report as JUnit XML: a suite for each check, a case for its look and for each rule. What could not be seen is an
// error, by a look or by a rule; any other finding is a failure; a note passes and is printed.
import { type BlindSpot, countedAs, type Finding } from '../../contract/finding.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import type { ShownObservation } from '../documents.ts';
import type { Report } from '../report.ts';
import { shownObservations } from '../shown-observation.ts';
import { shownText } from '../text/escape.ts';
import { saw } from './observation-text.ts';

interface Case {
  readonly name: string;
  readonly className: string;
  readonly seconds: number;
  readonly result: {
    readonly kind: 'passed' | 'error' | 'failure' | 'skipped';
    readonly type: string;
    readonly message: string;
    readonly text: string;
  };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export function reportJunit(report: Report): string {
  const suites = [...shownObservations(report.subject, report.probes).map((one) => checkSuite(one, report)), wholeSuite(report)].filter(
    (suite) => suite.cases.length > 0,
  );
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="understudy" ${counts(cases)}>`,
    ...suites.flatMap((suite) => suiteLines(suite, report)),
    '</testsuites>',
  ].join('\n');
}

function checkSuite(one: ShownObservation, report: Report): Suite {
  const className = `understudy.${one.check}`;
  const seen: Case = { name: 'looks', className, seconds: one.tookMs / 1_000, result: looked(one, report.judgement.blindSpots) };
  const probe = report.probes.get(one.probe);
  const findings = report.judgement.findings.filter((finding) => finding.check === one.check);
  const codes = [...new Set([...(probe === undefined ? [] : rulesAsked(probe, report)), ...findings.map((finding) => finding.code)])];
  const isJudged = (code: string): boolean => one.outcome.kind === 'observed' || findings.some((finding) => finding.code === code);
  const rules = codes.map((code): Case => {
    const own = findings.filter((finding) => finding.code === code);
    return { name: code, className, seconds: 0, result: isJudged(code) ? judged(own) : notJudged(one) };
  });
  return { name: one.check, cases: [seen, ...rules] };
}

const rulesAsked = (probe: AnyProbe, { isAlone, primary }: Report): readonly string[] =>
  probe.rules.filter((rule) => rule.kind === 'alone' || (!isAlone && primary !== null)).map((rule) => rule.code);

function looked(one: ShownObservation, blindSpots: readonly BlindSpot[]): Case['result'] {
  if (one.outcome.kind === 'unseen') return { kind: 'error', type: one.outcome.reason, message: `unseen: ${saw(one)}`, text: '' };
  const blind = blindSpots.filter((spot) => spot.check === one.check);
  if (blind.length > 0) {
    return { kind: 'error', type: blind[0]!.kind, message: blind.map((spot) => spot.detail).join('; '), text: '' };
  }
  return { kind: 'passed', type: one.outcome.kind, message: `${one.outcome.kind}: ${saw(one)}`, text: '' };
}

function judged(findings: readonly Finding[]): Case['result'] {
  const text = findings.map((one) => `${one.subject}\n  expected  ${one.expected}\n  actual    ${one.actual}\n${one.remedy}`).join('\n\n');
  const counted = findings.filter((one) => one.foldedUnder === undefined).map(countedAs);
  const isFailure = counted.some((as) => as === 'blocker' || as === 'warning');
  const kind = isFailure ? 'failure' : counted.includes('blind') ? 'error' : 'passed';
  const message = kind === 'passed' ? '' : findings.map((one) => `${one.title}: ${one.subject}`).join('; ');
  return { kind, type: findings[0] === undefined ? '' : countedAs(findings[0]), message, text };
}

/** Nothing was there to judge, or nothing of it could be seen: neither passed nor failed. */
const notJudged = (one: ShownObservation): Case['result'] => ({
  kind: 'skipped',
  type: '',
  message: `not judged: ${one.outcome.kind}`,
  text: '',
});

/** Blind spots that belong to no look: no primary, nothing watched, a check that only the primary has. */
function wholeSuite({ judgement, subject, probes }: Report): Suite {
  const shown = new Set(shownObservations(subject, probes).map((one) => one.check));
  const cases = judgement.blindSpots
    .filter((spot) => spot.check === null || !shown.has(spot.check))
    .map(
      (spot): Case => ({
        name: spot.check ?? spot.kind,
        className: 'understudy',
        seconds: 0,
        result: { kind: 'error', type: spot.kind, message: spot.detail, text: '' },
      }),
    );
  return { name: 'understudy', cases };
}

function counts(cases: readonly Case[]): string {
  const of = (kind: string): number => cases.filter((one) => one.result.kind === kind).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}" time="${seconds.toFixed(3)}"`;
}

function suiteLines({ name, cases }: Suite, { subject }: Report): readonly string[] {
  const stamp = new Date(subject.takenAt).toISOString().slice(0, 19);
  return [
    `  <testsuite name="${attribute(name)}" hostname="${attribute(subject.node.name)}" timestamp="${stamp}" ${counts(cases)}>`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines({ name, className, seconds, result }: Case): readonly string[] {
  const open = `    <testcase name="${attribute(name)}" classname="${attribute(className)}" time="${seconds.toFixed(3)}"`;
  const { kind, type, message, text } = result;
  if (kind !== 'passed') {
    const type_ = type === '' ? '' : ` type="${attribute(type)}"`;
    return [`${open}>`, `      <${kind}${type_} message="${attribute(message)}">${content(text)}</${kind}>`, '    </testcase>'];
  }
  const said = [message, text].filter((one) => one !== '').join('\n');
  return said === '' ? [`${open}/>`] : [`${open}>`, `      <system-out>${content(said)}</system-out>`, '    </testcase>'];
}

/** XML 1.0 has no way to write most control characters, escaped or not; they are shown as codes. */
const content = (text: string): string => escaped(text.split('\n').map(shownText).join('\n'));

const attribute = (text: string): string => escaped(shownText(text)).replaceAll('"', '&quot;');

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
