// The key of a region (`phx`), which service labels and conditions are written with: the SDK knows it, or else the tenancy does.
import type { Tenancy } from '../../contract/tenancy.ts';
import type { Credentials } from './credentials.ts';
import { quietly } from './quiet.ts';

/** Null where it cannot be known now. */
export async function regionKey(name: string, credentials: Credentials, tenancy: Tenancy): Promise<string | null> {
  const credential = await credentials.current();
  if (credential.kind === 'no-credential') return null;
  const { Region } = await import('oci-common');
  const known: string | undefined = quietly(() => Region.fromRegionId(name))?.regionCode;
  return (known ?? (await toldKey(name, credential.tenancyId, tenancy)))?.toLowerCase() ?? null;
}

async function toldKey(name: string, tenancyId: string, tenancy: Tenancy): Promise<string | null> {
  const told = await tenancy.list('listRegionSubscriptions', { tenancyId });
  if (told.kind === 'failed') return null;
  const own = told.items.find((one) => (one as { readonly regionName?: unknown } | null)?.regionName === name);
  const { regionKey } = (own ?? {}) as { readonly regionKey?: unknown };
  return typeof regionKey === 'string' ? regionKey : null;
}
