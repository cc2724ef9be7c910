// Which side of a group is the primary now, for whoever stands at one of its sites.
import type { GroupConfig } from '../config/fleet-config.ts';
import type { Role } from '../contract/node.ts';

/** Of each site; null where nobody says it, and an agent's own word counts. */
export type SiteRoles = (group: GroupConfig) => (site: string) => Role | null;

/** By the word of the fleet file. */
export const rolesByFile: SiteRoles =
  ({ primarySite }) =>
  (site) => {
    if (primarySite === null) return null;
    return site === primarySite ? 'primary' : 'standby';
  };
