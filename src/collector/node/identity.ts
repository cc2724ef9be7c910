// Who a node is: what the fleet says of it over what its agent says of itself.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { NodeIdentity, Site } from '../../contract/node.ts';
import type { Told } from '../inventory/roster.ts';

export function identityOf(own: NodeIdentity, told: Told, sites: FleetConfig['sites']): NodeIdentity {
  const site = told.site === null ? undefined : sites[told.site];
  return {
    ...own,
    role: told.role ?? own.role,
    group: told.group ?? own.group,
    twin: told.pair ?? own.twin,
    site: site === undefined ? own.site : merged(own.site, site),
  };
}

function merged(own: Site, fleet: Site): Site {
  const tokens = { ...own.tokens, ...fleet.tokens };
  return { ...own, ...fleet, ...(Object.keys(tokens).length === 0 ? {} : { tokens }) };
}
