// A region that answers with recorded bodies, and what a client needs to ask it.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OciOperationName, ociOperations } from '../../../src/contract/oci-operations.ts';
import type { RecordedRegion } from '../../../src/tenancy/recorded.ts';
import { exampleNames } from './instance.ts';
import { type Oci, type OciOptions, startOci } from './start-oci.ts';

export interface OciRegion extends Oci {
  readonly name: string;
  /** In the form in which a fleet file gives them: this region's services, the instance's metadata, the token exchange. */
  readonly ociEndpoints: Readonly<Record<string, string>>;
}

export interface RegionOptions extends Omit<OciOptions, 'region'> {
  /** What it answers; `world.calls` can be changed at any time. */
  readonly region: Pick<RecordedRegion, 'region' | 'calls'>;
}

/** Whatever is recorded may be asked by the instance; `permissions` takes it away again. */
export async function startRegion({ region: { region, calls }, ...options }: RegionOptions): Promise<OciRegion> {
  const { name, key } = region;
  const told = { told: name, name, key: (key ?? name).toUpperCase(), realm: 'oc1', domain: 'oraclecloud.com' };
  const oci = await startOci({ ...options, region: told });
  oci.world.calls.push(...calls);
  allowEverything(oci, oci.identity.instanceId);
  const { metadata, federation } = oci.endpoints;
  return { ...oci, name, ociEndpoints: { [name]: oci.url, metadata, federation } };
}

export function allowEverything({ permissions }: Oci, principalId: string): void {
  for (const operation of Object.keys(ociOperations) as OciOperationName[]) permissions.allow(principalId, operation);
}

export const exampleUser = 'ocid1.user.oc1..aaaaaaaaexampleuser';

export interface UserFiles {
  /** Of the configuration. */
  readonly file: string;
  readonly privateKeyPem: string;
}

export interface UserOptions {
  readonly folder: string;
  readonly region: string;
  readonly profile?: string;
  readonly passphrase?: string;
  /** More lines of the profile. */
  readonly lines?: readonly string[];
}

/** A user who is known in these regions and may ask everything there, with the file that OCI's tools would write for one. */
export function makeUser(regions: readonly Oci[], { folder, region, profile = 'DEFAULT', passphrase, lines = [] }: UserOptions): UserFiles {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const [fingerprint] = regions.map((oci) => {
    allowEverything(oci, exampleUser);
    return oci.keys.addUser(exampleNames.tenancyId, exampleUser, publicKeyPem);
  });
  mkdirSync(folder, { recursive: true });
  const keyFile = join(folder, `${profile}.pem`);
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  // The console's files end with a line of their own.
  writeFileSync(keyFile, `${pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher })}OCI_API_KEY\n`, { mode: 0o600 });
  const file = join(folder, 'config');
  const told = [
    `[${profile}]`,
    `user=${exampleUser}`,
    `fingerprint=${fingerprint}`,
    `tenancy=${exampleNames.tenancyId}`,
    `region=${region}`,
    `key_file=${keyFile}`,
    ...(passphrase === undefined ? [] : [`pass_phrase=${passphrase}`]),
    ...lines,
  ];
  writeFileSync(file, `${told.join('\n')}\n`, { mode: 0o600 });
  return { file, privateKeyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
