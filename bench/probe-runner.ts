// One process that does nothing but look: probe-runner.ts PROBE SETTINGS_JSON COUNT CONCURRENCY. Prints CPU and time per look.
import { runCheck } from '../src/agent/run-check.ts';
import type { Check } from '../src/contract/check.ts';
import { fillDefaults } from '../src/contract/schema.ts';
import { localMachine } from '../src/machine/local.ts';
import { probes } from '../src/probes/registry.generated.ts';

const [id = '', json = '{}', count = '1000', concurrency = '10'] = process.argv.slice(2);
const probe = probes.get(id)!;
const settings: unknown = JSON.parse(json);
const problems = fillDefaults(probe.settings, settings);
if (problems.length > 0) throw new Error(`settings for ${id}: ${JSON.stringify(problems)}`);
const source = localMachine();
const check: Check = {
  id,
  probe: id,
  settings,
  schedule: { kind: 'every', everyMs: 60_000 },
  timeoutMs: 10_000,
  staleAfterMs: 180_000,
  isRequired: true,
};

async function looks(total: number): Promise<readonly number[]> {
  let left = total;
  const times: number[] = [];
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { look } = await runCheck({ check, probe, source, earlier: null, signal: new AbortController().signal, now: Date.now });
      if (look.outcome.kind !== 'observed') throw new Error(`not observed: ${JSON.stringify(look.outcome)}`);
      times.push(look.tookMs);
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, work));
  return times;
}

await looks(300);
const before = process.cpuUsage();
const began = performance.now();
const times = [...(await looks(Number(count)))].sort((a, b) => a - b);
const wallMs = performance.now() - began;
const used = process.cpuUsage(before);
console.log(
  JSON.stringify({
    cpuMsPerLook: (used.user + used.system) / 1_000 / times.length,
    looksPerSecond: (times.length * 1_000) / wallMs,
    p50Ms: times[Math.floor(times.length * 0.5)],
    p99Ms: times[Math.floor(times.length * 0.99)],
  }),
);
