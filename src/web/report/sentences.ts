// What a report comes to, in sentences that a person may quote. Pure.
import type { Verdict } from '../../contract/finding.ts';
import type { Report } from '../../contract/report.ts';
import { counted, listed } from '../format/counts.ts';
import { duration, percent } from '../format/durations.ts';

export interface ReportSentences {
  readonly standing: string;
  readonly findings: string;
  readonly waivers: string;
  readonly gate: string;
}

export const reportSentences = (report: Report): ReportSentences => ({
  standing: standingSentence(report),
  findings: findingsSentence(report),
  waivers: waiversSentence(report),
  gate: gateSentence(report),
});

/** From best to worst: what an auditor looks for first. */
const shown: readonly (readonly [verdict: Verdict, words: string])[] = [
  ['ready', 'ready'],
  ['degraded', 'degraded'],
  ['not-ready', 'not ready'],
  ['suspended', 'suspended'],
  ['unknown', 'not known'],
];

function standingSentence({ group, shares, unwatchedMs, from, to }: Report): string {
  const wholeMs = to - from;
  const part = (ms: number, words: string): readonly string[] => (ms > 0 ? [`${words} for ${percent(ms, wholeMs)} (${duration(ms)})`] : []);
  const parts = shown.flatMap(([verdict, words]) => {
    const ms = shares.find((share) => share.verdict === verdict)?.ms ?? 0;
    // What nobody watched is part of `unknown`, and is told by itself.
    return verdict === 'unknown' ? part(ms - unwatchedMs, words) : part(ms, words);
  });
  const watched = parts.length === 0 ? '' : `Of the period, ${group} was ${listed(parts)}.`;
  if (unwatchedMs <= 0) return `${watched} It was watched all the time.`;
  if (parts.length === 0) return `Nobody watched ${group} in this period.`;
  return `${watched} Nobody watched for ${percent(unwatchedMs, wholeMs)} (${duration(unwatchedMs)}): nothing is known of that time.`;
}

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
