// Findings and verdicts as Alertmanager's alerts (API v2). The labels are an alert's identity: they hold nothing that moves while it fires.
import type { Severity } from '../../contract/rule.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { bounded } from './bounded.ts';
import type { AlertmanagerChannel } from './channels.ts';
import { type AlarmingSpan, type Firing, isAlarming } from './firing.ts';
import { type Item, isSeverity, wantsGroup, wantsSeverity } from './items.ts';

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  /** Null while it fires. */
  readonly endsAt: number | null;
  readonly generatorURL: string | null;
}

/** By identity, of what the channel asked for. */
export function alertsOf({ findings, verdicts }: Firing, channel: AlertmanagerChannel): ReadonlyMap<string, Alert> {
  const alerts = [
    ...findings
      .filter(({ group, finding }) => wantsGroup(channel, group) && wantsSeverity(channel, finding.severity))
      .map(({ group, pair, finding }) => findingAlert(channel, group, pair, finding, finding.severity)),
    ...verdicts.filter(({ group }) => wantsGroup(channel, group)).map((span) => verdictAlert(channel, span.group, span.verdict, span.from)),
  ];
  return new Map(alerts.map((alert) => [identityOf(alert), alert]));
}

/** The alert that is over with that item; null for an item that ends none. */
export function endedBy(item: Item, channel: AlertmanagerChannel): Alert | null {
  switch (item.kind) {
    case 'finding': {
      const { group, pair, finding, before, at } = item;
      if (!isSeverity(before)) return null;
      return { ...findingAlert(channel, group, pair, finding, before), endsAt: Math.max(finding.resolvedAt ?? at, finding.since) };
    }
    case 'verdict':
      if (!isAlarming(item.from)) return null;
      return { ...verdictAlert(channel, item.group, item.from, item.fromSince ?? item.at), endsAt: item.at };
    case 'node':
      return null;
  }
}

export const identityOf = ({ labels }: Alert): string => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** UTF-16 units: labels are in every notification's grouping and in its links. */
const subjectMax = 200;
const annotationMax = 2_000;

function findingAlert(channel: AlertmanagerChannel, group: string, pair: string, finding: StandingFinding, severity: Severity): Alert {
  const { gap, check, code, subject, title, expected, actual, remedy, since } = finding;
  return {
    labels: filled({ alertname: 'UnderstudyFinding', group, pair, gap, check, code, severity, subject: bounded(subject, subjectMax) }),
    annotations: filled({
      title: bounded(title, annotationMax),
      expected: bounded(expected, annotationMax),
      actual: bounded(actual, annotationMax),
      remedy: bounded(remedy, annotationMax),
      since: new Date(since).toISOString(),
    }),
    startsAt: since,
    endsAt: null,
    generatorURL: linkTo(channel, group),
  };
}

const titles: Readonly<Record<AlarmingSpan['verdict'], (group: string) => string>> = {
  'not-ready': (group) => `${group} could not take over now`,
  unknown: (group) => `It is not known whether ${group} could take over now`,
  suspended: (group) => `A drill or a failover has the standby of ${group} in use; its verdict is suspended`,
};

function verdictAlert(channel: AlertmanagerChannel, group: string, verdict: AlarmingSpan['verdict'], since: number): Alert {
  return {
    // Another verdict is another alert: `unknown` is not a lesser form of `not-ready`.
    labels: { alertname: 'UnderstudyVerdict', group, verdict, severity: verdict === 'not-ready' ? 'blocker' : 'warning' },
    annotations: {
      title: titles[verdict](group),
      since: new Date(since).toISOString(),
    },
    startsAt: since,
    endsAt: null,
    generatorURL: linkTo(channel, group),
  };
}

const linkTo = ({ externalUrl }: AlertmanagerChannel, group: string): string | null =>
  externalUrl === null ? null : `${externalUrl.replace(/\/$/, '')}/v1/groups/${encodeURIComponent(group)}`;

/** An empty label is no label to Alertmanager; without it here too, an identity is the same on both sides. */
const filled = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));

/** As the API takes it. `firingUntil` is when one that fires is over unless it is sent again. */
export const postableOf = ({ labels, annotations, startsAt, endsAt, generatorURL }: Alert, firingUntil: number): object => ({
  labels,
  annotations,
  startsAt: new Date(startsAt).toISOString(),
  endsAt: new Date(endsAt ?? firingUntil).toISOString(),
  ...(generatorURL === null ? {} : { generatorURL }),
});
