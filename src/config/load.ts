// The configuration from where it lies: a file that was named, the usual file, or none.
import { type ConfigRead, wrongFile } from './config-read.ts';
import { discoveredConfig, type Probes, parseAgentConfig } from './parse.ts';
import { defaultConfigFile, hostPlaces, type Places } from './places.ts';
import { readTextFile } from './text-file.ts';

export type { ConfigRead } from './config-read.ts';

/** More than ten thousand checks need; a file beyond it is not a configuration. */
const bytesMax = 1024 ** 2;

/** With null, the usual file if there is one, and else what can be discovered. Never throws for what is in a file. */
export async function loadAgentConfig(file: string | null, probes: Probes, places: Places = hostPlaces()): Promise<ConfigRead> {
  const path = file ?? defaultConfigFile;
  const read = await readTextFile(path, bytesMax);
  switch (read.kind) {
    case 'text':
      return parseAgentConfig(read.text, path, probes, places);
    case 'missing':
      if (file === null) return { kind: 'loaded', config: await discoveredConfig(probes, places) };
      return wrongFile(path, 'there is no such file');
    case 'wrong':
      return wrongFile(path, read.message, read.line);
  }
}
