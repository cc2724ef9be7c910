// Decides what one channel is told of a piece of news: what differs from what it was last told, of what it asked for.
import type { ChannelConfig } from '../../config/fleet-config.ts';
import type { Verdict } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import { type Severity, severities } from '../../contract/rule.ts';
import type { FindingEvent, FindingEventKind, StandingFinding } from '../../contract/standing.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';
import { bounded } from './bounded.ts';
import type { News } from './news.ts';

/** How a finding stands as far as a receiver is concerned: with a severity it counts, with any other word it does not. */
export type Standing = Severity | 'pending' | 'folded' | 'waived' | 'unwatched' | 'resolved';

/** What waits in the outbox. Bounded in size. */
export type Item = FindingItem | VerdictItem | NodeItem;

export interface FindingItem {
  readonly kind: 'finding';
  readonly event: FindingEventKind;
  readonly at: number;
  readonly group: string;
  readonly pair: string;
  readonly finding: StandingFinding;
  readonly standing: Standing;
  /** What the channel was told before this of the same life of this finding; null for nothing. */
  readonly before: Standing | null;
  readonly detail: string;
}

export interface VerdictItem {
  readonly kind: 'verdict';
  readonly at: number;
  readonly group: string;
  readonly from: Verdict | null;
  /** When the channel was told of `from`; null where it was not. */
  readonly fromSince: number | null;
  readonly to: Verdict;
  readonly counts: Counts;
}

export interface NodeItem {
  readonly kind: 'node';
  readonly event: NodeEvent['kind'];
  readonly at: number;
  readonly group: string | null;
  readonly target: string;
  readonly detail: string;
}

export interface Addition {
  readonly key: string;
  readonly item: Item;
}

/** What the channel was last told under keys that begin so; null for nothing. */
export type LastTold = (keyPrefix: string) => Item | null;

/** Null where the channel is not to be told. */
export function additionOf(news: News, channel: ChannelConfig, lastTold: LastTold): Addition | null {
  switch (news.kind) {
    case 'finding':
      return wantsGroup(channel, news.event.group) ? ofFinding(news, channel, lastTold) : null;
    case 'verdict':
      return wantsGroup(channel, news.group) ? ofVerdict(news, lastTold) : null;
    case 'node':
      // Alertmanager is told states, and a node's trouble is one of its group's: the verdict says it.
      return channel.kind === 'webhook' && wantsGroup(channel, news.group) && wantsSeverity(channel, nodeSeverity)
        ? ofNode(news, lastTold)
        : null;
  }
}

/** A node in trouble breaks nothing by itself; what it makes unknown, the verdict says. */
const nodeSeverity: Severity = 'warning';

/** A node without a group is of no group that somebody asked for by name. */
export const wantsGroup = ({ groups }: ChannelConfig, group: string | null): boolean =>
  groups.length === 0 || (group !== null && groups.includes(group));

export const wantsSeverity = (channel: ChannelConfig, severity: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(channel.severity);

export const isSeverity = (standing: Standing | null): standing is Severity => (severities as readonly unknown[]).includes(standing);

/** `resolved` and its like end what an earlier item began. */
export const isEnding = (item: Item): boolean => item.kind === 'finding' && (item.standing === 'resolved' || item.standing === 'unwatched');

/** One life of one finding: from opened to resolved. What comes back later is another one. */
export const lifeOf = (group: string, pair: string, { id, since, reopenedCount }: StandingFinding): string =>
  prefixOf('finding', group, pair, id, `${since}.${reopenedCount}`);

function ofFinding(
  { event, isHeld = false }: Extract<News, { kind: 'finding' }>,
  channel: ChannelConfig,
  lastTold: LastTold,
): Addition | null {
  const life = lifeOf(event.group, event.pair, event.finding);
  const standing = standingOf(event);
  const last = lastTold(life);
  const before = last?.kind === 'finding' ? last.standing : null;
  if (standing === before) return null;
  if (before === null && !(isSeverity(standing) && wantsSeverity(channel, standing))) return null;
  if (before === null && isHeld && event.finding.isSuspending !== true) return null;
  const { kind, at, group, pair, finding, detail } = event;
  const item: FindingItem = {
    kind: 'finding',
    event: kind,
    at,
    group,
    pair,
    finding: boundedFinding(finding),
    standing,
    before,
    detail: bounded(detail, textMax.detail),
  };
  return { key: keyOf(life, kind, at), item };
}

function standingOf({ kind, finding }: FindingEvent): Standing {
  if (kind === 'unwatched') return 'unwatched';
  if (finding.state === 'resolved') return 'resolved';
  return standingNow(finding);
}

/** Of one that is not resolved. */
export function standingNow({ state, waiver, foldedUnder, severity }: StandingFinding): Standing {
  if (state === 'pending') return 'pending';
  if (waiver !== null) return 'waived';
  return foldedUnder === undefined ? severity : 'folded';
}

function ofVerdict({ group, from, to, at, counts }: Extract<News, { kind: 'verdict' }>, lastTold: LastTold): Addition | null {
  const prefix = prefixOf('verdict', group);
  const last = lastTold(prefix);
  const told = last?.kind === 'verdict' ? last : null;
  if (told?.to === to) return null;
  const fromSince = told !== null && told.to === from ? told.at : null;
  return { key: keyOf(prefix, to, at), item: { kind: 'verdict', at, group, from, fromSince, to, counts } };
}

/** Silence has an end that is told too; the other troubles are told when they are noticed. Nodes that come and go as wished are no trouble. */
function ofNode({ event, group }: Extract<News, { kind: 'node' }>, lastTold: LastTold): Addition | null {
  const { kind, at, target, detail } = event;
  const item: NodeItem = { kind: 'node', event: kind, at, group, target, detail: bounded(detail, textMax.detail) };
  if (kind === 'found') return null;
  if (kind !== 'silent' && kind !== 'heard-again' && kind !== 'gone') return { key: keyOf(prefixOf('node', target), kind, at), item };
  const silence = prefixOf('silence', target);
  const last = lastTold(silence);
  const wasSilent = last?.kind === 'node' && last.event === 'silent';
  return wasSilent === (kind === 'silent') ? null : { key: keyOf(silence, kind, at), item };
}

/** JSON, so that no name can be mistaken for another: the beginning of an array, up to its last comma. */
const prefixOf = (...parts: readonly string[]): string => `${JSON.stringify(parts).slice(0, -1)},`;
const keyOf = (prefix: string, kind: string, at: number): string => `${prefix}${JSON.stringify(kind)},${at}]`;

/** UTF-16 units. With these an item stays below 16 KiB, or 64 KiB where every character has to be escaped. */
const textMax = { title: 500, subject: 500, expected: 2_000, actual: 2_000, remedy: 4_000, detail: 1_000 } as const;

function boundedFinding(finding: StandingFinding): StandingFinding {
  return {
    ...finding,
    title: bounded(finding.title, textMax.title),
    subject: bounded(finding.subject, textMax.subject),
    expected: bounded(finding.expected, textMax.expected),
    actual: bounded(finding.actual, textMax.actual),
    remedy: bounded(finding.remedy, textMax.remedy),
  };
}
