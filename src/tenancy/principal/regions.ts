// Regions by the names that OCI gives them, also of realms that the SDK has never heard of.
import type { Region } from 'oci-common';
import type { Metadata } from './metadata.ts';

/** `fra`, `eu-frankfurt-1`, or `region.domain` in some dedicated realms. */
export const regionForm = /^[a-z0-9][a-z0-9.-]{1,62}$/i;

/** The instance's own, told by a key or by its name. */
export async function ownRegion(told: string, metadata: Metadata): Promise<Region> {
  const common = await import('oci-common');
  const id = common.Region.getRegionIdFromShortCode(told);
  const known: Region | undefined = common.Region.fromRegionId(id);
  if (known !== undefined) return known;
  const realm = await realmOf(metadata);
  return common.Region.register(realm?.region ?? id, realm === null ? common.Realm.OC1 : common.Realm.register(realm.key, realm.domain));
}

/** Another one, which is in the same realm: an instance is nobody in any other. */
export async function regionBeside(own: Region, name: string): Promise<Region> {
  const { Region } = await import('oci-common');
  const known: Region | undefined = Region.fromRegionId(name);
  return known ?? Region.register(name, own.realm);
}

async function realmOf(metadata: Metadata): Promise<{ readonly region: string; readonly key: string; readonly domain: string } | null> {
  const text = await metadata('instance/regionInfo', /^\{/);
  if (typeof text !== 'string') return null;
  try {
    const { regionIdentifier, realmKey, realmDomainComponent } = JSON.parse(text) as Record<string, unknown>;
    const names = [regionIdentifier, realmKey, realmDomainComponent];
    if (!names.every((name) => typeof name === 'string' && regionForm.test(name))) return null;
    const [region, key, domain] = names as [string, string, string];
    return { region, key, domain };
  } catch {
    return null;
  }
}
