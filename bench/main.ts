// npm run bench [probes] [latency] [agent] [memory] [store] [digest] [regions] [web]: measures, and prints the tables of docs/performance.md. Takes about ten minutes.
import { measureAgent } from './agent.ts';
import { measureDigests } from './digest.ts';
import { measureLatency } from './latency.ts';
import { measureProbeMemory } from './probe-memory.ts';
import { measureProbes } from './probes.ts';
import { stopAll } from './processes.ts';
import { measureRegions } from './regions.ts';
import { measureStores, type StoreFigures } from './store.ts';
import { startTargets, type Targets } from './targets.ts';
import { measureWeb, type Seen } from './web.ts';

const sections = ['probes', 'latency', 'agent', 'memory', 'store', 'digest', 'regions', 'web'] as const;
const asked = process.argv.slice(2);
const wanted = (section: (typeof sections)[number]): boolean => asked.length === 0 || asked.includes(section);
const table = (title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): void => {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  console.log(`\n### ${title}\n\n${line(head)}\n${line(head.map(() => '---'))}\n${rows.map(line).join('\n')}`);
};
const short = (value: number, digits = 3): string => value.toFixed(digits);

async function probes(targets: Targets): Promise<void> {
  const rows = (await measureProbes(targets)).map((one) => [
    one.kind,
    one.part,
    short(one.oursCpuMs),
    short(one.blackboxCpuMs),
    `${short(one.ratio, 1)} (${short(one.ratioRange[0], 1)} to ${short(one.ratioRange[1], 1)})`,
    Math.round(one.oursPerSecond),
  ]);
  table('One look beside blackbox_exporter', ['kind', 'part', 'CPU ms', 'blackbox CPU ms', 'theirs / ours', 'a second'], rows);
}

async function latency(targets: Targets): Promise<void> {
  const { quietMs, spoiltMs } = await measureLatency(targets);
  table(
    'A hundred TLS attempts due together',
    ['a quiet attempt’s TLS stage', 'read too slow: median', '99th percentile', 'worst'],
    [[quietMs, spoiltMs.p50, spoiltMs.p99, spoiltMs.worst].map((ms) => `${short(ms, 1)} ms`)],
  );
}

async function agent(targets: Targets): Promise<void> {
  const figures = await measureAgent(targets);
  table(
    'The bundled agent with 40 checks every 15 s',
    ['', ''],
    [
      ['start to first answer', `${figures.startMs} ms (a bare HTTP server of the same Node: ${figures.bareServerStartMs} ms)`],
      [
        'resident / anonymous memory, steady',
        `${figures.steady.rssMiB} / ${figures.steady.anonymousMiB} MiB, ${figures.steady.threads} threads`,
      ],
      ['resident / anonymous memory, after load', `${figures.afterLoad.rssMiB} / ${figures.afterLoad.anonymousMiB} MiB`],
      ['CPU', `${figures.cpuMsPerMinute} ms a minute, ${short(figures.cpuMsPerMinute / 600, 2)} % of a core`],
      ['blackbox_exporter, the same questions', `${figures.blackboxCpuMsPerMinute} ms a minute`],
      ['ours / theirs', short(figures.cpuMsPerMinute / figures.blackboxCpuMsPerMinute, 2)],
    ],
  );
  table(
    'Answers under load (16 connections)',
    ['path', 'a second', 'p99', 'CPU ms each'],
    figures.answers.map((one) => [one.path, one.perSecond, one.p99, short(one.cpuMsEach)]),
  );
}

async function memory(): Promise<void> {
  const rows = (await measureProbeMemory()).map(({ configured, memory: { rssMiB, anonymousMiB, peakMiB } }) => [
    configured,
    rssMiB,
    anonymousMiB,
    peakMiB,
  ]);
  table('The bundled agent with one probe, and with all', ['configured', 'resident MiB', 'anonymous MiB', 'resident at most'], rows);
}

function store(): void {
  const measured = measureStores();
  const row = (title: string, figure: (one: StoreFigures) => string | number) => [title, ...measured.map(figure)];
  table(
    'The store with 40 checks a minute',
    ['', ...measured.map(({ engine }) => engine)],
    [
      row('looks recorded', (one) => one.looks),
      row('looks a second, 40 together', (one) => one.looksPerSecondTogether),
      row('CPU of such a look', (one) => `${short(one.cpuMicrosecondsPerLook, 1)} µs`),
      row('looks a second, singly', (one) => one.looksPerSecondSingly),
      row('bytes a look, indexes included', (one) => short(one.bytesPerLook, 1)),
      row('a year', (one) => `${one.yearMiB} MiB`),
      row('newest look of all checks', (one) => `${short(one.newestOfAllMs)} ms`),
      row('page of 100 of one check’s history', (one) => `${short(one.historyPageMs)} ms`),
      row('page of 200 changes', (one) => `${short(one.changesPageMs)} ms`),
      row('30 days of one check by the hour', (one) => `${short(one.monthHourlyMs)} ms`),
      row('longest step of retention', (one) => `${short(one.longestRetentionStepMs, 1)} ms`),
      row('resident memory of the benchmark, at most', (one) => `${one.rssMiB}, ${one.rssPeakMiB} MiB`),
    ],
  );
}

async function digest(): Promise<void> {
  const figures = await measureDigests();
  const mib = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB/s`;
  const rows = [figures.usual, figures.whole].map((one) => [
    `${mib(one.wishedBytesPerSecond)} and ${one.wishedCpuShare * 100} % of a core`,
    mib(one.bytesPerSecond),
    `${short(one.cpuShare * 100, 1)} %`,
    Math.round(one.cpuMsPerGigabyte),
    Math.round(figures.sha256sumCpuMsPerGigabyte),
  ]);
  const head = ['at most', 'read', 'of a core', 'CPU ms a gigabyte', 'sha256sum'];
  table(`Digests of ${figures.gigabytes} GB in ${figures.files} files`, head, rows);
  const { bytesRead, tookMs, cpuMs } = figures.again;
  console.log(`\nA second look reads ${bytesRead} bytes in ${short(tookMs, 1)} ms, ${short(cpuMs, 1)} ms of CPU.`);
}

async function regions(): Promise<void> {
  const figures = await measureRegions();
  const { size, first, second, comparison } = figures;
  const seconds = (ms: number): string => `${short(ms / 1_000, 1)} s`;
  table(
    `Two regions of ${size.instances} machines, ${size.groups} security groups, ${size.rules} rules and ${size.policies} policies each`,
    ['', 'calls', 'took', 'CPU'],
    [
      ['first round', first.calls, seconds(first.tookMs), seconds(first.cpuMs)],
      ['second round', second.calls, seconds(second.tookMs), seconds(second.cpuMs)],
      ['judging the pair', '', seconds(figures.judgedMs), ''],
    ],
  );
  console.log(
    `\nResident at most ${figures.rssPeakMiB} MiB, ${figures.rssBeforeMiB} before anything was asked. Found: ${figures.findings.join('; ')}`,
  );
  table(
    'Facts of the standby',
    ['probe', 'bytes', 'second look'],
    figures.facts.map(([probe, bytes, ms]) => [probe, bytes, `${short(ms, 0)} ms`]),
  );
  table(
    'The rules of both sides compared',
    ['', 'took', 'says is missing'],
    [
      ['by what they let through, for each machine', seconds(comparison.ours.tookMs), comparison.ours.findings.length],
      ['rule by rule, which is wrong', seconds(comparison.naive.tookMs), comparison.naive.missing],
    ],
  );
}

async function web(): Promise<void> {
  const { sizes, fleets } = await measureWeb();
  const sum = (of: (one: (typeof sizes)[number]) => number): number => sizes.reduce((total, one) => total + of(one), 0);
  table(
    'Files of the dashboard',
    ['file', 'bytes', 'gzip', 'Brotli'],
    [
      ...sizes.map(({ file, bytes, gzipBytes, brotliBytes }) => [file, bytes, gzipBytes, brotliBytes]),
      ['all', sum(({ bytes }) => bytes), sum(({ gzipBytes }) => gzipBytes), sum(({ brotliBytes }) => brotliBytes)],
    ],
  );
  const seen = fleets.flatMap(({ pairs, ours, peer }): [string, Seen][] => [
    [`${pairs} pairs`, ours],
    [`${pairs} pairs, a plain table`, peer],
  ]);
  table(
    'Until it stands there',
    ['', 'first paint ms', 'largest paint ms', 'first pair ms', 'CPU ms', 'elements', 'kB over the line'],
    seen.map(([what, { painting: one }]) => [
      what,
      ...[one.firstMs, one.largestMs, one.pairMs, one.cpuMs].map(Math.round),
      one.elements,
      short(one.bytes / 1_000, 1),
    ]),
  );
  table(
    'Scrolling',
    ['', 'frames', 'over 50 ms', '99th percentile ms', 'longest ms', 'CPU ms'],
    seen.map(([what, { scrolling: one }]) => [
      what,
      one.frames,
      one.slowFrames,
      short(one.p99Ms, 1),
      short(one.longestMs, 1),
      Math.round(one.cpuMs),
    ]),
  );
}

try {
  if (wanted('probes') || wanted('latency') || wanted('agent')) {
    const targets = await startTargets();
    if (wanted('probes')) await probes(targets);
    if (wanted('latency')) await latency(targets);
    if (wanted('agent')) await agent(targets);
  }
  if (wanted('memory')) await memory();
  if (wanted('store')) store();
  if (wanted('digest')) await digest();
  if (wanted('regions')) await regions();
  if (wanted('web')) await web();
} finally {
  await stopAll();
}
