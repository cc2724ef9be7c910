// Recorded answers stand in for a region: in tests, in bug reports, in demonstrations.
import { isListOperation, type OciOperationName, ociOperations } from '../contract/oci-operations.ts';
import type { OciParams, RegionNames, Tenancy, TenancyFailed, TenancyGot, TenancyListed, TenancySource } from '../contract/tenancy.ts';
import { failureOf } from './answer.ts';
import { endedEarly, firstOf } from './until-aborted.ts';

export interface RecordedRegion {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly region: RegionNames;
  readonly tenancyId: string | null;
  readonly calls: readonly RecordedCall[];
}

/** What was answered to an operation that was asked with these parameters; what is not said of them may be anything. */
export interface RecordedCall {
  readonly operation: OciOperationName;
  readonly with: OciParams;
  /** 200 unless given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** As OCI wrote it. */
  readonly body?: unknown;
  /** There was no answer, or none that could be used. */
  readonly failed?: TenancyFailed['reason'];
  /** Goes with `failed`: OCI's own code, or the system's. */
  readonly code?: string;
  readonly detail?: string;
}

/** A list that goes on for ever goes on in a recording too. */
const pagesMax = 1_000;

export function recordedTenancy(recorded: RecordedRegion): TenancySource {
  const { now, region, tenancyId, calls } = recorded;
  const ask = (operation: OciOperationName, params: OciParams): Answer => answerTo(calls, operation, params);
  return {
    now: () => now,
    forLook: (signal): Tenancy => ({
      now: () => now,
      region,
      tenancyId,
      list: (operation, params = {}) => firstOf(signal, async () => listed(operation, params, ask), endedEarly(operation)),
      get: (operation, params) => firstOf(signal, async () => got(ask(operation, params)), endedEarly(operation)),
    }),
  };
}

type Answer = { readonly kind: 'answered'; readonly body: unknown; readonly next: string | undefined } | TenancyFailed;

function answerTo(calls: readonly RecordedCall[], operation: OciOperationName, params: OciParams): Answer {
  const fits = (one: RecordedCall): boolean =>
    one.operation === operation && Object.entries(one.with).every(([name, value]) => params[name] === value);
  // The first page of a list says nothing of a token, and would fit each of the others too.
  const call = (params.page === undefined ? undefined : calls.find((one) => one.with.page !== undefined && fits(one))) ?? calls.find(fits);
  if (call === undefined)
    return { kind: 'failed', reason: 'unreadable', status: null, code: '', detail: `the recording holds no answer of ${operation}` };
  const { status = 200, body, failed, code = '', detail, headers = {} } = call;
  if (failed !== undefined)
    return {
      kind: 'failed',
      reason: failed,
      status: call.status ?? null,
      code,
      detail: detail ?? `${operation}: ${failed}`,
    };
  return status >= 200 && status < 300 ? { kind: 'answered', body, next: headers['opc-next-page'] } : failureOf(operation, status, body);
}

function listed(operation: OciOperationName, params: OciParams, ask: (operation: OciOperationName, params: OciParams) => Answer) {
  const items: unknown[] = [];
  let page: OciParams = {};
  for (let pages = 0; pages < pagesMax; pages++) {
    const answer = ask(operation, { ...params, ...page });
    if (answer.kind === 'failed') return answer;
    const entries = entriesOf(operation, answer.body);
    if (entries === null) return unparsable(operation);
    items.push(...entries);
    if (answer.next === undefined || answer.next === '') return { kind: 'list', items } satisfies TenancyListed;
    page = { page: answer.next };
  }
  return endlessPages(operation);
}

const got = (answer: Answer): TenancyGot | TenancyFailed => (answer.kind === 'failed' ? answer : { kind: 'object', body: answer.body });

/** Null where the body is not in the form of a list. */
export function entriesOf(operation: OciOperationName, body: unknown): readonly unknown[] | null {
  if (!isListOperation(operation)) return null;
  if (ociOperations[operation].body === 'array') return Array.isArray(body) ? body : null;
  const { items } = (body ?? {}) as { readonly items?: unknown };
  return Array.isArray(items) ? items : null;
}

export const unparsable = (operation: OciOperationName): TenancyFailed => ({
  kind: 'failed',
  reason: 'unparsable',
  status: 200,
  code: '',
  detail: `${operation}: what came back is not what this operation is answered with`,
});

export const endlessPages = (operation: OciOperationName): TenancyFailed => ({
  ...unparsable(operation),
  detail: `${operation}: its pages do not end`,
});
