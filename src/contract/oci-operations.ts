// The operations of OCI's API that are asked for. All of them are GET. Names are those of Oracle's SDKs, paths and parameters those of the
// API reference (https://docs.oracle.com/en-us/iaas/api/).

export interface OciOperation {
  /** The package of the SDK without `oci-`, which is also the folder of recorded bodies. */
  readonly service: OciService;
  readonly path: string;
  /** Parameters that must be given beside those of the path. */
  readonly needs?: readonly string[];
  /** `array`: a bare array; `items`: `{items: []}`; `object`: the thing itself. */
  readonly body: 'array' | 'items' | 'object';
  /**
   * How long an answer may be used again: `look` (seconds) for states, `round` (minutes) for what is written by people and asked for by
   * several checks, never so long that a check’s next look sees it again; `day` for what hardly moves.
   */
  readonly keep: 'look' | 'round' | 'day';
  /** What a policy has to allow: the verb and the resource type; null where any signed request may. */
  readonly grant: string | null;
}

export const ociServices = [
  'core',
  'identity',
  'database',
  'artifacts',
  'devops',
  'vault',
  'keymanagement',
  'loadbalancer',
  'networkloadbalancer',
  'certificates',
  'certificatesmanagement',
  'dns',
  'healthchecks',
  'disasterrecovery',
  'osmanagementhub',
  'computeinstanceagent',
] as const;

export type OciService = (typeof ociServices)[number];

type Keep = OciOperation['keep'];

const list = <const G extends string | null>(
  service: OciService,
  path: string,
  grant: G,
  keep: Keep = 'look',
  needs: readonly string[] = ['compartmentId'],
) => ({ service, path, body: 'array', keep, grant, needs }) as const;
const items = <const G extends string | null>(
  service: OciService,
  path: string,
  grant: G,
  keep: Keep = 'look',
  needs: readonly string[] = ['compartmentId'],
) => ({ service, path, body: 'items', keep, grant, needs }) as const;
const one = <const G extends string | null>(
  service: OciService,
  path: string,
  grant: G,
  keep: Keep = 'look',
  needs: readonly string[] = [],
) => ({ service, path, body: 'object', keep, grant, needs }) as const;

const network = 'read virtual-network-family';

export const ociOperations = {
  // Core: network
  listVcns: list('core', '/20160918/vcns', network, 'round'),
  listSubnets: list('core', '/20160918/subnets', network, 'round'),
  getSubnet: one('core', '/20160918/subnets/{subnetId}', network, 'round'),
  listNetworkSecurityGroups: list('core', '/20160918/networkSecurityGroups', network, 'round', []),
  listNetworkSecurityGroupSecurityRules: list(
    'core',
    '/20160918/networkSecurityGroups/{networkSecurityGroupId}/securityRules',
    'use network-security-groups',
    'round',
    [],
  ),
  listSecurityLists: list('core', '/20160918/securityLists', network, 'round'),
  listRouteTables: list('core', '/20160918/routeTables', network, 'round'),
  listServices: list('core', '/20160918/services', null, 'day', []),
  listInternetGateways: list('core', '/20160918/internetGateways', network, 'round'),
  listNatGateways: list('core', '/20160918/natGateways', network, 'round'),
  listServiceGateways: list('core', '/20160918/serviceGateways', network, 'round'),
  listLocalPeeringGateways: list('core', '/20160918/localPeeringGateways', network, 'round'),
  listDrgs: list('core', '/20160918/drgs', network, 'round'),
  listDrgAttachments: list('core', '/20160918/drgAttachments', network, 'round'),
  listDrgRouteTables: list('core', '/20160918/drgRouteTables', network, 'round', ['drgId']),
  listDrgRouteRules: list('core', '/20160918/drgRouteTables/{drgRouteTableId}/drgRouteRules', network, 'round', []),
  listRemotePeeringConnections: list('core', '/20160918/remotePeeringConnections', network),
  listPublicIps: list('core', '/20160918/publicIps', network, 'round', ['compartmentId', 'scope']),
  listPrivateIps: list('core', '/20160918/privateIps', network, 'round', []),
  getPrivateIp: one('core', '/20160918/privateIps/{privateIpId}', network, 'round'),
  // Core: compute
  listInstances: list('core', '/20160918/instances', 'read instances'),
  listVnicAttachments: list('core', '/20160918/vnicAttachments', 'inspect vnic-attachments', 'round'),
  getVnic: one('core', '/20160918/vnics/{vnicId}', network, 'round'),
  // Identity
  listCompartments: list('identity', '/20160918/compartments', 'inspect compartments', 'round'),
  listDynamicGroups: list('identity', '/20160918/dynamicGroups', 'inspect dynamic-groups', 'round'),
  getDynamicGroup: one('identity', '/20160918/dynamicGroups/{dynamicGroupId}', 'inspect dynamic-groups', 'round'),
  listPolicies: list('identity', '/20160918/policies', 'inspect policies', 'round'),
  listRegionSubscriptions: list('identity', '/20160918/tenancies/{tenancyId}/regionSubscriptions', 'inspect tenancies', 'day', []),
  listTagNamespaces: list('identity', '/20160918/tagNamespaces', 'inspect tag-namespaces', 'day'),
  // Database
  listDbSystems: list('database', '/20160918/dbSystems', 'inspect db-systems'),
  listCloudVmClusters: list('database', '/20160918/cloudVmClusters', 'inspect cloud-vmclusters'),
  listCloudVmClusterUpdateHistoryEntries: list(
    'database',
    '/20160918/cloudVmClusters/{cloudVmClusterId}/updateHistoryEntries',
    'inspect cloud-vmclusters',
    'round',
    [],
  ),
  listDbHomes: list('database', '/20160918/dbHomes', 'inspect db-homes'),
  listDatabases: list('database', '/20160918/databases', 'inspect databases'),
  listDbNodes: list('database', '/20160918/dbNodes', 'inspect db-nodes'),
  listDataGuardAssociations: list('database', '/20160918/databases/{databaseId}/dataGuardAssociations', 'inspect databases', 'look', []),
  listDbHomePatchHistoryEntries: list('database', '/20160918/dbHomes/{dbHomeId}/patchHistoryEntries', 'inspect db-homes', 'round', []),
  listDbHomePatches: list('database', '/20160918/dbHomes/{dbHomeId}/patches', 'inspect db-homes', 'round', []),
  // Artifacts
  listContainerImages: items('artifacts', '/20160918/container/images', 'read repos'),
  listContainerRepositories: items('artifacts', '/20160918/container/repositories', 'read repos'),
  listRepositories: items('artifacts', '/20160918/repositories', 'read all-artifacts', 'round'),
  listGenericArtifacts: items('artifacts', '/20160918/generic/artifacts', 'read all-artifacts', 'look', ['compartmentId', 'repositoryId']),
  // DevOps
  listProjects: items('devops', '/20210630/projects', 'read devops-family', 'round'),
  listDeployArtifacts: items('devops', '/20210630/deployArtifacts', 'read devops-family', 'look', []),
  listDeployEnvironments: items('devops', '/20210630/deployEnvironments', 'read devops-family', 'look', []),
  // Secrets and keys: metadata only
  listSecrets: list('vault', '/20180608/secrets', 'read secrets'),
  getSecret: one('vault', '/20180608/secrets/{secretId}', 'read secrets'),
  listSecretVersions: list('vault', '/20180608/secrets/{secretId}/versions', 'inspect secret-versions', 'look', []),
  listVaults: list('keymanagement', '/20180608/vaults', 'inspect vaults'),
  listKeys: list('keymanagement', '/20180608/keys', 'inspect keys', 'look', ['compartmentId', 'endpoint']),
  // Balancers
  listLoadBalancers: list('loadbalancer', '/20170115/loadBalancers', 'read load-balancers'),
  getLoadBalancer: one('loadbalancer', '/20170115/loadBalancers/{loadBalancerId}', 'read load-balancers'),
  listLoadBalancerCertificates: list(
    'loadbalancer',
    '/20170115/loadBalancers/{loadBalancerId}/certificates',
    'read load-balancers',
    'look',
    [],
  ),
  getBackendSetHealth: one(
    'loadbalancer',
    '/20170115/loadBalancers/{loadBalancerId}/backendSets/{backendSetName}/health',
    'read load-balancers',
  ),
  listNetworkLoadBalancers: items('networkloadbalancer', '/20200501/networkLoadBalancers', 'read network-load-balancers'),
  // Certificates service: never the private key
  getCertificateBundle: one('certificates', '/20210224/certificateBundles/{certificateId}', 'read leaf-certificate-family', 'look', [
    'certificateBundleType',
  ]),
  listCertificates: items('certificatesmanagement', '/20210224/certificates', 'read leaf-certificate-family'),
  getCertificate: one('certificatesmanagement', '/20210224/certificates/{certificateId}', 'read leaf-certificate-family'),
  listCertificateVersions: items(
    'certificatesmanagement',
    '/20210224/certificates/{certificateId}/versions',
    'read leaf-certificate-family',
    'look',
    [],
  ),
  listAssociations: items('certificatesmanagement', '/20210224/associations', 'read leaf-certificate-family', 'look', []),
  // DNS
  listZones: list('dns', '/20180115/zones', 'read dns-zones', 'round'),
  getZone: one('dns', '/20180115/zones/{zoneNameOrId}', 'read dns-zones', 'round'),
  getZoneRecords: items('dns', '/20180115/zones/{zoneNameOrId}/records', 'read dns-records', 'look', []),
  getDomainRecords: items('dns', '/20180115/zones/{zoneNameOrId}/records/{domain}', 'read dns-records', 'look', []),
  getRRSet: items('dns', '/20180115/zones/{zoneNameOrId}/records/{domain}/{rtype}', 'read dns-records', 'look', []),
  listSteeringPolicies: list('dns', '/20180115/steeringPolicies', 'read dns-steering-policies'),
  getSteeringPolicy: one('dns', '/20180115/steeringPolicies/{steeringPolicyId}', 'read dns-steering-policies'),
  listSteeringPolicyAttachments: list('dns', '/20180115/steeringPolicyAttachments', 'read dns-steering-policy-attachments'),
  listResolvers: list('dns', '/20180115/resolvers', 'read dns-resolvers', 'round'),
  getResolver: one('dns', '/20180115/resolvers/{resolverId}', 'read dns-resolvers', 'round'),
  listResolverEndpoints: list('dns', '/20180115/resolvers/{resolverId}/endpoints', 'read dns-resolver-endpoints', 'round', []),
  listViews: list('dns', '/20180115/views', 'read dns-views', 'round'),
  listHttpMonitors: list('healthchecks', '/20180501/httpMonitors', 'read health-check-family'),
  getHttpMonitor: one('healthchecks', '/20180501/httpMonitors/{monitorId}', 'read health-check-family'),
  listHttpProbeResults: list('healthchecks', '/20180501/httpProbeResults/{probeConfigurationId}', 'read health-check-family', 'look', []),
  // Full Stack Disaster Recovery
  listDrProtectionGroups: items('disasterrecovery', '/20220125/drProtectionGroups', 'read disaster-recovery-family'),
  getDrProtectionGroup: one('disasterrecovery', '/20220125/drProtectionGroups/{drProtectionGroupId}', 'read disaster-recovery-family'),
  listDrPlans: items('disasterrecovery', '/20220125/drPlans', 'read disaster-recovery-family', 'look', ['drProtectionGroupId']),
  getDrPlan: one('disasterrecovery', '/20220125/drPlans/{drPlanId}', 'read disaster-recovery-family'),
  listDrPlanExecutions: items('disasterrecovery', '/20220125/drPlanExecutions', 'read disaster-recovery-family', 'look', [
    'drProtectionGroupId',
  ]),
  getDrPlanExecution: one('disasterrecovery', '/20220125/drPlanExecutions/{drPlanExecutionId}', 'read disaster-recovery-family'),
  // Hosts
  listManagedInstances: items('osmanagementhub', '/20220901/managedInstances', 'read osmh-family'),
  getManagedInstance: one('osmanagementhub', '/20220901/managedInstances/{managedInstanceId}', 'read osmh-family'),
  listInstanceAgentPlugins: list(
    'computeinstanceagent',
    '/20180530/instanceagents/{instanceagentId}/plugins',
    'read instance-agent-plugins',
  ),
} as const satisfies Record<string, OciOperation>;

export type OciOperationName = keyof typeof ociOperations;

export type GetOperation = { [N in OciOperationName]: (typeof ociOperations)[N]['body'] extends 'object' ? N : never }[OciOperationName];

export type ListOperation = Exclude<OciOperationName, GetOperation>;

export const isListOperation = (name: OciOperationName): name is ListOperation => ociOperations[name].body !== 'object';

/** Names between braces in the path. */
export const pathParams = (path: string): readonly string[] => [...path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name!);
