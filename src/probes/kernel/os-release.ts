// Reads /etc/os-release (os-release(5)): which system this is.
import type { Packaging } from './facts.ts';

export interface OsRelease {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly packaging: Packaging;
}

/** Null where it names no system. `VERSION_ID` is missing on rolling releases: the version is then empty. */
export function parseOsRelease(text: string): OsRelease | null {
  const values = new Map([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map((match) => [match[1]!, unquote(match[2]!.trim())]));
  const id = values.get('ID');
  if (id === undefined || !/^[a-z0-9._-]+$/.test(id)) return null;
  const version = values.get('VERSION_ID') ?? '';
  const kin = [id, ...(values.get('ID_LIKE') ?? '').split(/\s+/)];
  return { id, version, name: values.get('PRETTY_NAME') ?? `${id} ${version}`.trim(), packaging: packagingOf(kin) };
}

const unquote = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2]?.replace(/\\(["'$`\\])/g, '$1') ?? value;

function packagingOf(kin: readonly string[]): Packaging {
  if (kin.some((id) => ['ol', 'rhel', 'fedora', 'centos', 'suse', 'sles', 'opensuse', 'amzn'].includes(id))) return 'rpm';
  return kin.some((id) => ['debian', 'ubuntu'].includes(id)) ? 'dpkg' : 'other';
}
