// Runs Debian's Prometheus over the same simulated fleet and measures what its scrapes cost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs, measuredCore, memoryOf, pause, startOn, stop } from '../processes.ts';
import { makeCertificates } from './certificates.ts';
import { type FleetWish, prometheusPort, writePrometheusFile } from './fleet-file.ts';
import { startSimulation } from './simulation.ts';

export interface ScrapedFleet {
  readonly cpuMsPerMinute: number;
  readonly scrapesPerMinute: number;
  readonly cpuMsPerScrape: number;
  readonly bytesPerScrape: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

export interface PrometheusWish extends Omit<FleetWish, 'folder'> {
  readonly windowMs: number;
}

export async function measurePrometheus(wish: PrometheusWish): Promise<ScrapedFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-prometheus-'));
  if (wish.isTls) makeCertificates(folder);
  const agents = await startSimulation(wish.count, wish.isTls ? folder : null);
  const child = startOn(
    measuredCore,
    [
      '/usr/bin/prometheus',
      `--config.file=${writePrometheusFile({ ...wish, folder })}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
      '--log.level=error',
    ],
    { GOMAXPROCS: '1' },
  );
  const pid = child.pid!;
  // Every target once, so that all series are there; and once more, since the first round makes them.
  await pause(2.2 * wish.everyS * 1_000);
  const [before, beforeCpu] = [await agents.counted(), cpuMs(pid)];
  const began = performance.now();
  await pause(wish.windowMs);
  const share = 60_000 / (performance.now() - began);
  const used = cpuMs(pid) - beforeCpu;
  const after = await agents.counted();
  const scrapes = after.scrapes - before.scrapes;
  const { rssMiB, peakMiB } = memoryOf(pid);
  await stop(child);
  await stop(agents.child);
  rmSync(folder, { recursive: true, force: true });
  return {
    cpuMsPerMinute: used * share,
    scrapesPerMinute: scrapes * share,
    cpuMsPerScrape: used / scrapes,
    bytesPerScrape: (after.scrapeBytes - before.scrapeBytes) / scrapes,
    rssMiB,
    peakRssMiB: peakMiB,
  };
}
