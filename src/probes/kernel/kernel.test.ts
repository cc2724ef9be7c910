// Stories of whole machines: what one look at each says of it, and what a standby lacks beside its primary.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alone, beside, codes, look, named } from '../../../test/support/kernel-look.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import { openRecorded, type RecordedMachine } from '../../machine/recorded.ts';
import type { ActiveLivePatching, KernelFacts } from './facts.ts';
import { probe } from './index.ts';
import { defaultSettings } from './settings.ts';

describe('one look at a machine', () => {
  it.each([
    ['ol9-uek7-good', []],
    ['ol9-uek7-updates-waiting', ['live-updates-available: live patches', 'security-updates-pending: security updates']],
    ['ol9-uek7-disabled', ['live-patching-disabled: live patching', 'live-patching-stale: last contact with the patch server']],
    [
      'ol9-uek7-nouptrack-stuck',
      [
        'booted-with-nouptrack: kernel command line',
        'live-patching-disabled: live patching',
        'live-patching-stale: last contact with the patch server',
      ],
    ],
    ['ol9-uek7-unregistered', ['live-patching-unregistered: live patching registration', 'live-patching-unseen: available live patches']],
    [
      'ol9-uek7-expired',
      ['live-patching-failing: contact with the patch server', 'live-patching-stale: last contact with the patch server'],
    ],
    ['ol9-uek7-flavour-change', ['next-boot-other-flavour: default boot entry']],
    ['ol9-uek7-goes-back', ['next-boot-goes-back: default boot entry']],
    [
      'ol9-uek7-rpm-locked',
      ['installed-kernels-unseen: installed kernels', 'packages-unseen: installed packages', 'security-updates-unseen: security updates'],
    ],
    [
      'ol9-uek7-not-root',
      [
        'live-patching-unseen: available live patches',
        'live-patching-unseen: live patching registration',
        'next-boot-for-root-only: default boot entry',
      ],
    ],
    ['ol9-uek7-captured', []],
    ['ol8-reboot-pending', ['reboot-pending: running kernel', 'security-updates-unseen: security updates']],
    ['ol7-uek6-yum', ['security-updates-pending: security updates']],
    ['ubuntu2204-livepatch', ['reboot-pending: running kernel', 'security-updates-pending: security updates']],
    ['debian12-plain', []],
  ])('finds on %s: %j', async (name, expected) => {
    expect(codes(alone(await look(name)))).toEqual(expected);
  });

  it.each(['ol9-garbage', 'ol9-nothing-answers', 'ol9-empty-answers', 'ol9-error-answers'])(
    'sees nothing good on %s, part by part',
    async (name) => {
      const seen = await look(name);
      expect(seen.facts.packages.seen).toBe(false);
      expect(seen.facts.kernels.seen).toBe(false);
      expect(seen.facts.securityUpdates.seen).toBe(false);
      expect(seen.facts.nextBoot.kind).toBe('unseen');
      expect(seen.facts.reboot.state).toBe('unseen');
      expect(codes(alone(seen))).toEqual(expect.arrayContaining(['packages-unseen: installed packages', 'level-unseen: effective kernel']));
    },
  );

  it('learns the effective kernel from Uptrack’s file while it belongs to what runs', async () => {
    const { facts } = await look('ol9-uek7-good');
    expect(facts.livePatching).toMatchObject({
      effective: { release: '5.15.0-318.199.3.2.1.el9uek', learntFrom: '/var/lib/uptrack/effective_kernel', builtOn: '2026-03-11' },
    });
  });

  it('does not believe that file once another set of patches is applied', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-kernel-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(new URL('./fixtures/machines/ol9-uek7-good', import.meta.url).pathname, folder, { recursive: true });
    cpSync(
      new URL('./fixtures/machines/ol9-uek7-updates-waiting/files/var/lib/uptrack', import.meta.url).pathname,
      join(folder, 'files/var/lib/uptrack'),
      { recursive: true },
    );
    const { facts } = await look(await openRecorded(folder));
    expect(facts.livePatching).toMatchObject({ effective: { release: '5.15.0-318.199.3.2.1.el9uek', learntFrom: 'uptrack-uname -r' } });
  });

  it('keeps the same facts over two looks, and moves only readings', async () => {
    const [one, two] = [await look('ol9-uek7-updates-waiting'), await look('ol9-uek7-updates-waiting')];
    expect(canonicalJson(one.facts)).toBe(canonicalJson(two.facts));
    expect(Object.fromEntries(one.readings.map((reading) => [reading.name, reading.value]))).toMatchObject({
      patchesInstalledCount: 1,
      patchesAvailableCount: 2,
      securityUpdatesCount: 2,
      metadataAgeHours: 4,
    });
    for (const reading of one.readings) expect(probe.readings).toHaveProperty(reading.name);
  });

  it('takes a newer installed kernel for covered when live patches reach its level', async () => {
    const { facts } = await look('ol9-uek7-good');
    expect(facts.reboot.state).toBe('not-pending');
    const behind = await look(await withKernel('5.15.0-311.185.9.el9uek'));
    expect(behind.facts.reboot.state).toBe('covered');
    expect(codes(alone(behind))).toEqual([]);
    const uncovered = await look(await withKernel('5.15.0-320.1.1.el9uek'));
    expect(codes(alone(uncovered))).toEqual(['reboot-pending: running kernel']);
  });

  it('notices that Debian rebuilt the running kernel under its old release', async () => {
    const machine = await debian({ status: 'linux-image-6.1.0-18-amd64 6.1.90-1', version: '#1 SMP Debian 6.1.76-1 (2024-02-01)' });
    expect((await look(machine)).facts.reboot.state).toBe('pending');
  });

  it('says that a kernel without package and boot loader comes from outside', async () => {
    const machine = await debian({ status: 'libc6 2.36-9', version: '#1 SMP @0' });
    const seen = await look(machine);
    expect(seen.facts.nextBoot).toEqual({ kind: 'from-outside' });
    expect(codes(alone(seen))).toContain('from-outside: running kernel');
  });

  it('never calls a machine without metadata of a security suite up to date', async () => {
    const seen = await look(await debian({ status: 'libc6 2.36-9', version: '#1' }));
    expect(seen.facts.securityUpdates).toMatchObject({ seen: false });
  });

  it('judges the age of plan and metadata at the time of judging', async () => {
    const seen = await look('ol9-uek7-good');
    const later = { ...seen, now: seen.now + 4 * 86_400_000 };
    expect(codes(alone(later))).toEqual([
      'live-patching-stale: last contact with the patch server',
      'package-metadata-stale: package metadata',
    ]);
  });

  it('misses live patching only where it is required', async () => {
    const seen = await look('debian12-plain');
    expect(seen.facts.livePatching).toEqual({ kind: 'none' });
    expect(codes(alone(seen, { ...defaultSettings, livePatching: 'required' }))).toEqual(['live-patching-absent: live patching']);
  });

  it('treats needs-restarting as a hint that cannot take the pending reboot away', async () => {
    const { facts } = await look('ol8-reboot-pending', { ...defaultSettings, needsRestarting: true });
    expect(facts.needsRestarting).toEqual({ seen: true, isSet: false, packages: [] });
    expect(facts.reboot.state).toBe('pending');
  });

  it('is a note, not a warning, that the newest kernel has no live patches yet', async () => {
    const good = await look('ol9-uek7-good');
    const live = good.facts.livePatching as ActiveLivePatching;
    const facts = {
      ...good.facts,
      livePatching: { ...live, lastContact: { seen: true as const, trouble: 'unsupported-kernel' as const } },
    };
    expect(codes(alone({ ...good, facts }))).toEqual(['live-patching-not-yet: running kernel']);
  });

  it('never keeps the access key', async () => {
    expect(JSON.stringify(await look('ol9-uek7-good'))).not.toContain('made0up');
  });

  it('takes an operator’s captured dry run for the plan that only root may read', async () => {
    const folder = copyOf('ol9-uek7-not-root');
    const stdout = readFileSync(new URL('./fixtures/outputs/uptrack-upgrade-n_pending.txt', import.meta.url), 'utf8');
    const head = `understudy-capture/1\nat: 2026-04-15T20:00:00Z\nargv: uptrack-upgrade -n\nexit: 0\nstdout: ${Buffer.byteLength(stdout)}\n\n`;
    mkdirSync(join(folder, 'files/var/spool/understudy'), { recursive: true });
    writeFileSync(join(folder, 'files/var/spool/understudy/uptrack-dry-run.capture'), head + stdout);
    const { facts, readings } = await look(await openRecorded(folder));
    expect(facts.livePatching).toMatchObject({ available: { seen: true, asOfDay: '2026-04-15', learntFrom: 'cached plan' } });
    expect(readings).toContainEqual({ name: 'planAgeHours', subject: '', value: 16 });
  });

  it('does not take a capture that was missed twice for the present', async () => {
    const folder = copyOf('ol9-uek7-captured');
    const path = join(folder, 'files/var/spool/understudy/grubby-default.capture');
    writeFileSync(path, readFileSync(path, 'utf8').replace('T11:40:00Z', 'T08:30:00Z'));
    expect((await look(await openRecorded(folder))).facts.nextBoot.kind).toBe('unseen');
  });

  it('ends when the look is aborted', async () => {
    const controller = new AbortController();
    controller.abort();
    const outcome = await probe.observe((await named('ol9-uek7-good')).forLook(controller.signal), defaultSettings, controller.signal);
    expect(outcome).toMatchObject({ kind: 'unseen', reason: 'timeout' });
  });

  it('takes the security updates over while neither packages nor metadata changed', async () => {
    const first = await look('ol9-uek7-updates-waiting');
    const machine = await recordedWithout('ol9-uek7-updates-waiting', 'dnf');
    const { signal } = new AbortController();
    const again = await probe.observe(machine.forLook(signal), defaultSettings, signal, {
      at: first.now,
      facts: first.facts,
      readings: first.readings,
    });
    expect(again).toMatchObject({ kind: 'observed', facts: { securityUpdates: { seen: true, count: 2 } } });
  });
});

describe('a standby beside its primary', () => {
  it('is behind by two live patches and the days between their builds, and lacks packages', async () => {
    const said = beside(await look('ol9-uek7-updates-waiting'), await look('ol9-uek7-good'));
    expect(codes(said)).toEqual(['behind-primary: effective kernel', 'packages-missing: installed packages']);
    const behind = said.find((one) => one.code === 'kernel/behind-primary');
    expect(behind?.expected).toBe('5.15.0-318.199.3.2.1.el9uek');
    expect(behind?.actual).toMatch(
      /^5\.15\.0-311\.185\.9\.el9uek; 2 live patches fewer: aostn7o7 .*; dnrtq922 CVE-2025-38468.*; built 245 days earlier$/,
    );
    expect(behind?.remedy).toContain('$ sudo uptrack-upgrade -y');
    const missing = said.find((one) => one.code === 'kernel/packages-missing');
    expect(missing?.actual).toBe('2 missing: glibc.i686 2.34-100.0.1.el9_4.2, tzdata 2026a-1.el9');
    expect(missing?.remedy).toContain('$ sudo dnf install glibc-2.34-100.0.1.el9_4.2.i686 tzdata-2026a-1.el9');
  });

  it('is ahead the other way round, which is a note', async () => {
    const said = beside(await look('ol9-uek7-good'), await look('ol9-uek7-updates-waiting'));
    expect(codes(said)).toEqual(['ahead-of-primary: effective kernel', 'packages-only-here: installed packages']);
  });

  it('is told to catch up by the client that it has', async () => {
    const [here, there] = [await look('ubuntu2204-livepatch'), await look('ubuntu2204-livepatch')];
    const live = here.facts.livePatching as ActiveLivePatching;
    const livePatching = { ...live, installed: { seen: true as const, patches: [], learntFrom: '' } };
    const said = beside({ ...here, facts: { ...here.facts, livePatching } }, there);
    expect(said.map((one) => [one.code, one.remedy])).toEqual([
      ['kernel/live-patches-missing', '# Without a reboot:\n$ sudo canonical-livepatch refresh'],
    ]);
  });

  it.each([
    ['5.15.0-89.99', '5.15.0-101-generic', ['behind-primary: effective kernel']],
    ['5.15.0-101.111', '5.15.0-89-generic', ['ahead-of-primary: effective kernel']],
    ['5.15.0-89.99', '5.15.0-89-generic', []],
  ])('at Ubuntu’s package %s beside a release %s: %j', async (version, release, expected) => {
    const ubuntu = await look('ubuntu2204-livepatch');
    const live = ubuntu.facts.livePatching as ActiveLivePatching;
    const at = (level: string, naming: 'release' | 'package-version'): typeof ubuntu => {
      const effective = { seen: true as const, release: level, naming, learntFrom: 'x', builtOn: null };
      return { ...ubuntu, facts: { ...ubuntu.facts, livePatching: { ...live, kind: 'ksplice', effective } } };
    };
    expect(codes(beside(at(version, 'package-version'), at(release, 'release')))).toEqual(expected);
  });

  it('has nothing to say of equals', async () => {
    expect(beside(await look('ol9-uek7-good'), await look('ol9-uek7-good'))).toEqual([]);
  });

  it('has live patching off while the primary has it on', async () => {
    const said = beside(await look('ol9-uek7-disabled'), await look('ol9-uek7-good'));
    expect(codes(said)).toEqual(['live-patching-off-here: live patching']);
  });

  it('runs another flavour, which is not behind nor ahead', async () => {
    const good = await look('ol9-uek7-good');
    const running = { release: '5.14.0-427.18.1.el9_4.x86_64', flavour: 'rhck', builtOn: null };
    const said = beside({ ...good, facts: { ...good.facts, running, livePatching: { kind: 'none' } } }, good);
    expect(codes(said)).toEqual(['live-patching-off-here: live patching', 'other-flavour: running kernel']);
    expect(said.find((one) => one.code === 'kernel/other-flavour')?.remedy).toContain(
      '--set-default=/boot/vmlinuz-5.15.0-302.167.6.1.el9uek.x86_64',
    );
  });

  it('is told the system only, not two thousand packages, across rpm and dpkg', async () => {
    expect(codes(beside(await look('debian12-plain'), await look('ol9-uek7-good')))).toEqual([
      'live-patching-off-here: live patching',
      'other-flavour: running kernel',
      'other-os-release: operating system',
    ]);
  });

  it('has older and newer packages by rpm’s rules, one finding a direction', async () => {
    const good = await look('ol9-uek7-good');
    const list = good.facts.packages.seen ? good.facts.packages.list : [];
    const changed = list.map((line) =>
      line.startsWith('openssl ') ? 'openssl 1:3.0.7-9.el9 x86_64' : line.startsWith('bash ') ? 'bash 5.1.8-10.el9 x86_64' : line,
    );
    const standby = { ...good, facts: { ...good.facts, packages: { ...good.facts.packages, list: changed } as KernelFacts['packages'] } };
    const said = beside(standby, good);
    expect(said.map((one) => one.actual)).toEqual([
      '1 older: openssl 1:3.0.7-9.el9 (primary 1:3.0.7-27.0.3.el9)',
      '1 newer: bash 5.1.8-10.el9 (primary 5.1.8-9.el9)',
    ]);
    expect(beside(standby, good, { ...defaultSettings, ignorePackages: ['openssl*', 'bash'] })).toEqual([]);
  });

  it('asks apt for the primary’s versions, and takes no part of a name for an architecture', async () => {
    const plain = await look('debian12-plain');
    const list = ['python3.11 3.11.2-6+deb12u3 amd64', 'libc6 2.36-9+deb12u10 i386', 'libc6 2.36-9+deb12u4 amd64'];
    const primary = { ...plain, facts: { ...plain.facts, packages: { ...plain.facts.packages, list } as KernelFacts['packages'] } };
    const said = beside(plain, primary);
    expect(said.map((one) => one.remedy)).toEqual([
      '# On the standby, with the primary’s versions:\n$ sudo apt-get install python3.11=3.11.2-6+deb12u3',
      '# On the standby, with the primary’s versions:\n$ sudo apt-get install libc6:i386=2.36-9+deb12u10',
    ]);
  });

  it('cannot be compared with what the primary does not show', async () => {
    const said = beside(await look('ol9-uek7-good'), await look('ol9-uek7-rpm-locked'));
    expect(codes(said)).toEqual(['primary-part-unseen: primary’s installed packages']);
  });

  it.each<readonly [string, (facts: KernelFacts) => KernelFacts]>([
    ['operating system', (facts) => ({ ...facts, os: hidden })],
    ['installed packages', (facts) => ({ ...facts, packages: hidden })],
    ['effective kernel', (facts) => withLive(facts, { effective: hidden })],
    ['installed live patches', (facts) => withLive(facts, { installed: hidden })],
    ['live patching', (facts) => ({ ...facts, livePatching: { kind: 'unseen', reason: 'timeout', detail: 'no answer' } })],
  ])('is not known to be ready while its own %s, or its primary’s, is not seen', async (part, without) => {
    const good = await look('ol9-uek7-good');
    const blind = { ...good, facts: without(good.facts) };
    const isBlind = (code: string): boolean => probe.rules.find((rule) => rule.code === code)?.isBlind === true;
    expect(alone(blind).filter(({ code, subject }) => isBlind(code) && subject === part)).toHaveLength(1);
    expect(beside(good, blind).filter(({ code, subject }) => isBlind(code) && subject === `primary’s ${part}`)).toHaveLength(1);
  });

  it('whose live patching is off is not compared with a switch of the primary that is not seen', async () => {
    const primary = await look('ol9-uek7-good');
    const hiddenSwitch = { ...primary, facts: withLive(primary.facts, { switchedOff: hidden }) };
    expect(codes(beside(await look('ol9-uek7-disabled'), hiddenSwitch))).toContain('primary-part-unseen: primary’s live patching switch');
  });

  it('that keeps no packages at all, like its primary, is warned about and not called unknown for ever', async () => {
    const good = await look('ol9-uek7-good');
    const os = { seen: true, id: 'bottlerocket', version: '1', name: 'Bottlerocket', packaging: 'other' } as const;
    const image = { ...good, facts: { ...good.facts, os, packages: hidden, kernels: hidden } };
    expect(codes(alone(image))).toEqual(['packages-not-told: installed packages']);
    expect(codes(beside(image, image))).toEqual([]);
  });

  it('is no stand-in on another architecture', async () => {
    const good = await look('ol9-uek7-good');
    const said = beside({ ...good, facts: { ...good.facts, architecture: 'aarch64' } }, good);
    expect(codes(said)).toContain('other-architecture: architecture');
  });
});

describe('every remedy', () => {
  it('can be written before its finding exists', () => {
    const anything = new Proxy({}, { get: (_target, key) => `<${String(key)}>` }) as Record<string, string>;
    for (const rule of probe.rules) {
      const text = rule.remedy({ subject: '<subject>', expected: '<expected>', actual: '<actual>', with: anything });
      expect(text.length, rule.code).toBeGreaterThan(0);
    }
  });
});

const hidden = { seen: false, reason: 'unreadable', detail: 'not to be read' } as const;

const withLive = (facts: KernelFacts, parts: Partial<ActiveLivePatching>): KernelFacts => ({
  ...facts,
  livePatching: { ...(facts.livePatching as ActiveLivePatching), ...parts },
});

async function withKernel(release: string): Promise<RecordedMachine> {
  const folder = copyOf('ol9-uek7-good');
  const [version, rest] = release.split('-');
  appendFileSync(join(folder, 'stdout-0.txt'), `kernel-uek-core\t0\t${version}\t${rest}\tx86_64\t1760000000\n`);
  return openRecorded(folder);
}

async function recordedWithout(name: string, program: string): Promise<RecordedMachine> {
  const folder = copyOf(name);
  const text = readFileSync(join(folder, 'machine.yaml'), 'utf8');
  writeFileSync(join(folder, 'machine.yaml'), text.replaceAll(`["${program}"`, `["no-${program}"`));
  return openRecorded(folder);
}

function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-kernel-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(new URL(`./fixtures/machines/${name}`, import.meta.url).pathname, folder, { recursive: true });
  return folder;
}

const debian = ({ status, version }: { status: string; version: string }): Promise<RecordedMachine> => {
  const [name, packageVersion] = status.split(' ');
  return recordedMachine({
    uname: { sysname: 'Linux', nodename: 'd', release: '6.1.0-18-amd64', version, machine: 'x86_64' },
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      '/proc/stat': 'btime 1730000000\n',
      '/proc/cmdline': 'ro\n',
      '/sys/module/acpi/x': '',
      '/var/lib/dpkg/status': `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${packageVersion}\n`,
    },
  });
};
