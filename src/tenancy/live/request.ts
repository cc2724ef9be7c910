// What an operation of the SDK is given. It escapes what goes into a path, but leaves values of a query as they are.
import { isListOperation, type OciOperationName, ociOperations, pathParams } from '../../contract/oci-operations.ts';
import type { OciParams } from '../../contract/tenancy.ts';

/** Where requests of one vault go; no parameter of the wire. */
const endpointParam = 'endpoint';

/** Null for what cannot be asked. */
export function requestOf(operation: OciOperationName, params: OciParams, hasLimit = true): Readonly<Record<string, string>> | null {
  const inPath = pathParams(ociOperations[operation].path);
  const segments = inPath.map((name) => params[name]);
  if (!segments.every(isSegment)) return null;
  const sent = Object.entries(params).filter(([name]) => name !== endpointParam);
  const needs = (ociOperations[operation] as { readonly needs?: readonly string[] }).needs ?? [];
  if (needs.some((name) => !params[name]) || !sent.every(([, value]) => value !== '' && value.isWellFormed())) return null;
  const escaped = sent.map(([name, value]) => [name, inPath.includes(name) ? value : encodeURIComponent(value)] as const);
  const limit = hasLimit ? limitOf(operation) : null;
  return { ...(limit === null || params.limit !== undefined ? {} : { limit: String(limit) }), ...Object.fromEntries(escaped) };
}

/** An escaped `..` is a `..` all the same: it would be another call. */
const isSegment = (value: string | undefined): boolean => value !== undefined && !['', '.', '..'].includes(value);

/** Whether all that was asked with stands in the URL: a parameter that the SDK does not know is left out without a word. */
export function isWhole(url: string, operation: OciOperationName, request: Readonly<Record<string, string>>): boolean {
  const { searchParams } = new URL(url);
  const inPath = pathParams(ociOperations[operation].path);
  return Object.keys(request).every((name) => inPath.includes(name) || searchParams.has(name));
}

/**
 * Entries that are asked for at once; null leaves it to the service. FSDR's models name a thousand as the most, and core and identity are
 * asked for as many by public inventories (steampipe-plugin-oci); DNS refuses that, and of the others nobody says.
 */
export const limitOf = (operation: OciOperationName): number | null => {
  const { service } = ociOperations[operation];
  const takesLimit = isListOperation(operation) && operation !== 'listRegionSubscriptions';
  return takesLimit && ['core', 'identity', 'disasterrecovery'].includes(service) ? 1_000 : null;
};
