// The packages as `npm run package` builds them, and what is inside.
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needsPackages } from './packages.ts';

const project = resolve(import.meta.dirname, '../..');

/** Of xz: the least work that still fits the budget of a package; what is released is smaller. */
const quickLevel = '1';

/** Asked once: two builds are of one commit, whatever becomes of the tree in between. */
const commitTime = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: project, encoding: 'utf8' }).trim();

/** Builds into a folder; `more` are further arguments of scripts/package.ts. Answers the names of the packages. */
export function buildPackages(outdir: string, ...more: readonly string[]): readonly string[] {
  needsPackages('rpm');
  const build = [join(project, 'node_modules/.bin/node'), join(project, 'scripts/package.ts'), '--level', quickLevel, '--out', outdir];
  run('env', [`SOURCE_DATE_EPOCH=${commitTime}`, ...build, ...more]);
  return readdirSync(outdir).sort();
}

/**
 * The same from a copy of the tree at another place: as a user who is not root, without a home, in another time zone and language, and
 * under another umask. Answers the names of the packages.
 */
export function buildPackagesElsewhere(outdir: string): readonly string[] {
  needsPackages('rpm');
  const copy = mkdtempSync(join(tmpdir(), 'understudy-elsewhere-'));
  const nobody = 65_534;
  for (const name of [
    'LICENSE',
    'bin',
    'docs',
    'package.json',
    'package-lock.json',
    'packaging',
    'scripts',
    'src',
    'tsconfig.json',
    'web.config.ts',
  ]) {
    cpSync(join(project, name), join(copy, name), { recursive: true });
  }
  mkdirSync(join(copy, 'dist'));
  for (const name of ['node_modules', 'dist/runtime'].filter((one) => existsSync(join(project, one)))) {
    execFileSync('cp', ['-a', join(project, name), join(copy, name)]);
  }
  for (const folder of [copy, join(copy, 'dist'), outdir]) chownSync(folder, nobody, nobody);
  const user = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', 'env', '-i', 'TZ=Asia/Kathmandu', 'LC_ALL=POSIX'];
  const environment = [`PATH=${process.env.PATH}`, `SOURCE_DATE_EPOCH=${commitTime}`, 'HOME=/nonexistent'];
  const build = `umask 077; cd /; exec '${copy}/node_modules/.bin/node' '${copy}/scripts/package.ts' --level ${quickLevel} --out '${outdir}'`;
  try {
    run('setpriv', [...user, ...environment, 'sh', '-c', build]);
  } finally {
    execFileSync('rm', ['-rf', copy]);
  }
  return readdirSync(outdir).sort();
}

/** Lays a package's files out in a folder, without asking any package manager. */
export function unpack(file: string, folder: string): void {
  needsPackages('cpio');
  mkdirSync(folder, { recursive: true });
  if (file.endsWith('.deb')) run('dpkg-deb', ['-x', file, folder]);
  else run('sh', ['-c', 'rpm2cpio "$1" | cpio -idm --quiet', 'sh', file], folder);
}

export function run(program: string, argv: readonly string[], cwd = '/'): string {
  return execFileSync(program, argv, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 });
}
