// What can be wrong with the kernel of a standby beside its primary's.

import type { Draft, PairedRule } from '../../contract/rule.ts';
import { compareDpkgVersions } from '../../formats/dpkg-version.ts';
import type { ActiveLivePatching, KernelFacts, Naming, Patch } from './facts.ts';
import { compareReleases, readRelease, withoutArchitecture } from './release.ts';
import { hasNoPackaging } from './rules-alone.ts';
import { applyCommand, installLivePatching, isActive, named } from './rules-live-patching.ts';
import type { KernelSettings } from './settings.ts';

type Rule = PairedRule<KernelFacts, KernelSettings>;

const otherArchitecture: Rule = {
  kind: 'paired',
  code: 'kernel/other-architecture',
  severity: 'blocker',
  title: 'The standby has another processor architecture than its primary',
  why: 'What is compiled for one does not start on the other.',
  judge: (standby, primary) =>
    standby.architecture === primary.architecture
      ? []
      : [{ subject: 'architecture', expected: primary.architecture, actual: standby.architecture }],
  remedy: (draft) => `# Replace the standby by a machine of a ${draft.expected} shape, from the primary’s image or backup.`,
};

const otherOs: Rule = {
  kind: 'paired',
  code: 'kernel/other-os-release',
  severity: 'warning',
  title: 'The standby runs another release of the operating system',
  why: 'Libraries, kernels and agents differ by release; what works on the primary is not proven here.',
  judge: ({ os }, { os: theirs }) => {
    if (!os.seen || !theirs.seen || (os.id === theirs.id && os.version === theirs.version)) return [];
    return [
      {
        subject: 'operating system',
        expected: `${theirs.id} ${theirs.version}`,
        actual: `${os.id} ${os.version}`,
        with: { packaging: os.packaging },
      },
    ];
  },
  remedy: (draft) =>
    draft.with?.packaging === 'dpkg'
      ? `# Bring the standby to ${draft.expected}:\n$ sudo apt-get update\n$ sudo apt-get dist-upgrade`
      : `# Bring the standby to ${draft.expected}; across a major release (leapp) rehearse it first:\n$ sudo dnf upgrade -y`,
};

const otherFlavour: Rule = {
  kind: 'paired',
  code: 'kernel/other-flavour',
  severity: 'blocker',
  title: 'The standby runs another flavour of kernel than its primary',
  why: 'Drivers, modules and certifications (ASM, ACFS, storage, security agents) differ between flavours, and their versions cannot be compared: what runs on the primary has never run here.',
  judge: ({ running, kernels }, { running: theirs }) => {
    if (running.flavour === theirs.flavour) return [];
    const own = kernels.seen ? kernels.installed.filter((kernel) => kernel.flavour === theirs.flavour).map((kernel) => kernel.release) : [];
    const newest = own.reduce<string>((best, one) => (best === '' || compareReleases(one, best) === 1 ? one : best), '');
    return [
      {
        subject: 'running kernel',
        expected: `${theirs.flavour} (${theirs.release})`,
        actual: `${running.flavour} (${running.release})`,
        with: { release: newest || theirs.release, install: newest === '' ? installKernel(theirs.release) : '' },
      },
    ];
  },
  remedy: (draft) => {
    const install = draft.with?.install ?? '';
    return `${install === '' ? '' : `$ ${install}\n`}$ sudo grubby --set-default=/boot/vmlinuz-${draft.with?.release ?? ''}\n# While this machine is not serving:\n$ sudo reboot`;
  },
};

function installKernel(release: string): string {
  const { packaging, flavour } = readRelease(release);
  if (packaging === 'dpkg') return `sudo apt-get install linux-image-${release}`;
  return `sudo dnf install -y kernel${flavour.startsWith('uek') ? '-uek' : ''}-${release}`;
}

interface Level {
  readonly release: string;
  readonly naming: Naming;
  readonly builtOn: string | null;
}

/** The level that a machine's kernel is at; null where it could not be seen. */
function levelOf({ livePatching, running }: KernelFacts): Level | null {
  const own = { release: withoutArchitecture(running.release), naming: 'release' as const, builtOn: running.builtOn };
  if (livePatching.kind === 'unseen') return null;
  if (!isActive(livePatching) || (livePatching.effective.seen && livePatching.effective.learntFrom === 'uname')) return own;
  return livePatching.effective.seen ? livePatching.effective : null;
}

/** Null where the two have no order: other flavours. A package version beside a release is compared as far as both go. */
function compareLevels(a: KernelFacts, b: KernelFacts): -1 | 0 | 1 | null {
  const left = levelOf(a);
  const right = levelOf(b);
  if (left === null || right === null || a.running.flavour !== b.running.flavour) return null;
  if (left.naming !== right.naming) return compareDpkgVersions(interfaceOf(left), interfaceOf(right));
  return left.naming === 'package-version'
    ? compareDpkgVersions(left.release, right.release)
    : compareReleases(left.release, right.release);
}

/** Ubuntu's `5.15.0-89.99` is an upload of `5.15.0-89-generic`: both without upload and flavour. */
const interfaceOf = ({ release, naming }: Level): string =>
  naming === 'release' ? readRelease(release).level : (/^([^-]+-[0-9]+)/.exec(release)?.[1] ?? release);

const behind: Rule = {
  kind: 'paired',
  code: 'kernel/behind-primary',
  severity: 'warning',
  title: 'The standby’s effective kernel is behind its primary’s',
  why: 'At failover the service moves onto a kernel without fixes that it had an hour before.',
  judge: (standby, primary) => {
    if (compareLevels(standby, primary) !== -1) return [];
    const lacking = lackingPatches(standby, primary);
    const days = daysBetween(levelOf(standby)!.builtOn, levelOf(primary)!.builtOn);
    const parts = [
      levelOf(standby)!.release,
      ...(lacking === null || lacking.length === 0
        ? []
        : [`${lacking.length} live patch${lacking.length === 1 ? '' : 'es'} fewer: ${named(lacking)}`]),
      ...(days === null || days <= 0 ? [] : [`built ${days} days earlier`]),
    ];
    return [
      {
        subject: 'effective kernel',
        expected: levelOf(primary)!.release,
        actual: parts.join('; '),
        with: catchUp(standby, primary),
      },
    ];
  },
  remedy: (draft) => `# ${draft.with?.how ?? ''}:\n$ ${draft.with?.command ?? ''}${draft.with?.otherwise ?? ''}`,
};

/** Live patches where the same kernel runs and is patched, else the kernel itself. */
function catchUp(standby: KernelFacts, primary: KernelFacts): { how: string; command: string; otherwise: string } {
  const isSame = standby.running.release === primary.running.release;
  const reboot = '\n# While this machine is not serving:\n$ sudo reboot';
  const install = `${installKernel(primary.running.release)}`;
  if (!isActive(standby.livePatching)) return { how: 'The kernel of the primary', command: install, otherwise: reboot };
  const otherwise = isSame ? '' : `\n# If that does not reach the primary’s level, its kernel:\n$ ${install}${reboot}`;
  return { how: 'Without a reboot', command: applyCommand[standby.livePatching.kind], otherwise };
}

/**
 * Live patches that run on the primary and not here; null where that cannot be told. Ids belong to one kernel build, so
 * they are compared only where both booted the same one.
 */
function lackingPatches(standby: KernelFacts, primary: KernelFacts): readonly Patch[] | null {
  if (standby.running.release !== primary.running.release || !isActive(primary.livePatching) || !primary.livePatching.installed.seen)
    return null;
  if (standby.livePatching.kind === 'none') return primary.livePatching.installed.patches;
  if (!isActive(standby.livePatching) || !standby.livePatching.installed.seen || standby.livePatching.kind !== primary.livePatching.kind)
    return null;
  const here = new Set(standby.livePatching.installed.patches.map((patch) => patch.id));
  return primary.livePatching.installed.patches.filter((patch) => !here.has(patch.id));
}

const daysBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

const patchesMissing: Rule = {
  kind: 'paired',
  code: 'kernel/live-patches-missing',
  severity: 'warning',
  title: 'Live patches that run on the primary are not applied here',
  why: 'Both run the same kernel, and only one has the fixes in memory.',
  dependsOn: ['kernel/live-patching-off-here'],
  judge: (standby, primary) => {
    const lacking = lackingPatches(standby, primary);
    if (lacking === null || lacking.length === 0 || compareLevels(standby, primary) === -1) return [];
    return [
      {
        subject: 'live patches',
        expected: 'those of the primary',
        actual: `${lacking.length} missing: ${named(lacking)}`,
        cause: 'live patching',
        with: { apply: applied(standby) },
      },
    ];
  },
  remedy: (draft) => `# Without a reboot:\n$ ${draft.with?.apply ?? ''}`,
};

/** Where nothing patches here yet, the finding that says so comes first. */
const applied = ({ livePatching }: KernelFacts): string => applyCommand[isActive(livePatching) ? livePatching.kind : 'ksplice'];

const ahead: Rule = {
  kind: 'paired',
  code: 'kernel/ahead-of-primary',
  severity: 'note',
  title: 'The standby’s effective kernel is ahead of its primary’s',
  why: 'Patching the standby first is good practice; the primary should follow.',
  judge: (standby, primary): readonly Draft[] =>
    compareLevels(standby, primary) === 1
      ? [
          {
            subject: 'effective kernel',
            expected: levelOf(primary)!.release,
            actual: levelOf(standby)!.release,
            with: { command: catchUp(primary, standby).command },
          },
        ]
      : [],
  remedy: (draft) => `# On the primary, at its next window, to reach ${draft.actual}:\n$ ${draft.with?.command ?? ''}`,
};

const offHere: Rule = {
  kind: 'paired',
  code: 'kernel/live-patching-off-here',
  severity: 'warning',
  title: 'Live patching works on the primary and is off or missing here',
  why: 'From now on the standby falls behind with every patch that the primary receives.',
  dependsOn: ['kernel/live-patching-disabled'],
  judge: (standby, primary) => {
    const here = offBecause(standby);
    if (here === null || offBecause(primary) !== null || !isActive(primary.livePatching) || !primary.livePatching.switchedOff.seen)
      return [];
    const packaging = standby.os.seen ? standby.os.packaging : 'other';
    return [
      {
        subject: 'live patching',
        expected: `${primary.livePatching.kind}, on`,
        actual: here,
        with: { here: standby.livePatching.kind, packaging },
      },
    ];
  },
  remedy: (draft) =>
    draft.with?.here === 'none'
      ? installLivePatching(draft.with?.packaging ?? '')
      : '# If nobody switched it off on purpose:\n$ sudo rm /etc/uptrack/disable\n$ sudo uptrack-upgrade -y',
};

function offBecause({ livePatching }: KernelFacts): string | null {
  if (livePatching.kind === 'none') return 'not installed';
  if (!isActive(livePatching) || !livePatching.switchedOff.seen) return null;
  return livePatching.switchedOff.isDisabled ? `off because ${livePatching.switchedOff.by} exists` : null;
}

const notAutomaticHere: Rule = {
  kind: 'paired',
  code: 'kernel/live-patches-by-hand-here',
  severity: 'warning',
  title: 'Live patches are applied by themselves on the primary and by hand here',
  why: 'The standby falls behind with the next patch, and stays behind until somebody remembers it.',
  dependsOn: ['kernel/live-patching-disabled', 'kernel/live-patching-off-here'],
  judge: (standby, primary) =>
    optionsOf(standby)?.autoinstall === 'no' && optionsOf(primary)?.autoinstall === 'yes'
      ? [{ subject: 'live patching', expected: 'autoinstall = yes', actual: 'autoinstall = no' }]
      : [],
  remedy: () => "$ sudo sed -i 's/^ *autoinstall *=.*/autoinstall = yes/' /etc/uptrack/uptrack.conf",
};

const optionsOf = ({ livePatching }: KernelFacts) => (isActive(livePatching) ? livePatching.options : undefined);

const primaryUnseen: Rule = {
  kind: 'paired',
  code: 'kernel/primary-part-unseen',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the primary could not be seen, so the standby cannot be compared with it',
  why: 'The standby may be behind in exactly this part.',
  judge: (standby, primary) =>
    comparedParts(standby, primary).flatMap(([subject, part]) =>
      part.seen ? [] : [{ subject: `primary’s ${subject}`, expected: 'seen', actual: part.detail }],
    ),
  remedy: (draft) =>
    `# On the primary, which shows why its ${draft.subject.replace('primary’s ', '')} cannot be seen:\n$ understudy explain kernel`,
};

type Part = { readonly seen: true } | { readonly seen: false; readonly detail: string };

/** What paired rules ask of the primary. A list that neither side keeps is the standby's own finding already. */
function comparedParts(standby: KernelFacts, primary: KernelFacts): readonly (readonly [string, Part])[] {
  const { os, packages, livePatching } = primary;
  const isKeptByNeither = hasNoPackaging(primary, packages) && hasNoPackaging(standby, standby.packages);
  return [
    ['operating system', os],
    ...(isKeptByNeither ? [] : [['installed packages', packages] as const]),
    ...(livePatching.kind === 'unseen' ? [['live patching', { seen: false, detail: livePatching.detail }] as const] : []),
    ...(isActive(livePatching) ? livePartsOf(standby, livePatching) : []),
  ];
}

/** Its patches decide where both booted one kernel, its switch where the standby's is off. */
const livePartsOf = (standby: KernelFacts, theirs: ActiveLivePatching): readonly (readonly [string, Part])[] => [
  ['effective kernel', theirs.effective],
  ['installed live patches', theirs.installed],
  ...(offBecause(standby) === null ? [] : [['live patching switch', theirs.switchedOff] as const]),
];

export const pairedRules: readonly Rule[] = [
  otherArchitecture,
  otherOs,
  otherFlavour,
  behind,
  patchesMissing,
  ahead,
  offHere,
  notAutomaticHere,
  primaryUnseen,
];
