// Looks at pending security updates in cached package metadata: no network, no lock, nothing written.
import type { Machine } from '../../contract/machine.ts';
import type { EarlierLook } from '../../contract/probe.ts';
import { dayOf, runTool, unseenFrom } from './ask.ts';
import { type KernelFacts, type Packages, type Packaging, partUnseen, type SecurityUpdates, type UnseenPart } from './facts.ts';
import { parseAptSimulation, parseReleaseDate, parseUpdateInfo, type SecurityUpdate } from './updates-parse.ts';

/** The names of the first few hundred suffice to act; the count is whole. */
export const updatesListedMax = 300;
/** dnf loads every repository's solver data first: 5 to 60 s were seen. */
const updatesTimeoutMs = 90_000;

export interface UpdatesLook {
  readonly updates: SecurityUpdates;
  readonly metadataAsOfMs: number | null;
}

/** `earlier` is taken over while neither the packages nor the metadata changed: the question costs seconds of CPU. */
export async function lookAtSecurityUpdates(
  port: Machine,
  packaging: Packaging,
  packages: Packages,
  earlier?: EarlierLook<KernelFacts>,
): Promise<UpdatesLook> {
  switch (packaging) {
    case 'rpm':
      return lookAtRpmUpdates(port, packages, earlier);
    case 'dpkg':
      return lookAtAptUpdates(port, packages, earlier);
    case 'other':
      return { updates: partUnseen('unparsable', 'It is not known how this system is updated'), metadataAsOfMs: null };
  }
}

async function lookAtRpmUpdates(port: Machine, packages: Packages, earlier?: EarlierLook<KernelFacts>): Promise<UpdatesLook> {
  const metadataAsOfMs = await newestOf(port, [
    '/var/cache/dnf/*/repodata/repomd.xml',
    '/var/cache/libdnf5/*/repodata/repomd.xml',
    '/var/cache/yum/*/*/*/repomd.xml',
  ]);
  const known = unchanged(packages, metadataAsOfMs, earlier);
  if (known !== null) return { updates: known, metadataAsOfMs };
  const dnf = await runTool(port, ['dnf', '-C', 'updateinfo', 'list', '--security', '-q'], updatesTimeoutMs);
  const isYum = dnf.kind === 'failed' && dnf.reason === 'tool-missing';
  const answer = isYum ? await runTool(port, ['yum', '-C', '-q', 'updateinfo', 'list', 'security'], updatesTimeoutMs) : dnf;
  const name = isYum ? 'yum -C updateinfo list security' : 'dnf -C updateinfo list --security';
  if (answer.kind === 'failed') return { updates: answer.reason === 'tool-missing' ? noUpdater : unseenFrom(answer), metadataAsOfMs };
  if (answer.code !== 0)
    return { updates: refusal(`${answer.stdout}\n${answer.stderr}`, name, answer.code, metadataAsOfMs !== null), metadataAsOfMs };
  const rows = parseUpdateInfo(answer.stdout);
  if (rows === null) return { updates: partUnseen('unparsable', `${name} printed lines that are no advisories`), metadataAsOfMs };
  // An empty answer means "none" only where there are metadata that could have named one.
  if (rows.length === 0 && metadataAsOfMs === null) return { updates: noMetadata, metadataAsOfMs };
  return { updates: updateFacts(rows, name, metadataAsOfMs), metadataAsOfMs };
}

const noUpdater: UnseenPart = partUnseen('tool-missing', 'Neither dnf nor yum is installed');

const noMetadata: UnseenPart = partUnseen(
  'unreadable',
  'No package metadata are cached on this machine, so nothing tells which security updates it lacks',
);

function refusal(text: string, name: string, code: number, isCached: boolean): UnseenPart {
  if (!/cache-only|no cache|cannot retrieve repository metadata/i.test(text.replace(/\s+/g, ' '))) {
    return partUnseen('unreadable', `${name} ended with exit code ${code}`);
  }
  return isCached
    ? partUnseen('denied', 'Package metadata are cached here, and this user’s package manager does not take them')
    : noMetadata;
}

/** Epoch milliseconds of the newest matching file; null where there is none. */
async function newestOf(port: Machine, patterns: readonly string[]): Promise<number | null> {
  const found = await Promise.all(patterns.map((pattern) => port.glob(pattern, { entriesMax: 64 })));
  const paths = found.flatMap((answer) => (answer.kind === 'globbed' ? answer.paths : []));
  const stats = await Promise.all(paths.map((path) => port.stat(path)));
  const times = stats.flatMap((stat) => (stat.kind === 'stat' ? [stat.modifiedMs] : []));
  return times.length === 0 ? null : Math.max(...times);
}

function unchanged(packages: Packages, metadataAsOfMs: number | null, earlier?: EarlierLook<KernelFacts>): SecurityUpdates | null {
  if (earlier === undefined || !packages.seen || metadataAsOfMs === null) return null;
  const before = earlier.readings.find((reading) => reading.name === 'metadataAsOfMs')?.value;
  const isSame = before === metadataAsOfMs && earlier.facts.packages.seen && earlier.facts.packages.digest === packages.digest;
  return isSame && earlier.facts.securityUpdates.seen ? earlier.facts.securityUpdates : null;
}

async function lookAtAptUpdates(port: Machine, packages: Packages, earlier?: EarlierLook<KernelFacts>): Promise<UpdatesLook> {
  const suites = await port.glob('/var/lib/apt/lists/*security*_{InRelease,Release}', { entriesMax: 64 });
  if (suites.kind === 'failed') return { updates: unseenFrom(suites), metadataAsOfMs: null };
  if (suites.denied.length > 0) return { updates: partUnseen('denied', '/var/lib/apt/lists may not be read'), metadataAsOfMs: null };
  if (suites.paths.length === 0)
    return {
      updates: partUnseen('unreadable', 'apt has no list of a security suite here, so nothing tells which security updates it lacks'),
      metadataAsOfMs: null,
    };
  const metadataAsOfMs = await archiveDate(port, suites.paths);
  const known = unchanged(packages, metadataAsOfMs, earlier);
  if (known !== null) return { updates: known, metadataAsOfMs };
  return { updates: await simulateUpgrade(port, metadataAsOfMs), metadataAsOfMs };
}

/** By the archive's own date: apt gives its lists the server's times, and touches its folders when a download failed too. */
async function archiveDate(port: Machine, paths: readonly string[]): Promise<number | null> {
  const heads = await Promise.all(paths.map((path) => port.readFile(path, { bytesMax: 4_096 })));
  const dates = heads.flatMap((head) => (head.kind === 'file' ? [parseReleaseDate(head.text)] : [])).filter((date) => date !== null);
  return dates.length === 0 ? null : Math.min(...dates);
}

async function simulateUpgrade(port: Machine, metadataAsOfMs: number | null): Promise<SecurityUpdates> {
  // Without its cache files apt computes in memory and writes nothing, as root too.
  const argv = [
    'apt-get',
    '-s',
    '-q',
    '-o',
    'Debug::NoLocking=1',
    '-o',
    'Dir::Cache::pkgcache=',
    '-o',
    'Dir::Cache::srcpkgcache=',
    'dist-upgrade',
  ] as const;
  const answer = await runTool(port, [...argv] as [string, ...string[]], updatesTimeoutMs);
  if (answer.kind === 'failed') return unseenFrom(answer);
  const rows = answer.code === 0 ? parseAptSimulation(answer.stdout) : null;
  if (rows === null)
    return partUnseen(answer.code === 0 ? 'unparsable' : 'unreadable', 'apt-get could not work out an upgrade from its lists');
  return updateFacts(rows, 'apt-get -s dist-upgrade', metadataAsOfMs);
}

function updateFacts(rows: readonly SecurityUpdate[], learntFrom: string, metadataAsOfMs: number | null): SecurityUpdates {
  const key = (row: SecurityUpdate): string => `${row.advisory} ${row.package} ${row.severity}`;
  const unique = [...new Map(rows.map((row) => [key(row), row])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { seen: true, count: unique.length, updates: unique.slice(0, updatesListedMax), learntFrom, asOfDay: dayOf(metadataAsOfMs) };
}
