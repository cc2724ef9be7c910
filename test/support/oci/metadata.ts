// The instance metadata service, version 2: who this instance is, for whoever runs on it.
// https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm
import type { OciAnswer } from './answer.ts';
import type { InstanceIdentity } from './instance.ts';
import type { WireRequest } from './signature.ts';

export interface RegionNames {
  /** What `instance/region` answers: a key for the oldest regions (`fra`), else the name. */
  readonly told: string;
  readonly name: string;
  readonly key: string;
  readonly realm: string;
  readonly domain: string;
}

export const frankfurt: RegionNames = {
  told: 'fra',
  name: 'eu-frankfurt-1',
  key: 'FRA',
  realm: 'oc1',
  domain: 'oraclecloud.com',
};

export function metadata({ method, target, headers }: WireRequest, identity: InstanceIdentity, region: RegionNames): OciAnswer {
  if (headers.authorization !== 'Bearer Oracle') return { status: 401, text: 'Unauthorized' };
  // A request that somebody passed on is not from this instance.
  if (headers['x-forwarded-for'] !== undefined) return { status: 403, text: 'Forbidden' };
  const found =
    method === 'GET' && target.startsWith('/opc/v2/') ? documents(identity, region)[target.slice('/opc/v2/'.length)] : undefined;
  return found === undefined ? { status: 404, text: 'Not Found' } : { status: 200, text: found };
}

const documents = (identity: InstanceIdentity, region: RegionNames): Readonly<Record<string, string>> => ({
  'instance/region': region.told,
  'instance/regionInfo': JSON.stringify({
    realmDomainComponent: region.domain,
    realmKey: region.realm,
    regionIdentifier: region.name,
    regionKey: region.key,
  }),
  'identity/cert.pem': identity.certificatePem,
  'identity/key.pem': identity.keyPem,
  'identity/intermediate.pem': identity.intermediatePem,
});
