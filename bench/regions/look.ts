// A process that looks at both regions through every region probe as a collector does, twice, judges, and prints what that took.
// look.ts CONFIG-FILE ENDPOINTS-AS-JSON
import type { Role } from '../../src/contract/node.ts';
import type { Snapshot } from '../../src/contract/observation.ts';
import { fillDefaults } from '../../src/contract/schema.ts';
import { judge } from '../../src/judge/judge.ts';
import { lookOnce } from '../../src/look/look-once.ts';
import { regionProbes } from '../../src/probes/registry.generated.ts';
import { tenancyLooks } from '../../src/tenancy/looks.ts';
import { openTenancies } from '../../src/tenancy/open.ts';
import { largeScope } from '../../test/support/large-tenancy.ts';

const [file = '', json = '{}'] = process.argv.slice(2);
const endpoints = JSON.parse(json) as Record<string, string>;
const before = process.memoryUsage.rss();
const tenancies = openTenancies(
  { auth: 'config-file', configFile: file, profile: 'DEFAULT', endpoints, concurrency: 8, callTimeoutMs: 20_000 },
  { now: Date.now, monotonicMs: () => performance.now() },
);
const names = { primary: 'us-ashburn-1', standby: 'us-phoenix-1' } as const;

function look(role: Role): Promise<Snapshot> {
  const checks = [...regionProbes.values()].map((probe) => {
    const settings: Record<string, unknown> = { scope: largeScope(role) };
    fillDefaults(probe.settings, settings);
    const { everyMs, timeoutMs, staleAfterMs } = probe.defaults;
    return {
      id: probe.id,
      probe: probe.id,
      settings,
      schedule: { kind: 'every' as const, everyMs },
      timeoutMs,
      staleAfterMs,
      isRequired: true,
    };
  });
  const node = { id: role, name: names[role], role, group: 'shop', twin: 'region', site: {}, version: 'bench' };
  return lookOnce({ checks, probes: regionProbes, source: tenancyLooks(tenancies.region(names[role])), node });
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

async function round() {
  const began = performance.now();
  const cpu = cpuMs();
  const [primary, standby] = await Promise.all([look('primary'), look('standby')]);
  return { primary, standby, tookMs: performance.now() - began, cpuMs: cpuMs() - cpu };
}

const callsSoFar = (): number => tenancies.usage().reduce((sum, { calls }) => sum + calls, 0);

tenancies.region(names.primary);
tenancies.region(names.standby);
await tenancies.ready();
const first = await round();
const callsBefore = callsSoFar();
const second = await round();
const judging = performance.now();
const { findings, verdict } = judge({ now: Date.now(), subject: second.standby, twin: second.primary, earlier: [], probes: regionProbes });
const judgedMs = performance.now() - judging;
const sizes = second.standby.checks.map(({ check, current }) => [check, JSON.stringify(current?.outcome).length, current?.tookMs] as const);
console.log(
  JSON.stringify({
    first: { tookMs: first.tookMs, cpuMs: first.cpuMs },
    second: { tookMs: second.tookMs, cpuMs: second.cpuMs },
    secondCalls: callsSoFar() - callsBefore,
    judgedMs,
    verdict,
    findings: findings.filter(({ severity }) => severity !== 'note').map(({ code, subject }) => `${code} ${subject}`),
    sizes,
    rssBefore: before,
    rssPeak: process.resourceUsage().maxRSS * 1_024,
  }),
);
tenancies.close();
