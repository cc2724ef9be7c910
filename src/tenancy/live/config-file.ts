// The credential of a profile in the configuration file of OCI's tools: a user's key, or a session's token and key.
// https://docs.oracle.com/en-us/iaas/Content/API/Concepts/sdkconfig.htm
import { createPrivateKey } from 'node:crypto';
import type { ConfigFileAuthenticationDetailsProvider } from 'oci-common';
import type { OciAccess } from '../access.ts';
import { type Credential, lifeOf, type NoCredential, noCredential } from './credential.ts';
import { quietly } from './quiet.ts';
import { signerFor } from './signer.ts';

export async function configFile(access: OciAccess, now: () => number): Promise<Credential | NoCredential> {
  const { configFile: file, profile, auth } = access;
  const common = await quietly(() => import('oci-common'));
  const unusable = (why: string): NoCredential => noCredential(`profile ${profile} of ${file ?? '~/.oci/config'} cannot be used: ${why}`);
  let provider: ConfigFileAuthenticationDetailsProvider;
  try {
    // It passes over a path that is null, whatever its type says.
    provider = quietly(() => new common.SessionAuthDetailProvider(file as string, profile));
  } catch (error) {
    return unusable(why(error));
  }
  const token = sessionTokenOf(provider);
  if (auth === 'config-file' && token !== null) return unusable('it holds a security token, which is `auth: security-token`');
  if (auth === 'security-token' && token === null) return unusable('it names no security_token_file');
  const privateKeyPem = plainKey(provider.getPrivateKey(), provider.getPassphrase());
  if (privateKeyPem === null) return unusable('its key_file is no private key, or pass_phrase does not open it');
  const keyId = token === null ? `${provider.getTenantId()}/${provider.getUser()}/${provider.getFingerprint()}` : `ST$${token}`;
  const life = token === null ? null : lifeOf(token);
  return {
    kind: 'credential',
    signer: signerFor(keyId, privateKeyPem),
    tenancyId: provider.getTenantId(),
    home: provider.getRegion(),
    // The file is read again when the token in it should have ended: OCI's tools may have put another there.
    lifeMs: life === null ? null : Math.max(0, life.endsMs - now()),
    whyRefused: () =>
      life !== null && life.endsMs <= now() ? `the security token of profile ${profile} has ended, and OCI’s tools can renew it` : null,
  };
}

const sessionTokenOf = (provider: ConfigFileAuthenticationDetailsProvider): string | null =>
  (provider as { readonly sessionToken?: string }).sessionToken?.trim() || null;

/** OCI's own key files end with a line that is no part of the key, and OpenSSL reads forms that the SDK does not. */
function plainKey(pem: string, passphrase: string | null): string | null {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === null || passphrase === undefined ? {} : { passphrase }) });
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return null;
  }
}

/** The SDK's words repeat lines of the file, where secrets may stand. */
function why(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /missing (\w{1,40}) in config/.exec(message)?.[1];
  if (missing !== undefined) return `it has no ${missing}`;
  return reasons.find(([words]) => words.test(message))?.[1] ?? 'it is not understood';
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/does not exist/i, 'there is no such file'],
  [/EACCES|EPERM|EISDIR/, 'the file cannot be read'],
  [/No profile named/, 'there is no such profile'],
  [/Region not specified/, 'it has no region'],
  [/Failed to read private key/, 'its key_file or security_token_file cannot be read'],
];
