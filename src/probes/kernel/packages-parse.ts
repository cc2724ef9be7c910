// Understands rpm's and dpkg's lists of what is installed.
import { createHash } from 'node:crypto';
import { type InstalledKernel, type Packages, partUnseen } from './facts.ts';
import { readRelease } from './release.ts';

/** One installed package. Several of one name are lawful: kernels, and libraries of two architectures. */
export interface InstalledPackage {
  readonly name: string;
  /** `[epoch:]version[-release]`; the epoch is left out where it is 0. */
  readonly version: string;
  readonly architecture: string;
  /** Epoch seconds; null where the database does not keep it. */
  readonly installedAtS: number | null;
}

export interface RpmAnswer {
  readonly packages: readonly InstalledPackage[];
  /** Names that rpm said are not installed (it says so on stdout). */
  readonly missing: readonly string[];
  /** Lines of any other kind: warnings, or an answer that is not rpm's. */
  readonly strange: readonly string[];
}

/** Asked as argv: rpm itself expands the backslashes. */
export const rpmFormat = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}\\n';

/** Answers to the format above, and to the same with `%{EPOCH}` before `%{EPOCHNUM}`. */
export function parseRpm(stdout: string): RpmAnswer {
  const packages: InstalledPackage[] = [];
  const missing: string[] = [];
  const strange: string[] = [];
  for (const line of stdout.split('\n')) {
    const row = rpmRow.exec(line);
    const absent = /^package (\S+) is not installed$/.exec(line);
    if (row !== null) {
      const [, name, epoch, version, release, arch, installed] = row as unknown as readonly string[];
      // Imported signing keys are listed as packages; they differ by import order and have no architecture.
      if (name === 'gpg-pubkey') continue;
      const prefix = epoch === '0' ? '' : `${epoch}:`;
      packages.push({ name: name!, version: `${prefix}${version}-${release}`, architecture: arch!, installedAtS: Number(installed) });
    } else if (absent !== null) missing.push(absent[1]!);
    else if (line.trim() !== '') strange.push(line);
  }
  return { packages, missing, strange };
}

const rpmRow = /^([^\s]+)\t(?:(?:\(none\)|[0-9]+)\t)??([0-9]+)\t([^\s-]+)\t([^\s-]+)\t([A-Za-z0-9_()]+)\t([0-9]{1,12})$/;

/** One package a line as `rpm -qa` names them, with `--last` before the time of installation; null where a line is no such name. */
export function parseRpmNames(stdout: string): readonly InstalledPackage[] | null {
  const packages: InstalledPackage[] = [];
  for (const line of stdout.split('\n')) {
    if (line.trim() === '') continue;
    const row = /^([A-Za-z0-9][^\s]*)-([^\s-]+)-([^\s-]+)\.([a-z0-9_]+)(?:\s{2,}.*)?$/.exec(line);
    if (row === null && !/^gpg-pubkey-\S+/.test(line)) return null;
    if (row === null || row[1] === 'gpg-pubkey') continue;
    packages.push({ name: row[1]!, version: `${row[2]}-${row[3]}`, architecture: row[4]!, installedAtS: null });
  }
  return packages;
}

/** `/var/lib/dpkg/status`; null where a paragraph is no package. Only what is installed, not what left its configuration behind. */
export function parseDpkgStatus(text: string): readonly InstalledPackage[] | null {
  const packages: InstalledPackage[] = [];
  for (const paragraph of text.split(/\n\n+/)) {
    if (paragraph.trim() === '') continue;
    const name = /^Package: (\S+)$/m.exec(paragraph)?.[1];
    const status = /^Status: \S+ \S+ (\S+)$/m.exec(paragraph)?.[1];
    if (name === undefined || status === undefined) return null;
    if (!isInstalled(status)) continue;
    const version = /^Version: (\S+)$/m.exec(paragraph)?.[1];
    const architecture = /^Architecture: (\S+)$/m.exec(paragraph)?.[1];
    if (version === undefined || architecture === undefined) return null;
    packages.push({ name, version, architecture, installedAtS: null });
  }
  return packages;
}

/** As argv of `dpkg-query -W -f`: dpkg expands the backslashes. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
export const dpkgFormat = '${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n';
/** Without the architecture, as often written. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
export const dpkgKernelFormat = '${Package}\\t${Version}\\t${db:Status-Status}\\n';

/** Answers to either format; null where a line is not of it. */
export function parseDpkgQuery(stdout: string, architecture: string): readonly InstalledPackage[] | null {
  const packages: InstalledPackage[] = [];
  for (const line of stdout.split('\n')) {
    if (line === '') continue;
    const row = /^([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9]+)?\t(\S*)\t(?:([a-z0-9-]+)\t)?([a-z-]+)$/.exec(line);
    if (row === null) return null;
    if (isInstalled(row[4]!)) packages.push({ name: row[1]!, version: row[2]!, architecture: row[3] ?? architecture, installedAtS: null });
  }
  return packages;
}

/** What waits for triggers is installed and works. */
const isInstalled = (status: string): boolean => ['installed', 'triggers-awaited', 'triggers-pending'].includes(status);

/** The fact, from a list that is known to be whole and not empty. */
export function packageFacts(packages: readonly InstalledPackage[]): Packages {
  if (packages.length === 0) return partUnseen('unparsable', 'The package database named no package at all');
  const list = [...new Set(packages.map((one) => `${one.name} ${one.version} ${one.architecture}`))].sort();
  const digest = `sha256:${createHash('sha256').update(list.join('\n')).digest('hex')}`;
  return { seen: true, count: list.length, digest, list };
}

/** Kernels that can boot, named as `uname -r` would, oldest release text first. */
export function installedKernels(packages: readonly InstalledPackage[], packaging: 'rpm' | 'dpkg'): readonly InstalledKernel[] {
  const releases = new Map<string, InstalledKernel>();
  for (const one of packages) {
    const release = packaging === 'rpm' ? rpmKernelRelease(one) : debianKernelRelease(one);
    // `kernel` and `kernel-core` of one release are one kernel.
    if (release !== null && !releases.has(release)) releases.set(release, kernelOf(one, release));
  }
  return [...releases.values()].sort((a, b) => (a.release < b.release ? -1 : 1));
}

function kernelOf(one: InstalledPackage, release: string): InstalledKernel {
  const installedOn = one.installedAtS === null ? null : new Date(one.installedAtS * 1_000).toISOString().slice(0, 10);
  return { release, flavour: readRelease(release).flavour, packageVersion: one.version, installedOn };
}

/** `kernel-64k-core`, `kernel-rt-core`, `kernel-uek64k-core` are flavours of their own; `kernel` is meta where `kernel-core` exists. */
const rpmKernel = /^kernel(?:-(uek))?(?:-?(64k|rt|debug))?(?:-core)?$/;

function rpmKernelRelease(one: InstalledPackage): string | null {
  const match = rpmKernel.exec(one.name);
  if (match === null) return null;
  const release = `${one.version.replace(/^[0-9]+:/, '')}.${one.architecture}`;
  if (match[2] === undefined) return release;
  return match[1] === undefined ? `${release}+${match[2]}` : release.replace(/\.([a-z0-9_]+)$/, `.${match[2]}.$1`);
}

function debianKernelRelease(one: InstalledPackage): string | null {
  // The meta packages (linux-image-amd64) name no release, and -dbg holds symbols only.
  return (
    /^linux-image-(?:unsigned-)?([0-9].*?)$/
      .exec(one.name)?.[1]
      ?.replace(/-unsigned$/, '')
      .replace(/^.*-dbg$/, '') || null
  );
}
