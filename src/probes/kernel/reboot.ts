// Decides from what was seen whether a reboot is pending. No tool is believed for this: needs-restarting does not know
// kernel-uek, and the marker file exists only where certain packages do.
import { compareDpkgVersions } from '../../formats/dpkg-version.ts';
import type { Effective, KernelFacts, LivePatching, RebootMarker } from './facts.ts';
import { compareReleases, runningPackageVersion, withoutArchitecture } from './release.ts';

type Reboot = KernelFacts['reboot'];

interface Seen {
  readonly running: string;
  readonly version: string;
  readonly kernels: KernelFacts['kernels'];
  readonly livePatching: LivePatching;
  readonly markers: readonly RebootMarker[];
}

export function judgeReboot(seen: Seen): Reboot {
  const { kernels, running } = seen;
  const marked = seen.markers.find((marker) => marker.seen && marker.isSet);
  if (!kernels.seen) return marked === undefined ? { state: 'unseen', because: kernels.detail } : byMarker(marked);
  const newest = kernels.newestOfFlavour;
  const isNewer = newest !== null && (compareReleases(newest, running) === 1 || isRebuilt(seen, newest));
  if (!isNewer) return marked === undefined ? notPending(newest) : byMarker(marked);
  const beyond = seen.markers.find((marker) => marker.seen && marker.isSet && marker.packages.some((name) => !isKernel(name)));
  if (beyond !== undefined) return byMarker(beyond);
  if (covers(seen, newest)) return { state: 'covered', because: `${newest} is installed, and live patches bring ${running} to its level` };
  return { state: 'pending', because: `${newest} is installed and ${running} runs` };
}

/** What live patches cover. */
const isKernel = (name: string): boolean => /^(?:kernel|linux-(?:image|base|modules|headers|generic|oracle))(?:-|$)/.test(name);

const notPending = (newest: string | null): Reboot =>
  newest === null
    ? { state: 'not-pending', because: 'No kernel package of the flavour that runs is installed' }
    : { state: 'not-pending', because: 'The newest installed kernel of its flavour runs' };

const byMarker = (marker: RebootMarker): Reboot => {
  const packages = marker.seen ? marker.packages : [];
  return { state: 'pending', because: `A reboot is asked for${packages.length === 0 ? '' : ` by ${packages.join(', ')}`}` };
};

/** Debian and Ubuntu rebuild a kernel under its old release: the package is then newer than what was booted. */
function isRebuilt({ running, version, kernels }: Seen, newest: string): boolean {
  if (newest !== running || !kernels.seen) return false;
  const booted = runningPackageVersion(running, version);
  const installed = kernels.installed.find((kernel) => kernel.release === running)?.packageVersion;
  return booted !== null && installed !== undefined && compareDpkgVersions(installed, booted) === 1;
}

function covers({ livePatching, kernels }: Seen, newest: string): boolean {
  if (livePatching.kind === 'none' || livePatching.kind === 'unseen' || !livePatching.effective.seen) return false;
  const packageVersion = kernels.seen ? kernels.installed.find((kernel) => kernel.release === newest)?.packageVersion : undefined;
  return reaches(livePatching.effective, newest, packageVersion);
}

/** Whether an effective level is at least a release; an Ubuntu package version is compared with package versions only. */
function reaches(effective: Extract<Effective, { seen: true }>, release: string, packageVersion: string | undefined): boolean {
  if (effective.learntFrom === 'uname') return false;
  if (effective.naming === 'package-version')
    return packageVersion !== undefined && compareDpkgVersions(effective.release, packageVersion) >= 0;
  const order = compareReleases(effective.release, withoutArchitecture(release));
  return order !== null && order >= 0;
}
