// Bundles the program for packages: build.ts [x64|arm64...].
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, architectures, bundle, entries } from './bundle.ts';

async function buildFor(architecture: Architecture): Promise<void> {
  const outdir = join(import.meta.dirname, '..', 'dist', `linux-${architecture}`);
  rmSync(outdir, { recursive: true, force: true });
  for (const name of Object.keys(entries) as (keyof typeof entries)[]) {
    const outputs = await bundle(name, architecture, outdir);
    const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
    console.log(`dist/linux-${architecture}/${name}.mjs: ${Object.keys(outputs).length} files, ${Math.round(bytes / 1024)} KiB`);
  }
}

const asked = process.argv.slice(2);
for (const architecture of architectures) {
  if (asked.length === 0 || asked.includes(architecture)) await buildFor(architecture);
}
