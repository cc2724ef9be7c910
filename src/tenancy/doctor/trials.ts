// One cheap call for each right that region checks need; where the right is to read single things, a list first for the name of one.
import { isOfTheTenancy, type OciGrant, ociGrants } from '../../contract/oci-grants.ts';
import { type ListOperation, type OciOperationName, ociOperations } from '../../contract/oci-operations.ts';
import type { OciParams } from '../../contract/tenancy.ts';
import { field, textIn } from '../../formats/oci.ts';

export interface Trial {
  readonly grant: OciGrant;
  readonly isOfTheTenancy: boolean;
  readonly list: { readonly operation: ListOperation; readonly params: (placeId: string) => OciParams };
  /** What is asked about an entry of the list; null where the list alone shows the right. `params` is null for an entry that has none of it. */
  readonly each: { readonly operation: OciOperationName; readonly params: (entry: unknown, placeId: string) => OciParams | null } | null;
}

/** In the order in which policies name them. */
export const allTrials = (): readonly Trial[] =>
  ociGrants.map((grant) => ({ grant, isOfTheTenancy: isOfTheTenancy(grant), ...wayOf(grant) }));

type Way = Pick<Trial, 'list' | 'each'>;

const inCompartment = (compartmentId: string): OciParams => ({ compartmentId });
const privately = (compartmentId: string): OciParams => ({ compartmentId, scope: 'PRIVATE' });

const listed = (operation: ListOperation, params: (placeId: string) => OciParams = inCompartment): Way => ({
  list: { operation, params },
  each: null,
});

/** `name` is the parameter that an entry's id, or what stands under `from`, is given as. */
function thenEach(list: Way, operation: OciOperationName, name: string, { from = 'id', isPlaceNamed = false } = {}): Way {
  const params = (entry: unknown, compartmentId: string): OciParams | null => {
    const value = isGone(entry) ? null : textIn(entry, from);
    return value === null ? null : { [name]: value, ...(isPlaceNamed ? { compartmentId } : {}) };
  };
  return { ...list, each: { operation, params } };
}

/** OCI lists what was deleted for days, and answers 404 to questions about it. */
const isGone = (entry: unknown): boolean => /^(?:DELET|TERMINAT)/.test(String(field(entry, 'lifecycleState') ?? ''));

const placed = { isPlaceNamed: true } as const;

function wayOf(grant: OciGrant): Way {
  switch (grant) {
    case 'read virtual-network-family':
      return thenEach(listed('listSubnets'), 'getSubnet', 'subnetId');
    case 'use network-security-groups':
      return thenEach(listed('listNetworkSecurityGroups'), 'listNetworkSecurityGroupSecurityRules', 'networkSecurityGroupId');
    case 'read instances':
      return listed('listInstances');
    case 'inspect vnic-attachments':
      return listed('listVnicAttachments');
    case 'inspect compartments':
      return listed('listCompartments');
    case 'inspect dynamic-groups':
      return thenEach(listed('listDynamicGroups'), 'getDynamicGroup', 'dynamicGroupId');
    case 'inspect policies':
      return listed('listPolicies');
    case 'inspect tenancies':
      return listed('listRegionSubscriptions', (tenancyId) => ({ tenancyId }));
    case 'inspect tag-namespaces':
      return listed('listTagNamespaces');
    case 'inspect db-systems':
      return listed('listDbSystems');
    case 'inspect cloud-vmclusters':
      return listed('listCloudVmClusters');
    case 'inspect db-homes':
      return listed('listDbHomes');
    case 'inspect databases':
      return listed('listDatabases');
    case 'inspect db-nodes':
      return thenEach(listed('listDbSystems'), 'listDbNodes', 'dbSystemId', placed);
    case 'read repos':
      return listed('listContainerRepositories');
    case 'read all-artifacts':
      return thenEach(listed('listRepositories'), 'listGenericArtifacts', 'repositoryId', placed);
    case 'read devops-family':
      return listed('listDeployArtifacts');
    case 'read secrets':
      return thenEach(listed('listSecrets'), 'getSecret', 'secretId');
    case 'inspect secret-versions':
      return thenEach(listed('listSecrets'), 'listSecretVersions', 'secretId');
    case 'inspect vaults':
      return listed('listVaults');
    case 'inspect keys':
      return thenEach(listed('listVaults'), 'listKeys', 'endpoint', { from: 'managementEndpoint', ...placed });
    case 'read load-balancers':
      return thenEach(listed('listLoadBalancers'), 'getLoadBalancer', 'loadBalancerId');
    case 'read network-load-balancers':
      return listed('listNetworkLoadBalancers');
    case 'read leaf-certificate-family':
      return thenEach(listed('listCertificates'), 'getCertificate', 'certificateId');
    case 'read dns-zones':
      return thenEach(listed('listZones'), 'getZone', 'zoneNameOrId');
    case 'read dns-records':
      return thenEach(listed('listZones'), 'getZoneRecords', 'zoneNameOrId');
    case 'read dns-steering-policies':
      return thenEach(listed('listSteeringPolicies'), 'getSteeringPolicy', 'steeringPolicyId');
    case 'read dns-steering-policy-attachments':
      return listed('listSteeringPolicyAttachments');
    case 'read dns-resolvers':
      return thenEach(listed('listResolvers', privately), 'getResolver', 'resolverId');
    case 'read dns-resolver-endpoints':
      return thenEach(listed('listResolvers', privately), 'listResolverEndpoints', 'resolverId');
    case 'read dns-views':
      return listed('listViews', privately);
    case 'read health-check-family':
      return thenEach(listed('listHttpMonitors'), 'getHttpMonitor', 'monitorId');
    case 'read disaster-recovery-family':
      return thenEach(listed('listDrProtectionGroups'), 'getDrProtectionGroup', 'drProtectionGroupId');
    case 'read osmh-family':
      return thenEach(listed('listManagedInstances'), 'getManagedInstance', 'managedInstanceId');
    case 'read instance-agent-plugins':
      return thenEach(listed('listInstances'), 'listInstanceAgentPlugins', 'instanceagentId', placed);
  }
}

/** Whether the list itself is what the right is about; else it only leads to what is. */
export const isShownByList = ({ grant, list }: Trial): boolean => ociOperations[list.operation].grant === grant;
