// Runs a collector over a simulated fleet and measures it: the first round, quiet minutes, minutes with changes, planted defects.
import { createHash } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdicts } from '../../src/contract/finding.ts';
import { cpuMs, measuredCore, memoryOf, pause, startOn, stop } from '../processes.ts';
import { makeCertificates } from './certificates.ts';
import { collectorPort, type FleetWish, writeFleetFile } from './fleet-file.ts';
import { metricsOf } from './metrics.ts';
import { placeOf, places } from './place.ts';
import { type Simulated, startSimulation } from './simulation.ts';

export interface PolledFleet {
  readonly startMs: number;
  /** From the start of the process until everybody who answers was heard, and until every pair was judged. */
  readonly firstRound: { readonly heardMs: number; readonly judgedMs: number; readonly cpuMs: number };
  readonly quiet: Minutes;
  readonly drifting: Minutes;
  /** From a defect to the verdict that says so. */
  readonly plantedMs: readonly number[];
  readonly rssMiB: number;
  readonly anonymousMiB: number;
  readonly peakRssMiB: number;
  readonly databaseMiB: number;
  /** Wall and CPU of one /metrics. */
  readonly scrape: { readonly tookMs: number; readonly cpuMs: number; readonly bytes: number };
}

export interface Minutes {
  readonly cpuMsPerMinute: number;
  readonly pollsPerMinute: number;
  readonly cpuMsPerPoll: number;
  readonly bytesPerPoll: number;
  readonly twinsPerMinute: number;
  readonly lagMs: { readonly p50: number; readonly p99: number };
  readonly databaseBytesPerHour: number;
}

export interface CollectorWish extends Omit<FleetWish, 'folder'> {
  readonly windowMs: number;
  readonly defects: number;
  /** Put before the collector's own words, to profile it. */
  readonly environment?: Readonly<Record<string, string>>;
}

const base = `http://127.0.0.1:${collectorPort}`;

export async function measureCollector(wish: CollectorWish): Promise<PolledFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-fleet-'));
  if (wish.isTls) makeCertificates(folder);
  const agents = await startSimulation(wish.count, wish.isTls ? folder : null);
  const file = writeFleetFile({ ...wish, folder });
  const began = performance.now();
  const child = startOn(measuredCore, ['bin/understudy', 'collector', '--config', file], wish.environment ?? {});
  const pid = child.pid!;
  const running: Running = { pid, agents, database: join(folder, 'collector.db'), wish };
  const startMs = await until(began, () => fetch(`${base}/healthz`).then((answer) => answer.status < 500));
  const heardMs = await until(began, async () => (await agents.counted()).changes >= wish.count - deadCount(wish.count));
  const judgedMs = await until(began, async () => (await notReady()) <= deadCount(wish.count), 1_000);
  const firstRound = { heardMs, judgedMs, cpuMs: cpuMs(pid) };
  // What the first round left behind (twins, garbage) is not the quiet that is measured.
  await pause(wish.everyS * 1_000);
  const quiet = await minutes(running);
  agents.drift(true);
  const drifting = await minutes(running);
  agents.drift(false);
  const plantedMs = await plant(running);
  const scrape = await scrapeOf(pid);
  const memory = memoryOf(pid);
  const result = {
    startMs,
    firstRound,
    quiet,
    drifting,
    plantedMs,
    rssMiB: memory.rssMiB,
    anonymousMiB: memory.anonymousMiB,
    peakRssMiB: memory.peakMiB,
    databaseMiB: statSync(running.database).size / 1_048_576,
    scrape,
  };
  await stop(child);
  await stop(agents.child);
  return result;
}

interface Running {
  readonly pid: number;
  readonly agents: Simulated;
  readonly database: string;
  readonly wish: CollectorWish;
}

async function until(began: number, isDone: () => Promise<boolean>, everyMs = 100): Promise<number> {
  const end = performance.now() + 600_000;
  while (performance.now() < end) {
    if (await isDone().catch(() => false)) return Math.round(performance.now() - began);
    await pause(everyMs);
  }
  throw new Error('the collector is not as far as it should be after ten minutes');
}

/** Pairs that are not known to be ready: those that were not judged yet, and those with a dead node. */
async function notReady(): Promise<number> {
  const shown = await metricsOf(`${base}/metrics`);
  return verdicts.filter((verdict) => verdict !== 'ready').reduce((sum, one) => sum + shown('understudy_collector_pairs', `"${one}"`), 0);
}

const deadCount = (count: number): number => places(count).filter(({ liveness }) => liveness !== 'alive').length;

async function minutes({ pid, agents, database, wish }: Running): Promise<Minutes> {
  const [before, beforeCpu, beforeBytes] = [await agents.counted(), cpuMs(pid), sizeOf(database)];
  const began = performance.now();
  await pause(wish.windowMs);
  const share = 60_000 / (performance.now() - began);
  const used = cpuMs(pid) - beforeCpu;
  const after = await agents.counted();
  const lag = await metricsOf(`${base}/metrics`);
  const polls = after.changes - before.changes;
  return {
    cpuMsPerMinute: used * share,
    pollsPerMinute: polls * share,
    cpuMsPerPoll: used / polls,
    bytesPerPoll: (after.changesBytes - before.changesBytes) / polls,
    twinsPerMinute: (after.twins - before.twins) * share,
    lagMs: {
      p50: lag('understudy_collector_poll_lag_median_seconds') * 1_000,
      p99: lag('understudy_collector_poll_lag_p99_seconds') * 1_000,
    },
    databaseBytesPerHour: (sizeOf(database) - beforeBytes) * share * 60,
  };
}

const sizeOf = (database: string): number => statSync(database).size;

/** In turn a certificate that has ended, which counts at once, and a name that leads astray, which counts when it was seen twice. */
async function plant({ agents, wish }: Running): Promise<readonly number[]> {
  const standbys = Array.from({ length: wish.defects }, (_, at) => standbyFor(at, wish.count));
  const planted = standbys.map(async (node, at) => {
    await pause(((at * 7_919) % 97) * (wish.everyS * 10));
    const { group, pair } = placeOf(node);
    const began = performance.now();
    agents.turn(node, at % 2 === 0 ? 'certs-0' : 'dns-0');
    return until(
      began,
      async () => {
        const { verdict } = (await (await fetch(`${base}/v1/pairs/${group}/${pair}`)).json()) as { readonly verdict: string };
        return verdict === 'not-ready';
      },
      250,
    );
  });
  return Promise.all(planted);
}

/** Spread over the fleet. */
function standbyFor(at: number, count: number): number {
  const place = createHash('sha256').update(`defect ${at}`).digest().readUInt32BE(0) % (count / 2);
  const node = place * 2 + 1;
  return placeOf(node).liveness === 'alive' ? node : node + 2;
}

async function scrapeOf(pid: number): Promise<PolledFleet['scrape']> {
  // What is asked for within a second is not written again.
  await pause(1_500);
  const [began, before] = [performance.now(), cpuMs(pid)];
  const text = await (await fetch(`${base}/metrics`)).text();
  return { tookMs: performance.now() - began, cpuMs: cpuMs(pid) - before, bytes: text.length };
}
