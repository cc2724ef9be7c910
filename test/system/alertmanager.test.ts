// A real Alertmanager (Debian's package): what the collector tells it fires once and is resolved once, through restarts of either.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/collector/http/client.ts';
import { createTell, type News, type Tell } from '../../src/collector/tell/tell.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import type { FleetStore } from '../../src/store/fleet/store.ts';
import { listeningLog, temporaryFolder } from '../support/agent.ts';
import { close, listen } from '../support/alertmanager.ts';
import { alertmanagerChannel, became, resolvedAt, standing, verdictBecame, write } from '../support/fleet-news.ts';
import { needsPackages } from '../support/packages.ts';

beforeAll(() => needsPackages('prometheus-alertmanager'));

interface Notification {
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}

/** Where Alertmanager notifies: what a person would have read. */
async function pager(): Promise<{ readonly url: string; readonly read: string[] }> {
  const read: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { alerts } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Notification;
      for (const { status, labels } of alerts) read.push(`${status} ${labels.subject ?? labels.verdict}`);
      response.writeHead(200).end();
    });
  });
  await listen(server, 0);
  onTestFinished(() => close(server));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, read };
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface RealAlertmanager {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Alone on loopback, without its cluster port. Notifies of each alert by itself, a second after it came. */
async function alertmanager(folder: string, pagerUrl: string): Promise<RealAlertmanager> {
  const port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(
    config,
    `route:
  receiver: pager
  group_by: ['...']
  group_wait: 500ms
  group_interval: 1s
  repeat_interval: 24h
receivers:
  - name: pager
    webhook_configs:
      - url: ${pagerUrl}
        send_resolved: true
`,
  );
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const stop = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  };
  const start = async (): Promise<void> => {
    const flags = [`--config.file=${config}`, `--storage.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
    child = spawn('/usr/bin/prometheus-alertmanager', [...flags, '--cluster.listen-address='], { stdio: 'ignore' });
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true);
  };
  onTestFinished(stop);
  await start();
  return { url, stop, start };
}

async function until(isSo: () => Promise<boolean> | boolean, withinMs = 30_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await delay(50)) if (Date.now() > end) throw new Error('it did not become so');
}

interface Collector {
  readonly store: FleetStore;
  readonly tell: Tell;
  happens(...news: readonly News[]): void;
  stop(): Promise<void>;
}

function collector(folder: string, urls: readonly string[]): Collector {
  const clock = systemClock();
  const opened = openFleetStore({ file: join(folder, 'collector.db'), now: clock.now() });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
  const { store } = opened;
  const http = createHttpClient();
  const tell = createTell({
    ...{ config: () => ({ tell: [alertmanagerChannel(urls, { externalUrl: 'https://understudy.example.com' })] }), store, http, clock },
    ...{ log: listeningLog(), collector: 'collector-fra', groups: () => [{ group: 'billing', pairs: [{ pair: 'app1' }] }] },
  });
  tell.start();
  return {
    store,
    tell,
    happens: (...news) =>
      store.together(() => {
        for (const one of news) write(store, one);
        tell.news(news);
      }),
    stop: async () => {
      await tell.stop();
      store.close();
      http.close();
    },
  };
}

/** Longer than Alertmanager gathers and notifies. */
const settledMs = 4_000;

it('fires once, is resolved once, and hears nothing new when the collector or itself is restarted', async () => {
  const folder = temporaryFolder();
  const { url: pagerUrl, read } = await pager();
  const real = await alertmanager(folder, pagerUrl);
  let one = collector(folder, [real.url]);
  onTestFinished(() => one.stop());

  const now = Date.now();
  const finding = standing(now - 90_000, { severity: 'blocker', subject: 'eth0 "ä"\nline two' });
  one.happens(became('opened', now, finding), verdictBecame('ready', 'not-ready', now));
  await until(() => read.length >= 2);
  expect([...read].sort()).toEqual(['firing eth0 "ä"\nline two', 'firing not-ready']);

  const held = (await (await fetch(`${real.url}/api/v2/alerts`)).json()) as {
    startsAt: string;
    endsAt: string;
    generatorURL: string;
    annotations: object;
  }[];
  expect(held).toHaveLength(2);
  expect(held.map(({ startsAt }) => Date.parse(startsAt)).sort()).toEqual([now - 90_000, now]);
  expect(held[0]).toMatchObject({ generatorURL: 'https://understudy.example.com/v1/groups/billing' });

  // Killed in effect: nothing is said at its end, and the next one begins from the history.
  await one.stop();
  one = collector(folder, [real.url]);
  await until(() => one.tell.stats().every(({ waiting }) => waiting === 0));
  await delay(settledMs);
  expect(read).toHaveLength(2);

  await real.stop();
  await real.start();
  await until(async () => ((await (await fetch(`${real.url}/api/v2/alerts`)).json()) as unknown[]).length === 2, 90_000);
  await delay(settledMs);
  expect(read).toHaveLength(2);

  const end = Date.now();
  one.happens(became('resolved', end, resolvedAt(end, finding)), verdictBecame('not-ready', 'ready', end));
  await until(() => read.length >= 4);
  await delay(settledMs);
  expect([...read.slice(2)].sort()).toEqual(['resolved eth0 "ä"\nline two', 'resolved not-ready']);
  expect(one.tell.problems()).toEqual([]);
  expect(await (await fetch(`${real.url}/api/v2/alerts`)).json()).toEqual([]);
});

it('is sent an end that was written and not sent before the collector died', async () => {
  const folder = temporaryFolder();
  const { url: pagerUrl, read } = await pager();
  const real = await alertmanager(folder, pagerUrl);
  let one = collector(folder, [real.url]);
  onTestFinished(() => one.stop());
  const now = Date.now();
  one.happens(became('opened', now, standing(now)));
  await until(() => read.length === 1);
  one.happens(became('resolved', now + 1, resolvedAt(now + 1, standing(now))));
  await one.stop();
  await delay(settledMs);
  expect(read).toEqual(['firing kernel']);
  one = collector(folder, [real.url]);
  await until(() => read.length === 2);
  await delay(settledMs);
  expect(read).toEqual(['firing kernel', 'resolved kernel']);
});

it('takes an empty list, which tells that it is there', async () => {
  const folder = temporaryFolder();
  const real = await alertmanager(folder, (await pager()).url);
  const one = collector(folder, [real.url]);
  onTestFinished(() => one.stop());
  await delay(500);
  expect(one.tell.stats()).toMatchObject([{ failed: 0, waiting: 0 }]);
  await real.stop();
  await until(() => one.tell.stats()[0]!.failed > 0, 90_000);
});
