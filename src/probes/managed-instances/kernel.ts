// Releases of kernels beside each other: `5.15.0-311.185.9.el9uek.x86_64`.
import { compareRpmVersions, type Order } from '../../formats/rpm-version.ts';
import type { Figures } from './facts.ts';

export type Compared =
  | { readonly kind: 'ordered'; readonly order: Order; readonly own: string; readonly theirs: string }
  /** Of another line (UEK or not) or another major release of the system: neither is behind the other. */
  | { readonly kind: 'other'; readonly own: string; readonly theirs: string }
  | { readonly kind: 'untold' };

/**
 * What it amounts to with Ksplice where both have that, else what was booted; a standby that is patched while it runs is at what that
 * amounts to, also beside a primary that is not.
 */
export function compareKernels(own: Figures, theirs: Figures): Compared {
  const isLive = own.effective !== null && theirs.effective !== null;
  const [a, b] = isLive ? [own.effective, theirs.effective] : [own.effective ?? own.kernel, theirs.kernel];
  if (a === null || b === null) return { kind: 'untold' };
  if (lineOf(a) !== lineOf(b)) return { kind: 'other', own: a, theirs: b };
  return { kind: 'ordered', order: compareRpmVersions(withoutArchitecture(a), withoutArchitecture(b)), own: a, theirs: b };
}

const withoutArchitecture = (release: string): string => release.trim().replace(/\.(?:x86_64|aarch64|i[3-6]86|noarch)$/, '');

function lineOf(release: string): string {
  const major = /\.el(\d+)/.exec(release)?.[1] ?? '';
  return `${major} ${/uek/.test(release) ? 'uek' : ''}`;
}

/** Whether what the primary has patched while running is more than what the standby booted. */
export const isPatchedLiveOnly = (own: Figures, theirs: Figures): boolean =>
  own.effective === null &&
  own.kernel !== null &&
  theirs.effective !== null &&
  lineOf(own.kernel) === lineOf(theirs.effective) &&
  compareRpmVersions(withoutArchitecture(own.kernel), withoutArchitecture(theirs.effective)) < 0;
