// Makes the files of the dashboard, and tells whether those that are there are of the sources that are there.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');

/** Where the collector of this source tree finds it. */
export const dashboardFolder = join(root, 'dist/web');

export interface DashboardFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly from: string;
  /** What went into it, by path from the project's root. */
  readonly inputs: readonly string[];
}

/** Built beside `folder` and put in its place as a whole, so that nobody is served half of it. */
export async function buildDashboard(folder: string = dashboardFolder): Promise<readonly DashboardFile[]> {
  // Only who builds pays for it: 0.3 s.
  const { build } = await import('vite');
  const { NODE_ENV: before } = process.env;
  // Else whoever builds under another one gets what is for development: larger, and with the paths of this machine in it.
  process.env.NODE_ENV = 'production';
  // A fresh clone has no dist.
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    // Vite would else write what it made of the configuration below node_modules, which may be another user's.
    const built = await build({
      configFile: join(root, 'web.config.ts'),
      configLoader: 'native',
      logLevel: 'warn',
      build: { outDir: work },
    });
    if (!('output' in built)) throw new Error('Vite has built something else than one set of files');
    const inputs = new Map(built.output.map((file) => [file.fileName, file.type === 'chunk' ? inputsOf(file.modules) : []]));
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
    return filesIn(folder).map((name) => ({ name, from: join(folder, name), inputs: inputs.get(name) ?? [] }));
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
    rmSync(work, { recursive: true, force: true });
  }
}

const inputsOf = (modules: Readonly<Record<string, { readonly renderedLength: number }>>): readonly string[] =>
  Object.entries(modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [inputOf(id)] : []));

/** A few lines that load a view come out of Vite itself, by a name that is no file's. */
const inputOf = (id: string): string => (id.startsWith('\0vite/') ? `node_modules/${id.slice(1)}` : relative(root, id));

function filesIn(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return paths.filter((path) => statSync(join(folder, path)).isFile());
}

/** By the times of files and folders: what was deleted changes its folder's. */
export function isStale(): boolean {
  const page = join(dashboardFolder, 'index.html');
  if (!existsSync(page)) return true;
  const sources = ['src/web', 'src/contract', 'web.config.ts', 'package-lock.json'].map((path) => join(root, path));
  const all = sources.flatMap((path) => [
    path,
    ...(statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)) : []),
  ]);
  return Math.max(...all.map((path) => statSync(path).mtimeMs)) > statSync(page).mtimeMs;
}

/** As the collector sends it to a browser that takes Brotli. */
export const compressedBytes = ({ from }: DashboardFile): number => brotliCompressSync(readFileSync(from)).byteLength;
