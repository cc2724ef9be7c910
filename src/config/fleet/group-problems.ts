// What is wrong with sites, groups and pairs beyond their shape: names that are none, and pairs that are no two sides.
import type { ConfigError } from '../config-error.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { networkErrors } from '../networks.ts';
import { show } from '../schema-messages.ts';
import { type ConfigText, escapePointer } from '../yaml-text.ts';
import { mayFindMore, type WrittenGroup, type WrittenPair, writtenGroups } from './pairs.ts';
import { type Say, sayIn } from './say.ts';
import { type FleetFile, namePattern, reservedInPair } from './schema.ts';
import type { Partly } from './without-wrong.ts';

export async function siteProblems(file: Partly<FleetFile>, text: ConfigText): Promise<readonly ConfigError[]> {
  const say = sayIn(text);
  const sites = Object.entries(file.sites ?? {}).map(([name, site]) => ({ name, site, pointer: `/sites/${escapePointer(name)}` }));
  const networks = await Promise.all(sites.map(({ site, pointer }) => networkErrors(site?.networks, `${pointer}/networks`, text)));
  const reserved = sites.filter(({ name }) => name === reservedInPair);
  return [
    ...sites.flatMap(({ name, pointer }) => nameProblems(name, pointer, 'a site', say)),
    ...reserved.map(({ name, pointer }) =>
      say(pointer, `a site cannot be called ${name}: that word means something else in a pair`, 'key'),
    ),
    ...networks.flat(),
  ];
}

export function groupProblems(file: Partly<FleetFile>, text: ConfigText): readonly ConfigError[] {
  const say = sayIn(text);
  const sites = Object.keys(file.sites ?? {});
  const isAnyFound = mayFindMore(file);
  return writtenGroups(file).flatMap((written) => [
    ...nameProblems(written.name, written.pointer, 'a group', say),
    ...primaryProblems(written, sites, say),
    ...(isWithoutPairs(written) && !isAnyFound
      ? [say(written.pointer, 'no pairs, and nothing under discover that could find any', 'key')]
      : []),
    ...written.pairs.flatMap((pair) => [
      ...nameProblems(pair.name, pair.pointer, 'a pair', say),
      ...pairProblems(pair, written.group.primary, sites, say),
    ]),
  ]);
}

/** Pairs whose shape is wrong are there. */
const isWithoutPairs = ({ group, pairs }: WrittenGroup): boolean =>
  pairs.length === 0 && (group.pairs !== undefined || !('pairs' in group)) && !('regions' in group);

const nameProblems = (name: string, pointer: string, what: string, say: Say): readonly ConfigError[] =>
  new RegExp(namePattern).test(name)
    ? []
    : [say(pointer, `${show(name)} cannot name ${what}; expected at most 64 letters, digits, dots, dashes and underscores`, 'key')];

function primaryProblems({ group: { primary }, pointer }: WrittenGroup, sites: readonly string[], say: Say): readonly ConfigError[] {
  if (primary === undefined || sites.includes(primary)) return [];
  return [say(`${pointer}/primary`, noSuchSite(primary, sites))];
}

const noSuchSite = (name: string, sites: readonly string[]): string =>
  `there is no site ${show(name)}${sites.length === 0 ? '; none is declared under sites' : didYouMean(name, sites)}`;

function pairProblems(
  { pair, members, pointer }: WrittenPair,
  primary: string | undefined,
  sites: readonly string[],
  say: Say,
): readonly ConfigError[] {
  if (pair === undefined) return [];
  const unknown = members.filter(({ site }) => !sites.includes(site));
  if (unknown.length > 0) {
    return unknown.map(({ site, pointer: at }) => {
      const isReserved = nearest(site, [...sites, reservedInPair]) === reservedInPair;
      return say(at, isReserved ? `unknown key '${site}'; did you mean '${reservedInPair}'?` : noSuchSite(site, sites), 'key');
    });
  }
  const named = members.map(({ site }) => site);
  if (named.length !== 2) {
    const found = named.length === 0 ? 'no site' : `${named.length} ${named.length === 1 ? 'site' : 'sites'} (${named.join(', ')})`;
    return [say(pointer, `${found}; a pair has two members, each under the name of its site`, 'key')];
  }
  if (primary === undefined || !sites.includes(primary) || named.includes(primary)) return [];
  return [say(pointer, `no member at ${primary}, the primary site of its group`, 'key')];
}
