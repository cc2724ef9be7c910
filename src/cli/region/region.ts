// A region as something to look at: a folder that stands in for one, or the region that the fleet file describes.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { loadFleetConfig } from '../../config/fleet/load.ts';
import type { FleetConfig, GroupConfig, RegionConfig } from '../../config/fleet-config.ts';
import type { Check } from '../../contract/check.ts';
import type { NodeIdentity } from '../../contract/node.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { type RegionScope, regionPair } from '../../contract/region.ts';
import { fillDefaults } from '../../contract/schema.ts';
import type { TenancySource } from '../../contract/tenancy.ts';
import { tenancyLooks } from '../../tenancy/looks.ts';
import type { RecordedTenancyFolder } from '../../tenancy/recorded-folder.ts';
import { meant } from '../arguments.ts';
import { CannotError, type Given, UsageError } from '../command.ts';
import type { Looks } from '../looks.ts';
import { programVersion } from '../program-version.ts';
import { loadedOrThrow } from '../settings.ts';
import { openLive } from './live.ts';
import { isTenancyFolder } from './named.ts';

type Probes = ReadonlyMap<string, AnyProbe>;

export interface Region {
  readonly node: NodeIdentity;
  readonly source: TenancySource;
  readonly scope: RegionScope;
  readonly checks: readonly Check[];
  /** Of the tenancy, where the fleet file or the recording says it. */
  readonly tenancyId: string | null;
  close(): void;
}

export const looksOfRegion = ({ node, source, checks, close }: Region): Looks => ({
  looksAt: 'region',
  node,
  source: tenancyLooks(source),
  checks,
  notTold: [],
  close,
});

export const looksAtRegion = async (given: Pick<Given, 'values'>, probes: Probes): Promise<Looks> =>
  looksOfRegion(await openRegion(given, probes));

/** Throws what the operator has to be told. `probes` are all there are: the fleet file speaks of machines, too. */
export async function openRegion({ values }: Pick<Given, 'values'>, probes: Probes): Promise<Region> {
  const { tenancy, region, config } = values;
  if (values.machine !== undefined) throw new UsageError('--machine looks at a machine, --tenancy and --region at a region');
  const isAddress = tenancy !== undefined && /^https?:\/\//i.test(tenancy);
  if (region === undefined) {
    if (tenancy === undefined || isAddress)
      throw new UsageError('--tenancy URL needs --region GROUP/SITE, which says what to look at there');
    if (config !== undefined)
      throw new UsageError('--config goes with --region GROUP/SITE: a recorded region brings its own scope and settings');
    return recordedRegion(await openTenancyFolder(tenancy), probes);
  }
  const side = sideNamed(region, await fleetFrom(config ?? null, probes));
  if (tenancy === undefined || isAddress) return liveRegion(side, tenancy ?? null);
  const { source, tenancyId, region: names } = await openTenancyFolder(tenancy);
  if (names.name !== side.region.region)
    throw new CannotError(`${tenancy} is a recording of ${names.name}; ${region} lies in ${side.region.region}`);
  return { ...ofSide(side), source, tenancyId, close: () => {} };
}

export const fleetFrom = async (file: string | null, probes: Probes): Promise<FleetConfig> =>
  loadedOrThrow(await loadFleetConfig(file, probes));

export interface NamedSide {
  readonly fleet: FleetConfig;
  readonly group: GroupConfig;
  readonly region: RegionConfig;
}

const sidesOf = (fleet: FleetConfig): readonly NamedSide[] =>
  fleet.groups.flatMap((group) => group.regions.map((region) => ({ fleet, group, region })));

/** Throws where the fleet file names none. */
export function allSides(fleet: FleetConfig): readonly NamedSide[] {
  const sides = sidesOf(fleet);
  if (sides.length > 0) return sides;
  throw new CannotError(`the fleet file names no region: \`regions\` of a group says where its sides lie in OCI (${fleet.file})`);
}

/** `billing/phx` */
export const nameOfSide = ({ group, region }: NamedSide): string => `${group.name}/${region.site}`;

export function sideNamed(name: string, fleet: FleetConfig): NamedSide {
  const sides = allSides(fleet);
  const found = sides.find((side) => nameOfSide(side) === name);
  if (found !== undefined) return found;
  throw new CannotError(`there is no region '${name}'; there ${listed(sides.map(nameOfSide))}`);
}

const namesMax = 20;

function listed(names: readonly string[]): string {
  const more = names.length > namesMax ? ` and ${names.length - namesMax} more` : '';
  return `${names.length === 1 ? 'is' : 'are'} ${names.slice(0, namesMax).join(', ')}${more}`;
}

async function liveRegion(side: NamedSide, address: string | null): Promise<Region> {
  const { source, tenancyId, close } = await openLive(side.fleet.oci, side.region, address);
  return { ...ofSide(side), source, tenancyId, close };
}

const ofSide = (side: NamedSide) => ({ node: nodeOf(side), scope: side.region.scope, checks: side.region.checks });

/** As the collector calls it. */
function nodeOf({ fleet, group, region: { site, region } }: NamedSide): NodeIdentity {
  const id = createHash('sha256').update(['understudy region', group.name, site, region].join('\n')).digest('hex').slice(0, 32);
  const role = group.primarySite === null ? null : group.primarySite === site ? 'primary' : 'standby';
  return { id, name: region, role, group: group.name, twin: regionPair, site: fleet.sites[site] ?? {}, version: programVersion() };
}

export async function openTenancyFolder(folder: string): Promise<RecordedTenancyFolder> {
  const { openRecordedTenancy, RecordedTenancyError } = await import('../../tenancy/recorded-folder.ts');
  if (!isTenancyFolder(folder)) {
    const isMachine = existsSync(join(folder, 'machine.yaml'));
    const what = isMachine
      ? 'it holds a recorded machine (--machine)'
      : 'there is no tenancy.yaml in it; `understudy record --region` writes one';
    throw new CannotError(`${folder} is no recorded region: ${what}`);
  }
  try {
    return await openRecordedTenancy(folder);
  } catch (error) {
    if (error instanceof RecordedTenancyError) throw new CannotError(error.message);
    throw error;
  }
}

/** It brings its own scope and settings along. */
export function recordedRegion(recorded: RecordedTenancyFolder, probes: Probes): Region {
  const { source, region, tenancyId, role, name, group } = recorded;
  const id = createHash('sha256')
    .update(['understudy recorded region', group ?? '', name, tenancyId ?? '', region.name].join('\n'))
    .digest('hex')
    .slice(0, 32);
  const node = { id, name, role, group, twin: regionPair, site: {}, version: programVersion() };
  return { node, source, scope: recorded.scope, checks: recordedChecks(recorded, probes), tenancyId, close: () => {} };
}

function recordedChecks({ folder, scope, settings }: RecordedTenancyFolder, probes: Probes): readonly Check[] {
  const wanted = [...probes.values()].filter(({ looksAt }) => looksAt === 'region');
  const ids = wanted.map((probe) => probe.id);
  const wrong = Object.keys(settings).flatMap((id) =>
    ids.includes(id) ? [] : [`settings.${id}: nothing that looks at regions is named '${id}'${meant(id, ids)}`],
  );
  const checks = wanted.map((probe): Check => {
    const whole = { ...structuredClone(settings[probe.id] ?? {}), scope: structuredClone(scope) };
    for (const { instancePath, message, params } of fillDefaults(probe.settings, whole))
      wrong.push(`settings.${probe.id}${instancePath.replaceAll('/', '.')}: ${message} ${JSON.stringify(params)}`);
    const { everyMs, timeoutMs, staleAfterMs } = probe.defaults;
    return {
      id: probe.id,
      probe: probe.id,
      settings: whole,
      schedule: { kind: 'every', everyMs },
      timeoutMs,
      staleAfterMs,
      isRequired: true,
    };
  });
  if (wrong.length > 0) throw new CannotError(wrong.map((line) => `${join(folder, 'tenancy.yaml')}: ${line}`).join('\n'));
  return checks;
}
