// What may happen in a fleet, and channels that may be told of it, for tests and for the programs that they start.
import type { News } from '../../src/collector/tell/news.ts';
import type { ChannelConfig } from '../../src/config/fleet-config.ts';
import type { Verdict } from '../../src/contract/finding.ts';
import type { Counts } from '../../src/contract/fleet.ts';
import type { FindingEventKind, StandingFinding } from '../../src/contract/standing.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';

export const webhookChannel = (url: string, more: Partial<Extract<ChannelConfig, { kind: 'webhook' }>> = {}): ChannelConfig => ({
  ...{ kind: 'webhook', name: 'ops', url, severity: 'warning', groups: [], perMinuteMax: 60 },
  ...{ secretFile: null, tokenFile: null, authoritiesFile: null },
  ...more,
});

export const alertmanagerChannel = (
  urls: readonly string[],
  more: Partial<Extract<ChannelConfig, { kind: 'alertmanager' }>> = {},
): ChannelConfig => ({
  ...{ kind: 'alertmanager', name: 'am', urls, severity: 'warning', groups: [], perMinuteMax: 60 },
  ...{ tokenFile: null, authoritiesFile: null, externalUrl: null },
  ...more,
});

/** An open warning about a kernel that is behind, since `since`. */
export const standing = (since: number, more: Partial<StandingFinding> = {}): StandingFinding => ({
  ...{ id: 'kernel-1', code: 'kernel/behind-primary', kind: 'paired', gap: 'kernel', severity: 'warning', check: 'kernel' },
  ...{ title: 'The kernel on the standby is older than its primary’s', subject: 'kernel', expected: '5.15.0-9', actual: '5.15.0-1' },
  ...{ remedy: '$ dnf update kernel-uek', since, evidence: { seq: 7, seenAt: since }, isUnconfirmed: false },
  ...{ state: 'open', openedAt: since, changedAt: since, resolvedAt: null, reopenedCount: 0 },
  ...{ confirmation: { bad: 1, good: 0, needs: { bad: 1, good: 1 } }, mark: 'n|7:1|3:1', waiver: null },
  ...more,
});

export const waiverOf = (until: number) => ({ id: 'w1', author: 'Ada', reason: 'a window is booked', until });

/** What happened to a finding of app1 of billing, which stands as given after it. */
export const became = (
  kind: FindingEventKind,
  at: number,
  finding: StandingFinding,
  where: { readonly group?: string; readonly pair?: string; readonly detail?: string } = {},
): News => ({
  kind: 'finding',
  event: { kind, at, group: where.group ?? 'billing', pair: where.pair ?? 'app1', finding, detail: where.detail ?? '' },
});

export const resolvedAt = (at: number, finding: StandingFinding): StandingFinding => ({ ...finding, state: 'resolved', resolvedAt: at });

const counts: Counts = { blocker: 1, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };

export const verdictBecame = (from: Verdict | null, to: Verdict, at: number, group = 'billing'): News => ({
  ...{ kind: 'verdict', group, from, to, at, counts },
});

/** As the review and the nodes write it. */
export function write(store: FleetStore, news: News): void {
  switch (news.kind) {
    case 'finding':
      store.findings.save(news.event.group, news.event.pair, [news.event.finding]);
      store.findings.record([news.event]);
      return;
    case 'verdict':
      store.verdicts.confirm({ group: news.group, pair: null }, news.to, news.at, 6 * 60_000);
      return;
    case 'node':
      store.nodes.note(news.event);
  }
}
