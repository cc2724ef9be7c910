// The text of a fleet file into the collector's settings, or into everything that is wrong with it at once.
import type { TSchema } from 'typebox/type';
import { fillDefaults, type SchemaProblem } from '../../contract/schema.ts';
import { accessProblems } from '../access-problems.ts';
import { type ConfigError, inFileOrder } from '../config-error.ts';
import { type ConfigMap, type ConfigRead, readConfigMap } from '../config-read.ts';
import type { FleetConfig } from '../fleet-config.ts';
import { freeze } from '../freeze.ts';
import type { Probes } from '../parse.ts';
import { type FleetPlaces, fleetPlaces } from '../places.ts';
import { schemaErrors } from '../schema-messages.ts';
import { keepProblems, storeProblems } from '../store-problems.ts';
import { contactProblems } from './contact-problems.ts';
import { discoverProblems } from './discover-problems.ts';
import { groupProblems, siteProblems } from './group-problems.ts';
import { lawfulProblems } from './lawful-problems.ts';
import { regionProblems } from './region-problems.ts';
import { readRegions } from './regions.ts';
import { type FleetFile, FleetFileSchema } from './schema.ts';
import { fleetSettings } from './settings.ts';
import { tellProblems } from './tell-problems.ts';
import { timeProblems } from './time-problems.ts';
import { type Partly, withoutWrong } from './without-wrong.ts';

export type FleetRead = ConfigRead<FleetConfig>;

/** `file` only names the text in errors and in the result; nothing is read but `text`. */
export async function parseFleetConfig(
  text: string,
  file: string,
  probes: Probes,
  places: FleetPlaces = fleetPlaces(),
): Promise<FleetRead> {
  const read = await readConfigMap(text, file, FleetFileSchema, 'understudy config example fleet');
  if (read.kind === 'invalid') return read;
  const shape = fillDefaults(FleetFileSchema as TSchema, read.value);
  const left = withoutWrong<FleetFile>(read.value, shape);
  const { regions, errors: ofRegions } = await readRegions(left, read.text, probes);
  const errors = [...(await problemsOf(read, shape, left, probes)), ...ofRegions];
  if (errors.length > 0) return { kind: 'invalid', errors: inFileOrder(errors) };
  // Everything was checked by the schema.
  return { kind: 'loaded', config: freeze({ ...fleetSettings(read.value as FleetFile, regions, places), file }) };
}

/** A fleet of nobody, for whoever runs a collector without a file. */
export const emptyFleetConfig = (places: FleetPlaces = fleetPlaces()): FleetConfig =>
  freeze({ ...fleetSettings({}, new Map(), places), file: null });

async function problemsOf(
  { text, value }: ConfigMap,
  shape: readonly SchemaProblem[],
  file: Partly<FleetFile>,
  probes: Probes,
): Promise<readonly ConfigError[]> {
  return [
    ...schemaErrors(shape, { text, base: '', value, schema: FleetFileSchema }),
    ...(await siteProblems(file, text)),
    ...groupProblems(file, text),
    ...(await regionProblems(file, text)),
    ...contactProblems(file, text),
    ...lawfulProblems(file, text, probes),
    ...discoverProblems(file, text),
    ...timeProblems(file, text),
    ...tellProblems(file, text),
    ...storeProblems(value, text),
    ...keepProblems(file.receipts?.keep, '/receipts/keep', text),
    ...accessProblems(value, text, 'collector'),
  ];
}
