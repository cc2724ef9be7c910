// The kernel probe over what the real rpm says of a real database in a made-up root. Needs root to install Debian's rpm.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFacts } from '../../src/probes/kernel/facts.ts';
import { probe } from '../../src/probes/kernel/index.ts';
import { rpmFormat } from '../../src/probes/kernel/packages-parse.ts';
import { defaultSettings } from '../../src/probes/kernel/settings.ts';
import { needsPackages } from '../support/packages.ts';
import { recordedMachine } from '../support/recorded.ts';

const work = mkdtempSync(join(tmpdir(), 'understudy-rpm-'));
const root = join(work, 'root');
/** Debian's rpm would take the caller's home. */
const database = '/var/lib/rpm';
const at = (folder: string): readonly string[] => ['--root', folder, '--dbpath', database];

const running = '5.15.0-3.60.5.1.el8uek.x86_64';

/** In the order of installation: the newest kernel is not the one installed last. */
const packages = [
  'kernel-uek 5.15.0 206.153.7.1.el8uek x86_64',
  'kernel-uek 5.15.0 3.60.5.1.el8uek x86_64',
  'kernel-core 4.18.0 553.16.1.el8_10 x86_64',
  'linux-firmware 20240715 999.34.git4c8fb21e.el8 noarch 999',
  'made-up-tool 1.0~rc1 1.el8 noarch',
] as const;

beforeAll(() => {
  needsPackages('rpm');
  mkdirSync(root);
  const files = packages.map(build);
  // One by one: rpm reads the database again for each, as on a machine with a history.
  for (const file of files) execFileSync('rpm', [...at(root), '-i', '--nodeps', '--ignorearch', '--oldpackage', file], { stdio: 'pipe' });
}, 600_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('a look at a real rpm database', () => {
  it('lists every package, with epochs, and both versions of a kernel', async () => {
    const facts = await look(root);
    expect(facts.packages).toMatchObject({
      seen: true,
      list: [
        'kernel-core 4.18.0-553.16.1.el8_10 x86_64',
        'kernel-uek 5.15.0-206.153.7.1.el8uek x86_64',
        'kernel-uek 5.15.0-3.60.5.1.el8uek x86_64',
        'linux-firmware 999:20240715-999.34.git4c8fb21e.el8 noarch',
        'made-up-tool 1.0~rc1-1.el8 noarch',
      ],
    });
  });

  it('finds the newest kernel of the flavour that runs, and the reboot that it needs', async () => {
    const facts = await look(root);
    expect(facts.kernels).toMatchObject({ seen: true, newestOfFlavour: '5.15.0-206.153.7.1.el8uek.x86_64' });
    expect(facts.reboot.state).toBe('pending');
  });

  it('takes an empty database for unseen, never for no packages', async () => {
    const empty = join(work, 'empty');
    mkdirSync(empty);
    execFileSync('rpm', [...at(empty), '--initdb']);
    const facts = await look(empty);
    expect(facts.packages).toMatchObject({ seen: false });
  });

  it('takes a damaged database for unseen', async () => {
    const damaged = join(work, 'damaged');
    execFileSync('cp', ['-a', root, damaged]);
    const folder = join(damaged, database);
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'not a database any more\n'.repeat(1_000));
    const facts = await look(damaged);
    expect(facts.packages).toMatchObject({ seen: false });
    expect(facts.kernels).toMatchObject({ seen: false });
    expect(facts.reboot.state).toBe('unseen');
  });
});

/** What rpm itself answers to the probe's own questions, put behind the port. */
async function look(folder: string): Promise<KernelFacts> {
  const names = ['kernel', 'kernel-core', 'kernel-uek', 'kernel-uek-core'];
  const questions = [
    ['-qa', '--qf', rpmFormat],
    ['-q', '--qf', rpmFormat, ...names],
  ];
  const commands = questions.map((args) => {
    const answer = spawnSync('rpm', [...at(folder), ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
    return { argv: ['rpm', ...args], exit: answer.status ?? 255, stdout: answer.stdout, stderr: answer.stderr };
  });
  const machine = await recordedMachine({
    uname: { sysname: 'Linux', nodename: 'made-up', release: running, version: '#2 SMP', machine: 'x86_64' },
    commands,
    files: { '/etc/os-release': 'ID="ol"\nVERSION_ID="8.10"\n', '/proc/cmdline': 'ro\n', '/proc/stat': 'btime 1760000000\n' },
  });
  const { signal } = new AbortController();
  const outcome = await probe.observe(machine.forLook(signal), defaultSettings, signal);
  if (outcome.kind !== 'observed') throw new Error(outcome.detail);
  return outcome.facts;
}

/** A package without files. */
function build(described: string): string {
  const [name, version, release, architecture, epoch] = described.split(' ') as [string, string, string, string, string?];
  const spec = join(work, `${name}-${version}-${release}.spec`);
  const head = [`Name: ${name}`, `Version: ${version}`, `Release: ${release}`, ...(epoch === undefined ? [] : [`Epoch: ${epoch}`])];
  const arch = architecture === 'noarch' ? ['BuildArch: noarch'] : [];
  writeFileSync(spec, `${[...head, ...arch, 'Summary: made up', 'License: none'].join('\n')}\n%description\nMade up.\n%files\n`);
  const out = join(work, 'rpms');
  execFileSync('rpmbuild', ['-bb', '--target', architecture, '--define', `_topdir ${work}/build`, '--define', `_rpmdir ${out}`, spec], {
    stdio: 'pipe',
  });
  return join(out, architecture, `${name}-${version}-${release}.${architecture}.rpm`);
}
