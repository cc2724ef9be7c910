// What the tools of an Oracle Linux machine may answer, each in the simplest way to record it, and what is concluded.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alone, beside, codes, type Look, look } from '../../../test/support/kernel-look.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import type { RecordedMachine } from '../../machine/recorded.ts';
import type { ActiveLivePatching } from './facts.ts';
import { rpmFormat } from './packages-parse.ts';
import { defaultSettings } from './settings.ts';

const output = (name: string): string => readFileSync(new URL(`./fixtures/outputs/${name}`, import.meta.url), 'utf8');

const release = '5.15.0-302.167.6.1.el9uek.x86_64';
const version = '#2 SMP Tue Oct 22 22:02:41 PDT 2024';
const cache = `/var/cache/uptrack/Linux/x86_64/${release}/${version}`;
const contactAt = (time: string): string => `Result: {Code: 0, Message: ''}\nTime: ${time}\n`;
const kernels = 'kernel-uek-core\t0\t5.15.0\t302.167.6.1.el9uek\tx86_64\t1729700000\n';
const nothingAvailable = 'Available updates:\nNone\n\nEffective kernel version is 5.15.0-302.167.6.1.el9uek\n';

interface Answer {
  readonly argv: readonly string[];
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface Paper {
  readonly commands?: readonly Answer[];
  readonly files?: Readonly<Record<string, string>>;
  readonly packages?: Answer;
  readonly running?: string;
}

const said = (line: string, stdout: string, exit = 0): Answer => ({ argv: line.split(' '), exit, stdout });

const allPackages = (stdout: string): Answer => ({ argv: ['rpm', '-qa', '--qf', rpmFormat], stdout });

/** An OL9 machine with Ksplice that reached its server this morning; `commands` come first. */
function oracle({ commands = [], files = {}, packages = allPackages(kernels), running = release }: Paper): Promise<RecordedMachine> {
  return recordedMachine({
    now: '2026-11-23T12:00:00Z',
    uname: { sysname: 'Linux', nodename: 'app1', release: running, version, machine: 'x86_64' },
    commands: [...commands, packages, said('grubby --default-kernel', `/boot/vmlinuz-${running}\n`)],
    files: {
      '/etc/os-release': 'ID="ol"\nVERSION_ID="9.4"\nNAME="Oracle Linux Server"\n',
      '/proc/stat': 'btime 1790000000\n',
      '/proc/cmdline': 'ro\n',
      '/etc/uptrack/uptrack.conf': '[Auth]\naccesskey = 0123456789abcdef\n',
      [`${cache}/results`]: contactAt('2026-11-23 06:00:00.1'),
      [`${cache}/upgrade_plan`]: 'Plan: []\n',
      ...files,
    },
  });
}

const live = ({ facts }: Look): ActiveLivePatching => facts.livePatching as ActiveLivePatching;

describe('what uptrack-show and ksplice tell', () => {
  it('is ready on a machine at its newest, whatever the programs’ paths', async () => {
    const commands = [
      said('/usr/sbin/uptrack-show', output('uptrack-show_none.txt')),
      said('/usr/sbin/uptrack-show --available', nothingAvailable),
    ];
    const seen = await look(await oracle({ commands }));
    expect(codes(alone(seen))).toEqual(['security-updates-not-told: security updates']);
    expect(live(seen).installed).toMatchObject({ seen: true, patches: [] });
  });

  it('names the effective kernel with what is available, and leaves what is installed unseen', async () => {
    const seen = await look(await oracle({ commands: [said('uptrack-show --available', output('uptrack-show_available_none.txt'))] }));
    expect(live(seen)).toMatchObject({
      effective: { seen: true, release: '5.15.0-318.199.3.2.1.el9uek', learntFrom: 'uptrack-show --available' },
      available: { seen: true, patches: [], asOfDay: '2026-11-23' },
      installed: { seen: false },
    });
  });

  it.each([
    ['ksplice kernel show', 3, output('uptrack-show_ubuntu2204.txt')],
    ['ksplice all show', 13, output('ksplice-all-show_ol9.txt')],
    [
      'uptrack-show --all',
      1,
      'Available updates:\nNone\nInstalled updates:\n[aostn7o7] CVE-2025-38468: A fix.\n\nEffective kernel version is 5.15.0-318.199.3.2.1.el9uek\n',
    ],
  ])('is understood from %s alone', async (line, count, stdout) => {
    const { installed, effective } = live(await look(await oracle({ commands: [said(line, stdout)] })));
    expect(installed).toMatchObject({ seen: true, learntFrom: line });
    expect(installed.seen && installed.patches.length).toBe(count);
    expect(effective).toMatchObject({ seen: true, learntFrom: line });
  });

  it.each([
    ['err_disabled.txt', 1, 'live-patching-disabled: live patching'],
    ['err_no_access_key.txt', 20, 'live-patching-unregistered: live patching registration'],
    ['err_network.txt', 10, 'live-patching-failing: contact with the patch server'],
    ['err_unsupported_kernel.txt', 13, 'live-patching-not-yet: running kernel'],
  ])('is the finding that it is when they refuse with %s (%i)', async (name, code, finding) => {
    const commands = ['uptrack-show', 'uptrack-show --available'].map((line) => said(line, output(name), code));
    const seen = await look(await oracle({ commands, files: { [`${cache}/results`]: '', [`${cache}/upgrade_plan`]: '' } }));
    expect(codes(alone(seen))).toContain(finding);
    expect(live(seen).installed.seen).toBe(false);
    expect(live(seen).available.seen).toBe(false);
  });

  it('tells why a captured dry run failed', async () => {
    const stdout = output('err_network.txt');
    const capture = `understudy-capture/1\nat: 2026-11-23T05:00:00Z\nargv: uptrack-upgrade -n\nexit: 10\nstdout: ${Buffer.byteLength(stdout)}\n\n${stdout}`;
    const files = { '/var/spool/understudy/uptrack-dry-run.capture': capture, [`${cache}/results`]: '' };
    expect(codes(alone(await look(await oracle({ files }))))).toContain('live-patching-failing: contact with the patch server');
  });
});

describe('uptrack.conf', () => {
  const conf = output('uptrack.conf.txt');
  const machine = async (text: string) => look(await oracle({ files: { '/etc/uptrack/uptrack.conf': text } }));

  it('tells what happens at boot and by itself, and never the key', async () => {
    const seen = await machine(conf);
    expect(live(seen).options).toEqual({ installOnReboot: 'yes', upgradeOnReboot: 'yes', autoinstall: 'yes' });
    expect(live(seen).registration).toEqual({ seen: true, state: 'registered' });
    expect(JSON.stringify(seen)).not.toContain('0123456789abcdef');
    expect(live(await machine('[Settings]\n#autoinstall = yes\n')).options?.autoinstall).toBe('unset');
  });

  it('that keeps patches from coming back at boot is a finding, unless all are fetched then', async () => {
    const off = conf.replace('install_on_reboot = yes', 'install_on_reboot = no');
    expect(codes(alone(await machine(off)))).not.toContain('live-patches-lost-at-reboot: live patches at boot');
    const bothOff = off.replace('upgrade_on_reboot = yes', 'upgrade_on_reboot = no');
    expect(codes(alone(await machine(bothOff)))).toContain('live-patches-lost-at-reboot: live patches at boot');
  });

  it('that leaves patches to somebody’s hand is a finding beside a primary that takes them by itself', async () => {
    const [byHand, byItself] = [await machine(conf.replace('autoinstall = yes', 'autoinstall = no')), await machine(conf)];
    expect(codes(beside(byHand, byItself))).toContain('live-patches-by-hand-here: live patching');
    expect(codes(beside(byItself, byHand))).not.toContain('live-patches-by-hand-here: live patching');
  });
});

describe('the age of the plan', () => {
  const show = [said('uptrack-show', output('uptrack-show_none.txt')), said('uptrack-show --available', nothingAvailable)];

  it.each([
    ['2026-08-23 06:00:00', 'results', '2026-08-23 06:00 UTC'],
    ['2026-08-23 06:00:00', 'status', '2026-08-23 06:00 UTC'],
    ['2027-11-23 06:00:00', 'results', '2027-11-23 06:00 UTC, which this machine’s clock calls the future'],
  ])('is stale with a contact at %s in %s', async (time, name, actual) => {
    const files = { [`${cache}/results`]: '', [`${cache}/${name}`]: contactAt(time) };
    const found = alone(await look(await oracle({ commands: show, files })));
    expect(found.find((one) => one.code === 'kernel/live-patching-stale')?.actual).toBe(actual);
  });

  it('is not that of a contact that failed', async () => {
    const files = {
      [`${cache}/results`]: "Result: {Code: 10, Message: ''}\nTime: 2026-11-23 06:00:00\n",
      [`${cache}/status`]: contactAt('2026-11-01 06:00:00'),
    };
    expect(live(await look(await oracle({ commands: show, files }))).available).toMatchObject({ asOfDay: '2026-11-01' });
  });
});

describe('what rpm tells', () => {
  it('is read from plain names where nothing else was recorded', async () => {
    const packages = said(
      'rpm -qa',
      'bash-5.1.8-9.el9.x86_64\nkernel-uek-5.15.0-302.167.6.1.el9uek.x86_64\ngpg-pubkey-8d8b756f-629e59ec\n',
    );
    const { facts } = await look(await oracle({ packages }));
    expect(facts.packages).toMatchObject({ seen: true, count: 2 });
    expect(facts.kernels).toMatchObject({ seen: true, newestOfFlavour: release });
  });

  it('is ordered by version, not by installation, where only --last was recorded', async () => {
    const packages = said('rpm -qa --last kernel kernel-uek', output('rpm_last_ol8.txt'));
    const { facts } = await look(await oracle({ packages, running: '5.15.0-3.60.5.1.el8uek.x86_64' }));
    expect(facts.kernels).toMatchObject({ seen: true, newestOfFlavour: '5.15.0-206.153.7.1.el8uek.x86_64' });
    expect(facts.packages.seen).toBe(false);
    expect(facts.reboot.state).toBe('pending');
  });

  it.each(['error: cannot open Packages database in /var/lib/rpm\n', 'bash\n', ''])('is unseen when it printed %j', async (stdout) => {
    const { facts } = await look(await oracle({ packages: said('rpm -qa', stdout) }));
    expect(facts.packages.seen).toBe(false);
  });
});

describe('what needs-restarting tells', () => {
  const glibc = (installedAt: number): Answer => allPackages(`${kernels}glibc\t0\t2.34\t1.el9\tx86_64\t${installedAt}\n`);
  const reboot = output('needs-restarting_el8_reboot.txt');
  const since = 1_790_000_100;

  it.each(['needs-restarting -r', 'dnf needs-restarting -r', 'dnf -C needs-restarting -r'])('%s asks for the reboot', async (line) => {
    const { facts } = await look(await oracle({ commands: [said(line, reboot, 1)], packages: glibc(since) }));
    expect(facts.reboot).toEqual({ state: 'pending', because: 'A reboot is asked for by glibc, linux-firmware' });
  });

  it('is not believed about packages that are older than the boot', async () => {
    const onlyGlibc =
      'Core libraries or services have been updated since boot-up:\n  * glibc\n\nReboot is required to fully utilize these updates.\n';
    const { facts } = await look(await oracle({ commands: [said('needs-restarting -r', onlyGlibc, 1)], packages: glibc(1_700_000_000) }));
    expect(facts.needsRestarting).toEqual({ seen: true, isSet: false, packages: [] });
    expect(facts.reboot.state).toBe('not-pending');
  });

  it('is not believed about the other flavour’s kernel', async () => {
    const commands = [said('needs-restarting -r', output('needs-restarting_ol7_reboot.txt'), 1)];
    expect((await look(await oracle({ commands }))).facts.reboot.state).toBe('not-pending');
    const rhck = '3.10.0-1160.el7.x86_64';
    expect((await look(await oracle({ commands, running: rhck }))).facts.reboot.state).toBe('pending');
  });

  it('is no "reboot required" without root, though the exit code is the same', async () => {
    const commands = [{ argv: ['needs-restarting', '-r'], exit: 1, stderr: 'Please run as root or with --useronly option\n' }];
    const seen = await look(await oracle({ commands }));
    expect(seen.facts.needsRestarting).toMatchObject({ seen: false, reason: 'denied' });
    expect(seen.facts.reboot.state).toBe('not-pending');
  });

  it('is left out where dnf has no such command', async () => {
    const commands = [
      { argv: ['dnf', 'needs-restarting', '-r'], exit: 1, stderr: 'No such command: needs-restarting. Please use /usr/bin/dnf --help\n' },
    ];
    expect((await look(await oracle({ commands }))).facts.needsRestarting).toBeUndefined();
  });

  it('is taken over until a package or the boot changes', async () => {
    const first = await look(await oracle({ commands: [said('needs-restarting -r', reboot, 1)], packages: glibc(since) }));
    const earlier = { at: first.now, facts: first.facts, readings: first.readings };
    const again = await look(await oracle({ packages: glibc(since) }), defaultSettings, earlier);
    expect(again.facts.needsRestarting).toEqual(first.facts.needsRestarting);
    const changed = await look(await oracle({ packages: allPackages(kernels) }), defaultSettings, earlier);
    expect(changed.facts.needsRestarting).toBeUndefined();
  });

  it('outweighs live patches, which do not renew libraries', async () => {
    const newer = `${kernels}kernel-uek-core\t0\t5.15.0\t310.1.el9uek\tx86_64\t${since}\n`;
    const effective = said('uptrack-uname -r', output('uptrack-uname-r_ol9.txt'));
    const covered = await look(await oracle({ commands: [effective], packages: allPackages(newer) }));
    expect(covered.facts.reboot.state).toBe('covered');
    const asked = await look(await oracle({ commands: [effective, said('needs-restarting -r', reboot, 1)], packages: allPackages(newer) }));
    expect(asked.facts.reboot).toMatchObject({ state: 'pending', because: 'A reboot is asked for by glibc, linux-firmware' });
  });
});

describe('security updates', () => {
  it('are read from a list without options, bug fixes left out', async () => {
    const seen = await look(await oracle({ commands: [said('dnf updateinfo list -q', output('updateinfo_list.txt'))] }));
    expect(seen.facts.securityUpdates).toMatchObject({ seen: true, count: 1 });
  });

  it('that a manager does not tell are a warning, and without any manager a note', async () => {
    const failing = await look(await oracle({ commands: [said('dnf updateinfo list -q', 'Error: boom', 1)] }));
    expect(codes(alone(failing))).toContain('security-updates-unseen: security updates');
    expect(codes(alone(await look(await oracle({}))))).toContain('security-updates-not-told: security updates');
  });
});
