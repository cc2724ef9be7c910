// A small Debian with a real systemd as its first process, in a container of its own network: where units are tried for real.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { needsPackages } from './packages.ts';

export interface Booted {
  /** The container's file system, as seen from outside. */
  readonly root: string;
  /** Its first process, in whose network namespace all of it is. */
  readonly leader: number;
  /** Runs a shell command inside; never throws for its exit code. */
  sh(command: string): { readonly code: number; readonly stdout: string; readonly stderr: string };
  /** Runs a shell command inside every half second until it succeeds; throws with its last output at the time limit. */
  until(command: string, timeoutMs?: number): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A root file system of this machine's own release, with systemd and with what Node's own binary links to, made by debootstrap from the
 * mirror that apt uses; `more` are further Debian packages.
 */
export const debianRoot = (...more: readonly string[]): string => debianRootOf(ownRelease(), ...more);

const ownRelease = (): string => /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm';

/** The same of another release of Debian that the mirror still has. */
export function debianRootOf(codename: string, ...more: readonly string[]): string {
  needsPackages('debootstrap', 'systemd-container', 'util-linux');
  const root = mkdtempSync(join(tmpdir(), 'understudy-root-'));
  // Inside, this folder is `/`, which every user has to be able to enter.
  chmodSync(root, 0o755);
  const targets = execFileSync('apt-get', ['indextargets', '--format', '$(SITE) $(CODENAME)', 'Created-By: Packages']).toString();
  const mirror = targets
    .split('\n')
    .find((line) => line.endsWith(` ${ownRelease()}`))
    ?.split(' ')[0];
  if (mirror === undefined) throw new Error(`apt knows no mirror for ${ownRelease()}`);
  const packages = ['systemd', 'systemd-sysv', 'dbus', 'libatomic1', 'libstdc++6', 'procps', ...more];
  const args = ['--variant=minbase', `--include=${packages.join(',')}`, codename, root, mirror];
  execFileSync('debootstrap', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000, maxBuffer: 64 << 20 });
  return root;
}

/** Another root, as this one is now; nothing of it is running. */
export function copyOfRoot(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'understudy-root-'));
  execFileSync('cp', ['-a', `${root}/.`, copy]);
  return copy;
}

export const removeRoot = (root: string): void => rmSync(root, { recursive: true, force: true });

/** Boots a root; `binds` are shown inside, read-only, as `outside:inside`. */
export async function boot(root: string, binds: readonly string[]): Promise<Booted> {
  const log = join(root, '..', `${root.split('/').pop()}.console`);
  const nspawn = spawn(
    'systemd-nspawn',
    [
      '-D',
      root,
      '-b',
      `--machine=${basename(root)}`,
      '--register=no',
      '--keep-unit',
      '--console=pipe',
      '--private-network',
      ...binds.map((bind) => `--bind-ro=${bind}`),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const keep = (chunk: Buffer): void => appendFileSync(log, chunk);
  nspawn.stdout.on('data', keep);
  nspawn.stderr.on('data', keep);
  const leader = await leaderOf(nspawn, log);
  const sh = (command: string) => {
    const done = spawnSync('nsenter', ['-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '/bin/sh', '-c', command], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
    return { code: done.status ?? 255, stdout: done.stdout, stderr: done.stderr };
  };
  const until = (command: string, timeoutMs = 60_000) => repeat(() => sh(command), command, timeoutMs);
  const booted = { root, leader, sh, until, stop: () => stop(nspawn, leader, log) };
  try {
    await until('systemctl is-system-running | grep -E "running|degraded"', 120_000);
  } catch (error) {
    await booted.stop();
    throw error;
  }
  return booted;
}

/** The container's first process: systemd-nspawn's own helper is a child of it too, until it has become systemd. */
async function leaderOf(nspawn: ChildProcess, log: string): Promise<number> {
  const started = Date.now();
  while (Date.now() - started < 60_000) {
    if (nspawn.exitCode !== null)
      throw new Error(`the container did not boot: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-2_000) : ''}`);
    const children = spawnSync('pgrep', ['-P', String(nspawn.pid)], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    const leader = children
      .map(Number)
      .find((pid) => pid > 0 && /^(?:\/usr)?(?:\/lib\/systemd\/systemd|\/sbin\/init)\0/.test(commandOf(pid)));
    if (leader !== undefined) return leader;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the container has no first process after a minute');
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function repeat(attempt: () => ReturnType<Booted['sh']>, command: string, timeoutMs: number): Promise<string> {
  const started = Date.now();
  for (;;) {
    const { code, stdout, stderr } = attempt();
    if (code === 0) return stdout;
    if (Date.now() - started > timeoutMs) throw new Error(`still not true after ${timeoutMs} ms: ${command}\n${stdout}${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function stop(nspawn: ChildProcess, leader: number, log: string): Promise<void> {
  const ended = new Promise<void>((resolve) => nspawn.once('exit', () => resolve()));
  if (nspawn.exitCode === null) {
    // SIGRTMIN+4 asks systemd to power off; what has not ended after twenty seconds is ended.
    spawnSync('kill', ['-s', 'RTMIN+4', String(leader)]);
    const late = setTimeout(() => nspawn.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(late);
  }
  rmSync(log, { force: true });
}
