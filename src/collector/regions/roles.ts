// Which side of a group is the primary now, for whoever stands at its sites without an agent that would say it.
import type { GroupConfig } from '../../config/fleet-config.ts';
import type { Role } from '../../contract/node.ts';

/** Of each site of the group that has a region; null where nobody says it. */
export type SiteRoles = (group: GroupConfig) => (site: string) => Role | null;

/** The word of the fleet file. */
export const rolesByFile: SiteRoles =
  ({ primarySite }) =>
  (site) => {
    if (primarySite === null) return null;
    return site === primarySite ? 'primary' : 'standby';
  };
