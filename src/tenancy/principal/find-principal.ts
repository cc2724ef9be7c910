// The way to a token: region, certificate and key from the metadata service, then the exchange. It ends where something is missing.
import type { Region } from 'oci-common';
import type { CloudFailure, CloudRequest, PrincipalSeen } from '../../contract/cloud.ts';
import type { Deadline } from '../wire/deadline.ts';
import type { Watch } from '../wire/exchange.ts';
import { notSent } from '../wire/failure.ts';
import { readCertificate } from './certificate.ts';
import { beginSession, type Identity, type Session } from './federation.ts';
import { metadataAt } from './metadata.ts';
import { ownRegion, regionForm } from './regions.ts';

export interface Principal {
  readonly seen: PrincipalSeen;
  /** Null unless the way was gone to its end. */
  readonly session: (Session & { readonly region: Region }) | null;
}

export async function findPrincipal(request: Pick<CloudRequest, 'endpoints'>, deadline: Deadline, watch: Watch): Promise<Principal> {
  const known: Known = { region: null, instanceId: null, compartmentId: null, tenancyId: null, certificate: null };
  const ended = (stage: PrincipalSeen['stage'], failure: CloudFailure): Principal => ({
    seen: { ...known, stage, failure, clockAheadSeconds: watch.clockAheadSeconds },
    session: null,
  });
  const metadata = metadataAt(request.endpoints?.metadata, deadline, watch);

  const told = await metadata('instance/region', regionForm);
  if (typeof told !== 'string') return ended('metadata', told);
  const region = await ownRegion(told, metadata);
  known.region = region.regionId;

  const pem = await metadata('identity/cert.pem', /^-----BEGIN CERTIFICATE-----/);
  if (typeof pem !== 'string') return ended('metadata', pem);
  const certificate = readCertificate(pem);
  if (certificate === null) return ended('metadata', notSent('UNPARSABLE', 'cert.pem cannot be read as a certificate'));
  Object.assign(known, certificate.seen);
  if (known.tenancyId === null) return ended('metadata', notSent('UNPARSABLE', 'the certificate names no tenancy'));

  const privateKeyPem = await metadata('identity/key.pem', /^-----BEGIN (RSA )?PRIVATE KEY-----/);
  if (typeof privateKeyPem !== 'string') return ended('metadata', privateKeyPem);
  const intermediatePem = await metadata('identity/intermediate.pem', /^-----BEGIN CERTIFICATE-----/);
  if (typeof intermediatePem !== 'string') return ended('metadata', intermediatePem);
  const intermediate = readCertificate(intermediatePem);
  if (intermediate === null) return ended('metadata', notSent('UNPARSABLE', 'intermediate.pem cannot be read as a certificate'));

  const endpoint = request.endpoints?.federation ?? `https://auth.${region.regionId}.${region.realm.secondLevelDomain}`;
  const session = await begin(endpoint, { certificate, privateKeyPem, intermediate }, deadline, watch);
  if ('code' in session) return ended('federation', session);
  return {
    seen: { ...known, stage: 'token', failure: null, clockAheadSeconds: watch.clockAheadSeconds },
    session: { ...session, region },
  };
}

/** What of the principal is known so far. */
type Known = { -readonly [K in 'region' | 'instanceId' | 'compartmentId' | 'tenancyId' | 'certificate']: PrincipalSeen[K] };

async function begin(endpoint: string, identity: Identity, deadline: Deadline, watch: Watch): Promise<Session | CloudFailure> {
  try {
    return await beginSession(endpoint, identity, deadline, watch);
  } catch {
    // OpenSSL's words may hold parts of what it could not read.
    return notSent('UNPARSABLE', 'key.pem cannot be used to sign');
  }
}
