// Oracle's clients of one region: of each service one, loaded when the service is first asked.
import type { ClientConfiguration, HttpClient, Region } from 'oci-common';
import type { OciOperationName, OciService } from '../../contract/oci-operations.ts';
import { ociOperations } from '../../contract/oci-operations.ts';
import { quietly } from './quiet.ts';

export interface SdkClient {
  set endpoint(endpoint: string);
  set region(region: Region);
}

export type SdkClass = new (params: { httpClient: HttpClient }, configuration: ClientConfiguration) => SdkClient;

/** Where a client's requests go: its service's endpoint in a region, or a base URL. */
export type Place = { readonly region: Region } | { readonly endpoint: string };

export class Clients {
  readonly #httpClient: HttpClient;
  readonly #clients = new Map<SdkClass, SdkClient>();

  constructor(httpClient: HttpClient) {
    this.#httpClient = httpClient;
  }

  async clientFor(operation: OciOperationName, place: Place): Promise<SdkClient> {
    const Client = await sdkClass(operation);
    const client = this.#clients.get(Client) ?? (await makeClient(Client, this.#httpClient, place));
    this.#clients.set(Client, client);
    return client;
  }

  /** For an endpoint that one request alone goes to. */
  async clientAt(operation: OciOperationName, endpoint: string): Promise<SdkClient> {
    return makeClient(await sdkClass(operation), this.#httpClient, { endpoint });
  }
}

/** Makes one request; whatever the SDK makes of the answer is nobody's. */
export async function callSdk(client: SdkClient, operation: OciOperationName, request: object): Promise<void> {
  await (client as unknown as Record<string, (request: object) => Promise<unknown>>)[sdkName(operation)]!(request);
}

/** Two services have an operation of this name. */
export const sdkName = (operation: OciOperationName): string =>
  operation === 'listLoadBalancerCertificates' ? 'listCertificates' : operation;

/** The client class that has the operation. */
export async function sdkClass(operation: OciOperationName): Promise<SdkClass> {
  const classes = await quietly(() => classesOf[ociOperations[operation].service]());
  const found = classes.find((one) => sdkName(operation) in one.prototype);
  if (found === undefined) throw new Error(`Oracle's SDK has no ${operation}`);
  return found;
}

async function makeClient(Client: SdkClass, httpClient: HttpClient, place: Place): Promise<SdkClient> {
  const { CircuitBreaker } = await import('oci-common');
  return quietly(() => {
    const client = new Client(
      { httpClient },
      {
        // The SDK's own "no retry" counts from zero and tries twice (2.139.1).
        retryConfiguration: { terminationStrategy: { shouldTerminate: () => true }, retryCondition: () => false },
        circuitBreaker: new CircuitBreaker({ disableClientCircuitBreaker: true }),
      },
    );
    if ('region' in place) client.region = place.region;
    else client.endpoint = place.endpoint;
    return client;
  });
}

const classesOf: Readonly<Record<OciService, () => Promise<readonly SdkClass[]>>> = {
  core: async () => {
    const { VirtualNetworkClient, ComputeClient } = await import('oci-core');
    return [VirtualNetworkClient, ComputeClient];
  },
  identity: async () => [(await import('oci-identity')).IdentityClient],
  database: async () => [(await import('oci-database')).DatabaseClient],
  artifacts: async () => [(await import('oci-artifacts')).ArtifactsClient],
  devops: async () => [(await import('oci-devops')).DevopsClient],
  vault: async () => [(await import('oci-vault')).VaultsClient],
  keymanagement: async () => {
    const { KmsVaultClient, KmsManagementClient } = await import('oci-keymanagement');
    return [KmsVaultClient, KmsManagementClient as unknown as SdkClass];
  },
  loadbalancer: async () => [(await import('oci-loadbalancer')).LoadBalancerClient],
  networkloadbalancer: async () => [(await import('oci-networkloadbalancer')).NetworkLoadBalancerClient],
  certificates: async () => [(await import('oci-certificates')).CertificatesClient],
  certificatesmanagement: async () => [(await import('oci-certificatesmanagement')).CertificatesManagementClient],
  dns: async () => [(await import('oci-dns')).DnsClient],
  healthchecks: async () => [(await import('oci-healthchecks')).HealthChecksClient],
  disasterrecovery: async () => [(await import('oci-disasterrecovery')).DisasterRecoveryClient],
  osmanagementhub: async () => [(await import('oci-osmanagementhub')).ManagedInstanceClient],
  computeinstanceagent: async () => [(await import('oci-computeinstanceagent')).PluginClient],
};
