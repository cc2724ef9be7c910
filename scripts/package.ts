// Builds the packages of one commit: package.ts [--arch x64|arm64]… [--format deb|rpm]… [--level 0-9] [--out DIR]. Without root, on
// Debian.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDashboard } from './dashboard.ts';
import { agentContents, collectorContents } from './package/contents.ts';
import { packDeb } from './package/deb.ts';
import { nodeRuntime } from './package/node-runtime.ts';
import type { Packing } from './package/packing.ts';
import { program } from './package/program.ts';
import { type Architecture, architectures, isTreeChanged, root, sourceDate } from './package/release.ts';
import { packRpm } from './package/rpm.ts';

const formats = { deb: { pack: packDeb, tool: '/usr/bin/dpkg-deb' }, rpm: { pack: packRpm, tool: '/usr/bin/rpmbuild' } } as const;
type Format = keyof typeof formats;

const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true, default: Object.keys(architectures) },
    format: { type: 'string', multiple: true, default: Object.keys(formats) },
    level: { type: 'string', default: '6' },
    out: { type: 'string', default: join(root, 'dist/packages') },
  },
});
const asked = values.format.map((name) => oneOf(formats, name));
for (const name of asked) {
  if (!existsSync(formats[name].tool)) throw new Error(`${formats[name].tool} is missing: apt-get install dpkg rpm`);
}
/** Of xz. Node's binary, seconds of one core and MB: 0: 12, 40.7; 1: 21, 37.6; 2: 34, 36.4; 6: 94, 32.0 (2026-11). */
const level = Number(values.level);
if (!/^[0-9]$/.test(values.level)) throw new Error(`--level: '${values.level}' is not 0 to 9`);
const at = sourceDate();
if (isTreeChanged()) console.warn('the working tree has changes that no commit has: nobody else can build these packages');
for (const name of values.arch) await buildFor(oneOf(architectures, name), asked, resolve(values.out));

function oneOf<T extends object>(table: T, name: string): keyof T {
  if (Object.hasOwn(table, name)) return name as keyof T;
  throw new Error(`'${name}' is not one of ${Object.keys(table).join(', ')}`);
}

async function buildFor(architecture: Architecture, names: readonly Format[], outdir: string): Promise<void> {
  mkdirSync(outdir, { recursive: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const work = mkdtempSync(join(root, 'dist/.packing-'));
  try {
    const runtime = nodeRuntime(architecture);
    const built = await program(architecture, join(work, 'program'));
    const dashboard = await buildDashboard(join(work, 'web'));
    for (const contents of [await agentContents(built, runtime, at), await collectorContents(built, dashboard, at)]) {
      for (const name of names)
        pack(name, { contents, architecture, level, sourceDate: at, work: join(work, name, contents.name), outdir });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function pack(format: Format, packing: Packing): void {
  const started = performance.now();
  mkdirSync(packing.work, { recursive: true });
  const file = formats[format].pack(packing);
  const mebibytes = (statSync(file).size / 1024 ** 2).toFixed(2);
  console.log(`${basename(file)}: ${mebibytes} MiB, ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
