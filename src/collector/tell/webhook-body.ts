// The message of a webhook, `understudy-webhook/1`: described member by member in docs/telling.md, a promise to its receivers.
import { createHash } from 'node:crypto';
import type { Verdict } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import type { Severity } from '../../contract/rule.ts';
import type { FindingEventKind, StandingFinding } from '../../contract/standing.ts';
import type { Delivery, NodeEvent } from '../../store/fleet/store.ts';
import { type FindingItem, type Item, isSeverity, type Standing } from './items.ts';

export interface WebhookMessage {
  readonly format: 'understudy-webhook/1';
  /** The same for the very same items. */
  readonly id: string;
  /** When it was written. Times are epoch milliseconds. */
  readonly at: number;
  readonly collector: { readonly name: string; readonly instance: string };
  /** Null where it is about nodes that belong to no group. */
  readonly group: string | null;
  /** As it was known when this was written; null for a group that was never judged. */
  readonly verdict: { readonly now: Verdict; readonly since: number; readonly confirmedAt: number } | null;
  /** Paths at the collector. */
  readonly links: { readonly group: string } | null;
  /** Oldest first. */
  readonly items: readonly WebhookItem[];
}

/** `id` is the same whenever it is sent again. */
export type WebhookItem = { readonly id: string; readonly at: number } & (
  | {
      readonly kind: 'finding';
      readonly event: FindingEventKind;
      readonly pair: string;
      /** It counts against the verdict now: neither resolved nor waived nor explained by another one. */
      readonly isOpen: boolean;
      /** The severity that the receiver was told before; null where it was told none. */
      readonly severityBefore: Severity | null;
      readonly detail: string;
      readonly finding: WebhookFinding;
      readonly links: { readonly pair: string; readonly findings: string };
    }
  | { readonly kind: 'verdict'; readonly from: Verdict | null; readonly to: Verdict; readonly counts: Counts }
  | { readonly kind: 'node'; readonly event: NodeEvent['kind']; readonly target: string; readonly detail: string }
);

export type WebhookFinding = Pick<
  StandingFinding,
  | 'id'
  | 'code'
  | 'gap'
  | 'severity'
  | 'check'
  | 'title'
  | 'subject'
  | 'expected'
  | 'actual'
  | 'remedy'
  | 'since'
  | 'openedAt'
  | 'resolvedAt'
  | 'reopenedCount'
  | 'isUnconfirmed'
  | 'waiver'
> & { readonly foldedUnder: string | null };

export interface Letter {
  readonly id: string;
  readonly body: string;
  /** Those that found room. */
  readonly deliveries: readonly Delivery[];
}

export type Heading = Pick<WebhookMessage, 'collector' | 'group' | 'verdict' | 'at'>;

/** Receivers' usual limit is 1 MiB; a quarter of it leaves room for those that are stricter. */
const bytesMax = 256 * 1_024;

/** As many of the deliveries as fit, at most `itemsMax`, and always the first. */
export function letterOf(heading: Heading, waiting: readonly Delivery[], itemsMax: number): Letter {
  const deliveries: Delivery[] = [];
  const items: WebhookItem[] = [];
  let bytes = 0;
  for (const delivery of waiting.slice(0, itemsMax)) {
    const item = itemOf(delivery, heading.collector.instance);
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (items.length > 0 && bytes > bytesMax) break;
    deliveries.push(delivery);
    items.push(item);
  }
  const id = createHash('sha256')
    .update(items.map((item) => item.id).join(' '))
    .digest('hex')
    .slice(0, 32);
  const { at, collector, group, verdict } = heading;
  const links = group === null ? null : { group: `/v1/groups/${encodeURIComponent(group)}` };
  const message: WebhookMessage = { format: 'understudy-webhook/1', id, at, collector, group, verdict, links, items };
  return { id, body: JSON.stringify(message), deliveries };
}

function itemOf({ id, body }: Delivery, instance: string): WebhookItem {
  const item = body as Item;
  const common = { id: `${instance}:${id}`, at: item.at };
  switch (item.kind) {
    case 'finding':
      return { ...common, ...findingItem(item) };
    case 'verdict':
      return { ...common, kind: 'verdict', from: item.from, to: item.to, counts: item.counts };
    case 'node':
      return { ...common, kind: 'node', event: item.event, target: item.target, detail: item.detail };
  }
}

function findingItem({ event, group, pair, standing, before, detail, finding }: FindingItem) {
  const query = new URLSearchParams({ group, pair });
  return {
    kind: 'finding' as const,
    event,
    pair,
    isOpen: isSeverity(standing),
    severityBefore: severityOf(before),
    detail,
    finding: toldOf(finding),
    links: { pair: `/v1/pairs/${encodeURIComponent(group)}/${encodeURIComponent(pair)}`, findings: `/v1/findings?${query}` },
  };
}

const severityOf = (standing: Standing | null): Severity | null => (isSeverity(standing) ? standing : null);

/** Where it stands in its confirmation and on which rows it rests is the collector's own business. */
function toldOf(finding: StandingFinding): WebhookFinding {
  const { id, code, gap, severity, check, title, subject, expected, actual, remedy, since } = finding;
  const { openedAt, resolvedAt, reopenedCount, isUnconfirmed, waiver, foldedUnder = null } = finding;
  return {
    ...{ id, code, gap, severity, check, title, subject, expected, actual, remedy, since },
    ...{ openedAt, resolvedAt, reopenedCount, isUnconfirmed, waiver, foldedUnder },
  };
}
