// One process that does nothing but ask: probe-runner.ts PROBE|KIND SETTINGS|REQUEST COUNT CONCURRENCY look|question.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../src/contract/check.ts';
import type { DialRequest, DnsRequest } from '../src/contract/machine.ts';
import { fillDefaults } from '../src/contract/schema.ts';
import { encodeDnsQuery } from '../src/formats/dns-encode.ts';
import { runCheck } from '../src/look/run-check.ts';
import { localMachine } from '../src/machine/local.ts';
import { machineLooks } from '../src/machine/recording.ts';
import { probes } from '../src/probes/registry.generated.ts';

const [id = '', json = '{}', count = '1000', concurrency = '10', part = 'look'] = process.argv.slice(2);
/** A DNS look asks the system's resolver too, which is no place for thousands of questions: here there is none. */
const source = localMachine(id === 'dns' && part === 'look' ? { root: machineWithoutResolver() } : {});
/** Enough for the compiler to have seen what is hot. */
const warmUp = 300;
const once = part === 'look' ? lookOnce(id, JSON.parse(json)) : askOnce(id, JSON.parse(json));

function machineWithoutResolver(): string {
  const root = mkdtempSync(join(tmpdir(), 'understudy-bench-root-'));
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/resolv.conf'), '# asked over loopback only\nnameserver 127.0.0.1\n');
  return root;
}

/** Each gives the milliseconds that it took. */
function lookOnce(name: string, settings: unknown): () => Promise<number> {
  const probe = probes.get(name)!;
  const problems = fillDefaults(probe.settings, settings);
  if (problems.length > 0) throw new Error(`settings for ${name}: ${JSON.stringify(problems)}`);
  const check: Check = {
    id: name,
    probe: name,
    settings,
    schedule: { kind: 'every', everyMs: 60_000 },
    timeoutMs: 10_000,
    staleAfterMs: 180_000,
    isRequired: true,
  };
  return async () => {
    const { signal } = new AbortController();
    const { look } = await runCheck({ check, probe, source: machineLooks(source), earlier: null, site: {}, signal, now: Date.now });
    if (look.outcome.kind !== 'observed') throw new Error(`not observed: ${JSON.stringify(look.outcome)}`);
    return look.tookMs;
  };
}

function askOnce(kind: string, request: DialRequest | Omit<DnsRequest, 'message'>): () => Promise<number> {
  const machine = source.forLook(new AbortController().signal);
  if (kind === 'dns') {
    const message = encodeDnsQuery({ id: 4_711, name: 'target.bench.test', type: 'A', recursionDesired: true })!;
    return async () => {
      const answer = await machine.exchangeDns({ ...(request as DnsRequest), message });
      if (answer.kind !== 'reply') throw new Error(`no answer: ${answer.detail}`);
      return answer.tookMs;
    };
  }
  return async () => {
    const answer = await machine.dial(request as DialRequest);
    if (answer.result !== 'completed') throw new Error(`not completed: ${answer.result} ${answer.detail}`);
    return answer.timings.totalMs;
  };
}

async function repeat(total: number): Promise<readonly number[]> {
  let left = total;
  const times: number[] = [];
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      times.push(await once());
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, work));
  return times;
}

await repeat(warmUp);
const before = process.cpuUsage();
const began = performance.now();
const times = [...(await repeat(Number(count)))].sort((a, b) => a - b);
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
