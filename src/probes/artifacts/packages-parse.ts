// Reads what the package databases print about packages.

export interface Installed {
  readonly name: string;
  /** `[epoch:]version[-release]`; epoch 0 is left out. */
  readonly version: string;
}

/** As argv: rpm expands the backslashes. EPOCHNUM is 0 where EPOCH is `(none)`. */
export const rpmFormat = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}\\n';

/** With `%{EPOCH}` before it, as people write it. */
export const rpmLongFormat = rpmFormat.replace('%{EPOCHNUM}', '%{EPOCH}\\t%{EPOCHNUM}');

/** Lines of either form, or plain `name-version-release.arch`. Null where one is neither. */
export function parseRpmLines(stdout: string): readonly Installed[] | null {
  const packages = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(rpmLine);
  return packages.every((one) => one !== null) ? packages.filter((one) => one !== 'not-installed') : null;
}

/** That a package is not installed is said on stdout. */
function rpmLine(line: string): Installed | 'not-installed' | null {
  if (/^package .+ is not installed$/.test(line.trim())) return 'not-installed';
  const fields = line.split('\t');
  if (fields.length >= 5) {
    const [name, ...rest] = fields;
    const [epoch, version, release] = rest.length >= 6 ? rest.slice(1) : rest;
    return name && version && release && /^(?:\d+|\(none\))$/.test(epoch ?? '')
      ? { name, version: withEpoch(epoch!, `${version}-${release}`) }
      : null;
  }
  const plain = /^([A-Za-z0-9]\S*)-([^\s-]+)-([^\s-]+)\.[a-z0-9_]+$/.exec(line.trim());
  if (plain !== null) return { name: plain[1]!, version: `${plain[2]}-${plain[3]}` };
  return /^gpg-pubkey-\S+$/.test(line.trim()) ? 'not-installed' : null;
}

const withEpoch = (epoch: string, rest: string): string => (/^[1-9]/.test(epoch) ? `${epoch}:${rest}` : rest);

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
export const dpkgFormat = '${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n';

/** Null where a line is not of that form. */
export function parseDpkgQuery(stdout: string): readonly Installed[] | null {
  const rows = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /^([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9]+)?\t(\S*)\t(?:[a-z0-9-]*\t)?([a-z-]+)$/.exec(line));
  if (rows.some((row) => row === null)) return null;
  return rows.flatMap((row) => (isInstalled(row![3]!) ? [{ name: row![1]!, version: row![2]! }] : []));
}

/** `/var/lib/dpkg/status`, of which only these names are read; null where it holds no package at all. */
export function parseDpkgStatus(text: string, names: ReadonlySet<string>): readonly Installed[] | null {
  const packages: Installed[] = [];
  let isList = false;
  for (const paragraph of text.split(/\n\n+/)) {
    const name = /^Package: (\S+)$/m.exec(paragraph)?.[1];
    if (name === undefined) continue;
    isList = true;
    const status = names.has(name) ? /^Status: \S+ \S+ (\S+)$/m.exec(paragraph)?.[1] : undefined;
    const version = /^Version: (\S+)$/m.exec(paragraph)?.[1];
    if (status !== undefined && version !== undefined && isInstalled(status)) packages.push({ name, version });
  }
  return isList ? packages : null;
}

/** What waits for triggers is installed and works. */
const isInstalled = (status: string): boolean => ['installed', 'triggers-awaited', 'triggers-pending'].includes(status);
