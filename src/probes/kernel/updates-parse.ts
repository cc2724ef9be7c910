// Understands lists of pending security updates, as package managers print them from cached metadata.

export interface SecurityUpdate {
  /** `ELSA-2024-1234`; empty where the package manager names none (apt). */
  readonly advisory: string;
  /** `Important`, `Moderate`, …; empty where none is named. */
  readonly severity: string;
  readonly package: string;
}

/** `dnf updateinfo list`, `yum updateinfo list`: security rows only; null where there are lines and none is a row. */
export function parseUpdateInfo(stdout: string): readonly SecurityUpdate[] | null {
  const lines = stdout.split('\n').filter((line) => line.trim() !== '' && !isNoise(line));
  const rows = lines.map((line) =>
    /^(?:[i ] )?([A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9:.]+)+)\s+(\S+)\s+(\S+-[^-\s]+-[^-\s]+\.[a-z0-9_]+)\s*$/.exec(line),
  );
  if (rows.some((row) => row === null)) return null;
  return rows.flatMap((row) => {
    const severity = /^(?:(\w+)\/Sec\.|security)$/.exec(row![2]!);
    return severity === null ? [] : [{ advisory: row![1]!, severity: severity[1] ?? '', package: row![3]! }];
  });
}

const isNoise = (line: string): boolean =>
  /^(?:Last metadata expiration check|Loaded plugins|updateinfo list done|Updates? (?:I|i)nformation|Repository |Not root|This system is )/.test(
    line,
  );

/** `apt-get -s dist-upgrade`: what it would install from a security suite; null where it does not end as apt ends. */
export function parseAptSimulation(stdout: string): readonly SecurityUpdate[] | null {
  if (!/^\d+ upgraded, \d+ newly installed, \d+ to remove and \d+ not upgraded\.$/m.test(stdout)) return null;
  return [...stdout.matchAll(/^Inst (\S+) (?:\[(\S*)\] )?\((\S+) ([^[)]*)\[(\S+)\]\)/gm)]
    .filter((match) => /-security\b|\bDebian-Security\b|\bUbuntuESM/i.test(match[4]!))
    .map((match) => ({ advisory: '', severity: '', package: `${match[1]} ${match[3]} ${match[5]}` }));
}

/** The day and hour that a suite's Release file was made, as its archive attests; null where it says none. */
export function parseReleaseDate(text: string): number | null {
  const date = /^Date: (.+)$/m.exec(text)?.[1];
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? null : at;
}
