// One roster out of the fleet file and everything that was found: the file over discovery, what came first over what came later. Pure.
import type { Contact, FleetConfig } from '../../config/fleet-config.ts';
import { didYouMean } from '../../config/nearest.ts';
import { rolesByFile, type SiteRoles } from '../site-roles.ts';
import type { Found } from './found.ts';
import type { Roster, Target, Told } from './roster.ts';

export interface FoundFrom {
  readonly source: string;
  /** How agents of this source are reached. */
  readonly agents: Omit<Contact, 'address'>;
  readonly found: readonly Found[];
}

/** Five times the largest fleet that this was measured with. */
export const targetsMax = 50_000;

/** Each kind of contradiction may be in every target: what is said stays readable. */
const problemsMax = 50;

export function mergeRoster(config: FleetConfig, lists: readonly FoundFrom[], roles: SiteRoles = rolesByFile): Roster {
  const problems: string[] = [];
  const targets = new Map<string, Target>(named(config, roles).map((target) => [target.key, target]));
  let refused = 0;
  for (const { source, agents, found } of lists) {
    for (const { address, told: said } of found) {
      const before = targets.get(address);
      if (before === undefined && targets.size >= targetsMax) {
        refused++;
        continue;
      }
      const told = atKnownSite(said, address, source, config, problems);
      const target = before ?? { key: address, contact: { address, ...agents }, told, source };
      const counts = placed(over(target.told, told), config, roles);
      problems.push(...contradictions(target, told, counts, source));
      targets.set(address, { ...target, told: counts });
    }
  }
  if (refused > 0) problems.unshift(`more than ${targetsMax} agents are named; ${refused} of them are not asked`);
  return { targets: [...targets.values()], problems: firstOf([...new Set(problems)]) };
}

function named(config: FleetConfig, roles: SiteRoles): readonly Target[] {
  const members = written(config, roles);
  const { local } = config;
  if (local === undefined || members.some(({ key }) => key === local.address)) return members;
  return [...members, { key: local.address, contact: local, told: nothingTold, source: 'this machine' }];
}

const nothingTold: Told = { group: null, pair: null, role: null, site: null };

function written({ groups, file }: FleetConfig, roles: SiteRoles): readonly Target[] {
  return groups.flatMap((group) => {
    const roleAt = roles(group);
    return group.pairs.flatMap(({ name: pair, members }) =>
      members.map(({ site, contact }) => ({
        key: contact.address,
        contact,
        told: { group: group.name, pair, role: roleAt(site), site },
        source: file ?? 'the fleet file',
      })),
    );
  });
}

/** A site that the fleet file does not have explains nothing. */
function atKnownSite(told: Told, address: string, source: string, { sites }: FleetConfig, problems: string[]): Told {
  if (told.site === null || Object.hasOwn(sites, told.site)) return told;
  const hint = didYouMean(told.site, Object.keys(sites));
  problems.push(`${source} puts ${address} at site '${told.site}', which the fleet file does not have${hint}`);
  return { ...told, site: null };
}

const over = (first: Told, later: Told): Told => ({
  group: first.group ?? later.group,
  pair: first.pair ?? later.pair,
  role: first.role ?? later.role,
  site: first.site ?? later.site,
});

/** Where it is known which site of a group is the primary, a label cannot say otherwise: a switchover is one word. */
function placed(told: Told, { groups }: FleetConfig, roles: SiteRoles): Told {
  if (told.group === null || told.site === null) return told;
  const group = groups.find(({ name }) => name === told.group);
  return { ...told, role: (group === undefined ? null : roles(group)(told.site)) ?? told.role };
}

function contradictions(first: Target, later: Told, counts: Told, source: string): readonly string[] {
  return (['group', 'pair', 'site', 'role'] as const).flatMap((name) => {
    if (later[name] === null || later[name] === counts[name]) return [];
    // The role by the fleet file's primary is nobody's label.
    const why =
      first.told[name] === counts[name] && first.source !== source ? `${first.source} says '${counts[name]}'` : `'${counts[name]}'`;
    return [`${source} says of ${first.key} that its ${name} is '${later[name]}', but ${why} counts`];
  });
}

const firstOf = (problems: readonly string[]): readonly string[] =>
  problems.length <= problemsMax ? problems : [...problems.slice(0, problemsMax), `${problems.length - problemsMax} more contradictions`];
