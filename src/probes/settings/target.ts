// What one look goes over: each source that the settings name, under the name that it shares with the other side.
import type { Machine } from '../../contract/machine.ts';
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import type { Facts, Source } from './facts.ts';
import type { FleetKey } from './fleet-key.ts';
import type { Format } from './read/index.ts';
import type { Selection, Settings } from './settings.ts';

/** What every source is looked at with. */
export interface Look {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly site: Site;
  readonly fleetKey: FleetKey;
  readonly signal: AbortSignal;
}

export interface Target {
  readonly kind: Source['kind'];
  readonly name: string;
  /** Path, or name of the unit. */
  readonly where: string;
  readonly unit?: string;
  /** The pattern that it fits, with this site's words replaced. */
  readonly foundBy?: string;
  readonly format?: Format;
  /** Name of a program, for a service whose process systemd does not name. */
  readonly process?: string;
  readonly isOptional: boolean;
  readonly selection: Selection;
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly unsearched: Facts['unsearched'];
}

/** Files of one pattern, so that a folder of ten thousand leaves room for the rest. */
const patternMax = 200;

export async function targetsOf(look: Look): Promise<Targets> {
  const { settings } = look;
  const found = [
    ...(await Promise.all(settings.files.map((entry) => fileTargets(look, 'file', entry)))),
    ...(await Promise.all(settings.flags.map((entry) => fileTargets(look, 'flags', entry)))),
  ];
  const directories = settings.directories.map((entry): Target => {
    const { path, optional = false, ...selection } = asMap(entry, 'path');
    return { kind: 'directory', where: path, name: nameOf(look, path, selection), isOptional: optional, selection };
  });
  const units = settings.units.map((entry): Target => {
    const { unit, optional = false, ...selection } = asMap(entry, 'unit');
    return { kind: 'unit', where: unit, unit, name: nameOf(look, unit, selection), isOptional: optional, selection };
  });
  const services = settings.services.map((entry): Target => {
    const { unit, process, ...selection } = asMap(entry, 'unit');
    const name = nameOf(look, `process of ${unit}`, selection);
    return { kind: 'environment', where: unit, unit, name, ...(process === undefined ? {} : { process }), isOptional: false, selection };
  });
  const targets = [...found.flatMap((one) => one.targets), ...directories, ...units, ...services];
  return { targets: distinct(targets), unsearched: found.flatMap((one) => one.unsearched) };
}

type Entry<K extends string> = { readonly [P in K]: string };

const asMap = <K extends string, M extends Entry<K>>(entry: string | M, key: K): M =>
  typeof entry === 'string' ? ({ [key]: entry } as unknown as M) : entry;

const nameOf = ({ site }: Look, where: string, { name }: Selection): string => name ?? withoutSite(where, site);

async function fileTargets(look: Look, kind: 'file' | 'flags', entry: Settings['files'][number]): Promise<Targets> {
  const { path, format, optional = false, service, ...selection } = asMap(entry, 'path');
  const common = { kind, isOptional: optional, selection, ...(service === undefined ? {} : { unit: service }), ...(format && { format }) };
  const alone = (where: string): Target => ({ ...common, where, name: nameOf(look, where, selection) });
  if (!/[*?[{]/.test(path)) return { targets: [alone(path)], unsearched: [] };
  const listed = await look.machine.glob(path, { entriesMax: patternMax });
  if (listed.kind === 'failed') return { targets: [], unsearched: [{ place: path, detail: `it could not be searched: ${listed.reason}` }] };
  const unsearched = [
    ...(listed.isCut ? [{ place: path, detail: `more than ${patternMax} files; the others were not read` }] : []),
    ...listed.denied.map((place) => ({ place, detail: 'the folder may not be entered' })),
  ];
  // A pattern that fits nothing stays as it is, and is then a file that is missing.
  if (listed.paths.length === 0) return { targets: unsearched.length > 0 ? [] : [alone(path)], unsearched };
  const found = (where: string): Target => ({
    ...alone(where),
    name: nameOfMany(look, where, selection),
    foundBy: withoutSite(path, look.site),
  });
  return { targets: listed.paths.map(found), unsearched };
}

/** Several files cannot share one name, however many it is on either side. */
const nameOfMany = ({ site }: Look, where: string, { name }: Selection): string =>
  name === undefined ? withoutSite(where, site) : `${name} ${withoutSite(where.slice(where.lastIndexOf('/') + 1), site)}`;

/** One source a name: what is named twice is looked at as it is named first. */
function distinct(targets: readonly Target[]): readonly Target[] {
  const byName = new Map<string, Target>();
  for (const target of targets) if (!byName.has(target.name)) byName.set(target.name, target);
  return [...byName.values()];
}
