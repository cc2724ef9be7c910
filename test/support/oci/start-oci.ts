// A region of OCI as far as a client of these services can tell: metadata, token exchange, signatures, services, and faults on demand.
import type { CloudEndpoints } from '../../../src/contract/cloud.ts';
import { notAuthenticated, type OciAnswer } from './answer.ts';
import { Faults } from './faults.ts';
import { federation } from './federation.ts';
import { type InstanceIdentity, makeIdentity } from './instance.ts';
import { Keys } from './keys.ts';
import { type Listening, listen, type Recorded } from './listen.ts';
import { frankfurt, metadata, type RegionNames } from './metadata.ts';
import { Permissions } from './permissions.ts';
import type { Service } from './service.ts';
import { any } from './services/any.ts';
import { artifacts } from './services/artifacts.ts';
import { objectStorage } from './services/object-storage.ts';
import { operations } from './services/operations.ts';
import { secrets } from './services/secrets.ts';
import { vault } from './services/vault.ts';
import { verifySignature } from './signature.ts';
import { emptyWorld, type World } from './world.ts';

export interface OciOptions {
  readonly identity?: InstanceIdentity;
  /** Who signs certificates that the token exchange believes; the issuer of `identity` unless given. */
  readonly authorityPem?: string;
  readonly region?: RegionNames;
  /** OCI's clock: for signatures, for tokens, and in every `Date`. */
  readonly clock?: () => number;
}

export interface Oci {
  readonly identity: InstanceIdentity;
  /** In the form in which a CloudRequest takes them. */
  readonly endpoints: Required<CloudEndpoints>;
  /** Of the services, for other clients. */
  readonly url: string;
  readonly keys: Keys;
  readonly permissions: Permissions;
  readonly world: World;
  readonly faults: Faults;
  /** Of all three ports, in the order in which they came. */
  readonly requests: readonly Recorded[];
  /** How many there were whose method and target match. */
  readonly count: (at: RegExp) => number;
  readonly close: () => Promise<void>;
}

const services: readonly Service[] = [operations, objectStorage, vault, secrets, artifacts, any];

export async function startOci(options: OciOptions = {}): Promise<Oci> {
  const { region = frankfurt, clock = Date.now } = options;
  const identity = options.identity ?? makeIdentity();
  const keys = new Keys();
  const permissions = new Permissions();
  const world = emptyWorld();
  const faults = new Faults();
  const requests: Recorded[] = [];
  const exchange = federation(options.authorityPem ?? identity.intermediatePem, keys);

  const port = (answer: (recorded: Recorded) => OciAnswer): Promise<Listening> => listen({ faults, requests, clock, answer });
  const metadataPort = await port((recorded) => metadata(recorded, identity, region));
  const federationPort = await port((recorded) => {
    const { answer, why } = exchange(recorded, clock());
    recorded.refusedBecause = why;
    return answer;
  });
  const servicesPort = await port((recorded) => {
    const nowMs = clock();
    const verified = verifySignature(recorded, { keyFor: (keyId) => keys.find(keyId, nowMs)?.key ?? null, nowMs });
    if (verified.kind === 'refused') {
      recorded.refusedBecause = verified.why;
      return notAuthenticated();
    }
    const { pathname, searchParams } = new URL(recorded.target, 'http://example');
    const asked = {
      method: recorded.method,
      path: pathname.slice(1).split('/').map(decodeURIComponent),
      query: searchParams,
      principal: keys.find(verified.keyId, nowMs)!.principal,
      world,
      permissions,
    };
    for (const service of services) {
      const answer = service(asked);
      if (answer !== null) return answer;
    }
    throw new Error('the last service answers everything');
  });

  const { url } = servicesPort;
  return {
    identity,
    endpoints: {
      metadata: `${metadataPort.url}/opc/v2`,
      federation: federationPort.url,
      objectStorage: url,
      vaults: url,
      secrets: url,
      artifacts: url,
    },
    url,
    keys,
    permissions,
    world,
    faults,
    requests,
    count: (at) => requests.filter(({ method, target }) => at.test(`${method} ${target}`)).length,
    close: async () => {
      await Promise.all([metadataPort, federationPort, servicesPort].map((one) => one.close()));
    },
  };
}
