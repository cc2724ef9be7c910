// Looks at the kernel, its live patches and the packages of one machine.
import type { Machine, Uname } from '../../contract/machine.ts';
import { type Outcome, observed, type Reading, unseen } from '../../contract/outcome.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { readText, unseenFrom } from './ask.ts';
import { lookAtBootTime, lookAtNextBoot, lookAtRebootMarker } from './boot.ts';
import { type ActiveLivePatching, type KernelFacts, partUnseen } from './facts.ts';
import { type LivePatchingLook, lookAtKsplice } from './ksplice.ts';
import { askNeedsRestarting, earlierAnswer } from './needs-restarting.ts';
import { parseOsRelease } from './os-release.ts';
import { lookAtCanonicalLivepatch, lookAtKpatch } from './other-live-patching.ts';
import { lookAtPackages } from './packages.ts';
import { judgeReboot } from './reboot.ts';
import { buildDay, readRelease } from './release.ts';
import type { KernelSettings } from './settings.ts';
import { lookAtSecurityUpdates } from './updates.ts';

const hourMs = 3_600_000;

export async function observe(
  port: Machine,
  settings: KernelSettings,
  signal: AbortSignal,
  earlier?: EarlierLook<KernelFacts>,
): Promise<Outcome<KernelFacts>> {
  const uname = await port.uname();
  if (uname.kind === 'failed') return unseen(uname.reason, uname.detail);
  const os = await lookAtOs(port);
  const packaging = os.seen
    ? os.packaging
    : readRelease(uname.release).flavour === 'other'
      ? 'other'
      : readRelease(uname.release).packaging;
  const [{ packages, kernels, installedAtS = new Map() }, boot, marker] = await Promise.all([
    lookAtPackages(port, uname, packaging),
    lookAtBootTime(port, earlier?.facts.bootedAt),
    lookAtRebootMarker(port),
  ]);
  const isOffline = packages.seen && packages.list.some((line) => /^(?:uptrack|ksplice)-offline /.test(line));
  const [live, nextBoot, restarting, updates] = await Promise.all([
    lookAtLivePatching(port, uname, packaging === 'dpkg', settings, isOffline),
    lookAtNextBoot(port, kernels, settings.captureFolder),
    settings.needsRestarting && packaging === 'rpm'
      ? (earlierAnswer(earlier?.facts, { packages, bootedAt: boot.bootedAt }) ??
        askNeedsRestarting(port, { bootedAtMs: boot.atMs, installedAtS, flavour: readRelease(uname.release).flavour }))
      : undefined,
    lookAtSecurityUpdates(port, packaging, packages, earlier),
  ]);
  if (signal.aborted) return unseen('timeout', 'The look at kernel and packages was ended before it was complete');
  if (!os.seen && !packages.seen && !kernels.seen)
    return unseen(packages.reason, 'Neither the system, nor its packages, nor its kernels could be seen');
  const markers = [marker, ...(restarting === undefined ? [] : [restarting])];
  const { release, flavour } = { release: uname.release, flavour: readRelease(uname.release).flavour };
  const facts: KernelFacts = {
    os,
    architecture: uname.machine,
    running: { release, flavour, builtOn: buildDay(uname.version) },
    bootedAt: boot.bootedAt,
    livePatching: live.state,
    kernels,
    nextBoot,
    reboot: judgeReboot({ running: release, version: uname.version, kernels, livePatching: live.state, markers }),
    rebootMarker: marker,
    ...(restarting === undefined ? {} : { needsRestarting: restarting }),
    securityUpdates: updates.updates,
    packages,
  };
  return observed(facts, readingsOf(facts, port.now(), boot.atMs, live.planAsOfMs, updates.metadataAsOfMs));
}

async function lookAtOs(port: Machine): Promise<KernelFacts['os']> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const file = await readText(port, path);
    if (file.kind === 'missing') continue;
    if (file.kind === 'failed') return unseenFrom(file);
    const os = parseOsRelease(file.text);
    return os === null ? partUnseen('unparsable', `${path} names no system`) : { seen: true, ...os };
  }
  return partUnseen('unreadable', 'There is no os-release file');
}

/** Ksplice where it is installed, whatever the system; else what the system's own vendor offers. */
async function lookAtLivePatching(
  port: Machine,
  uname: Uname,
  isDebian: boolean,
  settings: KernelSettings,
  isOffline: boolean,
): Promise<LivePatchingLook> {
  const commandLine = await lookAtCommandLine(port);
  const ksplice = await lookAtKsplice({ port, uname, captureFolder: settings.captureFolder, isOffline, commandLine });
  if (ksplice.state.kind !== 'none') return ksplice;
  const canonical = isDebian ? await lookAtCanonicalLivepatch({ port, running: uname.release, commandLine }) : ksplice;
  return canonical.state.kind === 'none' ? lookAtKpatch({ port, running: uname.release, commandLine }) : canonical;
}

async function lookAtCommandLine(port: Machine): Promise<ActiveLivePatching['commandLine']> {
  const file = await readText(port, '/proc/cmdline');
  if (file.kind === 'failed') return unseenFrom(file);
  if (file.kind === 'missing') return partUnseen('unreadable', '/proc/cmdline is not there');
  return { seen: true, hasNouptrack: file.text.split(/\s+/).includes('nouptrack') };
}

function readingsOf(
  facts: KernelFacts,
  now: number,
  bootedAtMs: number | null,
  planAsOfMs: number | null,
  metadataAsOfMs: number | null,
): readonly Reading[] {
  const readings: Reading[] = [];
  const add = (name: string, value: number | null): void => {
    if (value !== null) readings.push({ name, subject: '', value });
  };
  const live = facts.livePatching;
  const isActive = live.kind !== 'none' && live.kind !== 'unseen';
  add('bootedDays', bootedAtMs === null ? null : (now - bootedAtMs) / (24 * hourMs));
  add('patchesInstalledCount', isActive && live.installed.seen ? live.installed.patches.length : null);
  add('patchesAvailableCount', isActive && live.available.seen ? live.available.patches.length : null);
  add('planAsOfMs', planAsOfMs);
  add('planAgeHours', planAsOfMs === null ? null : (now - planAsOfMs) / hourMs);
  add('securityUpdatesCount', facts.securityUpdates.seen ? facts.securityUpdates.count : null);
  add('metadataAsOfMs', metadataAsOfMs);
  add('metadataAgeHours', metadataAsOfMs === null ? null : (now - metadataAsOfMs) / hourMs);
  return readings;
}
