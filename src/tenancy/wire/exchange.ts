// One HTTP exchange that ends: a limit of time from the first byte to the last, a limit of size, no redirects, and what went wrong in
// the words of a CloudFailure.
import type { CloudFailure } from '../../contract/cloud.ts';

/** Where no other limit is given. The longest list that an instance asks for has a hundred entries. */
const bytesUsuallyMax = 1_048_576;

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  readonly bytesMax?: number;
  /** Of a good answer nothing is read but the headers: what it holds is nobody's business here. */
  readonly isBodyDropped?: boolean;
}

export type Exchanged = Answered | NotAnswered;

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Headers;
  /** Empty where it was dropped. */
  readonly text: string;
  readonly host: string;
}

export interface NotAnswered {
  readonly kind: 'not-answered';
  readonly failure: CloudFailure;
}

/** Where exchanges note what they saw of others' clocks. */
export interface Watch {
  /** Local clock minus that of who answered last, in whole seconds. */
  clockAheadSeconds: number | null;
}

export async function exchange(
  url: string,
  init: RequestInit,
  { signal, bytesMax = bytesUsuallyMax, isBodyDropped = false }: ExchangeOptions,
  watch: Watch,
): Promise<Exchanged> {
  const host = URL.parse(url)?.host ?? null;
  if (host === null) return notAnswered({ status: null, code: 'INVALID_URL', message: 'the URL cannot be asked for' }, host);
  let status: number | null = null;
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    status = response.status;
    noteClock(response.headers, watch);
    const isDropped = isBodyDropped && response.ok;
    if (isDropped) await response.body?.cancel();
    const text = isDropped ? '' : await readBounded(response, bytesMax);
    if (text === null) return notAnswered({ status, code: 'TOO_LARGE', message: `the answer is larger than ${bytesMax} bytes` }, host);
    return { kind: 'answered', status, headers: response.headers, text, host };
  } catch (error) {
    return notAnswered({ status, ...explain(error) }, host);
  }
}

const notAnswered = (what: Pick<CloudFailure, 'status' | 'code' | 'message'>, host: string | null): NotAnswered => ({
  kind: 'not-answered',
  failure: { ...what, requestId: null, host },
});

/** A `Date` is cut to its second, so the half of one is added. */
function noteClock(headers: Headers, watch: Watch): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (!Number.isNaN(date)) watch.clockAheadSeconds = Math.round((Date.now() - date - 500) / 1000) || 0;
}

async function readBounded(response: Response, bytesMax: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch` says only that it failed; the system's word for it is in the cause, or in the first of several (one for each address). */
function explain(error: unknown): Pick<CloudFailure, 'code' | 'message'> {
  if (!(error instanceof Error)) return { code: '', message: 'the exchange failed' };
  if (error.name === 'TimeoutError') return { code: 'TIMEOUT', message: 'no whole answer in time' };
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  if (!(cause instanceof Error)) return { code: '', message: error.message };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { code: systemCodes[code] ?? code, message: cause.message };
}

/** The words of `fetch` (undici) for what the system has words for. */
const systemCodes: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'TIMEOUT',
  UND_ERR_SOCKET: 'ECONNRESET',
};
