// The credential of the instance that this runs on.
import type { PrincipalSeen } from '../../contract/cloud.ts';
import type { OciAccess } from '../access.ts';
import { findPrincipal } from '../principal/find-principal.ts';
import type { Deadline } from '../wire/deadline.ts';
import { type Credential, clockWords, lifeOf, type NoCredential, noCredential } from './credential.ts';
import { signerFor } from './signer.ts';

/** Of a token that does not say how long it counts; those of 2026 count for twenty minutes. */
const lifeUnsaidMs = 300_000;

export async function instancePrincipal({ endpoints }: OciAccess, deadline: Deadline): Promise<Credential | NoCredential> {
  const { metadata, federation } = endpoints;
  const elsewhere = { ...(metadata === undefined ? {} : { metadata }), ...(federation === undefined ? {} : { federation }) };
  const { seen, session } = await findPrincipal({ endpoints: elsewhere }, deadline, { clockAheadSeconds: null });
  if (session === null || seen.tenancyId === null) return refused(seen);
  return {
    kind: 'credential',
    signer: signerFor(`ST$${session.token}`, session.privateKeyPem),
    tenancyId: seen.tenancyId,
    home: session.region,
    lifeMs: lifeOf(session.token)?.lifeMs ?? lifeUnsaidMs,
    whyRefused: () => null,
  };
}

function refused({ stage, failure, clockAheadSeconds }: PrincipalSeen): NoCredential {
  const who = stage === 'metadata' ? 'the metadata service' : 'the token exchange';
  const status = failure?.status ?? null;
  const code = (failure?.code ?? '').replace(/[^A-Za-z0-9_]/g, '').slice(0, 40);
  const said = status === null ? `did not answer ${code}` : `answered ${status} ${code}`;
  const clock = clockWords(clockAheadSeconds);
  const what = `this instance has no token: ${who} ${said}`.trimEnd() + (clock === null ? '' : `: ${clock}`);
  const isDenied = stage === 'federation' && status !== null && [401, 403, 404].includes(status);
  return { ...noCredential(what, isDenied ? 'denied' : 'unreadable'), status, code };
}
