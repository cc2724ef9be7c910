// A report for people: the verdict first and last, worst first, the remedy beside each finding.
import type { BlindSpot, Finding } from '../../contract/finding.ts';
import { gaps } from '../../contract/gap.ts';
import { severities } from '../../contract/rule.ts';
import type { Report } from '../report.ts';
import { shownObservations } from '../shown-observation.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import { widthOf } from '../text/width.ts';
import { hang } from '../text/wrap.ts';
import { countWords, momentAndAge, nodeWords, verdictMeansAlone, verdictWords } from '../words.ts';
import { blindSpotText, findingText, waivedLines } from './finding-text.ts';
import { observationLines } from './observation-text.ts';

export function reportText(report: Report, page: Page): string {
  const { judgement } = report;
  return [
    ...headLines(report, page),
    ...findingsText(judgement.findings, report, page),
    ...blindSpotsText(judgement.blindSpots, report, page),
    ...waivedText(report, page),
    ...lookedText(report, page),
    ...notToldText(report, page),
    '',
    ...verdictLines(report, page),
  ].join('\n');
}

function headLines(report: Report, page: Page): readonly string[] {
  const { subject, primary, judgedAt } = report;
  const taken = (ms: number): string => momentAndAge(ms, judgedAt);
  return [
    ...verdictLines(report, page),
    ...hang('  ', `${shownText(nodeWords(subject.node))}; seen ${taken(subject.takenAt)}`, page.columns),
    ...(primary === null ? [] : hang('  ', `beside ${shownText(nodeWords(primary.node))}; seen ${taken(primary.takenAt)}`, page.columns)),
  ];
}

/** `✖ NOT READY: it could not take over now (1 blocker, 2 warnings)`, on two lines where one is too short. */
function verdictLines({ judgement, isAlone }: Report, { paint, columns }: Page): readonly string[] {
  const { word, symbol, colour, means } = verdictWords[judgement.verdict];
  const says = isAlone ? verdictMeansAlone[judgement.verdict] : means;
  const counts = countWords(judgement.findings, judgement.blindSpots);
  const label = `${paint(`${symbol} ${word}`, 'bold', colour)}: `;
  const whole = `${label}${says} (${counts})`;
  return widthOf(whole) <= columns ? [whole] : [...hang(label, says, columns), ...hang('  ', counts, columns)];
}

function findingsText(findings: readonly Finding[], report: Report, page: Page): readonly string[] {
  const own = findings.filter((finding) => finding.foldedUnder === undefined);
  const folded = findings.filter((finding) => finding.foldedUnder !== undefined);
  return [
    ...own.filter(isSuspending).flatMap((finding) => ['', ...findingText(finding, report, page)]),
    ...severities.flatMap((severity) =>
      own
        .filter((finding) => finding.severity === severity && !isSuspending(finding))
        .flatMap((finding) => ['', ...findingText(finding, report, page)]),
    ),
    ...(folded.length === 0
      ? []
      : ['', page.paint('Explained by the above', 'bold'), ...folded.flatMap((finding) => foldedLines(finding, page))]),
  ];
}

const foldedLines = (finding: Finding, { paint, columns }: Page): readonly string[] =>
  hang(
    `  ${paint('↳', 'dim')} `,
    `${finding.code}  ${shownText(finding.subject)}: ${shownText(finding.actual)} (follows from ${finding.foldedUnder})`,
    columns,
  );

function blindSpotsText(blindSpots: readonly BlindSpot[], report: Report, page: Page): readonly string[] {
  if (blindSpots.length === 0) return [];
  return ['', page.paint('Not known, and so not ready', 'bold'), ...blindSpots.flatMap((spot) => blindSpotText(spot, report, page))];
}

function waivedText({ waived = [] }: Report, page: Page): readonly string[] {
  return waived.length === 0
    ? []
    : ['', page.paint('Accepted, and so not counted', 'bold'), ...waived.flatMap((one) => waivedLines(one, page))];
}

function lookedText(report: Report, page: Page): readonly string[] {
  const observations = shownObservations(report.subject, report.probes);
  return observations.length === 0 ? [] : ['', page.paint('Looked at', 'bold'), ...observationLines(observations, page, toldAbove(report))];
}

/** Checks whose reason for being unseen stands among the blind spots already. */
const toldAbove = ({ judgement }: Report): ReadonlySet<string> =>
  new Set(judgement.blindSpots.flatMap(({ kind, check }) => (kind === 'unseen' && check !== null ? [check] : [])));

function notToldText({ subject, probes }: Report, { paint, columns }: Page): readonly string[] {
  if (subject.notTold.length === 0) return [];
  const lines = subject.notTold.flatMap(({ probe, detail }) => {
    const gap = probes.get(probe)?.gap;
    return hang(
      `  ${paint('–', 'dim')} not told  `,
      `${probe}${gap === undefined ? '' : ` (${gaps[gap]})`}: ${shownText(detail)}`,
      columns,
    );
  });
  return ['', paint('Not looked at', 'bold'), ...lines];
}

const isSuspending = (finding: Finding): boolean => finding.isSuspending === true;
