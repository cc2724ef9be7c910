// A region with one of each, and the calls that ask for it.
import type { CloudCall, CloudRequest } from '../../../src/contract/cloud.ts';
import type { Operation } from './permissions.ts';
import { type Oci, type OciOptions, startOci } from './start-oci.ts';

const compartmentId = 'ocid1.compartment.oc1..aaaaaaaaexampleapps';
const vaultId = 'ocid1.vault.oc1.eu-frankfurt-1.example.examplevault';

export const names = {
  bucket: 'shop-artifacts',
  secretId: 'ocid1.vaultsecret.oc1.eu-frankfurt-1.examplesecret',
  secret: 'shop-db-password',
  repository: 'shop/api',
  document: '/20160918/instances',
  compartmentId,
  vaultId,
} as const;

const operations: readonly Operation[] = [
  'HeadBucket',
  'ListObjects',
  'GetSecret',
  'ListSecrets',
  'GetSecretBundle',
  'ListContainerImages',
  'Get',
];

/** `secretValue` and `objectName` are what nobody outside may see. */
export async function startExample(options: OciOptions = {}, { secretValue = 'value', objectName = 'object' } = {}): Promise<Oci> {
  const oci = await startOci(options);
  const { world } = oci;
  world.buckets.push({ name: names.bucket, objects: [objectName, `${objectName}.2`] });
  world.secrets.push({
    id: names.secretId,
    name: names.secret,
    compartmentId,
    vaultId,
    lifecycleState: 'ACTIVE',
    value: secretValue,
  });
  world.images.push({
    compartmentId,
    repositoryName: names.repository,
    version: '1.4.2',
    digest: `sha256:${'0a'.repeat(32)}`,
    lifecycleState: 'AVAILABLE',
  });
  world.documents.set(names.document, [{ displayName: objectName }]);
  return oci;
}

export function allowAll({ permissions, identity }: Oci): void {
  for (const operation of operations) permissions.allow(identity.instanceId, operation);
}

/** One call of each kind, in the order of the contract. */
export const oneOfEach = ({ url }: Oci): readonly CloudCall[] => [
  { kind: 'head-bucket', bucket: names.bucket },
  { kind: 'list-objects', bucket: names.bucket },
  { kind: 'get-secret', secretId: names.secretId },
  { kind: 'find-secret', compartmentId, vaultId, name: names.secret },
  { kind: 'get-secret-bundle', secretId: names.secretId },
  { kind: 'list-images', compartmentId, repository: names.repository },
  { kind: 'get', url: `${url}${names.document}` },
];

export const requestTo = (oci: Oci, calls: readonly CloudCall[], limits: Partial<CloudRequest> = {}): CloudRequest => ({
  calls,
  callTimeoutMs: 10_000,
  timeoutMs: 25_000,
  endpoints: oci.endpoints,
  ...limits,
});
