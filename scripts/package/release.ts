// What this build is called, and the time that every file in it bears.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

export const root = join(import.meta.dirname, '../..');
export const version = manifest.version;

/** Packages of another origin carry another name. */
export const maintainer = process.env.UNDERSTUDY_MAINTAINER ?? 'Understudy maintainers <understudy@localhost.localdomain>';

/** One architecture in the words of Node, Debian, RPM and ELF (e_machine of elf.h). */
export const architectures = {
  x64: { deb: 'amd64', rpm: 'x86_64', elf: 62 },
  arm64: { deb: 'arm64', rpm: 'aarch64', elf: 183 },
} as const;

export type Architecture = keyof typeof architectures;

/**
 * Seconds since 1970: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else the time of the last commit.
 */
export function sourceDate(): number {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  const text = given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).trim();
  if (!/^\d{1,11}$/.test(text)) throw new Error(`SOURCE_DATE_EPOCH: '${text}' is not a time in seconds`);
  return Number(text);
}

/** Whether something here differs from the last commit; false where there is none to compare with. */
export function isTreeChanged(): boolean {
  try {
    return execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) !== '';
  } catch {
    return false;
  }
}
