// The protection groups of a group as a source of discovery: it holds what they last named, over restarts like any other.
import type { FleetConfig } from '../../config/fleet-config.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Clock } from '../../daemon/clock.ts';
import type { SightOf } from '../protection-groups/following.ts';
import { membersAt } from '../protection-groups/members.ts';
import { type FoundList, unreadList } from './found.ts';
import type { Source } from './source.ts';

export interface MembersSourceParts {
  readonly group: string;
  readonly config: () => FleetConfig;
  readonly sightOf: SightOf;
  readonly clock: Clock;
  readonly known: readonly FoundList[];
}

/** A list for each site, so that one that is out of sight keeps its members. */
export function membersSource({ group: name, config, sightOf, clock, known }: MembersSourceParts): Source {
  const addresses = new Map<string, string>();
  const groupNow = () => config().groups.find((one) => one.name === name);
  const keyOf = (site: string): string => `protection-groups ${name} ${site}`;
  const sourceOf = (site: string): string => `the protection groups of ${name} at ${site}`;
  let lists: readonly FoundList[] = (groupNow()?.regions ?? []).map(({ site }) => unreadList(keyOf(site), sourceOf(site), known));

  const listAt = (before: FoundList, site: string): FoundList => {
    const group = groupNow();
    const region = group?.regions.find((one) => one.site === site);
    const sight = sightOf(name, site);
    if (group === undefined || region === undefined || sight === null)
      return { ...before, trouble: before.goodAt === null ? null : `${before.source} are not seen` };
    const { found, complaints } = membersAt(group, region, sight.seen, addresses);
    const isWhole = sight.seen.groups.every(({ detail }) => detail.kind === 'seen');
    // Members that cannot be listed now are those that were there before.
    if (!isWhole && before.goodAt !== null) return { ...before, trouble: null, complaints };
    const same = canonicalJson(before.found) === canonicalJson(found) ? before.found : found;
    return { ...before, found: same, goodAt: sight.isFresh ? clock.now() : before.goodAt, trouble: null, complaints };
  };

  return {
    lists: () => lists,
    problems: () => [],
    refresh: async () => {
      const sites = (groupNow()?.regions ?? []).map(({ site }) => site);
      lists = lists.map((list, at) => listAt(list, sites[at] ?? ''));
    },
  };
}
