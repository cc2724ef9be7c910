import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  chooseFromMenu,
  parseGrubbyDefault,
  parseGrubConfig,
  parseGrubEnvironment,
  parseLoaderEntry,
  parseNeedsRestarting,
  parseRebootPackages,
  releaseOfSavedEntry,
} from './boot-parse.ts';
import { parseEffectiveFile, parsePlan } from './ksplice-parse.ts';
import { parseOsRelease } from './os-release.ts';
import { parseCanonicalStatus, parseKpatchList } from './other-live-patching-parse.ts';
import { installedKernels, parseDpkgQuery, parseDpkgStatus, parseRpm } from './packages-parse.ts';
import { buildDay, compareReleases, readRelease, runningPackageVersion, withoutArchitecture } from './release.ts';
import { parseAptSimulation, parseUpdateInfo } from './updates-parse.ts';

const output = (name: string): string => readFileSync(new URL(`./fixtures/outputs/${name}`, import.meta.url), 'utf8');

describe('a kernel release', () => {
  it.each([
    ['5.15.0-206.153.7.1.el9uek.x86_64', '5.15.0-206.153.7.1.el9uek', 'uek'],
    ['5.15.0-318.199.3.2.1.el9uek', '5.15.0-318.199.3.2.1.el9uek', 'uek'],
    ['4.18.0-553.16.1.el8_10.x86_64', '4.18.0-553.16.1.el8_10', 'rhck'],
    ['5.14.0-427.el9.aarch64+64k', '5.14.0-427.el9', 'rhck-64k'],
    ['6.1.0-18-cloud-amd64', '6.1.0-18', 'cloud-amd64'],
    ['6.1.0-0.deb11.5-amd64', '6.1.0-0.deb11.5', 'amd64'],
    ['6.12.48+deb13-arm64', '6.12.48+deb13', 'arm64'],
    ['5.15.0-89-generic', '5.15.0-89', 'generic'],
    ['5.15.0-1047-oracle', '5.15.0-1047', 'oracle'],
    ['6.6.6', '6.6.6', 'other'],
  ])('%s has the level %s and the flavour %s', (release, level, flavour) => {
    expect(readRelease(release)).toMatchObject({ level, flavour });
  });
  it('is never ordered across flavours', () => {
    expect(compareReleases('5.15.0-206.153.7.1.el8uek.x86_64', '4.18.0-553.16.1.el8_10.x86_64')).toBeNull();
    expect(compareReleases('6.1.0-18-amd64', '6.1.0-18-cloud-amd64')).toBeNull();
    expect(compareReleases('5.15.0-89-generic', '5.15.0-101.el9uek.x86_64')).toBeNull();
  });
  it('is ordered by its packaging’s own rules, whether or not the architecture is named', () => {
    expect(compareReleases('5.15.0-3.60.5.1.el8uek.x86_64', '5.15.0-206.153.7.1.el8uek')).toBe(-1);
    expect(compareReleases('5.15.0-9-generic', '5.15.0-89-generic')).toBe(-1);
    expect(withoutArchitecture('5.15.0-1.el9uek.x86_64')).toBe('5.15.0-1.el9uek');
  });
  it('tells its build day and its package from the version text', () => {
    expect(buildDay('#2 SMP Wed Mar 11 09:12:44 PDT 2026')).toBe('2026-03-11');
    expect(buildDay('#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)')).toBe('2024-02-01');
    expect(buildDay('#99-Ubuntu SMP Mon Oct 30 20:42:41 UTC 2023')).toBe('2023-10-30');
    expect(buildDay('#1 SMP PREEMPT_DYNAMIC @0')).toBeNull();
    expect(runningPackageVersion('5.15.0-89-generic', '#99-Ubuntu SMP Mon Oct 30 20:42:41 UTC 2023')).toBe('5.15.0-89.99');
    expect(runningPackageVersion('6.1.0-18-amd64', '#1 SMP Debian 6.1.76-1 (2024-02-01)')).toBe('6.1.76-1');
  });
});

describe('rpm', () => {
  it('lists five packages with EPOCHNUM and names the missing one on stdout', () => {
    const answer = parseRpm(output('rpm_queryformat.txt'));
    expect(answer.packages).toHaveLength(5);
    expect(answer.packages[4]).toMatchObject({ name: 'linux-firmware', version: '999:20240715-999.34.git4c8fb21e.el8' });
    expect(answer.missing).toEqual(['kernel-rt']);
    expect(answer.strange).toEqual([]);
  });
  it('finds the newest kernel of a flavour by version, not by the time of installation', () => {
    const kernels = installedKernels(parseRpm(output('rpm_queryformat.txt')).packages, 'rpm');
    expect(kernels.map((kernel) => kernel.release)).toEqual([
      '4.18.0-553.16.1.el8_10.x86_64',
      '4.18.0-553.5.1.el8_10.x86_64',
      '5.15.0-206.153.7.1.el8uek.x86_64',
      '5.15.0-3.60.5.1.el8uek.x86_64',
    ]);
  });
  it('leaves signing keys out and keeps what it does not understand apart', () => {
    const answer = parseRpm('gpg-pubkey\t0\t8d8b756f\t629e59ec\t(none)\t1700000000\nerror: rpmdb\n');
    expect(answer).toEqual({ packages: [], missing: [], strange: ['error: rpmdb'] });
  });
});

describe('dpkg', () => {
  const paragraph = (status: string): string => `Package: libc6\nStatus: ${status}\nArchitecture: amd64\nVersion: 2.36-9\n`;
  it('counts what is installed and not what left its configuration', () => {
    expect(parseDpkgStatus(`${paragraph('install ok installed')}\n${paragraph('deinstall ok config-files')}`)).toHaveLength(1);
    expect(parseDpkgStatus('<html>\n')).toBeNull();
  });
  it('is read through dpkg-query with and without the architecture', () => {
    expect(parseDpkgQuery('libc6\t2.36-9\tamd64\tinstalled\nold\t1\tall\tconfig-files\n', 'x86_64')).toHaveLength(1);
    expect(parseDpkgQuery('linux-image-6.1.0-18-amd64\t6.1.76-1\tinstalled\n', 'amd64')?.[0]?.version).toBe('6.1.76-1');
    expect(parseDpkgQuery('dpkg-query: error\n', 'amd64')).toBeNull();
  });
  it('names kernels by release, without meta packages and symbols', () => {
    const rows = [
      'linux-image-6.1.0-18-amd64',
      'linux-image-amd64',
      'linux-image-6.1.0-18-amd64-dbg',
      'linux-image-unsigned-5.15.0-89-generic',
    ];
    const packages = rows.map((name) => ({ name, version: '1', architecture: 'amd64', installedAtS: null }));
    expect(installedKernels(packages, 'dpkg').map((kernel) => kernel.release)).toEqual(['5.15.0-89-generic', '6.1.0-18-amd64']);
  });
});

describe('the boot loader', () => {
  it.each([
    ['grubby_default_kernel.txt', '5.15.0-206.153.7.1.el9uek.x86_64'],
    ['grubby_default_kernel_noise.txt', '4.18.0-147.5.1.el8_1.x86_64'],
  ])('%s boots %s next', (name, release) => {
    expect(parseGrubbyDefault(output(name))).toBe(release);
  });
  it('is not guessed from noise alone, from two answers or from the rescue image', () => {
    expect(parseGrubbyDefault('grep: /boot/grub2/grubenv: No such file or directory\n')).toBeNull();
    expect(parseGrubbyDefault('/boot/vmlinuz-1.0-1.el9.x86_64\n/boot/vmlinuz-2.0-1.el9.x86_64\n')).toBeNull();
    expect(parseGrubbyDefault('/boot/vmlinuz-0-rescue-4d684a4a6166439a867e701ded4f7e10\n')).toBeNull();
  });
  it('saves an entry by id, title or index', () => {
    expect(parseGrubEnvironment('# GRUB Environment Block\nsaved_entry=abc\n###')).toBe('abc');
    expect(parseGrubEnvironment('nothing')).toBeNull();
    expect(releaseOfSavedEntry('4d684a4a6166439a867e701ded4f7e10-5.14.0-162.6.1.el9_1.x86_64')).toBe('5.14.0-162.6.1.el9_1.x86_64');
    expect(releaseOfSavedEntry('gnulinux-advanced-1>gnulinux-6.1.0-18-amd64-advanced-1')).toBe('6.1.0-18-amd64');
    expect(releaseOfSavedEntry('0')).toBeNull();
    expect(parseLoaderEntry('title x\nlinux /vmlinuz-5.14.0-1.el9.x86_64\n')).toBe('5.14.0-1.el9.x86_64');
  });
  it('takes the entry that Debian’s menu names, and does not guess an index into a submenu', () => {
    const menu = parseGrubConfig(
      readFileSync(new URL('./fixtures/machines/debian12-plain/files/boot/grub/grub.cfg', import.meta.url), 'utf8'),
    )!;
    expect(chooseFromMenu(menu, menu.default)).toBe('6.1.0-18-cloud-amd64');
    expect(chooseFromMenu(menu, 'gnulinux-advanced-1>gnulinux-6.1.0-13-cloud-amd64-advanced-1')).toBe('6.1.0-13-cloud-amd64');
    expect(chooseFromMenu(menu, '1>2')).toBeNull();
  });
});

describe('hints of a pending reboot', () => {
  it.each([
    ['needs-restarting_ol7_reboot.txt', 1, { isSet: true, packages: ['kernel'] }],
    ['needs-restarting_el8_reboot.txt', 1, { isSet: true, packages: ['glibc', 'linux-firmware'] }],
    ['needs-restarting_ol7_ok.txt', 0, { isSet: false, packages: [] }],
    ['needs-restarting_el8_ok.txt', 0, { isSet: false, packages: [] }],
    // The same exit code as "reboot needed", with nothing on stdout: it was not run as root.
    ['needs-restarting_ol7_not_root.txt', 1, null],
  ])('%s with exit code %d', (name, code, expected) => {
    expect(parseNeedsRestarting(code, output(name))).toEqual(expected);
  });
  it('name each package once', () => {
    expect(parseRebootPackages(`${output('debian_reboot-required.pkgs.txt')}glibc\n`)).toEqual(['glibc', 'linux-image-5.15.0-76-generic']);
  });
});

describe('pending security updates', () => {
  it('are the security rows of an updateinfo list', () => {
    expect(parseUpdateInfo(output('updateinfo_list.txt'))).toEqual([
      { advisory: 'RSHA-2020-0001', severity: '', package: 'firefox-83.0-13.fc32.x86_64' },
    ]);
    expect(parseUpdateInfo('ELSA-2024-3588 Important/Sec. glibc-2.17-326.0.9.el7_9.3.x86_64\n')?.[0]?.severity).toBe('Important');
    expect(parseUpdateInfo('')).toEqual([]);
    expect(parseUpdateInfo('Traceback (most recent call last):\n')).toBeNull();
  });
  it('are what apt would take from a security suite', () => {
    const text =
      'Inst libpq5 [15.1-0] (15.20-0+deb12u1 Debian-Security:12/oldstable-security [amd64])\nInst tzdata [1] (2 Debian:12.15/oldstable [all])\n2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n';
    expect(parseAptSimulation(text)?.map((update) => update.package)).toEqual(['libpq5 15.20-0+deb12u1 amd64']);
    expect(parseAptSimulation('')).toBeNull();
  });
});

describe('other live patching', () => {
  it('is Canonical’s with its fixes, and keeps no identity', () => {
    const text =
      '{"Machine-Id":"secret","Last-Check":"2026-04-16T11:30:00Z","Status":[{"Running":true,"Livepatch":{"CheckState":"checked","State":"applied","Version":"99.1","Fixes":[{"Name":"CVE-2023-4921","Patched":true}]}}]}';
    const status = parseCanonicalStatus(text);
    expect(status).toMatchObject({ applied: [{ id: 'CVE-2023-4921' }], waiting: [], trouble: 'none' });
    expect(JSON.stringify(status)).not.toContain('secret');
    expect(parseCanonicalStatus('{"Status":[]}')).toBeNull();
    expect(parseCanonicalStatus('[[[')).toBeNull();
  });
  it.each([
    ['nothing-to-apply', 'none'],
    ['kernel-upgrade-required', 'unsupported-kernel'],
    ['apply-failed', 'apply-failed'],
    ['a-word-of-tomorrow', 'other'],
  ])('is Canonical’s in the state %s: %s', (State, trouble) => {
    const status = { Status: [{ Running: true, Livepatch: { CheckState: 'checked', State, Version: '99.1' } }] };
    expect(parseCanonicalStatus(JSON.stringify(status))).toMatchObject({ applied: [], trouble });
  });
  it('is kpatch’s with what is installed for this kernel and not loaded', () => {
    const list = parseKpatchList(
      'Loaded patch modules:\nkpatch_1_1 [enabled]\n\nInstalled patch modules:\nkpatch-1-1 (4.18.0-305.el8.x86_64)\nkpatch-1-2 (4.18.0-305.el8.x86_64)\n',
    );
    expect(list?.loaded).toEqual([{ id: 'kpatch_1_1' }]);
    expect(list?.installedFor('4.18.0-305.el8.x86_64')).toEqual([{ id: 'kpatch-1-2' }]);
    expect(parseKpatchList('')).toBeNull();
  });
});

describe('os-release', () => {
  it('tells system, version and packaging', () => {
    expect(parseOsRelease('ID="ol"\nID_LIKE="fedora"\nVERSION_ID="9.5"\nPRETTY_NAME="Oracle Linux Server 9.5"\n')).toEqual({
      id: 'ol',
      version: '9.5',
      name: 'Oracle Linux Server 9.5',
      packaging: 'rpm',
    });
    expect(parseOsRelease('')).toBeNull();
  });
});

describe('a flood', () => {
  // Each was once read in quadratic time: the test's own time limit is what fails.
  const floods = [
    '\n',
    "menuentry 'a' {\n",
    '\nLoaded patch modules:\n',
    'a: b\n c\n',
    "- 'a\n",
    'a:\n',
    'ELSA-1 a b-1-1.',
    'Inst a (b c [d]',
    '[a]',
    'a\t',
  ];
  it.each(floods)('of %j is no answer to any reader', (seed) => {
    const text = seed.repeat(Math.ceil(200_000 / seed.length));
    for (const prefix of ['', '2 upgraded\n']) {
      const flood = prefix + text;
      expect(parseGrubConfig(flood)).toBeNull();
      expect(parseKpatchList(flood)).toBeNull();
      expect(parseEffectiveFile(flood)).toBeNull();
      expect(parsePlan(flood)).toBeNull();
      expect(parseRpm(flood).packages).toEqual([]);
      expect(parseDpkgQuery(flood, 'x86_64')?.length ?? 0).toBe(0);
      expect(parseAptSimulation(flood)).toBeNull();
      expect(parseUpdateInfo(flood)?.length ?? 0).toBe(0);
      expect(parseOsRelease(flood)).toBeNull();
    }
  });
});
