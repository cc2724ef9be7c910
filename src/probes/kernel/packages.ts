// Looks at the package database: which packages and which kernels are installed.
import type { Failed, Machine, Uname } from '../../contract/machine.ts';
import { type Argv, readText, runTool, unseenFrom } from './ask.ts';
import { type Kernels, type Packages, type Packaging, partUnseen, type UnseenPart } from './facts.ts';
import {
  dpkgFormat,
  dpkgKernelFormat,
  type InstalledPackage,
  installedKernels,
  packageFacts,
  parseDpkgQuery,
  parseDpkgStatus,
  parseRpm,
  parseRpmNames,
  rpmFormat,
} from './packages-parse.ts';
import { compareReleases, readRelease } from './release.ts';

/** 3,000 packages are about 6 MiB. */
const dpkgStatusBytesMax = 33_554_432;
/** `rpm -qa` reads the whole database from a cold disk. */
const packagesTimeoutMs = 60_000;

export interface PackagesLook {
  readonly packages: Packages;
  readonly kernels: Kernels;
  /** Newest installation of each package, epoch seconds; only where the database keeps it. */
  readonly installedAtS?: ReadonlyMap<string, number>;
}

export async function lookAtPackages(port: Machine, uname: Uname, packaging: Packaging): Promise<PackagesLook> {
  switch (packaging) {
    case 'rpm':
      return lookAtRpm(port, uname);
    case 'dpkg':
      return lookAtDpkg(port, uname);
    case 'other':
      return bothUnseen(partUnseen('unparsable', 'It is not known how this system keeps its packages'));
  }
}

const bothUnseen = (part: UnseenPart): PackagesLook => ({ packages: part, kernels: part });

async function lookAtRpm(port: Machine, uname: Uname): Promise<PackagesLook> {
  const all = await runTool(port, ['rpm', '-qa', '--qf', rpmFormat], packagesTimeoutMs);
  const whole = all.kind === 'failed' ? await rpmNames(port, ['rpm', '-qa'], all) : readRpm(all.code, all.stdout, all.stderr);
  if (Array.isArray(whole))
    return { packages: packageFacts(whole), kernels: kernelFacts(whole, 'rpm', uname.release), installedAtS: installationTimes(whole) };
  if (all.kind === 'failed' && all.reason === 'tool-missing') return bothUnseen(whole as UnseenPart);
  return { packages: whole as UnseenPart, kernels: await rpmKernels(port, uname) };
}

/** A recording may hold plain names only, where the question of our own form has no answer; they lack epochs. */
async function rpmNames(port: Machine, argv: Argv, refused: Failed): Promise<readonly InstalledPackage[] | UnseenPart> {
  const answer = refused.reason === 'unreadable' ? await runTool(port, argv, packagesTimeoutMs) : refused;
  const isAnswer = answer.kind === 'exited' && answer.code === 0 && !hasError(answer.stderr);
  const packages = isAnswer ? parseRpmNames(answer.stdout) : null;
  return packages === null || packages.length === 0 ? unseenFrom(refused) : packages;
}

/** The whole list, or why it is none: a lock, an error, or an answer that is not rpm's. */
function readRpm(code: number, stdout: string, stderr: string): readonly InstalledPackage[] | UnseenPart {
  const answer = parseRpm(stdout);
  if (hasError(stderr) || (/lock|rpmdb|database/i.test(stderr) && code !== 0))
    return partUnseen('unreadable', 'rpm could not read its database; it may be locked or damaged');
  if (code !== 0) return partUnseen('unreadable', `rpm -qa ended with exit code ${code}`);
  if (answer.strange.length > 0) return partUnseen('unparsable', 'rpm -qa printed lines that are no packages');
  if (answer.packages.length === 0) return partUnseen('unparsable', 'rpm -qa named no package at all');
  return answer.packages;
}

/** Warnings (of an unknown macro, of another backend’s files) do not make an answer wrong; errors do, whatever the exit code. */
const hasError = (stderr: string): boolean => /^error:/m.test(stderr);

async function rpmKernels(port: Machine, uname: Uname): Promise<Kernels> {
  const names = ['kernel', 'kernel-core', 'kernel-uek', 'kernel-uek-core'];
  const answer = await runTool(port, ['rpm', '-q', '--qf', rpmFormat, ...names], packagesTimeoutMs);
  if (answer.kind === 'failed') {
    const named = await rpmNames(port, ['rpm', '-qa', '--last', 'kernel', 'kernel-uek'], answer);
    return Array.isArray(named) ? kernelFacts(named, 'rpm', uname.release) : (named as UnseenPart);
  }
  const { packages, missing, strange } = parseRpm(answer.stdout);
  // The exit code is the number of names that are not installed; any other is an error. A damaged database answers that
  // none is (seen with rpm 4.18), which is no answer after the whole list was refused.
  if (answer.code !== missing.length || strange.length > 0 || packages.length === 0 || hasError(answer.stderr)) {
    return partUnseen('unreadable', 'rpm did not tell which kernels are installed; its database may be locked or damaged');
  }
  return kernelFacts(packages, 'rpm', uname.release);
}

async function lookAtDpkg(port: Machine, uname: Uname): Promise<PackagesLook> {
  const status = await readText(port, '/var/lib/dpkg/status', dpkgStatusBytesMax);
  const fromFile = status.kind === 'text' ? parseDpkgStatus(status.text) : null;
  if (fromFile !== null && fromFile.length > 0)
    return { packages: packageFacts(fromFile), kernels: kernelFacts(fromFile, 'dpkg', uname.release) };
  const asked = await runTool(port, ['dpkg-query', '-W', '-f', dpkgFormat], packagesTimeoutMs);
  const isUnanswered = asked.kind === 'failed' && asked.reason === 'unreadable';
  const all = isUnanswered ? await runTool(port, ['dpkg-query', '-W', '-f', dpkgKernelFormat], packagesTimeoutMs) : asked;
  const listed = all.kind === 'exited' && all.code === 0 ? parseDpkgQuery(all.stdout, uname.machine) : null;
  if (listed !== null && listed.length > 0) return { packages: packageFacts(listed), kernels: kernelFacts(listed, 'dpkg', uname.release) };
  if (status.kind === 'text')
    return { packages: partUnseen('unparsable', '/var/lib/dpkg/status is no list of packages'), kernels: await debianKernels(port, uname) };
  const packages = all.kind === 'failed' ? unseenFrom(all) : partUnseen('unparsable', 'dpkg-query gave no list of packages');
  return { packages, kernels: await debianKernels(port, uname) };
}

async function debianKernels(port: Machine, uname: Uname): Promise<Kernels> {
  const answer = await runTool(port, ['dpkg-query', '-W', '-f', dpkgKernelFormat, 'linux-image-*']);
  if (answer.kind === 'failed') return unseenFrom(answer);
  const packages = answer.code === 0 ? parseDpkgQuery(answer.stdout, uname.machine) : null;
  return packages === null
    ? partUnseen('unparsable', 'dpkg-query did not tell which kernels are installed')
    : kernelFacts(packages, 'dpkg', uname.release);
}

function installationTimes(packages: readonly InstalledPackage[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { name, installedAtS } of packages) if (installedAtS !== null) times.set(name, Math.max(installedAtS, times.get(name) ?? 0));
  return times;
}

function kernelFacts(packages: readonly InstalledPackage[], packaging: 'rpm' | 'dpkg', running: string): Kernels {
  const installed = installedKernels(packages, packaging);
  const { flavour } = readRelease(running);
  const ofFlavour = installed.filter((kernel) => kernel.flavour === flavour).map((kernel) => kernel.release);
  const newestOfFlavour = ofFlavour.reduce<string | null>(
    (best, one) => (best === null || compareReleases(one, best) === 1 ? one : best),
    null,
  );
  return { seen: true, installed: [...installed], newestOfFlavour };
}
