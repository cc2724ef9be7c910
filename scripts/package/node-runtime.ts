// The Node that goes into a package, for an architecture that need not be this machine's.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { locked, sha512Of } from './lock.ts';
import { type Architecture, root } from './release.ts';

export interface Runtime {
  /** Its place in package-lock.json. */
  readonly place: string;
  readonly version: string;
  /** A folder with `bin/node` and `LICENSE`. */
  readonly folder: string;
}

/**
 * npm installs the runtime of its own machine alone. The other one is fetched once, as the archive that package-lock.json pins, and kept
 * in dist/runtime.
 */
export function nodeRuntime(architecture: Architecture): Runtime {
  const name = `node-linux-${architecture}`;
  const place = `node_modules/${name}`;
  const { version } = locked(place);
  const installed = join(root, place);
  const folder = existsSync(join(installed, 'bin/node')) ? installed : fetched(name, place);
  const { version: found } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  if (found !== version) throw new Error(`${folder} is ${name} ${found}, package-lock.json pins ${version}: npm ci`);
  return { place, version, folder };
}

function fetched(name: string, place: string): string {
  const { version } = locked(place);
  const kept = join(root, 'dist/runtime');
  const folder = join(kept, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  console.log(`${name} ${version} is not installed on this machine: npm fetches it`);
  mkdirSync(kept, { recursive: true });
  const work = mkdtempSync(join(kept, '.fetching-'));
  try {
    execFileSync('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', work], {
      cwd: work,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const archive = join(work, `${name}-${version}.tgz`);
    const digest = createHash('sha512').update(readFileSync(archive)).digest('hex');
    if (digest !== sha512Of(locked(place)))
      throw new Error(`${name} ${version} is not what package-lock.json pins: its SHA-512 is ${digest}`);
    execFileSync('tar', ['-xzf', archive, '-C', work, '--no-same-owner', 'package/bin/node', 'package/LICENSE', 'package/package.json']);
    renameSync(join(work, 'package'), folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
