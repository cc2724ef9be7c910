// Packages of this source tree under an older version number, for whatever comes before an upgrade or after a downgrade.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './built-packages.ts';

const project = resolve(import.meta.dirname, '../..');

/** `more` are further arguments of scripts/package.ts. */
export function buildPackagesAs(version: string, outdir: string, ...more: readonly string[]): void {
  mkdirSync(join(project, 'dist'), { recursive: true });
  // Beside what it is a copy of, so that the packages of npm, which are large, can be linked.
  const copy = mkdtempSync(join(project, 'dist/.older-'));
  try {
    for (const name of ['LICENSE', 'bin', 'docs', 'package-lock.json', 'packaging', 'scripts', 'src', 'tsconfig.json', 'web.config.ts']) {
      cpSync(join(project, name), join(copy, name), { recursive: true });
    }
    run('cp', ['-al', join(project, 'node_modules'), copy]);
    const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as object;
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version }));
    const build = [join(copy, 'node_modules/.bin/node'), join(copy, 'scripts/package.ts'), '--out', outdir, ...more];
    run('env', ['SOURCE_DATE_EPOCH=1700000000', ...build], copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
