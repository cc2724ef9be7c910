// What one look costs beside blackbox_exporter, the same targets, in turns.

import { cpuMs, measuredCore, median, otherCore, runOn } from './processes.ts';
import { blackboxUrl, checkFor, type Kind, kinds, questionFor, startBlackbox, type Targets } from './targets.ts';

export interface ProbeCost {
  readonly kind: Kind;
  readonly part: Part;
  readonly oursCpuMs: number;
  readonly blackboxCpuMs: number;
  /** Their CPU divided by ours, pair by pair: median, lowest and highest. */
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  readonly oursPerSecond: number;
}

/**
 * `question`: what blackbox_exporter does too, one connection or one query through the machine port. `look`: all that a check
 * does, its surroundings (routes, resolvers, the root) and the check of its facts included.
 */
export type Part = 'question' | 'look';

const rounds = 3;
const looksPerRound: Readonly<Record<Kind, number>> = { tcp: 4_000, tls: 1_000, https: 1_000, dns: 4_000 };
const concurrency = 10;

export async function measureProbes(targets: Targets): Promise<readonly ProbeCost[]> {
  const blackbox = await startBlackbox(targets, measuredCore);
  const costs: ProbeCost[] = [];
  for (const kind of kinds) {
    const triples = [];
    for (let round = 0; round < rounds; round += 1)
      triples.push({
        question: await ours('question', kind, targets),
        look: await ours('look', kind, targets),
        theirs: await theirs(kind, targets, blackbox),
      });
    for (const part of ['question', 'look'] as const) {
      const ratios = triples.map((one) => one.theirs / one[part].cpuMsPerLook);
      costs.push({
        kind,
        part,
        oursCpuMs: median(triples.map((one) => one[part].cpuMsPerLook)),
        blackboxCpuMs: median(triples.map((one) => one.theirs)),
        ratio: median(ratios),
        ratioRange: [Math.min(...ratios), Math.max(...ratios)],
        oursPerSecond: median(triples.map((one) => one[part].looksPerSecond)),
      });
    }
  }
  return costs;
}

interface Ours {
  readonly cpuMsPerLook: number;
  readonly looksPerSecond: number;
}

async function ours(part: Part, kind: Kind, targets: Targets): Promise<Ours> {
  const { probe, settings } = part === 'look' ? checkFor(kind, targets) : { probe: kind, settings: questionFor(kind, targets) };
  const runner = [
    process.execPath,
    'bench/probe-runner.ts',
    probe,
    JSON.stringify(settings),
    String(looksPerRound[kind]),
    String(concurrency),
    part,
  ];
  return JSON.parse(await runOn(measuredCore, runner)) as Ours;
}

/** CPU milliseconds that one probe costs blackbox_exporter, asked over HTTP as Prometheus asks it. */
async function theirs(kind: Kind, targets: Targets, pid: number): Promise<number> {
  const url = blackboxUrl(kind, targets);
  const answer = await (await fetch(url)).text();
  if (!/^probe_success 1$/m.test(answer)) throw new Error(`blackbox_exporter does not succeed at ${kind}:\n${answer}`);
  const before = cpuMs(pid);
  const printed = await runOn(otherCore, ['wrk', '-t1', `-c${concurrency}`, '-d3s', url]);
  const requests = Number(/(\d+) requests in/.exec(printed)?.[1]);
  return (cpuMs(pid) - before) / requests;
}
