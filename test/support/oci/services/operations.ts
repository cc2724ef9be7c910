// Any operation that is asked for, answered from recorded calls: matched by method, path and parameters, allowed by its name, and in
// pages where the recording has none of its own.
import { isListOperation, type OciOperationName, ociOperations } from '../../../../src/contract/oci-operations.ts';
import type { RecordedCall } from '../../../../src/tenancy/recorded.ts';
import { notFound, type OciAnswer, problem } from '../answer.ts';
import { page } from '../pages.ts';
import type { Asked, Service } from '../service.ts';

/** How the service stands in for a vault's own endpoint is the client's business; it is no parameter of the wire. */
const unsent = ['endpoint', 'limit'];

export const operations: Service = (asked) => {
  const { method, path, query, world, permissions, principal } = asked;
  if (world.calls.length === 0) return null;
  const matched = method === 'GET' ? match(path) : null;
  if (matched === null) return null;
  const { operation, inPath } = matched;
  const params: Record<string, string> = { ...Object.fromEntries(query), ...inPath };
  if (!permissions.allows(principal.id, operation, params.compartmentId ?? '*')) return notFound();
  const needs = (ociOperations[operation] as { readonly needs?: readonly string[] }).needs ?? [];
  const missing = needs.find((name) => !unsent.includes(name) && params[name] === undefined);
  if (missing !== undefined) return problem(400, 'MissingParameter', `${missing} is missing`);
  return answerTo(operation, params, asked);
};

function match(path: readonly string[]): { readonly operation: OciOperationName; readonly inPath: Record<string, string> } | null {
  for (const [operation, { path: template }] of Object.entries(ociOperations)) {
    const segments = template.slice(1).split('/');
    if (segments.length !== path.length) continue;
    const isName = (segment: string): boolean => segment.startsWith('{');
    if (!segments.every((segment, at) => isName(segment) || segment === path[at])) continue;
    const names = segments.flatMap((segment, at) => (isName(segment) ? [[segment.slice(1, -1), path[at]!] as const] : []));
    return { operation: operation as OciOperationName, inPath: Object.fromEntries(names) };
  }
  return null;
}

function answerTo(operation: OciOperationName, params: Readonly<Record<string, string>>, { query, world }: Asked): OciAnswer {
  const call = find(world.calls, operation, params);
  if (call === undefined) return notFound();
  const { status = call.failed === undefined ? 200 : 500, headers = {}, body } = call;
  const isGood = status >= 200 && status <= 299;
  if (typeof body === 'string') return { status, headers, text: body };
  if (!isGood || !isListOperation(operation) || headers['opc-next-page'] !== undefined) return { status, headers, body };
  const paged = inPages(body, query, world);
  return paged === null ? { status, headers, body } : { ...paged, headers: { ...headers, ...paged.headers } };
}

/** Null where it is no list, or a page of the recording's own. */
function inPages(body: unknown, query: URLSearchParams, world: Asked['world']): OciAnswer | null {
  const entries = Array.isArray(body) ? body : (body as { readonly items?: unknown } | null)?.items;
  if (!Array.isArray(entries)) return null;
  const paged = page(entries, query, world, (items) => (Array.isArray(body) ? items : { ...(body as object), items }));
  return paged.status === 200 ? paged : null;
}

/** The first that fits; of those that name a page, before those that do not. */
function find(calls: readonly RecordedCall[], operation: OciOperationName, params: Readonly<Record<string, string>>) {
  const fits = (call: RecordedCall): boolean =>
    call.operation === operation && Object.entries(call.with).every(([name, value]) => unsent.includes(name) || params[name] === value);
  return calls.find((call) => call.with.page !== undefined && fits(call)) ?? calls.find(fits);
}
