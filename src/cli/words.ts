// The operator's words for verdicts, severities and moments, the same in every output.
import { formatDuration } from '../contract/duration.ts';
import { type BlindSpot, countedAs, countOf, type Finding, type Verdict } from '../contract/finding.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { Severity } from '../contract/rule.ts';
import type { Colour } from './text/paint.ts';
import { unbroken } from './text/wrap.ts';

export const verdictWords = {
  suspended: { word: 'SUSPENDED', symbol: '‖', colour: 'cyan', means: 'a drill or a failover has it in use; no verdict holds meanwhile' },
  'not-ready': { word: 'NOT READY', symbol: '✖', colour: 'red', means: 'it could not take over now' },
  unknown: { word: 'UNKNOWN', symbol: '?', colour: 'magenta', means: 'whether it could take over is not known' },
  degraded: { word: 'DEGRADED', symbol: '▲', colour: 'yellow', means: 'it could take over, and something would be amiss' },
  ready: { word: 'READY', symbol: '✔', colour: 'green', means: 'nothing that was looked at stands in its way' },
} as const satisfies Record<Verdict, { readonly word: string; readonly symbol: string; readonly colour: Colour; readonly means: string }>;

/** By itself a machine can be in order; whether it could take over is not judged without its primary. */
export const verdictMeansAlone = {
  suspended: 'a drill or a failover has it in use; no verdict holds meanwhile',
  'not-ready': 'something here is broken that a takeover needs',
  unknown: 'not everything here could be seen',
  degraded: 'something here is amiss',
  ready: 'nothing that was looked at is amiss; it was not compared with a primary',
} as const satisfies Record<Verdict, string>;

export const severityWords = {
  blocker: { symbol: '✖', colour: 'red' },
  warning: { symbol: '▲', colour: 'yellow' },
  note: { symbol: '•', colour: 'cyan' },
} as const satisfies Record<Severity, { readonly symbol: string; readonly colour: Colour }>;

/** What one finding stands as among the others, as the counts have it. */
export function standingWords(finding: Finding): { readonly symbol: string; readonly word: string; readonly colour: Colour } {
  const as = countedAs(finding);
  return as === 'blind' ? { symbol: '?', word: 'blind spot', colour: 'magenta' } : { ...severityWords[as], word: as };
}

/** `1 blocker, 2 warnings, 1 blind spot`; what another finding explains is not counted. */
export function countWords(findings: readonly Finding[], blindSpots: readonly BlindSpot[]): string {
  const counted = findings.filter((finding) => finding.foldedUnder === undefined);
  const of = (severity: Severity): string => numbered(countOf(counted, severity), severity);
  const blind = numbered(blindSpots.length + countOf(counted, 'blind'), 'blind spot');
  const parts = [of('blocker'), of('warning'), of('note'), blind].filter((part) => part !== '');
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** Empty for none. */
const numbered = (count: number, noun: string): string => (count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`);

/** `2026-11-23 12:00:00Z` */
export const moment = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');

/** `2026-11-23 12:00:00Z (3 m ago)`; without the age where it is none. */
export function momentAndAge(ms: number, now: number): string {
  const age = now - ms;
  if (Math.abs(age) < 1_000) return moment(ms);
  return `${moment(ms)} (${age > 0 ? `${formatDuration(age)} ago` : `${formatDuration(-age)} ahead of this clock`})`;
}

/** `app1-zrh, standby of billing/app1 at eu-zurich-1` */
export function nodeWords(node: NodeIdentity): string {
  const pair = [node.group, node.twin].filter((one) => one !== null).join('/');
  const role = node.role === null ? '' : `, ${node.role}${pair === '' ? '' : ` of ${pair}`}`;
  return `${node.name}${role}${node.site.name === undefined ? '' : ` at ${node.site.name}`}`;
}

/** `312 ms`, `2.1 s` */
export const tookWords = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** The same in brackets, never broken over two lines. */
export const tookAside = (ms: number): string => `(${tookWords(ms).replace(' ', unbroken)})`;

/** `3 m ago`, for columns. */
export const ageWords = (ms: number, now: number): string => (now - ms < 1_000 ? 'now' : `${formatDuration(now - ms)} ago`);
