// Reads kernel releases (`uname -r`) and orders them within one flavour; across flavours there is no order.
import { compareDpkgVersions } from '../../formats/dpkg-version.ts';
import { compareRpmVersions } from '../../formats/rpm-version.ts';

export interface KernelRelease {
  /** The part that grows: without architecture and flavour. */
  readonly level: string;
  /** `uek`, `rhck`, `amd64`, `cloud-amd64`, `generic`, `oracle`, …; `other` where the release names none. */
  readonly flavour: string;
  readonly packaging: 'rpm' | 'dpkg';
}

const architecture = /\.(?:x86_64|aarch64|i[3-6]86|ppc64le|s390x|noarch)(\+[a-z0-9+]+)?$/;

/** `5.15.0-206.153.7.1.el9uek.x86_64` → level without `.x86_64`, flavour `uek`; `6.1.0-18-cloud-amd64` → `cloud-amd64`. */
export function readRelease(release: string): KernelRelease {
  const suffix = architecture.exec(release);
  const bare = suffix === null ? release : release.slice(0, suffix.index);
  const enterprise = /\.(?:el|fc)[0-9]+/.test(bare);
  if (enterprise || suffix !== null) {
    const base = /el[0-9]+(?:_[0-9]+)?uek/.test(bare) ? 'uek' : enterprise ? 'rhck' : 'other';
    // UEK with 64 KiB pages ends in `.64k`, Red Hat's in `+64k`.
    const variant = suffix?.[1]?.slice(1) ?? (/\.64k$/.test(bare) ? '64k' : '');
    return { level: bare.replace(/\.64k$/, ''), flavour: variant === '' ? base : `${base}-${variant}`, packaging: 'rpm' };
  }
  const debian = /^([0-9].*?[0-9a-z])-([a-z][a-z0-9-]*)$/.exec(bare);
  return debian === null
    ? { level: bare, flavour: 'other', packaging: 'dpkg' }
    : { level: debian[1]!, flavour: debian[2]!, packaging: 'dpkg' };
}

/** Order of two releases of one flavour; null where they have none. */
export function compareReleases(a: string, b: string): -1 | 0 | 1 | null {
  const left = readRelease(a);
  const right = readRelease(b);
  if (left.flavour !== right.flavour || left.packaging !== right.packaging) return null;
  return left.packaging === 'rpm' ? compareRpmVersions(left.level, right.level) : compareDpkgVersions(left.level, right.level);
}

/** An effective level carries no architecture; the flavour of an rpm kernel can still be read from it. */
export const withoutArchitecture = (release: string): string => release.replace(architecture, '$1');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The day in a kernel's version text (`#2 SMP Wed Mar 11 09:12:44 PDT 2026`, `… Debian 6.1.76-1 (2024-02-01)`); null if none. */
export function buildDay(version: string): string | null {
  const iso = /\(([0-9]{4}-[0-9]{2}-[0-9]{2})\)/.exec(version);
  if (iso !== null) return iso[1]!;
  const ctime = /\b([A-Z][a-z]{2})\s+([0-9]{1,2})\s+[0-9]{2}:[0-9]{2}:[0-9]{2}\s+(?:[A-Za-z0-9+-]{1,6}\s+)?([0-9]{4})\b/.exec(version);
  const month = ctime === null ? -1 : months.indexOf(ctime[1]!);
  return ctime === null || month < 0 ? null : `${ctime[3]}-${String(month + 1).padStart(2, '0')}-${ctime[2]!.padStart(2, '0')}`;
}

/** The package version that the running Debian or Ubuntu kernel was built as; null where the version text names none. */
export function runningPackageVersion(release: string, version: string): string | null {
  const debian = /\bDebian (\S+)/.exec(version);
  if (debian !== null) return debian[1]!;
  const ubuntu = /^#([0-9]+)(~\S+)?-Ubuntu\b/.exec(version);
  return ubuntu === null ? null : `${readRelease(release).level}.${ubuntu[1]}${ubuntu[2] ?? ''}`;
}
