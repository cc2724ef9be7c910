// What a report comes to, in sentences that a person may quote. Pure.
import type { Verdict } from '../../contract/finding.ts';
import { gaps } from '../../contract/gap.ts';
import type { Report } from '../../contract/report.ts';
import { counted, listed } from '../format/counts.ts';
import { duration } from '../format/durations.ts';
import { shares as sharesOf } from '../format/shares.ts';
import { isNotConfigured, leastWatched } from './coverage-rows.ts';

export interface ReportSentences {
  readonly standing: string;
  readonly findings: string;
  readonly waivers: string;
  readonly gate: string;
  readonly coverage: string;
}

export const reportSentences = (report: Report): ReportSentences => ({
  standing: standingSentence(report),
  findings: findingsSentence(report),
  waivers: waiversSentence(report),
  gate: gateSentence(report),
  coverage: coverageSentence(report),
});

/** From best to worst: what an auditor looks for first. */
const shown: readonly (readonly [verdict: Verdict, words: string])[] = [
  ['ready', 'ready'],
  ['degraded', 'degraded'],
  ['not-ready', 'not ready'],
  ['suspended', 'suspended'],
  ['unknown', 'not known'],
];

/** That a verdict was kept says that the collector ran, and not that every gap was watched: that is the sentence on coverage. */
function standingSentence({ group, shares, unwatchedMs }: Report): string {
  const stood = shown.map(([verdict, words]) => {
    const ms = shares.find((share) => share.verdict === verdict)?.ms ?? 0;
    // What nobody watched is part of `unknown`, and is told by itself.
    return { words, ms: verdict === 'unknown' ? Math.max(0, ms - unwatchedMs) : ms };
  });
  const said = sharesOf([...stood.map(({ ms }) => ms), unwatchedMs]);
  const parts = stood.flatMap(({ words, ms }, at) => (ms > 0 ? [`${words} for ${said[at]} (${duration(ms)})`] : []));
  if (parts.length === 0) return `Nobody watched ${group} in this period.`;
  const watched = `Of the period, ${group} was ${listed(parts)}.`;
  if (unwatchedMs <= 0) return `${watched} A verdict was kept all the time.`;
  return `${watched} Nobody watched for ${said.at(-1)} (${duration(unwatchedMs)}): nothing is known of that time.`;
}

function coverageSentence({ coverage }: Report): string {
  if (coverage.length === 0) return 'This report tells of no pair.';
  const never = coverage.filter(isNotConfigured).length;
  if (never === coverage.length) return 'No gap had a check that looked at it.';
  const least = leastWatched(coverage);
  const watched =
    least === null
      ? 'Every gap that a check looked at was watched all the time.'
      : `The least watched gap: ${inSentence(gaps[least.coverage.gap])} of ${least.coverage.pair}, ${least.share} of the period.`;
  return never === 0 ? watched : `${watched} ${never} of ${counted(coverage.length, 'gap')} had no check.`;
}

/** A name of its own, such as DNS, keeps its capitals. */
const inSentence = (title: string): string =>
  /^[A-Z][a-z]/.test(title) && !title.startsWith('Full Stack') ? title[0]!.toLowerCase() + title.slice(1) : title;

function findingsSentence({ findings }: Report): string {
  if (findings.length === 0) return 'No finding was open at any time.';
  const count = (is: (finding: Report['findings'][number]) => boolean): number => findings.filter(is).length;
  const earlier = count(({ isEarlier }) => isEarlier);
  const unwatched = count(({ isUnwatched }) => isUnwatched);
  const resolved = count(({ resolvedAt, isUnwatched }) => resolvedAt !== null && !isUnwatched);
  const open = count(({ resolvedAt, isUnwatched }) => resolvedAt === null && !isUnwatched);
  const parts = [
    `${findings.length - earlier} opened in the period`,
    ...(earlier === 0 ? [] : [`${earlier} open from before`]),
    `${resolved} resolved`,
    ...(unwatched === 0 ? [] : [`${unwatched} not watched any more`]),
    `${open} still open at its end`,
  ];
  return `${counted(findings.length, 'finding')}: ${listed(parts)}.`;
}

function waiversSentence({ waivers, to }: Report): string {
  if (waivers.length === 0) return 'Nothing was waived.';
  const ended = (because: Report['waivers'][number]['endedBecause']): number =>
    waivers.filter((waiver) => waiver.endedBecause === because && waiver.endedAt !== null && waiver.endedAt <= to).length;
  const [expired, withdrawn, changed] = [ended('expired'), ended('withdrawn'), ended('evidence-changed')];
  const standing = waivers.length - expired - withdrawn - changed;
  const parts = [
    ...(expired === 0 ? [] : [`${expired} ended with its time`]),
    ...(withdrawn === 0 ? [] : [`${withdrawn} withdrawn`]),
    ...(changed === 0 ? [] : [`${changed} void because the evidence changed`]),
    ...(standing === 0 ? [] : [`${standing} in force at the end of the period`]),
  ];
  return `${counted(waivers.length, 'waiver')} held: ${listed(parts)}.`;
}

function gateSentence({ receipts }: Report): string {
  if (receipts.length === 0) return 'Nobody asked at the gate.';
  const overridden = receipts.filter(({ override }) => override !== null).length;
  const passed = receipts.filter(({ isPassed, override }) => isPassed === true && override === null).length;
  const refused = receipts.filter(({ isPassed }) => isPassed === false).length;
  const only = receipts.filter(({ isPassed, override }) => isPassed === null && override === null).length;
  const parts = [
    ...(passed === 0 ? [] : [`${passed} passed`]),
    ...(refused === 0 ? [] : [`${refused} refused`]),
    ...(overridden === 0 ? [] : [`${overridden} let pass by override`]),
    ...(only === 0 ? [] : [`${only} asked for the record only`]),
  ];
  return `The gate was asked ${receipts.length === 1 ? 'once' : `${receipts.length} times`}: ${listed(parts)}.`;
}
