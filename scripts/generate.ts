// Writes what follows from the probes' folders: the registry, and docs/findings.md. `--check` only says what is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export function registrySource(folders: readonly string[]): string {
  const name = (folder: string): string => folder.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return [
    '// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.',
    "import type { AnyProbe } from '../contract/probe.ts';",
    ...folders.map((folder) => `import { probe as ${name(folder)} } from './${folder}/index.ts';`),
    '',
    `const all: readonly AnyProbe[] = [${folders.map(name).join(', ')}];`,
    '',
    'const byId = (probes: readonly AnyProbe[]): ReadonlyMap<string, AnyProbe> => new Map(probes.map((probe) => [probe.id, probe]));',
    '',
    'export const allProbes = byId(all);',
    '',
    '/** Those of machines: what an agent looks through. */',
    "export const probes = byId(all.filter(({ looksAt }) => looksAt === 'machine'));",
    '',
    '/** Those of regions: what a collector looks through. */',
    "export const regionProbes = byId(all.filter(({ looksAt }) => looksAt === 'region'));",
    '',
  ].join('\n');
}

/** Folders of src/probes that hold a definition, sorted. */
export function probeFolders(): readonly string[] {
  const home = join(root, 'src/probes');
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(home, entry.name)).includes('index.ts'))
    .map((entry) => entry.name)
    .sort();
}

const registryFile = 'src/probes/registry.generated.ts';
const findingsFile = 'docs/findings.md';

function current(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}

async function main(isCheck: boolean): Promise<number> {
  const stale: string[] = [];
  const settle = (file: string, text: string): void => {
    if (current(file) === text) return;
    stale.push(file);
    if (!isCheck) writeFileSync(join(root, file), text);
  };
  settle(registryFile, registrySource(probeFolders()));
  // Imported only now: both read the registry that was just written.
  const { findingsPage } = await import('./findings-page.ts');
  settle(findingsFile, await findingsPage());
  for (const file of stale) console.log(isCheck ? `${file} is out of date: run npm run generate` : `wrote ${file}`);
  return isCheck && stale.length > 0 ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await main(process.argv.includes('--check'));
