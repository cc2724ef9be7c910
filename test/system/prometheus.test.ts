// A real Prometheus (Debian's package): it finds the agents through the collector, scrapes both, and has no complaint about the metrics.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/agent.ts';
import { ask } from '../support/asking.ts';
import { type ServedCollector, serveTwoGroups } from '../support/collector.ts';
import { needsPackages } from '../support/packages.ts';

beforeAll(() => needsPackages('prometheus'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const configOf = (collector: string): string => `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: understudy-agents
    http_sd_configs: [{ url: '${collector}/v1/sd', refresh_interval: 1s }]
  - job_name: understudy-collector
    static_configs: [{ targets: ['${new URL(collector).host}'] }]
`;

interface Prometheus {
  readonly configFile: string;
  query(expression: string): Promise<readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[]>;
  targets(): Promise<readonly { readonly health: string; readonly lastError: string; readonly labels: Record<string, string> }[]>;
}

async function prometheusFor({ url }: ServedCollector): Promise<Prometheus> {
  const folder = temporaryFolder();
  const configFile = join(folder, 'prometheus.yml');
  writeFileSync(configFile, configOf(url));
  const address = `127.0.0.1:${await freePort()}`;
  const args = [`--config.file=${configFile}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'ignore'] });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const api = async (path: string) => (await ask(`http://${address}/api/v1/${path}`)).json.data;
  await eventually(async () => (await ask(`http://${address}/-/ready`).catch(() => null))?.status === 200);
  return {
    configFile,
    query: async (expression) => (await api(`query?query=${encodeURIComponent(expression)}`)).result,
    targets: async () => (await api('targets')).activeTargets,
  };
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await isSo()) return;
    await delay(200);
  }
  throw new Error('it did not become so in 30 s');
}

it('finds every agent through the collector, and scrapes agents and collector', async () => {
  const served = await serveTwoGroups();
  const prometheus = await prometheusFor(served);
  const areUp = async () => {
    const targets = await prometheus.targets();
    return targets.length === 5 && targets.every(({ health }) => health === 'up');
  };
  await eventually(areUp);
  const agents = await prometheus.query('understudy_node_info * on (instance) group_left (pair, site) up{job="understudy-agents"}');
  expect(agents.map(({ metric }) => [metric.group, metric.pair, metric.site, metric.name]).sort()).toEqual([
    ['billing', 'app1', 'fra', 'app1-primary'],
    ['billing', 'app1', 'zrh', 'app1-standby'],
    ['crm', 'app2', 'fra', 'app2-primary'],
    ['crm', 'app2', 'zrh', 'app2-standby'],
  ]);
  const notReady = await prometheus.query('understudy_fleet_verdict{verdict="not-ready"} == 1');
  expect(notReady.map(({ metric }) => metric.group)).toEqual(['billing']);
});

it('has no complaint about metrics, and none about its own configuration', async () => {
  const served = await serveTwoGroups();
  const { text } = await ask(`${served.url}/metrics`);
  const linted = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect([linted.status, linted.stdout, linted.stderr]).toEqual([0, '', '']);
  const { configFile } = await prometheusFor(served);
  const checked = spawnSync('promtool', ['check', 'config', configFile], { encoding: 'utf8' });
  expect([checked.status, checked.stderr]).toEqual([0, '']);
});

it('complains of what is no metric: what has no complaint was read', () => {
  const linted = spawnSync('promtool', ['check', 'metrics'], { input: 'understudy_bad_total{ 1\n', encoding: 'utf8' });
  expect(linted.status).not.toBe(0);
});
