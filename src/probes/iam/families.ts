// Resource types that stand for several others: a verb on a family is the same verb on each of its members.
// https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/policyreference.htm and the page of each service below it (2026-11).
// A family that is not here is taken for a resource type of its own.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const families: Readonly<Record<string, readonly string[]>> = {
  'secret-family': words('secrets secret-versions secret-bundles'),
  'key-family': words('vaults keys key-delegate'),
  'object-family': words('objectstorage-namespaces buckets objects'),
  'volume-family': words(
    'volumes volume-attachments volume-backups boot-volume-backups backup-policies backup-policy-assignments volume-groups volume-group-backups',
  ),
  'instance-family': words('app-catalog-listing console-histories instances instance-console-connection instance-images'),
  'compute-management-family': words('instance-configurations instance-pools cluster-networks'),
  'instance-agent-family': words('instance-agent-plugins'),
  'instance-agent-command-family': words('instance-agent-commands'),
  'instance-agent-command-execution-family': words('instance-agent-command-executions'),
  'virtual-network-family': words(`vcns subnets route-tables network-security-groups security-lists dhcp-options private-ips public-ips
    ipv6s internet-gateways nat-gateways service-gateways local-peering-gateways local-peering-from local-peering-to
    remote-peering-connections remote-peering-from remote-peering-to drg-object drg-attachments drg-route-tables drg-route-distributions
    cpes ipsec-connections cross-connects cross-connect-groups virtual-circuits vnics vnic-attachments vtaps vlans byoiprange publicippool
    capture-filters ipam`),
  drgs: words('drg-object drg-attachments drg-route-tables drg-route-distributions'),
  'local-peering-gateways': words('local-peering-from local-peering-to'),
  'remote-peering-connections': words('remote-peering-from remote-peering-to'),
  'database-family': words(
    'db-systems db-nodes db-homes databases pluggable-databases db-backups cloud-exadata-infrastructures cloud-vmclusters',
  ),
  'autonomous-database-family': words(
    'autonomous-databases autonomous-backups autonomous-container-databases cloud-autonomous-vmclusters autonomous-exadata-infrastructures',
  ),
  'file-family': words('file-systems mount-targets export-sets'),
  dns: words('dns-zones dns-records dns-steering-policies dns-steering-policy-attachments dns-tsig-keys dns-views dns-resolvers'),
  'logging-family': words('log-groups log-content'),
  'ons-family': words('ons-topics ons-subscriptions'),
  'stream-family': words('streams stream-pull stream-push'),
  'functions-family': words('fn-app fn-function fn-invocation'),
  'leaf-certificate-family': words('leaf-certificates leaf-certificate-versions leaf-certificate-bundles'),
};

/** Every type in the tenancy; it stands for those of which anything is said, and for the rest under its own name. */
export const allResources = 'all-resources';

/** Members, members of members; the type itself where it is no family. */
export function membersOf(resource: string): readonly string[] {
  const members = Object.hasOwn(families, resource) ? families[resource]! : null;
  return members === null ? [resource] : [...new Set(members.flatMap(membersOf))];
}
