// What calls need to be made: who signs, in which region, where else than usual, and for how long.
import type { ClientConfiguration, Region, RequestSigner } from 'oci-common';
import type { CloudEndpoints, CloudRequest } from '../../contract/cloud.ts';
import type { Principal } from '../principal/find-principal.ts';
import { regionBeside } from '../principal/regions.ts';
import type { Deadline } from '../wire/deadline.ts';
import type { Watch } from '../wire/exchange.ts';
import { type Line, openLine } from './line.ts';

export interface Cloud {
  readonly openLine: () => Line;
  readonly signer: RequestSigner;
  readonly watch: Watch;
  readonly deadline: Deadline;
  /** Sends a client to its service's endpoint. */
  readonly place: <C extends Placeable>(client: C, service: Service) => C;
  readonly configuration: ClientConfiguration;
  /** Asked for once, whoever asks first. */
  namespace: Promise<string> | null;
}

type Service = Exclude<keyof CloudEndpoints, 'metadata' | 'federation'>;

/** What all clients of the SDK have. */
interface Placeable {
  set endpoint(endpoint: string);
  set region(region: Region);
}

export async function cloudFor(
  request: CloudRequest,
  session: NonNullable<Principal['session']>,
  deadline: Deadline,
  watch: Watch,
): Promise<Cloud> {
  const { CircuitBreaker, DefaultRequestSigner } = await import('oci-common');
  const signer = new DefaultRequestSigner({
    getKeyId: async () => `ST$${session.token}`,
    getPrivateKey: () => session.privateKeyPem,
    getPassphrase: () => null,
  });
  const region = request.region === undefined ? session.region : await regionBeside(session.region, request.region);
  return {
    openLine: () => openLine(signer, deadline(), watch),
    signer,
    watch,
    deadline,
    place: (client, service) => {
      const endpoint = request.endpoints?.[service];
      if (endpoint === undefined) client.region = region;
      else client.endpoint = endpoint.replace(/\/+$/, '');
      return client;
    },
    configuration: {
      // The SDK's own "no retry" counts from zero and tries twice (2.139.1).
      retryConfiguration: {
        terminationStrategy: { shouldTerminate: () => true },
        retryCondition: () => false,
      },
      circuitBreaker: new CircuitBreaker({ disableClientCircuitBreaker: true }),
    },
    namespace: null,
  };
}
