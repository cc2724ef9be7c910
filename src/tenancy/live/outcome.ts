// What one request came to: what can be used, or a failure in the port's words, and what it says about whoever was asked.
import { isListOperation, type OciOperationName } from '../../contract/oci-operations.ts';
import type { TenancyFailed } from '../../contract/tenancy.ts';
import { failureOf } from '../answer.ts';
import { entriesOf, unparsable } from '../recorded.ts';
import type { Exchanged, NotAnswered } from '../wire/exchange.ts';
import type { Sign } from './circuit.ts';
import { retryAfterMs } from './retry.ts';

export type Outcome = Delivered | Undelivered;

export interface Delivered {
  readonly kind: 'delivered';
  /** JSON in the form of its operation. */
  readonly text: string;
  /** The token of the next page. */
  readonly next: string | null;
}

export interface Undelivered {
  readonly kind: 'undelivered';
  readonly failed: TenancyFailed;
  readonly sign: Sign;
  readonly retryAfterMs: number | null;
}

/** Of what was sent. `authorization` is what it was signed with: a server may repeat it. */
export function outcomeOf(operation: OciOperationName, exchanged: Exchanged, authorization: string, nowMs: number): Outcome {
  if (exchanged.kind === 'not-answered') return notAnswered(operation, exchanged);
  const { status, headers, text } = exchanged;
  const body = parse(text);
  if (status >= 200 && status <= 299) {
    const isUsable = body !== undefined && (!isListOperation(operation) || entriesOf(operation, body) !== null);
    return isUsable
      ? { kind: 'delivered', text, next: headers.get('opc-next-page') || null }
      : undelivered({ ...unparsable(operation), status }, 'alive');
  }
  const failed = failureOf(operation, status, { code: ownWord(codeIn(body), authorization) });
  return { ...undelivered(failed, status >= 500 ? 'down' : 'alive'), retryAfterMs: retryAfterMs(headers, nowMs) };
}

/** Of what was not sent; `what` ends the sentence. */
export const notSent = (operation: OciOperationName, what: string, code = 'INVALID_REQUEST'): Undelivered =>
  undelivered({ kind: 'failed', reason: 'unreadable', status: null, code, detail: `${operation}: ${what}` }, 'none');

const undelivered = (failed: TenancyFailed, sign: Sign): Undelivered => ({ kind: 'undelivered', failed, sign, retryAfterMs: null });

function notAnswered(operation: OciOperationName, { failure: { status, code } }: NotAnswered): Undelivered {
  if (code === 'TOO_LARGE')
    return undelivered(
      { kind: 'failed', reason: 'too-much-output', status, code, detail: `${operation}: the answer is larger than is read` },
      'alive',
    );
  const isLate = code === 'TIMEOUT';
  const detail = isLate ? 'no whole answer in time' : `no whole answer${code === '' ? '' : ` (${code})`}`;
  const reason = isLate ? 'timeout' : 'unreadable';
  return undelivered({ kind: 'failed', reason, status: null, code, detail: `${operation}: ${detail}` }, 'down');
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function codeIn(body: unknown): string {
  const { code } = (body ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** OCI's codes are words; a piece of what was sent along is none. */
const ownWord = (code: string, authorization: string): string =>
  /^[A-Z][A-Za-z]{0,39}$/.test(code) && !(code.length > 12 && authorization.includes(code)) ? code : '';
