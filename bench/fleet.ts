// npm run bench:fleet [nodes...] [--every S] [--window S] [--tls]: what a collector costs over a simulated fleet of 40 checks a node, beside
// Debian's Prometheus over the same targets, one after the other in one run. 1000 and 10000 nodes, each minute, unless told.
import { parseArgs } from 'node:util';
import { measureCollector } from './fleet/collector.ts';
import { measurePrometheus } from './fleet/prometheus.ts';
import { stopAll } from './processes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    every: { type: 'string', default: '60' },
    window: { type: 'string', default: '120' },
    tls: { type: 'boolean', default: false },
  },
});
const sizes = positionals.length === 0 ? [1_000, 10_000] : positionals.map(Number);
const wish = { everyS: Number(values.every), windowMs: Number(values.window) * 1_000, isTls: values.tls };
const defects = 6;

const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
const short = (value: number, digits = 2): string => value.toFixed(digits);
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

try {
  console.log(`\n### A fleet asked each ${wish.everyS} s${wish.isTls ? ', over kept mTLS' : ''}\n`);
  const head = ['nodes', 'CPU ms/poll', 'Prometheus', 'ratio', 'with changes', 'CPU s/minute', 'RSS MiB', 'Prometheus', 'ratio'];
  row([...head, 'lag p50 / p99 s', 'first round s', 'defect to verdict s', 'MiB an hour, idle / changing']);
  row(Array(head.length + 4).fill('---'));
  for (const count of sizes) {
    const own = await measureCollector({ ...wish, count, defects });
    const peer = await measurePrometheus({ ...wish, count });
    row([
      count,
      short(own.quiet.cpuMsPerPoll),
      short(peer.cpuMsPerScrape),
      short(own.quiet.cpuMsPerPoll / peer.cpuMsPerScrape),
      short(own.drifting.cpuMsPerPoll),
      seconds(own.quiet.cpuMsPerMinute),
      Math.round(own.peakRssMiB),
      Math.round(peer.peakRssMiB),
      short(own.peakRssMiB / peer.peakRssMiB),
      `${seconds(own.quiet.lagMs.p50)} / ${seconds(own.quiet.lagMs.p99)}`,
      seconds(own.firstRound.judgedMs),
      own.plantedMs.map(seconds).join(' '),
      `${short(own.quiet.databaseBytesPerHour / 1_048_576, 1)} / ${short(own.drifting.databaseBytesPerHour / 1_048_576, 1)}`,
    ]);
  }
} finally {
  await stopAll();
}
