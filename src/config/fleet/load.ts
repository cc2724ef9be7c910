// The fleet file from where it lies.
import { wrongFile } from '../config-read.ts';
import type { Probes } from '../parse.ts';
import { defaultFleetFile, type FleetPlaces, fleetPlaces } from '../places.ts';
import { readTextFile } from '../text-file.ts';
import { type FleetRead, parseFleetConfig } from './parse.ts';

export type { FleetRead } from './parse.ts';

/** Some 20,000 pairs; as much YAML takes two seconds to read. */
const bytesMax = 4 * 1024 ** 2;

/** With null, the usual file. Without any there is no fleet. Never throws for what is in a file. */
export async function loadFleetConfig(file: string | null, probes: Probes, places: FleetPlaces = fleetPlaces()): Promise<FleetRead> {
  const path = file ?? defaultFleetFile;
  const read = await readTextFile(path, bytesMax);
  switch (read.kind) {
    case 'text':
      return parseFleetConfig(read.text, path, probes, places);
    case 'missing':
      return wrongFile(path, 'there is no such file; `understudy config example fleet` prints one to begin with');
    case 'wrong':
      return wrongFile(path, read.message, read.line);
  }
}
