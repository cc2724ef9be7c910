// Which addresses are OCI's own, and in which region they lie.

/** Scheme, host and port; empty where the text is no address. */
export const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');

/**
 * Domains of the realms as the SDK knows them. Not `customer-oci.com`: gateways and functions answer there that belong to
 * customers, who would be handed the token.
 */
const ociDomain = /^https:\/\/(?:[a-z0-9-]+\.)+(?:oraclecloud[0-9]*\.com|oraclecloud\.eu|oraclegovcloud\.(?:com|uk))$/;

export const isOciOrigin = (origin: string): boolean => ociDomain.test(origin);

/** Regions by their keys, where OCIDs name the key and not the region: only the two oldest do. */
const byKey: Readonly<Record<string, string>> = { iad: 'us-ashburn-1', phx: 'us-phoenix-1' };

export const regionName = (text: string): string => byKey[text.toLowerCase()] ?? text.toLowerCase();

/** `ocid1.TYPE.REALM.[REGION].ID`; null where the resource is of no region, or the text is no OCID. */
export function regionOfOcid(ocid: string): string | null {
  const segment = /^ocid1\.[^.]+\.[^.]+\.([^.]*)\./.exec(ocid)?.[1] ?? '';
  return segment === '' ? null : regionName(segment);
}

/** `service.REGION.[oci.]oraclecloud.com`. */
export function regionOfUrl(url: string): string | null {
  if (!isOciOrigin(originOf(url))) return null;
  const labels = new URL(url).hostname.split('.');
  const region = labels.find((label) => /^[a-z]{2,}(?:-[a-z0-9]+)*-[0-9]+$/.test(label));
  return region ?? null;
}

/** Names of things are filled into commands: what is not shaped like an OCID is left out. */
export const ocidOrNull = (text: string | null): string | null =>
  text !== null && text.length <= 255 && /^ocid1\.[a-z0-9]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9._-]+$/.test(text) ? text : null;
