// Asks the collector, and says what came of it: an answer, or why there is none.
import { isAnswerTo, isWhatBecame } from './answer-shapes.ts';
import { noteCollectorTime } from './clock.ts';
import { refusalTitle } from './refusal-words.ts';
import { asksForToken, isSignInNeeded, token } from './session.ts';

/** Null and undefined are left out. */
export type AskedFor = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Relative to the page, so that it is found under whatever path the page is. */
export function addressOf(path: string, asked: AskedFor = {}): string {
  const given = Object.entries(asked).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(given).toString();
  return search === '' ? path : `${path}?${search}`;
}

/**
 * `refused`: the collector answered that it will not or cannot; `status` says which. `unreachable`: nobody answered. `late`: not in time.
 * `garbled`: something else than a collector answered.
 */
export type AskFailure = 'refused' | 'unreachable' | 'late' | 'garbled';

/** What is wrong with one part of what was sent. */
export interface PartError {
  /** `body/author`. */
  readonly at: string;
  readonly message: string;
}

export class AskFailed extends Error {
  readonly kind: AskFailure;
  readonly status: number | null;
  readonly title: string;
  readonly detail: string;
  /** When it may be asked again, where the collector says so. */
  readonly retryAfterMs: number | null;
  readonly errors: readonly PartError[];

  constructor(
    kind: AskFailure,
    title: string,
    detail: string,
    more: { readonly status?: number; readonly retryAfterMs?: number | null; readonly errors?: readonly PartError[] } = {},
  ) {
    super(detail === '' ? title : `${title}: ${detail}`);
    this.kind = kind;
    this.title = title;
    this.detail = detail;
    this.status = more.status ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.errors = more.errors ?? [];
  }
}

/** Longer than the collector waits for an agent when it is asked for readings (10 s), and well below a reader's patience. */
const answerMsMax = 20_000;

export interface Answer<T> {
  /** Null: what was answered before, as `etag` says, holds. */
  readonly value: T | null;
  readonly etag: string | null;
}

export interface AskOptions {
  readonly etag?: string | null;
  readonly signal?: AbortSignal;
}

/** Throws AskFailed, or the reason of `signal` when that is aborted. */
export async function askAgain<T>(address: string, { etag = null, signal }: AskOptions = {}): Promise<Answer<T>> {
  const response = await sent(address, { headers: etag === null ? {} : { 'if-none-match': etag } }, signal);
  if (response.status === 304 && etag !== null) return { value: null, etag };
  return { value: await answered<T>(address, response, signal), etag: response.headers.get('etag') };
}

export async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  return answered<T>(address, await sent(address, {}, signal), signal);
}

/** POST; with a body, as JSON. */
export async function tell(address: string, body?: unknown): Promise<void> {
  const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const value = await jsonOf(await sent(address, { method: 'POST', ...json }), undefined);
  if (!isWhatBecame(value)) throw garbled('Whether it was done is not known: load the page again.');
}

/** The answer as text and as it came, for what is downloaded. */
export async function askText(address: string): Promise<Response> {
  const response = await sent(address, { headers: { accept: '*/*' } });
  if (!response.ok) throw await refusal(response);
  return response;
}

async function sent(address: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const signals = [AbortSignal.timeout(answerMsMax), ...(signal === undefined ? [] : [signal])];
  const headers = { accept: 'application/json', ...authorization(), ...init.headers };
  try {
    return await fetch(new URL(address, document.baseURI), { ...init, headers, cache: 'no-store', signal: AbortSignal.any(signals) });
  } catch (error) {
    throw lost(error, signal);
  }
}

export const authorization = (): Readonly<Record<string, string>> =>
  token.value === null ? {} : { authorization: `Bearer ${token.value}` };

function lost(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new AskFailed('late', 'No answer in time', `The collector has not answered within ${answerMsMax / 1_000} seconds.`);
  return new AskFailed('unreachable', 'The collector does not answer', 'It may be stopped, or the way to it is cut.');
}

async function answered<T>(address: string, response: Response, signal: AbortSignal | undefined): Promise<T> {
  const value = await jsonOf(response, signal);
  if (!isAnswerTo(address, value)) throw garbled('It was not what a collector says to this question.');
  noteTime(value);
  return value as T;
}

async function jsonOf(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  if (!response.ok) throw await refusal(response);
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) throw garbled('It was no JSON, as a collector sends it.');
    throw lost(error, signal);
  }
}

const garbled = (detail: string): AskFailed => new AskFailed('garbled', 'Something else answered', detail);

function noteTime(value: unknown): void {
  if (typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'number') noteCollectorTime(value.at);
}

async function refusal(response: Response): Promise<AskFailed> {
  if (asksForToken(response.status)) isSignInNeeded.value = true;
  const { title, detail, errors } = await problemOf(response);
  return new AskFailed('refused', title, detail, { status: response.status, retryAfterMs: retryAfterMs(response), errors });
}

interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly PartError[];
}

/** RFC 9457. A proxy's error page is none. */
async function problemOf(response: Response): Promise<Problem> {
  const otherwise: Problem = { title: refusalTitle(response.status, null), detail: '', errors: [] };
  if (!(response.headers.get('content-type') ?? '').includes('json')) return otherwise;
  try {
    const { title, detail, errors } = (await response.json()) as Readonly<Record<string, unknown>>;
    return {
      title: typeof title === 'string' ? refusalTitle(response.status, title) : otherwise.title,
      detail: typeof detail === 'string' ? detail : '',
      errors: Array.isArray(errors) ? (errors as readonly PartError[]) : [],
    };
  } catch {
    return otherwise;
  }
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}
