import { describe, expect, it } from 'vitest';
import type { CloudFailure } from '../../contract/cloud.ts';
import { asSilence, certificateOf, classifyCall, classifyFailure, clockOf } from './classify.ts';

const failure = (given: Partial<CloudFailure>): CloudFailure => ({
  status: null,
  code: '',
  message: '',
  requestId: null,
  host: 'vaults.eu-zurich-1.oci.oraclecloud.com',
  ...given,
});

const classOf = (given: Partial<CloudFailure>, clock: Parameters<typeof classifyFailure>[1] = 'right') =>
  classifyFailure(failure(given), clock, true).class;

describe('an answer of OCI', () => {
  it.each([
    [404, 'NotAuthorizedOrNotFound', 'denied'],
    [404, 'BucketNotFound', 'denied'],
    [403, 'NotAllowed', 'denied'],
    [401, 'NotAuthenticated', 'not-authenticated'],
    [429, 'TooManyRequests', 'throttled'],
    [500, 'InternalError', 'service-error'],
    [503, 'ServiceUnavailable', 'service-error'],
    [200, 'UNPARSABLE', 'service-error'],
    [400, 'InvalidParameter', 'rejected'],
    [409, 'IncorrectState', 'rejected'],
    [302, 'Found', 'rejected'],
  ] as const)('%i %s is %s', (status, code, expected) => {
    expect(classOf({ status, code })).toBe(expected);
  });

  it('401 is the clock’s fault where the clock is out of the window, or where OCI says so', () => {
    expect(classOf({ status: 401, code: 'NotAuthenticated' }, 'wrong')).toBe('clock-skewed');
    expect(classOf({ status: 401, code: 'NotAuthenticated' }, 'off')).toBe('not-authenticated');
    const message = "Date 'Sun, 11 Mar 2018 16:32:46 UTC' is not within allowed clock skew. Current 'Sun, 11 Mar 2018 16:39:04 UTC'";
    expect(classOf({ status: 401, code: 'NotAuthenticated', message }, 'not-told')).toBe('clock-skewed');
  });

  it('has a code or a request id: a proxy’s 403 or 404 page says nothing about rights', () => {
    expect(classOf({ status: 403, code: '' })).toBe('service-error');
    expect(classOf({ status: 404, code: 'None', requestId: '' })).toBe('service-error');
    expect(classOf({ status: 404, code: '', requestId: 'A/B/C' })).toBe('denied');
  });

  it('to a HEAD has no body to hold a code', () => {
    const seen = { kind: 'refused', failure: failure({ status: 404 }), tookMs: 1 } as const;
    expect(classifyCall(seen, 'head-bucket', 'right').class).toBe('denied');
    expect(classifyCall(seen, 'list-objects', 'right').class).toBe('service-error');
  });

  it('is allowed only with a 2xx; one that lists nothing of the name is missing', () => {
    const seen = (status: number, isMissing = false) => ({ kind: 'answered', status, isMissing, tookMs: 1 }) as const;
    expect(classifyCall(seen(200), 'get', 'right').class).toBe('allowed');
    expect(classifyCall(seen(204), 'get', 'right').class).toBe('allowed');
    expect(classifyCall(seen(200, true), 'find-secret', 'right').class).toBe('missing');
    for (const status of [0, 301, 404, 500]) expect(classifyCall(seen(status), 'get', 'right').class).not.toBe('allowed');
  });

  it('has a host that can be filled into a command, or none', () => {
    const hostOf = (host: string) => classifyFailure(failure({ status: 500, host }), 'right', true).host;
    expect(hostOf('127.0.0.1:8080')).toBe('127.0.0.1:8080');
    expect(hostOf('x; rm -rf /')).toBeNull();
  });

  it('that says anything as its code does not get it into facts', () => {
    expect(classifyFailure(failure({ status: 404, code: 'a\nb; rm -rf', requestId: 'r' }), 'right', true).cause).toBe('HTTP 404');
  });
});

describe('no answer', () => {
  it.each([
    ['ENOTFOUND', 'no-such-name'],
    ['EAI_AGAIN', 'no-such-name'],
    ['ECONNREFUSED', 'refused'],
    ['ENETUNREACH', 'no-route'],
    ['EHOSTUNREACH', 'no-route'],
    ['EPERM', 'local-firewall'],
    ['ETIMEDOUT', 'silent'],
    ['UND_ERR_CONNECT_TIMEOUT', 'silent'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls-failed'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed'],
    ['UND_ERR_PRX_TLS_PROXY', 'proxy-failed'],
    ['TIMEOUT', 'slow'],
    ['NOT_RECORDED', 'unseen'],
    ['NOT_HTTPS', 'unseen'],
    ['EOPENBREAKER', 'service-error'],
    ['', 'service-error'],
  ] as const)('%s is %s', (code, expected) => {
    expect(classOf({ code })).toBe(expected);
  });

  it('in time is silence, unless the service answers others', () => {
    const slow = classifyFailure(failure({ code: 'TIMEOUT' }), 'right', true);
    expect(asSilence(slow, false).class).toBe('silent');
    expect(asSilence(slow, true).class).toBe('slow');
    expect(asSilence({ ...slow, class: 'throttled' }, false).class).toBe('throttled');
  });
});

describe('the clock', () => {
  it.each([
    [null, 'not-told'],
    [0, 'right'],
    [-60, 'right'],
    [61, 'off'],
    [-300, 'off'],
    [301, 'wrong'],
    [-86_400, 'wrong'],
  ] as const)('%s seconds ahead is %s', (ahead, expected) => {
    expect(clockOf(ahead)).toBe(expected);
  });

  it('of OCI decides whether a certificate has expired', () => {
    const [hour, now] = [3_600_000, Date.UTC(2026, 10, 23, 12)];
    const certificate = { notBeforeMs: now - hour, notAfterMs: now + hour };
    expect(certificateOf(certificate, now, 0)).toBe('valid');
    expect(certificateOf(certificate, now + 2 * hour, 0)).toBe('expired');
    expect(certificateOf(certificate, now + 2 * hour, 7_200)).toBe('valid');
    expect(certificateOf(certificate, now, 7_200)).toBe('not-yet-valid');
    expect(certificateOf(certificate, now + 2 * hour, null)).toBe('expired');
  });

  it('a certificate of moments ago is valid, one without readable dates was not seen', () => {
    const now = Date.UTC(2026, 10, 23, 12);
    expect(certificateOf({ notBeforeMs: now + 20_000, notAfterMs: now + 7_200_000 }, now, 0)).toBe('valid');
    expect(certificateOf({ notBeforeMs: Number.NaN, notAfterMs: now }, now, 0)).toBe('not-seen');
    expect(certificateOf(null, now, 0)).toBe('not-seen');
  });
});
