// The regions of a group as they are looked at: each with its scope, and with every check that looks at regions.
import type { Check } from '../../contract/check.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { type RegionScope, RegionScopeSchema } from '../../contract/region.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { type CheckRead, readCheck } from '../check.ts';
import type { ConfigError } from '../config-error.ts';
import type { RegionConfig } from '../fleet-config.ts';
import { didYouMean } from '../nearest.ts';
import type { Probes } from '../parse.ts';
import { isRecord, show } from '../schema-messages.ts';
import { type ConfigText, escapePointer } from '../yaml-text.ts';
import { type WrittenGroup, writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import type { FleetFile, RegionFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export interface RegionsRead {
  /** By the name of the group. Of no meaning where anything in the file is wrong. */
  readonly regions: ReadonlyMap<string, readonly RegionConfig[]>;
  readonly errors: readonly ConfigError[];
}

export async function readRegions(file: Partly<FleetFile>, text: ConfigText, probes: Probes): Promise<RegionsRead> {
  const read = await Promise.all(writtenGroups(file).map((group) => readGroup(group, file, text, probes)));
  return {
    regions: new Map(read.map(({ name, regions }) => [name, regions])),
    errors: read.flatMap(({ errors }) => errors),
  };
}

async function readGroup(written: WrittenGroup, file: Partly<FleetFile>, text: ConfigText, probes: Probes) {
  const { name, pointer, group, regions } = written;
  const say = sayIn(text);
  const sections = Object.entries(group.regionChecks ?? {});
  const unknown = sections.flatMap(([id]) => idProblems(id, `${pointer}/regionChecks/${escapePointer(id)}`, probes, say));
  const alone =
    sections.length > 0 && !('regions' in group)
      ? [say(`${pointer}/regionChecks`, 'there are no regions to look at: the group has no regions', 'key')]
      : [];
  if (regions.length === 0) return { name, regions: [], errors: [...alone, ...unknown] };
  const scoped = regions.flatMap((one) => (one.region === undefined ? [] : [scopedRegion(one.site, one.region as RegionFile, file)]));
  const scope = scoped.find((one) => schemaProblems(RegionScopeSchema, one.scope).length === 0)?.scope ?? placeholder;
  const wanted = [...probes.values()].filter(({ looksAt }) => looksAt === 'region');
  const read = await Promise.all(wanted.map((probe) => readRegionCheck(written, probe, scope, { text, probes, say })));
  const checks = read.flatMap(({ check }) => (check === null ? [] : [check]));
  return {
    name,
    regions: scoped.map((region) => ({ ...region, checks: checks.map((check) => withScope(check, region.scope)) })),
    errors: [...unknown, ...expectedProblems(written, checks, probes, say), ...read.flatMap(({ errors }) => errors)],
  };
}

/** Settings are checked beside some scope: what is wrong with a scope is said where it stands. */
const placeholder: RegionScope = {
  compartments: { shared: 'ocid1.compartment.oc1..aaaa' },
  networks: {},
  hosts: {},
  addresses: {},
  names: {},
};

const withScope = (check: Check, scope: RegionScope): Check => ({ ...check, settings: { ...(check.settings as object), scope } });

function scopedRegion(site: string, written: RegionFile, { sites }: Partly<FleetFile>): Omit<RegionConfig, 'checks'> {
  const { region, tenancy, compartments, hosts = {}, addresses = {}, names = {} } = written;
  const own = written.networks ?? {};
  const ofSite = (sites?.[site]?.networks ?? []).filter((network) => network !== undefined);
  const byPosition = Object.fromEntries(ofSite.map((network, index) => [`n${index + 1}`, network]));
  const networks = Object.keys(own).length > 0 ? own : byPosition;
  return { site, region, tenancyId: tenancy ?? null, scope: { compartments, networks, hosts, addresses, names } };
}

function idProblems(id: string, pointer: string, probes: Probes, say: Say): readonly ConfigError[] {
  const probe = probes.get(id);
  if (probe?.looksAt === 'region') return [];
  if (probe !== undefined) return [say(pointer, `${id} looks at machines: it is a check of their agents`, 'key')];
  const known = [...probes.values()].filter(({ looksAt }) => looksAt === 'region').map((one) => one.id);
  return [say(pointer, `nothing that looks at regions is named ${show(id)}${didYouMean(id, known)}`, 'key')];
}

/** Expected of each pair of machines, it would be missed there for ever. */
function expectedProblems({ group, pointer }: WrittenGroup, checks: readonly Check[], probes: Probes, say: Say): readonly ConfigError[] {
  return (group.expect?.checks ?? []).flatMap((id, index) => {
    if (id === undefined || probes.get(id)?.looksAt !== 'region') return [];
    const ways = checks.some((check) => check.id === id) ? 'it is expected of the regions anyway' : 'it is not expected of machines';
    return [say(`${pointer}/expect/checks/${index}`, `${id} looks at regions, not at machines: ${ways}`)];
  });
}

interface Around {
  readonly text: ConfigText;
  readonly probes: Probes;
  readonly say: Say;
}

async function readRegionCheck(
  { pointer, group }: WrittenGroup,
  probe: AnyProbe,
  scope: RegionScope,
  { text, probes, say }: Around,
): Promise<CheckRead> {
  const at = `${pointer}/regionChecks/${escapePointer(probe.id)}`;
  const { enabled, settings, ...section } = group.regionChecks?.[probe.id] ?? {};
  const own = isRecord(settings) ? settings : {};
  if (settings !== undefined && settings !== null && !isRecord(settings))
    return { check: null, errors: [say(`${at}/settings`, `${show(settings)}; expected a map`)] };
  if ('scope' in own) return { check: null, errors: [say(`${at}/settings/scope`, 'the scope is what `regions` says of each side', 'key')] };
  const read = await readCheck(
    probe.id,
    { ...section, settings: { ...structuredClone(own), scope } },
    { text, pointer: at, probes, captures: null },
  );
  return enabled === false ? { ...read, check: null } : read;
}
