// The bundled program, in two parts: what the collector alone needs is its package's.

import { join, relative } from 'node:path';
import { type BundledFiles, bundle } from '../bundle.ts';
import { type Architecture, root } from './release.ts';

export interface ProgramFile {
  /** Where it was written. */
  readonly from: string;
  readonly name: string;
  /** What went into it, by path from the project's root. */
  readonly inputs: readonly string[];
}

export interface Program {
  readonly agent: readonly ProgramFile[];
  readonly collector: readonly ProgramFile[];
}

/**
 * Where the command line goes over to the collector, and to Oracle's SDK, which an agent does not ask OCI with; each by a lazy import.
 * src/cli/collector-program.ts says so where the file is not there.
 */
const ofCollector = ['src/collector/main.ts', 'src/tenancy/open.ts'] as const;

/** Source maps stay out: a build of the same commit makes the same ones again. */
export async function program(architecture: Architecture, outdir: string): Promise<Program> {
  const understudy = await bundle('understudy', architecture, outdir);
  const tryCloud = await bundle('try-cloud', architecture, outdir);
  const all = { ...understudy, ...tryCloud };
  const barred = ofCollector.map((entry) => {
    const file = Object.keys(all).find((path) => all[path]?.entryPoint === entry);
    if (file === undefined) throw new Error(`${entry} is in no file of its own: is it still imported lazily?`);
    return file;
  });
  const entries = ['understudy.mjs', 'try-cloud.mjs'].map((name) => relative(root, join(outdir, name)));
  const ofAgent = reachable(all, entries, barred);
  const ofBoth = reachable(all, entries, []);
  return {
    agent: [...ofAgent].sort().map((path) => programFile(path, all)),
    collector: [...ofBoth]
      .filter((path) => !ofAgent.has(path))
      .sort()
      .map((path) => programFile(path, all)),
  };
}

const programFile = (path: string, all: BundledFiles): ProgramFile => ({
  from: join(root, path),
  name: path.slice(path.lastIndexOf('/') + 1),
  inputs: Object.entries(all[path]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => input),
});

/** Every file that is imported from `entries` on, lazily or not, without going through `barred`. */
function reachable(all: BundledFiles, entries: readonly string[], barred: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const file = all[path];
    if (found.has(path) || barred.includes(path) || file === undefined) return;
    found.add(path);
    for (const { path: next } of file.imports) visit(next);
  };
  entries.forEach(visit);
  return found;
}
