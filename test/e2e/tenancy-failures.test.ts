// What OCI, and what lies between, does wrong: each ends with a failure in the port's words, and none with half an answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TenancyFailed, TenancyListed } from '../../src/contract/tenancy.ts';
import { type OciAnswer, ok, problem } from '../support/oci/answer.ts';
import { type Fault, failing, throttled } from '../support/oci/faults.ts';
import { compartmentId, listVcns, named, type Opened, type OpenedWith, openRegions, vcns } from '../support/oci/tenancies.ts';

let opened: Opened;
const open = async (options: OpenedWith = {}): Promise<Opened> => {
  opened = await openRegions({ calls: [vcns], ...options });
  return opened;
};
afterEach(() => opened.end());

const oci = () => opened.regions[0]!;
const answer = (one: OciAnswer): Fault => ({ kind: 'answer', answer: one });
const asked = () => oci().count(/GET \/20160918\/vcns/);
const fail = async (fault: Fault, times = Number.POSITIVE_INFINITY): Promise<TenancyListed | TenancyFailed> => {
  oci().faults.plan(/vcns/, fault, times);
  return listVcns(opened.port);
};
const short = (one: TenancyListed | TenancyFailed) =>
  one.kind === 'failed' ? `${one.reason} ${one.status} ${one.code}`.trim() : `${one.items.length} entries`;

const body = (file: string): string => readFileSync(join(import.meta.dirname, '../fixtures/oci/errors', file), 'utf8');

describe('a failure', () => {
  it.each([
    ['400-invalid-parameter.json', 400, 'unreadable 400 InvalidParameter', 2],
    ['404-not-authorized-or-not-found.json', 404, 'denied 404 NotAuthorizedOrNotFound', 1],
    ['409-conflict.json', 409, 'unreadable 409 Conflict', 1],
    ['409-incorrect-state.json', 409, 'unreadable 409 IncorrectState', 4],
    ['412-no-etag-match.json', 412, 'unreadable 412 NoEtagMatch', 1],
    ['429-too-many-requests.json', 429, 'unreadable 429 TooManyRequests', 8],
    ['500-internal-error.json', 500, 'unreadable 500 InternalError', 4],
    ['503-html.html', 503, 'unreadable 503', 4],
    ['200-truncated.txt', 200, 'unparsable 200', 1],
  ])('%s is told as it is, and asked again only where that may help', async (file, status, told, times) => {
    await open();
    expect(short(await fail(answer({ status, text: body(file) })))).toBe(told);
    expect(asked()).toBe(times);
  });

  it.each<[string, Fault, string, number]>([
    ['a page of a proxy above a good status', answer({ status: 200, text: '<html>welcome</html>' }), 'unparsable 200', 1],
    ['an object where a list should be', answer(ok({ items: [] })), 'unparsable 200', 1],
    ['nothing at all', answer({ status: 200, text: '' }), 'unparsable 200', 1],
    ['no content', answer({ status: 204 }), 'unparsable 204', 1],
    ['a redirect, which is not followed', answer({ status: 302, headers: { location: 'http://127.0.0.1:9/' } }), 'unreadable 302', 1],
    ['a gateway', answer(problem(502, 'BadGateway', 'no')), 'unreadable 502 BadGateway', 4],
    ['a connection that is reset', { kind: 'reset' }, 'unreadable null ECONNRESET', 4],
  ])('%s is one', async (_, fault, told, times) => {
    await open();
    expect(short(await fail(fault))).toBe(told);
    expect(asked()).toBe(times);
  });

  it.each<[string, Fault]>([
    ['hangs', { kind: 'hang' }],
    ['hangs in its body', { kind: 'hanging-body' }],
  ])('is an answer that %s, after its time and four attempts', async (_, fault) => {
    await open({ access: { callTimeoutMs: 150 } });
    expect(await fail(fault)).toMatchObject({ reason: 'timeout', status: null, detail: 'listVcns: no whole answer in time' });
    expect(asked()).toBe(4);
  });

  it('is a body without an end, which is read no further than its limit', async () => {
    await open();
    expect(short(await fail({ kind: 'endless-body' }))).toBe('too-much-output 200 TOO_LARGE');
    expect(asked()).toBe(1);
  });

  it('is a region where nobody listens', async () => {
    await open();
    await oci().close();
    expect(await listVcns(opened.port)).toMatchObject({
      reason: 'unreadable',
      status: null,
      detail: 'listVcns: no whole answer (ECONNREFUSED)',
    });
  });

  it('is not kept for longer than a moment, and an answer after it is', async () => {
    await open();
    expect(short(await fail(answer(problem(404, 'NotAuthorizedOrNotFound', 'no')), 1))).toContain('404');
    expect(short(await listVcns(opened.port))).toContain('404');
    expect(asked()).toBe(1);
    opened.advance(3_000);
    expect(short(await listVcns(opened.port))).toBe('1 entries');
    expect(asked()).toBe(2);
  });
});

describe('a request that failed', () => {
  it('is sent again and may succeed', async () => {
    await open();
    for (const fault of [failing, { kind: 'reset' } as const, { kind: 'html' } as const]) oci().faults.plan(/vcns/, fault, 1);
    expect(short(await listVcns(opened.port))).toBe('1 entries');
    expect(opened.usage()).toMatchObject([{ calls: 4, answered: 1, failed: 3, retries: 3, throttled: 0 }]);
    expect(opened.waits).toHaveLength(3);
  });

  it('is sent again no sooner than OCI asked for', async () => {
    await open();
    expect(short(await fail(throttled, 1))).toBe('1 entries');
    expect(opened.waits).toEqual([expect.any(Number)]);
    expect(opened.waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(opened.usage()).toMatchObject([{ calls: 2, answered: 1, throttled: 1, failed: 0, retries: 1 }]);
  });

  it('waits for a date by OCI’s clock', async () => {
    await open();
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 5, 12, 0, seconds)).toUTCString();
    await fail(answer({ ...problem(503, 'ServiceUnavailable', 'soon'), headers: { date: at(0), 'retry-after': at(20) } }), 1);
    expect(opened.waits[0]).toBeGreaterThanOrEqual(20_000);
    expect(opened.waits[0]).toBeLessThan(22_000);
  });

  it('is not sent again where OCI asks for more time than there is', async () => {
    await open();
    const told = await fail(answer({ ...problem(429, 'TooManyRequests', 'no'), headers: { 'retry-after': '3600' } }));
    expect(short(told)).toBe('unreadable 429 TooManyRequests');
    expect(asked()).toBe(1);
  });

  it('holds up all questions to a service that was asked too much, and none to another', async () => {
    await open({ calls: [vcns, named('listSubnets', 1), named('listZones', 1)] });
    oci().faults.plan(/vcns/, throttled, 1);
    await listVcns(opened.port);
    opened.waits.length = 0;
    oci().faults.plan(/vcns/, throttled, 1);
    opened.advance(7_200_000);
    const other = opened.region('us-phoenix-1').forLook(new AbortController().signal);
    await Promise.all([listVcns(opened.port), other.list('listZones', { compartmentId })]);
    expect(opened.waits).toHaveLength(1);
  });
});

describe('nothing but answers comes out', () => {
  it('no key, signature or token, whatever a server repeats', async () => {
    await open();
    const said = vi.spyOn(console, 'warn');
    oci().faults.plan(/vcns/, { kind: 'echo' });
    const told = JSON.stringify(await listVcns(opened.port));
    const { authorization } = oci().requests.at(-1)!.headers;
    expect(told).not.toContain('Signature');
    const signature = /signature="([^"]+)"/.exec(authorization!)![1]!;
    oci().faults.clear();
    opened.advance(60_000);
    for (const code of [signature.replace(/[^A-Za-z0-9]/g, '').slice(0, 50), authorization!.slice(0, 200), 'x'.repeat(500), 'a"b\nc']) {
      opened.advance(5_000);
      oci().faults.plan(/vcns/, answer(problem(400, code, 'no')), 2);
      expect(short(await listVcns(opened.port))).toBe('unreadable 400');
    }
    expect(said).not.toHaveBeenCalled();
  });

  it('the SDK is not heard on the console, and others are', async () => {
    await open();
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    await fail(failing, 2);
    expect([...said.mock.calls, ...warned.mock.calls]).toEqual([]);
    console.warn('heard');
    expect(warned).toHaveBeenCalledWith('heard');
    vi.restoreAllMocks();
  });
});
