// From what came back to one word for each attempt. Pure.
import type { CloudCallSeen, CloudFailure } from '../../contract/cloud.ts';
import type { Kind, Principal, Result, ResultClass } from './facts.ts';

/** OCI refuses what was signed more than five minutes off its own clock. */
export const clockWindowSeconds = 300;

/** A clock that is kept by chrony is within milliseconds; one that is a minute off is on its way out. */
export const clockWarningSeconds = 60;

export function clockOf(aheadSeconds: number | null): Principal['clock'] {
  if (aheadSeconds === null) return 'not-told';
  const off = Math.abs(aheadSeconds);
  return off > clockWindowSeconds ? 'wrong' : off > clockWarningSeconds ? 'off' : 'right';
}

/** By OCI's clock where that is known: a wrong clock here makes no certificate expire. */
export function certificateOf(
  certificate: { readonly notBeforeMs: number; readonly notAfterMs: number } | null,
  now: number,
  aheadSeconds: number | null,
): Principal['certificate'] {
  if (certificate === null || Number.isNaN(certificate.notBeforeMs + certificate.notAfterMs)) return 'not-seen';
  const trueNow = now - (aheadSeconds ?? 0) * 1_000;
  if (trueNow > certificate.notAfterMs) return 'expired';
  // Dates of answers are whole seconds, and the certificate may be a moment old.
  return trueNow + clockWarningSeconds * 1_000 < certificate.notBeforeMs ? 'not-yet-valid' : 'valid';
}

/** A HEAD has no body in which OCI could say a code. */
export function classifyCall(seen: CloudCallSeen, kind: Kind, clock: Principal['clock']): Result {
  if (seen.kind === 'refused') return classifyFailure(seen.failure, clock, kind !== 'head-bucket');
  if (seen.status < 200 || seen.status > 299) {
    return { class: classOfStatus(seen.status, clock, ''), cause: `HTTP ${seen.status}`, host: null };
  }
  return { class: seen.isMissing ? 'missing' : 'allowed', cause: '', host: null };
}

/** `isTold`: OCI's API gives a code or a request id with every refusal, so that one without is by somebody in between. */
export function classifyFailure(failure: CloudFailure, clock: Principal['clock'], isTold: boolean): Result {
  const { status, requestId, message } = failure;
  const host = hostOrNull(failure.host);
  const code = /^[A-Za-z0-9_.-]{1,80}$/.test(failure.code) && failure.code !== 'None' ? failure.code : '';
  const cause = [status === null ? '' : `HTTP ${status}`, code].filter((part) => part !== '').join(' ');
  if (status === null) return { class: classOfCode(code), cause, host };
  // A proxy's page says nothing about rights, whatever its status.
  if (isTold && code === '' && (requestId ?? '') === '') return { class: 'service-error', cause: `${cause}, not by OCI`, host };
  return { class: classOfStatus(status, clock, message), cause, host };
}

/** It is filled into commands. */
const hostOrNull = (host: string | null): string | null => (host !== null && /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host : null);

function classOfStatus(status: number, clock: Principal['clock'], message: string): ResultClass {
  // "Date '…' is not within allowed clock skew" (terraform-provider-oci issue 474); other services only say NotAuthenticated.
  if (status === 401) return clock === 'wrong' || /clock skew/i.test(message) ? 'clock-skewed' : 'not-authenticated';
  if (status === 403 || status === 404) return 'denied';
  if (status === 429) return 'throttled';
  // Of the 2xx only those that could not be read come here as failures.
  return status >= 500 || status < 300 ? 'service-error' : 'rejected';
}

const classesOfCodes: readonly (readonly [RegExp, ResultClass])[] = [
  [/^(?:NOT_RECORDED|NOT_HTTPS|INVALID_URL)$/, 'unseen'],
  [/^(?:ENOTFOUND|EAI_[A-Z]+|ENODATA|ESERVFAIL)$/, 'no-such-name'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/, 'no-route'],
  [/^(?:EACCES|EPERM)$/, 'local-firewall'],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'silent'],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/, 'reset'],
  [/PROXY/, 'proxy-failed'],
  [/^(?:ERR_TLS|ERR_SSL|EPROTO|CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/, 'tls-failed'],
  [/TIMEOUT|^ABORT_ERR$|^TimeoutError$/, 'slow'],
];

const classOfCode = (code: string): ResultClass => classesOfCodes.find(([pattern]) => pattern.test(code))?.[1] ?? 'service-error';

/**
 * A service from which nothing at all came within the time limit is out of reach: that is how a missing gateway or rule looks, since
 * the packets are dropped on the way. One that answered another call of the same look was only slow this time.
 */
export const asSilence = (result: Result, isOtherwise: boolean): Result =>
  result.class === 'slow' && !isOtherwise ? { ...result, class: 'silent' } : result;

export const isAnswer = ({ class: class_, cause }: Result): boolean =>
  class_ === 'allowed' || class_ === 'missing' || cause.startsWith('HTTP ');
