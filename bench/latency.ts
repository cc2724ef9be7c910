// How far a hundred TLS looks that are due in the same moment spoil each other's readings.
import { localMachine } from '../src/machine/local.ts';
import { median, pause } from './processes.ts';
import { questionFor, type Targets } from './targets.ts';

export interface LatencyFigures {
  /** TLS stage of one attempt at a time, nothing else going on. */
  readonly quietMs: number;
  /** What the attempts read beyond that when all were due together: median, 99th percentile, worst. */
  readonly spoiltMs: { readonly p50: number; readonly p99: number; readonly worst: number };
}

const together = 100;
const rounds = 5;

/** Through the dialler that every look uses, in this process, which shares its core with nobody but the kernel. */
export async function measureLatency(targets: Targets): Promise<LatencyFigures> {
  const machine = localMachine().forLook(new AbortController().signal);
  const tlsMs = async (): Promise<number> => {
    const { timings, result, detail } = await machine.dial(questionFor('tls', targets) as Parameters<typeof machine.dial>[0]);
    if (result !== 'completed' || timings.tlsMs === undefined) throw new Error(`no handshake: ${detail}`);
    return timings.tlsMs;
  };
  for (let warm = 0; warm < together; warm += 1) await tlsMs();
  const quiet: number[] = [];
  for (let round = 0; round < together; round += 1) {
    quiet.push(await tlsMs());
    await pause(5);
  }
  const quietMs = median(quiet);
  const spoilt: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const burst = await Promise.all(Array.from({ length: together }, tlsMs));
    spoilt.push(...burst.map((ms) => ms - quietMs));
    await pause(200);
  }
  spoilt.sort((a, b) => a - b);
  return { quietMs, spoiltMs: { p50: median(spoilt), p99: spoilt[Math.floor(spoilt.length * 0.99)]!, worst: spoilt.at(-1)! } };
}
