// A collector that watches both large regions from bodies that are there, of which one policy comes and goes: how long its loop stands
// still, what it holds and what it takes. collector.ts FOLDER EVERY-SECONDS WINDOW-SECONDS
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCollector } from '../../src/collector/main.ts';
import { regionProbes } from '../../src/probes/registry.generated.ts';
import { recordedTenancy } from '../../src/tenancy/recorded.ts';
import { largeRegion, largeScope } from '../../test/support/large-tenancy.ts';

const [folder = '', every = '10', window = '60'] = process.argv.slice(2);
const planted = { withoutRuleOf: 7, detached: 11 };
const whole = { 'us-ashburn-1': largeRegion('primary'), 'us-phoenix-1': largeRegion('standby', undefined, planted) };
const lacking = largeRegion('standby', undefined, { ...planted, withoutPolicy: 3 });
const began = Date.now();
const isOdd = (): boolean => Math.floor((Date.now() - began) / (Number(every) * 1_000)) % 2 === 1;
const regionNow = (name: string) => (name === 'us-phoenix-1' && isOdd() ? lacking : whole[name as keyof typeof whole]);

const site = (region: string, role: 'primary' | 'standby') => {
  const { compartments, networks } = largeScope(role);
  return { region, compartments, networks };
};
const config = {
  name: 'bench',
  sites: { iad: { name: 'us-ashburn-1' }, phx: { name: 'us-phoenix-1' } },
  groups: {
    shop: {
      primary: 'iad',
      regions: { iad: site('us-ashburn-1', 'primary'), phx: site('us-phoenix-1', 'standby') },
      regionChecks: Object.fromEntries([...regionProbes.keys()].map((id) => [id, { every: `${every}s`, timeout: '5s' }])),
    },
  },
  poll: { every: '5s', timeout: '4s' },
  listen: { socket: null, address: '127.0.0.1', port: Number(process.env.PORT ?? 19_311) },
  store: { file: join(folder, 'collector.db') },
  receipts: { key: join(folder, 'receipts.key') },
  log: { level: 'error' },
};
const file = join(folder, 'fleet.yaml');
// JSON is YAML.
writeFileSync(file, JSON.stringify(config));

const delay = monitorEventLoopDelay({ resolution: 5 });
const ended = runCollector({
  configFile: file,
  version: 'bench',
  probes: regionProbes,
  openTenancies: async () => ({
    region: (name) => ({ now: Date.now, forLook: (signal) => recordedTenancy({ ...regionNow(name), now: Date.now() }).forLook(signal) }),
    ready: async () => {},
    usage: () => [],
    states: () => [],
    close: () => {},
  }),
});
// The first looks, and the first judging.
await sleep(Number(every) * 1_000);
const cpu = process.cpuUsage();
delay.enable();
await sleep(Number(window) * 1_000);
delay.disable();
const { user, system } = process.cpuUsage(cpu);
const ms = (nanoseconds: number): number => Math.round(nanoseconds / 1e6);
console.log(
  JSON.stringify({
    longestMs: ms(delay.max),
    p99Ms: ms(delay.percentile(99)),
    cpuMsPerRound: Math.round((user + system) / 1_000 / (Number(window) / Number(every))),
    rssMiB: Math.round(process.memoryUsage.rss() / 1024 ** 2),
    rssPeakMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
  }),
);
process.kill(process.pid, 'SIGTERM');
process.exitCode = await ended;
