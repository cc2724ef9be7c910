// Writes what follows from the probes' folders: the registry, and docs/findings.md. `--check` only says what is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyProbe } from '../src/contract/probe.ts';

const root = join(import.meta.dirname, '..');

const generated = '// Generated from the folders beside this file by `npm run generate`; a test proves that it is complete.';

export type LooksAt = AnyProbe['looksAt'];

/** Of one kind, so that an agent loads nothing of what looks at regions: it would keep six more mebibytes for ever (measured 2026-11). */
export function kindSource(looksAt: LooksAt, folders: readonly string[]): string {
  const name = (folder: string): string => folder.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const meaning =
    looksAt === 'machine' ? 'Those of machines: what an agent looks through.' : 'Those of regions: what a collector looks through.';
  return [
    generated,
    "import type { AnyProbe } from '../contract/probe.ts';",
    ...folders.map((folder) => `import { probe as ${name(folder)} } from './${folder}/index.ts';`),
    '',
    `const all: readonly AnyProbe[] = [${folders.map(name).join(', ')}];`,
    '',
    `/** ${meaning} */`,
    `export const ${looksAt === 'machine' ? 'probes' : 'regionProbes'}: ReadonlyMap<string, AnyProbe> = new Map(all.map((probe) => [probe.id, probe]));`,
    '',
  ].join('\n');
}

export const registrySource = (): string =>
  [
    generated,
    "import type { AnyProbe } from '../contract/probe.ts';",
    "import { probes } from './machines.generated.ts';",
    "import { regionProbes } from './regions.generated.ts';",
    '',
    'export { probes, regionProbes };',
    '',
    'const byId = ([a]: readonly [string, AnyProbe], [b]: readonly [string, AnyProbe]): number => (a < b ? -1 : 1);',
    '',
    'export const allProbes: ReadonlyMap<string, AnyProbe> = new Map([...probes, ...regionProbes].sort(byId));',
    '',
  ].join('\n');

const home = join(root, 'src/probes');

const defines = { machine: /\bdefineProbe\(/, region: /\bdefineRegionProbe\(/ } as const;

/** Folders of src/probes that hold a definition, sorted; of one kind, by its text, since nothing is imported to tell. */
export function probeFolders(looksAt?: LooksAt): readonly string[] {
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(home, entry.name)).includes('index.ts'))
    .map((entry) => entry.name)
    .filter((folder) => looksAt === undefined || defines[looksAt].test(readFileSync(join(home, folder, 'index.ts'), 'utf8')))
    .sort();
}

export const kindFiles = { machine: 'src/probes/machines.generated.ts', region: 'src/probes/regions.generated.ts' } as const;
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
  for (const looksAt of ['machine', 'region'] as const) settle(kindFiles[looksAt], kindSource(looksAt, probeFolders(looksAt)));
  settle(registryFile, registrySource());
  // Imported only now: it reads the registry that was just written.
  const { findingsPage } = await import('./findings-page.ts');
  settle(findingsFile, await findingsPage());
  for (const file of stale) console.log(isCheck ? `${file} is out of date: run npm run generate` : `wrote ${file}`);
  return isCheck && stale.length > 0 ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await main(process.argv.includes('--check'));
