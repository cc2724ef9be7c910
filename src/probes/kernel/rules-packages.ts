// What can be wrong with the packages of a standby beside its primary's. Kernels are judged by other rules.

import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { compareDpkgVersions } from '../../formats/dpkg-version.ts';
import { compareRpmVersions } from '../../formats/rpm-version.ts';
import type { KernelFacts } from './facts.ts';
import type { KernelSettings } from './settings.ts';

type Rule = PairedRule<KernelFacts, KernelSettings>;

/** As many names as an operator reads in one finding; the count is whole. */
const namedMax = 10;
/** A command line with more packages is not pasted. */
const commandMax = 60;

const missing: Rule = {
  kind: 'paired',
  code: 'kernel/packages-missing',
  severity: 'warning',
  title: 'Packages of the primary are not installed on the standby',
  why: 'What the service needs may be among them; it shows only when the service starts here.',
  judge: (standby, primary, context) =>
    one(differences(standby, primary, context).missing, 'missing', (each) => `${each.key} ${each.theirs}`, standby),
  remedy: install,
};

const older: Rule = {
  kind: 'paired',
  code: 'kernel/packages-older',
  severity: 'warning',
  title: 'Packages on the standby are older than on the primary',
  why: 'Fixes and behaviour that the service relies on are missing here.',
  judge: (standby, primary, context) => one(differences(standby, primary, context).older, 'older', between, standby),
  remedy: install,
};

const newer: Rule = {
  kind: 'paired',
  code: 'kernel/packages-newer',
  severity: 'note',
  title: 'Packages on the standby are newer than on the primary',
  why: 'Patching the standby first is good practice; the primary should follow.',
  judge: (standby, primary, context) => one(differences(standby, primary, context).newer, 'newer', between, standby),
  remedy: () => '# On the primary, at its next window, whichever it has:\n$ sudo dnf upgrade -y || sudo apt-get upgrade',
};

const extra: Rule = {
  kind: 'paired',
  code: 'kernel/packages-only-here',
  severity: 'note',
  title: 'Packages are installed on the standby and not on the primary',
  why: 'Usually harmless; something tried out here may still take a port or a file that the service wants.',
  judge: (standby, primary, context) =>
    one(differences(standby, primary, context).extra, 'only here', (each) => `${each.key} ${each.own}`, standby),
  remedy: () => '# Remove what nobody needs, or name it under ignorePackages in the check’s settings.',
};

interface Difference {
  /** Name, with the architecture where it is not the machine's own. */
  readonly key: string;
  readonly own: string;
  readonly theirs: string;
}

interface Differences {
  readonly missing: readonly Difference[];
  readonly older: readonly Difference[];
  readonly newer: readonly Difference[];
  readonly extra: readonly Difference[];
}

const none: Differences = { missing: [], older: [], newer: [], extra: [] };

/** Nothing is said across rpm and dpkg, nor across systems: that they differ is the finding then, not two thousand packages. */
function differences(standby: KernelFacts, primary: KernelFacts, context: PairedContext<KernelSettings>): Differences {
  if (!standby.packages.seen || !primary.packages.seen || !standby.os.seen || !primary.os.seen) return none;
  if (standby.os.packaging !== primary.os.packaging || standby.os.id !== primary.os.id) return none;
  const compare = standby.os.packaging === 'dpkg' ? compareDpkgVersions : compareRpmVersions;
  const isIgnored = ignoring(context.standby.settings.ignorePackages);
  const own = newestByName(standby, compare, isIgnored);
  const theirs = newestByName(primary, compare, isIgnored);
  const shared = [...own].flatMap(([key, version]) => (theirs.has(key) ? [{ key, own: version, theirs: theirs.get(key)! }] : []));
  return {
    missing: [...theirs].flatMap(([key, version]) => (own.has(key) ? [] : [{ key, own: '', theirs: version }])),
    older: shared.filter((each) => compare(each.own, each.theirs) === -1),
    newer: shared.filter((each) => compare(each.own, each.theirs) === 1),
    extra: [...own].flatMap(([key, version]) => (theirs.has(key) ? [] : [{ key, own: version, theirs: '' }])),
  };
}

/** Where several versions of one package are installed, the newest is in use. */
function newestByName(
  { packages, architecture }: KernelFacts,
  compare: (a: string, b: string) => number,
  isIgnored: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const newest = new Map<string, string>();
  const list = packages.seen ? packages.list : [];
  for (const line of list) {
    const [name, version, arch] = line.split(' ') as [string, string, string];
    if (isKernelPackage(name) || isIgnored(name)) continue;
    const key = isNative(arch, architecture) ? name : `${name}.${arch}`;
    const before = newest.get(key);
    if (before === undefined || compare(version, before) > 0) newest.set(key, version);
  }
  return newest;
}

const nativeNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

const isNative = (arch: string, machine: string): boolean => ['noarch', 'all', machine, nativeNames[machine]].includes(arch);

const isKernelPackage = (name: string): boolean =>
  /^kernel(?:-|$)/.test(name) ||
  /^linux-(?:image|headers|modules|tools|cloud-tools|buildinfo|kbuild|generic|virtual|oracle|aws|kvm|hwe|signed)(?:-|$)/.test(name);

function ignoring(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`));
  return (name) => expressions.some((expression) => expression.test(name));
}

const between = (each: Difference): string => `${each.key} ${each.own} (primary ${each.theirs})`;

function one(all: readonly Difference[], word: string, name: (each: Difference) => string, standby: KernelFacts): readonly Draft[] {
  if (all.length === 0) return [];
  const sorted = [...all].sort(byWeight);
  const shown = sorted.slice(0, namedMax).map(name).join(', ');
  const actual = `${all.length} ${word}: ${shown}${all.length > namedMax ? `, and ${all.length - namedMax} more` : ''}`;
  const isDpkg = standby.os.seen && standby.os.packaging === 'dpkg';
  const wanted = sorted.slice(0, commandMax).map((each) => (isDpkg ? `${each.key.replace(foreign, ':$1')}=${each.theirs}` : nevra(each)));
  return [
    {
      subject: 'installed packages',
      expected: 'as on the primary',
      actual,
      with: { tool: isDpkg ? 'apt-get' : 'dnf', wanted: wanted.join(' '), rest: String(Math.max(0, all.length - commandMax)) },
    },
  ];
}

/** What breaks or exposes a service first is named first. */
const weighty =
  /^(?:openssl|glibc|libc6|libssl|openssh|sudo|systemd|java|jdk|openjdk|python3?|nodejs|httpd|nginx|apache2|oracle|docker|podman|containerd|ca-certificates|nss|gnutls|curl|libcurl)/;

const byWeight = (a: Difference, b: Difference): number =>
  Number(weighty.test(b.key)) - Number(weighty.test(a.key)) || (a.key < b.key ? -1 : 1);

/** Only such a suffix is an architecture: `python3.11` is a name. */
const foreign = /\.(i[3-6]86|x86_64|aarch64|amd64|arm64|armhf)$/;

/** `name-[epoch:]version-release[.arch]`: dnf finds the architecture of native packages itself. */
const nevra = (each: Difference): string => `${each.key.replace(foreign, '')}-${each.theirs}${foreign.exec(each.key)?.[0] ?? ''}`;

function install(draft: Draft): string {
  const rest = draft.with?.rest ?? '0';
  const more = rest === '0' ? '' : `\n# and ${rest} more: understudy explain kernel lists them all`;
  return `# On the standby, with the primary’s versions:\n$ sudo ${draft.with?.tool ?? ''} install ${draft.with?.wanted ?? ''}${more}`;
}

export const packageRules: readonly Rule[] = [missing, older, newer, extra];
