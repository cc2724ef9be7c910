// What can be wrong with the kernel, the next boot and the packages of one machine.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneRule, Draft } from '../../contract/rule.ts';
import type { KernelFacts } from './facts.ts';
import { compareReleases, readRelease } from './release.ts';
import { asOf, isFresh, moment } from './rules-live-patching.ts';
import type { KernelSettings } from './settings.ts';

type Rule = AloneRule<KernelFacts, KernelSettings>;

const osUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/os-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'It could not be seen which system this is',
  why: 'Without it nothing shows whether the standby runs the same release as its primary.',
  judge: ({ os }) => (os.seen ? [] : [{ subject: 'operating system', expected: 'seen', actual: os.detail }]),
  remedy: () => '$ cat /etc/os-release',
};

const rebootPending: Rule = {
  kind: 'alone',
  code: 'kernel/reboot-pending',
  severity: 'warning',
  title: 'A reboot is pending, and no live patch covers it',
  why: 'The fixes are on the disk and not in memory. Rebooting a standby costs nothing today and an outage on the day of the failover.',
  judge: ({ reboot, kernels, running }) =>
    reboot.state === 'pending'
      ? [
          {
            subject: 'running kernel',
            expected: newerKernel(kernels, running.release) ?? 'no reboot pending',
            actual: reboot.because,
          },
        ]
      : [],
  remedy: () => '# While this machine is not serving:\n$ sudo reboot',
};

const newerKernel = (kernels: KernelFacts['kernels'], running: string): string | null =>
  kernels.seen && kernels.newestOfFlavour !== running ? kernels.newestOfFlavour : null;

const kernelsUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/installed-kernels-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The installed kernels could not be seen',
  why: 'Whether a reboot is pending is then not known. needs-restarting is no substitute: it does not know kernel-uek.',
  judge: (facts) =>
    facts.kernels.seen || hasNoPackaging(facts, facts.kernels)
      ? []
      : [{ subject: 'installed kernels', expected: 'seen', actual: facts.kernels.detail }],
  remedy: () =>
    '# Shows why the package database does not answer:\n$ rpm -q kernel kernel-core kernel-uek kernel-uek-core || dpkg-query -W "linux-image-*"',
};

const nextBootFlavour: Rule = {
  kind: 'alone',
  code: 'kernel/next-boot-other-flavour',
  severity: 'blocker',
  title: 'The next boot changes the flavour of the kernel',
  why: 'Standby machines are often stopped, and their failover is their next boot. Another flavour has other drivers, modules and certifications (ASM, ACFS, storage, security agents): what starts then has never run here.',
  judge: ({ nextBoot, running, kernels }) => {
    if (nextBoot.kind !== 'entry' || readRelease(nextBoot.release).flavour === running.flavour) return [];
    return [
      {
        subject: 'default boot entry',
        expected: `a ${running.flavour} kernel`,
        actual: nextBoot.release,
        with: { release: wanted(kernels, running.release) },
      },
    ];
  },
  remedy: setDefault,
};

const nextBootBack: Rule = {
  kind: 'alone',
  code: 'kernel/next-boot-goes-back',
  severity: 'warning',
  title: 'The next boot takes an older kernel than the one that runs',
  why: 'The software still starts, so this does not block a failover; but the boot silently takes back fixes, and live patches are for another kernel.',
  judge: ({ nextBoot, running, kernels }) => {
    if (nextBoot.kind !== 'entry' || compareReleases(nextBoot.release, running.release) !== -1) return [];
    return [
      {
        subject: 'default boot entry',
        expected: `${running.release} or newer`,
        actual: nextBoot.release,
        with: { release: wanted(kernels, running.release) },
      },
    ];
  },
  remedy: setDefault,
};

function setDefault(draft: { readonly with?: Readonly<Record<string, string>> }): string {
  const release = draft.with?.release ?? '';
  return /-(?:amd64|arm64|generic|aws|oracle|cloud-amd64|cloud-arm64)$/.test(release)
    ? `# Set GRUB_DEFAULT in /etc/default/grub to the entry of ${release}:\n$ grep -n "gnulinux-${release}" /boot/grub/grub.cfg\n$ sudo update-grub`
    : `$ sudo grubby --set-default=/boot/vmlinuz-${release}`;
}

const wanted = (kernels: KernelFacts['kernels'], running: string): string => (kernels.seen ? kernels.newestOfFlavour : null) ?? running;

const nextBootUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/next-boot-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'It could not be seen which kernel the next boot takes',
  why: 'For a standby that is stopped between drills the next boot is the failover, and one that takes another flavour would block it.',
  judge: ({ nextBoot }) => unseenBoot(nextBoot, false),
  remedy: askAsRoot,
};

const nextBootDenied: Rule = {
  kind: 'alone',
  code: 'kernel/next-boot-for-root-only',
  severity: 'warning',
  title: 'Only root may see which kernel the next boot takes',
  why: 'Enterprise Linux keeps the boot loader’s configuration for root: until its capture unit is enabled, a next boot into another flavour stays hidden on every machine.',
  judge: ({ nextBoot }) => unseenBoot(nextBoot, true),
  remedy: askAsRoot,
};

const unseenBoot = (nextBoot: KernelFacts['nextBoot'], isForDenied: boolean): readonly Draft[] =>
  nextBoot.kind === 'unseen' && (nextBoot.reason === 'denied') === isForDenied
    ? [{ subject: 'default boot entry', expected: 'seen', actual: nextBoot.detail }]
    : [];

function askAsRoot(): string {
  return '# The capture unit asks as root:\n$ sudo systemctl enable --now understudy-capture-grubby-default.timer\n$ sudo grubby --default-kernel';
}

const fromOutside: Rule = {
  kind: 'alone',
  code: 'kernel/from-outside',
  severity: 'note',
  title: 'The kernel is brought from outside this machine',
  why: 'No kernel package and no boot loader is here: whoever starts the machine decides about its kernel, and must be asked instead.',
  judge: ({ nextBoot, running }) =>
    nextBoot.kind === 'from-outside'
      ? [{ subject: 'running kernel', expected: 'a kernel installed on this machine', actual: `${running.release}, from outside` }]
      : [],
  remedy: () => '# Compare the kernel that the platform starts in both regions:\n$ uname -rv',
};

const securityUpdates: Rule = {
  kind: 'alone',
  code: 'kernel/security-updates-pending',
  severity: 'warning',
  title: 'Security updates wait to be installed',
  why: 'A standby that is not patched like its primary opens at failover what was closed before.',
  judge: ({ securityUpdates: updates, os }) => {
    if (!updates.seen || updates.count === 0) return [];
    const names = [...new Set(updates.updates.map((one) => one.advisory || one.package.split(' ')[0]!))];
    const shown = names.slice(0, 8).join(', ');
    const rest = names.length > 8 ? ' and more' : '';
    return [
      {
        subject: 'security updates',
        expected: 'none waiting',
        actual: `${updates.count} waiting: ${shown}${rest}`,
        with: { command: os.seen && os.packaging === 'dpkg' ? aptUpgrade(updates.updates) : dnfUpgrade(updates.updates) },
      },
    ];
  },
  remedy: (draft) => `# As root, with the repositories within reach:\n$ ${draft.with?.command ?? ''}`,
};

type Updates = Extract<KernelFacts['securityUpdates'], { seen: true }>['updates'];

/** dnf takes a list of advisories; past thirty `--security` says it shorter. */
function dnfUpgrade(updates: Updates): string {
  const advisories = [...new Set(updates.map((one) => one.advisory))].filter((advisory) => advisory !== '');
  return advisories.length === 0 || advisories.length > 30
    ? 'sudo dnf upgrade -y --security'
    : `sudo dnf upgrade -y --advisory=${advisories.join(',')}`;
}

/** Beyond this many names apt is asked for them again where the command is typed: its simulation names the suite of each. */
const namesMax = 12;

function aptUpgrade(updates: Updates): string {
  const names = [...new Set(updates.map((one) => one.package.split(' ')[0]!))];
  return names.length <= namesMax
    ? `sudo apt-get install --only-upgrade ${names.join(' ')}`
    : "sudo apt-get install --only-upgrade $(apt-get -s upgrade | awk '/^Inst .*-[Ss]ecurity/ {print $2}')";
}

const metadataStale: Rule = {
  kind: 'alone',
  code: 'kernel/package-metadata-stale',
  severity: 'warning',
  title: 'The package metadata on this machine are old',
  why: 'Which security updates wait is known only as of the metadata. A standby without a way to its repositories shows none, and lacks all of them.',
  judge: ({ securityUpdates: updates }, context) => {
    if (!updates.seen) return [];
    const asOfMs = asOf(updates.asOfDay, 'metadataAsOfMs', context);
    const limitMs = parseDurationMs(context.settings.metadataStaleAfter) ?? 0;
    if (isFresh(asOfMs, limitMs, context.now)) return [];
    return [
      {
        subject: 'package metadata',
        expected: `within ${context.settings.metadataStaleAfter}`,
        actual: asOfMs === null ? 'from an unknown time' : `from ${moment(asOfMs, context.now)}`,
      },
    ];
  },
  remedy: () => '# As root, whichever this system has:\n$ sudo dnf makecache || sudo apt-get update',
};

const updatesUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/security-updates-unseen',
  severity: 'warning',
  title: 'Pending security updates could not be seen',
  why: 'Without an answer from the package manager nobody knows whether this machine lacks fixes.',
  judge: ({ securityUpdates: updates }) =>
    updates.seen || updates.reason === 'tool-missing' ? [] : [{ subject: 'security updates', expected: 'seen', actual: updates.detail }],
  remedy: () => '# As root, whichever this system has:\n$ sudo dnf makecache || sudo apt-get update',
};

/** A lasting trait of a machine that is patched by images: what it lacks beside its primary is told by the package lists. */
const nothingTells: Rule = {
  kind: 'alone',
  code: 'kernel/security-updates-not-told',
  severity: 'note',
  title: 'Nothing on this machine tells which security updates it lacks',
  why: 'Without a package manager the packages can be compared with the primary’s only, and both may be behind.',
  judge: ({ securityUpdates: updates }) =>
    updates.seen || updates.reason !== 'tool-missing'
      ? []
      : [{ subject: 'security updates', expected: 'a package manager', actual: updates.detail }],
  remedy: () => '# Nothing to do where whole images are replaced; else install the system’s package manager',
};

const packagesUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/packages-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'The installed packages could not be seen',
  why: 'Without the list nothing shows which software the standby lacks beside its primary.',
  judge: (facts) =>
    facts.packages.seen || hasNoPackaging(facts, facts.packages)
      ? []
      : [{ subject: 'installed packages', expected: 'seen', actual: facts.packages.detail }],
  remedy: () => '# Shows why the package database does not answer:\n$ rpm -qa | wc -l || dpkg-query -W | wc -l',
};

/** A lasting trait too: there is no list that anybody could let the agent see. */
const packagesNotTold: Rule = {
  kind: 'alone',
  code: 'kernel/packages-not-told',
  severity: 'warning',
  title: 'Nothing on this machine tells which packages and kernels it has',
  why: 'Neither rpm nor dpkg is here, so that nothing shows which software the standby lacks beside its primary: compare the images.',
  judge: (facts) =>
    !facts.packages.seen && hasNoPackaging(facts, facts.packages)
      ? [{ subject: 'installed packages', expected: 'kept by rpm or dpkg', actual: facts.packages.detail }]
      : [],
  remedy: () => '# Both sides from one image? Compare its name and version, and accept this finding:\n$ cat /etc/os-release',
};

/** The system that is seen here keeps its packages in a way of its own, or its package tool is not installed. */
export const hasNoPackaging = ({ os }: KernelFacts, part: { readonly seen: boolean; readonly reason?: string }): boolean =>
  os.seen && (os.packaging === 'other' || (!part.seen && part.reason === 'tool-missing'));

const bootUnseen: Rule = {
  kind: 'alone',
  code: 'kernel/boot-state-unseen',
  severity: 'note',
  title: 'The boot time or the reboot marker could not be seen',
  why: 'Both are hints beside the kernels themselves, which are judged without them.',
  judge: ({ bootedAt, rebootMarker, needsRestarting }) =>
    (
      [
        ['boot time', bootedAt],
        ['reboot marker', rebootMarker],
        ...(needsRestarting === undefined ? [] : [['needs-restarting', needsRestarting] as const]),
      ] as const
    ).flatMap(([subject, part]) => (part.seen ? [] : [{ subject, expected: 'seen', actual: part.detail }])),
  remedy: () => '$ grep btime /proc/stat; ls -l /run/reboot-required',
};

export const aloneRules: readonly Rule[] = [
  osUnseen,
  rebootPending,
  kernelsUnseen,
  nextBootFlavour,
  nextBootBack,
  nextBootUnseen,
  nextBootDenied,
  fromOutside,
  securityUpdates,
  metadataStale,
  updatesUnseen,
  nothingTells,
  packagesUnseen,
  packagesNotTold,
  bootUnseen,
];
