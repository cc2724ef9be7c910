// A folder that stands in for a machine, with the configuration that it brings, for tests that run the program.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

interface Folder {
  readonly at: string;
  readonly name: string;
  /** Absolute path on the machine to content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly config: object;
}

/** Returns the folder. */
export function recordedFolder({ at, name, files = {}, config }: Folder): string {
  const all = { ...files, '/etc/understudy/agent.yaml': stringify(config), '/etc/machine-id': `${name}\n` };
  for (const [path, text] of Object.entries(all)) {
    const file = join(at, 'files', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const uname = { sysname: 'Linux', nodename: name, release: '5.15.0', version: '#1', machine: 'x86_64' };
  writeFileSync(join(at, 'machine.yaml'), stringify({ now: '2026-11-23T12:00:00Z', uname, commands: [], listeners: [], processes: [] }));
  return at;
}
