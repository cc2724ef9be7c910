// Bodies of OCI's API, read without trust: a key may be absent where the model has it, null, or of another kind than today.
// OCIDs: https://docs.oracle.com/en-us/iaas/Content/General/Concepts/identifiers.htm

/** `null` and absent are one: bodies show both for the same thing. */
export function field(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return value === null ? undefined : value;
}

/** Null where it is no text. */
export function textIn(body: unknown, name: string): string | null {
  const value = field(body, name);
  return typeof value === 'string' ? value : null;
}

export function numberIn(body: unknown, name: string): number | null {
  const value = field(body, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Null where it is neither true nor false. */
export function flagIn(body: unknown, name: string): boolean | null {
  const value = field(body, name);
  return typeof value === 'boolean' ? value : null;
}

/** Entries of a list; null where there is none. An empty list is one. */
export function listIn(body: unknown, name: string): readonly unknown[] | null {
  const value = field(body, name);
  return Array.isArray(value) ? value : null;
}

/** Texts of a list; what is none is left out. Null where there is no list. */
export function textsIn(body: unknown, name: string): readonly string[] | null {
  return listIn(body, name)?.filter((one): one is string => typeof one === 'string') ?? null;
}

/** Names and values of a map; empty where there is none. */
export function entriesIn(body: unknown, name: string): readonly (readonly [string, unknown])[] {
  const value = field(body, name);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Epoch milliseconds; null where it is no time (RFC 3339). */
export function timeIn(body: unknown, name: string): number | null {
  const ms = Date.parse(textIn(body, name) ?? '');
  return Number.isNaN(ms) ? null : ms;
}

export interface Ocid {
  /** `instance`, `networksecuritygroup`, `natgateway`. */
  readonly type: string;
  readonly realm: string;
  /** A region's key (`iad`, `phx`) or its name (`sa-saopaulo-1`); empty for what belongs to no region. */
  readonly region: string;
}

/** Null for what is no OCID. */
export function readOcid(text: string): Ocid | null {
  const [version, type, realm, region, ...rest] = text.split('.');
  if (version !== 'ocid1' || !type || !realm || region === undefined || rest.at(-1) === undefined || rest.at(-1) === '') return null;
  return { type, realm, region };
}

/** Whether it lies in the region; null where the OCID does not say. */
export function isInRegion(ocid: string, { name, key }: { readonly name: string; readonly key: string | null }): boolean | null {
  const region = readOcid(ocid)?.region;
  if (region === undefined || region === '') return null;
  return region === name || (key !== null && region.toLowerCase() === key.toLowerCase());
}
