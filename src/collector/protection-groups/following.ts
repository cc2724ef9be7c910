// Follows the protection groups of each group that is told to: who is the primary now, and which machines are its members.
import type { FleetConfig, GroupConfig } from '../../config/fleet-config.ts';
import type { Role } from '../../contract/node.ts';
import type { ProtectionGroupsSeen } from '../../contract/protection-groups.ts';
import { rolesByFile, type SiteRoles } from '../site-roles.ts';
import { siteWords } from './site-words.ts';

export interface Sight {
  readonly seen: ProtectionGroupsSeen;
  readonly isFresh: boolean;
}

/** What was seen of the protection groups at a site last; null where none ever was. */
export type SightOf = (group: string, site: string) => Sight | null;

export interface Following {
  readonly roles: SiteRoles;
  /** Reads again what was seen; true where a role is another than before. */
  refresh(): boolean;
  /** Groups whose roles are not known; one sentence each. */
  problems(): readonly string[];
}

type Roles = ReadonlyMap<string, Role> | 'by-file' | 'unclear';

export function createFollowing(config: () => FleetConfig, sightOf: SightOf): Following {
  let roles: ReadonlyMap<string, Roles> = new Map();
  /** As they were said last, by group. */
  const whole = new Map<string, ReadonlyMap<string, Role>>();
  let problems: readonly string[] = [];

  const ofGroup = ({ name, regions }: GroupConfig, say: (problem: string) => void): Roles => {
    const words = siteWords(
      regions.map(({ site }) => {
        const sight = sightOf(name, site);
        return { site, seen: sight?.seen ?? null, isFresh: sight?.isFresh ?? false };
      }),
    );
    switch (words.kind) {
      case 'said':
        whole.set(name, words.roles);
        return words.roles;
      case 'never':
        return 'by-file';
      case 'unclear': {
        const before = whole.get(name);
        // While a plan turns the roles round, the last that were whole stand: the verdict says that it is under way.
        if (words.isUnderWay && before !== undefined) return before;
        say(`which side of ${name} is the primary is not known, by its protection groups (${words.detail})`);
        return 'unclear';
      }
    }
  };

  return {
    roles: (group) => {
      const known = group.protectionGroup === null ? 'by-file' : (roles.get(group.name) ?? 'by-file');
      if (known === 'by-file') return rolesByFile(group);
      return known === 'unclear' ? () => null : (site) => known.get(site) ?? null;
    },
    refresh: () => {
      const said: string[] = [];
      const before = roles;
      const following = config().groups.filter(({ protectionGroup }) => protectionGroup !== null);
      roles = new Map(following.map((group) => [group.name, ofGroup(group, (problem) => said.push(problem))]));
      problems = said;
      return textOf(before) !== textOf(roles);
    },
    problems: () => problems,
  };
}

const textOf = (all: ReadonlyMap<string, Roles>): string =>
  JSON.stringify([...all].map(([group, roles]) => [group, typeof roles === 'string' ? roles : [...roles]]));
