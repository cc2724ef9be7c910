// What is wrong with where a group's two sides lie in OCI: sites that are not there, sides that are no two, words that only one side has.
import { isIP } from 'node:net';
import { protectionGroupsProbe } from '../../contract/protection-groups.ts';
import { regionPair } from '../../contract/region.ts';
import type { ConfigError } from '../config-error.ts';
import { didYouMean } from '../nearest.ts';
import { networkProblem } from '../networks.ts';
import { show } from '../schema-messages.ts';
import { type ConfigText, escapePointer } from '../yaml-text.ts';
import { keyProblems } from './contact-problems.ts';
import { type WrittenGroup, type WrittenRegion, writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import type { ContactFile, FleetFile } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export async function regionProblems(file: Partly<FleetFile>, text: ConfigText): Promise<readonly ConfigError[]> {
  const say = sayIn(text);
  const sites = Object.keys(file.sites ?? {});
  const groups = writtenGroups(file).filter(({ regions }) => regions.length > 0);
  const words = await Promise.all(groups.flatMap(({ regions }) => regions.map((region) => wordProblems(region, say))));
  return [
    ...groups.flatMap((written) => [
      ...(siteProblems(written, sites, say) ?? sideProblems(written, say)),
      ...placeProblems(written, say),
      ...oneSidedProblems(written, say),
      ...sizeProblems(written, say),
      ...reservedProblems(written, say),
    ]),
    ...writtenGroups(file).flatMap((written) => protectionGroupProblems(written, say)),
    ...endpointProblems(file, say),
    ...words.flat(),
  ];
}

/** Null where every site is one of the file, and of the group's pairs where it has some. */
function siteProblems({ regions, pairs }: WrittenGroup, sites: readonly string[], say: Say): readonly ConfigError[] | null {
  const ofPairs = [...new Set(pairs.flatMap(({ members }) => members.map(({ site }) => site)))];
  const known = ofPairs.length >= 2 ? ofPairs.filter((site) => sites.includes(site)) : sites;
  const problems = regions
    .filter(({ site }) => !known.includes(site))
    .map(({ site, pointer }) => {
      const isDeclared = sites.includes(site);
      const none = sites.length === 0 ? '; none is declared under sites' : didYouMean(site, known);
      return say(pointer, isDeclared ? `no pair of this group stands at ${site}` : `there is no site ${show(site)}${none}`, 'key');
    });
  return problems.length === 0 ? null : problems;
}

function sideProblems({ regions, group, pointer }: WrittenGroup, say: Say): readonly ConfigError[] {
  const at = `${pointer}/regions`;
  const named = regions.map(({ site }) => site);
  if (named.length !== 2) {
    const found = `${named.length} ${named.length === 1 ? 'site' : 'sites'} (${named.join(', ')})`;
    return [say(at, `${found}; a group has two sides, each under the name of its site`, 'key')];
  }
  if (group.primary === undefined)
    return 'primary' in group || 'protectionGroup' in group
      ? []
      : [
          say(
            at,
            `which of the two is the primary is said by 'primary' or 'protectionGroup' of the group, neither of which is there`,
            'key',
          ),
        ];
  return named.includes(group.primary) ? [] : [say(at, `no region at ${group.primary}, the primary site of this group`, 'key')];
}

function placeProblems({ regions }: WrittenGroup, say: Say): readonly ConfigError[] {
  const [first, second] = regions;
  const place = first?.region?.region;
  if (place === undefined || second?.region?.region !== place) return [];
  return [say(`${second.pointer}/region`, `${show(place)} is the region of ${first!.site} too; two sides lie in two regions`)];
}

/** What only one side has stands beside nothing, and would be looked at on neither. */
function oneSidedProblems({ regions }: WrittenGroup, say: Say): readonly ConfigError[] {
  const [first, second] = regions;
  if (regions.length !== 2 || first?.region === undefined || second?.region === undefined) return [];
  return [[first, second] as const, [second, first] as const].flatMap(([own, other]) => {
    const known = Object.keys(other.region?.compartments ?? {});
    if (known.length === 0) return [];
    return Object.keys(own.region?.compartments ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => {
        const at = `${own.pointer}/compartments/${escapePointer(name)}`;
        return say(at, `${other.site} has no compartment ${show(name)}${didYouMean(name, known)}`, 'key');
      });
  });
}

/** Addresses of one stand for those of the other at the same offset. */
function sizeProblems({ regions }: WrittenGroup, say: Say): readonly ConfigError[] {
  const [first, second] = regions;
  const bits = (network: string | undefined): string | undefined => network?.split('/')[1];
  return Object.entries(second?.region?.networks ?? {}).flatMap(([name, network]) => {
    const other = first?.region?.networks?.[name];
    if (bits(network) === undefined || bits(other) === undefined || bits(network) === bits(other)) return [];
    const at = `${second!.pointer}/networks/${escapePointer(name)}`;
    return [say(at, `${show(network)} is not of the size of ${show(other)}, which it stands for at ${first!.site}`)];
  });
}

const reservedProblems = ({ pairs }: WrittenGroup, say: Say): readonly ConfigError[] =>
  pairs
    .filter(({ name }) => name === regionPair)
    .map(({ pointer }) => say(pointer, `a pair of a group with regions cannot be called ${regionPair}: the two regions are`, 'key'));

async function wordProblems({ region, pointer }: WrittenRegion, say: Say): Promise<readonly ConfigError[]> {
  const { networks = {}, hosts = {}, addresses = {} } = region ?? {};
  const ofNetworks = await Promise.all(
    Object.entries(networks).map(async ([name, network]) => {
      const problem = network === undefined ? null : await networkProblem(network);
      return problem === null ? [] : [say(`${pointer}/networks/${escapePointer(name)}`, problem)];
    }),
  );
  const lists = [
    ...Object.entries(hosts).map(([name, host]) => [`${pointer}/hosts/${escapePointer(name)}/addresses`, host?.addresses ?? []] as const),
    ...Object.entries(addresses).map(([name, list]) => [`${pointer}/addresses/${escapePointer(name)}`, list ?? []] as const),
  ];
  const ofAddresses = lists.flatMap(([at, list]) =>
    list.flatMap((address, index) =>
      address === undefined || isIP(address) !== 0 ? [] : [say(`${at}/${index}`, `${show(address)} is not an IP address`)],
    ),
  );
  return [...ofNetworks.flat(), ...ofAddresses];
}

/** They are known by looking at the regions. */
function protectionGroupProblems({ group, regions, pointer }: WrittenGroup, say: Say): readonly ConfigError[] {
  if (!('protectionGroup' in group)) return [];
  const at = `${pointer}/protectionGroup`;
  const check = group.regionChecks?.[protectionGroupsProbe] as { readonly enabled?: boolean } | undefined;
  return [
    ...(regions.length === 0
      ? [say(at, 'there is no region in which a protection group could be seen: the group has no regions', 'key')]
      : []),
    ...(check?.enabled === false
      ? [say(at, `roles follow what the check ${protectionGroupsProbe} sees, which is switched off`, 'key')]
      : []),
    ...keyProblems(group.protectionGroup?.agents as Partly<ContactFile> | undefined, `${at}/agents`, say),
  ];
}

const endpointProblems = ({ oci }: Partly<FleetFile>, say: Say): readonly ConfigError[] =>
  Object.entries(oci?.endpoints ?? {}).flatMap(([region, url]) =>
    url === undefined || /^https?:\/\/[^/\s]+/.test(url)
      ? []
      : [say(`/oci/endpoints/${escapePointer(region)}`, `${show(url)} is not a URL; expected one like https://oci.example.com`)],
  );
