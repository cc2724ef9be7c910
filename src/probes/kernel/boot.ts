// Looks at the last boot and the next one: when this kernel started, and which one the boot loader takes.
import type { Machine } from '../../contract/machine.ts';
import { askRootTool, readText, unseenFrom } from './ask.ts';
import {
  chooseFromMenu,
  type GrubMenu,
  parseBootTime,
  parseGrubbyDefault,
  parseGrubConfig,
  parseGrubEnvironment,
  parseLoaderEntry,
  parseRebootPackages,
  releaseOfKernelPath,
  releaseOfSavedEntry,
} from './boot-parse.ts';
import { type KernelFacts, type Kernels, type NextBoot, partUnseen, type RebootMarker } from './facts.ts';

/** The clock's own corrections move the boot time by seconds; a boot takes longer than this. */
const sameBootMs = 120_000;

/** To the minute, and the earlier look's minute where it is plainly the same boot. */
export async function lookAtBootTime(
  port: Machine,
  earlier: KernelFacts['bootedAt'] | undefined,
): Promise<{ bootedAt: KernelFacts['bootedAt']; atMs: number | null }> {
  const stat = await readText(port, '/proc/stat', 4_194_304);
  if (stat.kind === 'failed') return { bootedAt: unseenFrom(stat), atMs: null };
  const atMs = stat.kind === 'text' ? parseBootTime(stat.text) : null;
  if (atMs === null) return { bootedAt: partUnseen('unparsable', '/proc/stat tells no boot time'), atMs: null };
  if (earlier?.seen === true && Math.abs(Date.parse(earlier.at) - atMs) <= sameBootMs) return { bootedAt: earlier, atMs };
  return { bootedAt: { seen: true, at: minuteOf(atMs) }, atMs };
}

const minuteOf = (ms: number): string => new Date(Math.round(ms / 60_000) * 60_000).toISOString().replace(/:00\.000Z$/, 'Z');

export async function lookAtNextBoot(port: Machine, kernels: Kernels, captureFolder: string): Promise<NextBoot> {
  const grubby = await askRootTool(
    port,
    ['grubby', '--default-kernel'],
    { folder: captureFolder, name: 'grubby-default' },
    (answer) => parseGrubbyDefault(answer.stdout) === null,
  );
  if (grubby.kind === 'told') {
    const release = parseGrubbyDefault(grubby.stdout);
    if (release !== null) return { kind: 'entry', release, learntFrom: grubby.learntFrom };
  }
  const looks = [await fromGrubEnvironment(port), await fromGrubConfig(port), await fromLink(port)];
  const found = looks.find((look) => look.kind === 'entry');
  if (found !== undefined) return found;
  const denied = looks.find((look) => look.kind === 'unseen' && look.reason === 'denied') ?? looks.find((look) => look.kind === 'unseen');
  if (grubby.kind === 'failed' && grubby.reason === 'tool-missing' && denied === undefined && (await hasNoKernel(port, kernels)))
    return { kind: 'from-outside' };
  if (denied !== undefined && denied.kind === 'unseen') return denied;
  return {
    kind: 'unseen',
    reason: 'unreadable',
    detail: 'No boot loader configuration that this probe knows tells which kernel the next boot takes',
  };
}

/** EL: the saved entry names its boot loader entry, which names the kernel. With UEFI the block may lie on the system partition. */
async function fromGrubEnvironment(port: Machine): Promise<NextBoot | Nothing> {
  for (const path of ['/boot/grub2/grubenv', '/boot/efi/EFI/redhat/grubenv']) {
    const environment = await readText(port, path);
    if (environment.kind === 'failed') return nextUnseen(environment.reason, environment.detail);
    if (environment.kind === 'text') return fromSavedEntry(port, path, environment.text);
  }
  return nothing;
}

async function fromSavedEntry(port: Machine, path: string, text: string): Promise<NextBoot> {
  const saved = parseGrubEnvironment(text);
  if (saved === null) return nextUnseen('unparsable', `${path} is no grub environment block`);
  const entry = /^[A-Za-z0-9._+~-]+$/.test(saved)
    ? await readText(port, `/boot/loader/entries/${saved}.conf`)
    : { kind: 'missing' as const };
  const release = (entry.kind === 'text' ? parseLoaderEntry(entry.text) : null) ?? releaseOfSavedEntry(saved);
  return release === null
    ? nextUnseen('unparsable', `The saved entry in ${path} names no kernel`)
    : { kind: 'entry', release, learntFrom: path };
}

/** A menu of twenty kernels is 40 KiB. */
const grubConfigBytesMax = 262_144;

/** Debian and Ubuntu. */
async function fromGrubConfig(port: Machine): Promise<NextBoot | Nothing> {
  const path = '/boot/grub/grub.cfg';
  const config = await readText(port, path, grubConfigBytesMax);
  if (config.kind === 'missing') return nothing;
  if (config.kind === 'failed') return nextUnseen(config.reason, config.detail);
  const menu = parseGrubConfig(config.text);
  if (menu === null) return nextUnseen('unparsable', `${path} has no entry for a Linux kernel`);
  const release = chooseFromMenu(menu, await savedChoice(port, menu));
  return release === null
    ? nextUnseen('unparsable', `The default of ${path} names no entry that can be told`)
    : { kind: 'entry', release, learntFrom: path };
}

async function savedChoice(port: Machine, menu: GrubMenu): Promise<string> {
  if (menu.default !== 'saved') return menu.default;
  const environment = await readText(port, '/boot/grub/grubenv');
  return environment.kind === 'text'
    ? (parseGrubEnvironment(environment.text) ?? 'unknown')
    : environment.kind === 'missing'
      ? '0'
      : 'unknown';
}

/** Debian keeps a link to the newest kernel, which anybody may follow. */
async function fromLink(port: Machine): Promise<NextBoot | Nothing> {
  for (const link of ['/vmlinuz', '/boot/vmlinuz']) {
    const target = await port.realPath(link);
    if (target.kind === 'failed') return nextUnseen(target.reason, target.detail);
    const release = target.kind === 'real-path' ? releaseOfKernelPath(target.path) : null;
    if (release !== null) return { kind: 'entry', release, learntFrom: link };
  }
  return nothing;
}

interface Nothing {
  readonly kind: 'nothing';
}

const nothing: Nothing = { kind: 'nothing' };

const nextUnseen = (reason: Extract<NextBoot, { kind: 'unseen' }>['reason'], detail: string): NextBoot => ({
  kind: 'unseen',
  reason,
  detail: detail.slice(0, 300),
});

async function hasNoKernel(port: Machine, kernels: Kernels): Promise<boolean> {
  if (!kernels.seen || kernels.installed.length > 0) return false;
  const files = await port.glob('/boot/vmlinu*', { entriesMax: 16 });
  return files.kind === 'globbed' && files.paths.length === 0 && files.denied.length === 0;
}

/** The marker that Debian's and Ubuntu's packages leave. */
export async function lookAtRebootMarker(port: Machine): Promise<RebootMarker> {
  for (const path of ['/run/reboot-required', '/var/run/reboot-required']) {
    const marker = await port.stat(path);
    if (marker.kind === 'failed') return unseenFrom(marker);
    if (marker.kind === 'missing') continue;
    const packages = await readText(port, `${path}.pkgs`);
    return { seen: true, isSet: true, packages: packages.kind === 'text' ? [...parseRebootPackages(packages.text)] : [] };
  }
  return { seen: true, isSet: false, packages: [] };
}
