// Asks one node for one page of what it has not told yet.
import type { FleetConfig } from '../../config/fleet-config.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import type { Seen } from '../node/sight.ts';
import type { Moment } from '../node/troubles.ts';
import { type HeardPage, readPage } from './read-page.ts';

export type Asked = Told | Failure;

export interface Told {
  readonly kind: 'told';
  readonly page: HeardPage;
  /** What was asked for. */
  readonly after: number;
  /** When it had been read. */
  readonly answered: Moment;
  readonly waitedMs: number;
  readonly readMs: number;
  readonly bytes: number;
}

export interface Failure {
  readonly kind: 'failed';
  /** One sentence: what came back, and what to do. */
  readonly error: string;
  /** What the node asked for; null where it asked for nothing. */
  readonly retryAfterMs: number | null;
  /** It was we who gave up. */
  readonly isAborted: boolean;
}

/** A page of an agent ends at 4 Mi characters of facts and trails, or after one row that is larger. */
const bytesMax = 16 * 1024 ** 2;
const rowsMax = 100;

export interface AskParts {
  readonly http: HttpClient;
  readonly config: () => FleetConfig;
  readonly moment: () => Moment;
  readonly signal: AbortSignal;
}

export async function ask({ http, config, moment, signal }: AskParts, { target, known, aliasOf }: Seen): Promise<Asked> {
  const after = known.cursor;
  // Of one that is read under another address only who it is matters.
  const limit = aliasOf === null ? rowsMax : 1;
  const { names } = known;
  const path = `/v1/changes?after=${after}&limit=${limit}&named=${names.print}${known.revision === null ? '' : `&known=${encodeURIComponent(known.revision)}`}`;
  const answer = await http.request(target.contact, { path, timeoutMs: config().poll.timeoutMs, bytesMax, signal });
  // Before anything is made of it: the node's clock is told by this.
  const answered = moment();
  if (answer.kind === 'failed') return { kind: 'failed', error: answer.reason, retryAfterMs: null, isAborted: answer.code === 'aborted' };
  const { status, body, waitedMs, readMs } = answer;
  if (status !== 200) return refused(answer, answered.now);
  const read = readPage(body, { after, limit, names });
  if (read.kind === 'unreadable')
    return failure(`what it answers is not what an agent tells (${read.detail}): look what runs there, and its version`);
  return { kind: 'told', page: read.page, after, answered, waitedMs, readMs, bytes: body.length };
}

const failure = (error: string, retryAfterMs: number | null = null): Failure => ({ kind: 'failed', error, retryAfterMs, isAborted: false });

function refused(answer: Extract<HttpAnswer, { kind: 'answered' }>, now: number): Failure {
  const { status } = answer;
  const words = refusals[status] ?? (status >= 300 && status < 400 ? redirected : `it answers with status ${status}: look into its log`);
  return failure(words, status === 429 || status === 503 ? retryAfterMs(answer, now) : null);
}

const redirected = 'it answers with a redirect, which is not followed: name the address that it leads to';

const refusals: Readonly<Record<number, string>> = {
  400: 'it does not understand what it is asked (400): bring agent and collector to the same version',
  401: 'it does not know the collector (401): name the token’s file or the certificate in the fleet file, and list it under access there',
  403: 'it does not let the collector read (403): give its token or certificate the right `read` under access there',
  404: 'there is no agent at this address, or one without /v1/changes (404): correct the address, or update the agent',
  429: 'it is asked too often (429): raise access.requestsPerMinute there, or poll.every here',
  503: 'it cannot read its history at present (503): its /healthz says why',
};

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs({ headers }: Extract<HttpAnswer, { kind: 'answered' }>, now: number): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(ms, 0) : null;
}
