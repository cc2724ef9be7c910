// What an answer to a message means for the next try.
import type { HttpAnswer } from '../http/client.ts';

export type Answer =
  | { readonly kind: 'taken' }
  /** It will not be taken as it is: wrong address, wrong credential, wrong shape. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** May go well later; `retryAfterMs` is what the receiver asked for. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | null };

/** Statuses below 500 that mend themselves: timeout, too early, too many. */
const passing: readonly number[] = [408, 425, 429];
/** No receiver can silence a channel for longer than this. */
const retryAfterMsMax = 3_600_000;

/** `shownUrl` is what may be said of the address. */
export function answerOf(answer: HttpAnswer, shownUrl: string, now: number): Answer {
  if (answer.kind === 'failed') return { kind: 'failed', reason: answer.reason, retryAfterMs: null };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const reason = `${shownUrl} answered with status ${status}`;
  if (status >= 500 || passing.includes(status)) return { kind: 'failed', reason, retryAfterMs: retryAfter(answer.headers, now) };
  return { kind: 'refused', reason };
}

/** Seconds or a date (RFC 9110, 10.2.3); null where there is none that can be read. */
function retryAfter(headers: Extract<HttpAnswer, { kind: 'answered' }>['headers'], now: number): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), retryAfterMsMax);
}

/** An address without what may be a secret: credentials and the query always, and a webhook's path, which often is one. */
export function shown(url: string, part: 'origin' | 'path'): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${part === 'path' ? pathname.replace(/\/$/, '') : ''}`;
}
