// A part of the collector that tells, with a real history, real sockets and a clock that stands still.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/collector/http/client.ts';
import { createTell, type News, type Tell } from '../../src/collector/tell/tell.ts';
import type { ChannelConfig } from '../../src/config/fleet-config.ts';
import type { Verdict } from '../../src/contract/finding.ts';
import type { Counts } from '../../src/contract/fleet.ts';
import type { FindingEventKind, StandingFinding } from '../../src/contract/standing.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import { type FakeClock, fakeClock, listeningLog, settled, temporaryFolder } from './agent.ts';

export interface Telling {
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof listeningLog>;
  readonly folder: string;
  tell(): Tell;
  store(): FleetStore;
  /** From now on the fleet file says these. */
  configure(channels: readonly ChannelConfig[]): void;
  /** Groups and pairs that are judged. */
  judge(groups: Readonly<Record<string, readonly string[]>>): void;
  /** It became so: written and told in one transaction, as the review does. */
  happens(...news: readonly News[]): void;
  /** Lets time go on in steps, after each of which everything that is under way ends. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** The collector ends and begins again with the same history. */
  restart(): Promise<void>;
}

export function telling(channels: readonly ChannelConfig[], wish: { readonly isStarted?: boolean } = {}): Telling {
  const folder = temporaryFolder();
  const [clock, log] = [fakeClock(), listeningLog()];
  let config = { tell: channels };
  let groups: readonly { readonly group: string; readonly pairs: readonly { readonly pair: string }[] }[] = [];
  const client = createHttpClient();
  let underWay = 0;
  // The real client; counted, so that a test knows when nothing is under way.
  const http = {
    send: (...asked: Parameters<typeof client.send>) => {
      underWay++;
      return client.send(...asked).finally(() => underWay--);
    },
  };

  const begin = (): { readonly store: FleetStore; readonly tell: Tell } => {
    const store = openStore(folder, clock.now());
    const tell = createTell({
      ...{ config: () => config, store, http, clock, log },
      ...{ collector: 'collector-fra', groups: () => groups, random: () => 1 },
    });
    if (wish.isStarted !== false) tell.start();
    return { store, tell };
  };
  let running = begin();
  const end = async (): Promise<void> => {
    await running.tell.stop();
    running.store.close();
  };
  onTestFinished(async () => {
    await end();
    client.close();
  });

  return {
    clock,
    log,
    folder,
    tell: () => running.tell,
    store: () => running.store,
    configure: (next) => {
      config = { tell: next };
    },
    judge: (names) => {
      groups = Object.entries(names).map(([group, pairs]) => ({ group, pairs: pairs.map((pair) => ({ pair })) }));
    },
    happens: (...news) =>
      running.store.together(() => {
        for (const one of news) write(running.store, one);
        running.tell.news(news);
      }),
    pass: async (ms, stepMs = 1_000) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(Math.min(stepMs, ms - passed));
        await quiet(() => underWay);
      }
    },
    restart: async () => {
      await end();
      running = begin();
    },
  };
}

function openStore(folder: string, now: number): FleetStore {
  const opened = openFleetStore({ file: join(folder, 'collector.db'), now });
  if (opened.kind !== 'opened') throw new Error(`the history could not be opened: ${opened.kind}`);
  return opened.store;
}

/** Answers come in real time, whatever the clock says. */
async function quiet(underWay: () => number): Promise<void> {
  await settled();
  while (underWay() > 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await settled();
  }
}

function write(store: FleetStore, news: News): void {
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
