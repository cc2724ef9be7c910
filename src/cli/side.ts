// One side of a comparison, from a folder, a file or an agent: a machine or a region.
import { open, stat } from 'node:fs/promises';
import { type Snapshot, SnapshotSchema } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { schemaProblems } from '../contract/schema.ts';
import { agentAt } from './agent-client.ts';
import { CannotError } from './command.ts';
import { lookThrough } from './looks.ts';
import { isTenancyFolder } from './region/named.ts';
import { look, openSubject } from './subject.ts';
import type { Terminal } from './terminal.ts';

type Probes = ReadonlyMap<string, AnyProbe>;

interface SideOptions {
  readonly configFile: string | null;
  readonly tokenFile: string | null;
  readonly authoritiesFile: string | null;
  /** Those of machines. */
  readonly probes: Probes;
  /** Those of regions as well. */
  readonly allProbes: Probes;
  readonly terminal: Terminal;
}

export async function sideFrom(place: string, options: SideOptions): Promise<Snapshot> {
  const isAddress = /^https?:\/\//i.test(place);
  const type = isAddress ? 'agent' : await typeOf(place);
  switch (type) {
    case 'agent':
      return asSnapshot(await (await agentAt(place, options)).get('/v1/snapshot'), place);
    case 'folder':
      if (isTenancyFolder(place)) return regionSide(place, options);
      return look(await openSubject(place, options.configFile, options.probes), options.probes, options.terminal);
    case 'file':
      return asSnapshot(await readJson(place), place);
  }
}

/** It brings its own scope and settings along. */
async function regionSide(folder: string, { allProbes, terminal }: SideOptions): Promise<Snapshot> {
  const { looksOfRegion, openTenancyFolder, recordedRegion } = await import('./region/region.ts');
  return lookThrough(looksOfRegion(recordedRegion(await openTenancyFolder(folder), allProbes)), allProbes, terminal);
}

async function typeOf(place: string): Promise<'agent' | 'folder' | 'file'> {
  try {
    const found = await stat(place);
    return found.isDirectory() ? 'folder' : found.isSocket() ? 'agent' : 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotError(
      code === 'ENOENT'
        ? `there is no ${place}; expected a recorded machine or region, a snapshot, or an agent's address`
        : `${place} cannot be read (${code})`,
    );
  }
}

/** Hundreds of checks with full trails take a tenth of this. */
const snapshotBytesMax = 64 * 1024 ** 2;

async function readJson(path: string): Promise<unknown> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  if (size > snapshotBytesMax) throw new CannotError(`${path} is larger than 64 MiB; not read`);
  try {
    return JSON.parse(await file.readFile('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new CannotError(`${path} is not JSON: ${error.message}`);
    throw error;
  }
}

function asSnapshot(value: unknown, place: string): Snapshot {
  const [problem] = schemaProblems(SnapshotSchema, value);
  if (problem === undefined) return value as Snapshot;
  const format = typeof value === 'object' && value !== null && 'format' in value ? String(value.format) : null;
  if (format !== null && format !== 'understudy-snapshot/1') {
    throw new CannotError(`${place} holds ${format}; expected understudy-snapshot/1, from \`understudy check --format snapshot\``);
  }
  throw new CannotError(`${place} is not a snapshot: ${problem.instancePath || 'it'} ${problem.message ?? problem.keyword}`);
}
