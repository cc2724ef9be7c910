// Starts the fleet of the demonstration: an agent for each recorded machine and a collector above them, until each pair is judged.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { untilJudged, waive } from './fleet.ts';
import { type DemoMachine, plannedMachines, writeMachines } from './machines.ts';
import { freePorts } from './ports.ts';
import type { Programs } from './programs.ts';
import { fill } from './template.ts';

export interface BringUp {
  /** Everything of this run is kept there. */
  readonly folder: string;
  readonly programs: Programs;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Asked for while ports of agents are looked for. */
  readonly collectorPort: () => Promise<number>;
}

export interface Fleet {
  /** Where the collector answers. */
  readonly collector: string;
  readonly machines: readonly DemoMachine[];
}

const templates = resolve(import.meta.dirname, '../../demo');
const dayMs = 24 * 3_600_000;

export async function bringUp({ folder, programs, signal, collectorPort }: BringUp): Promise<Fleet> {
  const [port, ports] = await Promise.all([collectorPort(), freePorts(plannedMachines(templates).length)]);
  // From here on to the last program nothing waits, so that a signal finds all of them or none.
  signal.throwIfAborted();
  const machines = writeMachines({ from: templates, into: folder, ports, now: Date.now() });
  const file = writeFleetFile(folder, machines, port);
  for (const { name, folder: machine } of machines) programs.start(name, ['agent', '--machine', machine]);
  programs.start('collector', ['collector', '--config', file]);
  const collector = `http://127.0.0.1:${port}`;
  await untilJudged(collector, signal);
  await waive(collector, {
    group: 'billing',
    pair: 'db1',
    code: 'kernel/packages-missing',
    subject: 'installed packages',
    author: 'R. Keller, platform operations',
    reason: 'sysstat comes with the next image of the standby, change CHG0048231',
    until: Date.now() + 14 * dayMs,
  });
  return { collector, machines };
}

/** Answers the file's path. */
function writeFleetFile(folder: string, machines: readonly DemoMachine[], port: number): string {
  const addresses = Object.fromEntries(machines.map(({ name, address }) => [name, address]));
  const text = readFileSync(join(templates, 'fleet.yaml'), 'utf8');
  const file = join(folder, 'fleet.yaml');
  writeFileSync(file, fill(text, { words: { ...addresses, folder, port: String(port) }, now: Date.now() }));
  return file;
}
