// Calls to the cloud as the real process makes them: Oracle's SDK against a double that verifies signatures.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InstancePrincipalsAuthenticationDetailsProviderBuilder } from 'oci-common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import type { CloudCall, CloudCallSeen, CloudFailure, CloudRequest, CloudTried } from '../../src/contract/cloud.ts';
import { entry, environment, flags } from '../../src/machine/cloud/entry.ts';
import { tryCloud } from '../../src/machine/cloud.ts';
import { canaries } from '../support/canaries.ts';
import { ok } from '../support/oci/answer.ts';
import { allowAll, names, oneOfEach, requestTo, startExample } from '../support/oci/example.ts';
import { type Fault, failing, throttled } from '../support/oci/faults.ts';
import { makeIdentity } from '../support/oci/instance.ts';
import type { Oci, OciOptions } from '../support/oci/start-oci.ts';

let oci: Oci;
const start = async (options: OciOptions = {}): Promise<Oci> => {
  oci = await startExample(options);
  allowAll(oci);
  return oci;
};

afterEach(() => oci.close());

async function tried(request: CloudRequest, program?: URL): Promise<CloudTried> {
  const answer = await tryCloud(request, new AbortController().signal, program);
  if (answer.kind === 'failed') throw new Error(answer.detail);
  return answer;
}

const tryThese = async (calls: readonly CloudCall[], limits: Partial<CloudRequest> = {}) =>
  (await tried(requestTo(oci, calls, limits))).calls;

/** `200`, `200 missing`, or `404 NotAuthorizedOrNotFound`. */
const ending = (seen: CloudCallSeen): string =>
  seen.kind === 'answered' ? `${seen.status}${seen.isMissing ? ' missing' : ''}` : failureText(seen.failure);
const failureText = ({ status, code }: CloudFailure): string => `${status ?? 'no answer'} ${code}`.trim();

const head: CloudCall = { kind: 'head-bucket', namespace: 'examplens', bucket: names.bucket };
const list: CloudCall = { kind: 'list-objects', namespace: 'examplens', bucket: names.bucket };
const find = (name: string): CloudCall => ({ kind: 'find-secret', compartmentId: names.compartmentId, name });
const images = (repository: string): CloudCall => ({ kind: 'list-images', compartmentId: names.compartmentId, repository });

describe('an instance that may', () => {
  it('gets a token and is answered every kind of call', async () => {
    await start();
    const { principal, calls, peakRssBytes, tookMs } = await tried(requestTo(oci, oneOfEach(oci)));
    expect(calls.map(ending)).toEqual(Array(7).fill('200'));
    expect(principal).toEqual({
      stage: 'token',
      failure: null,
      region: 'eu-frankfurt-1',
      instanceId: oci.identity.instanceId,
      compartmentId: oci.identity.compartmentId,
      tenancyId: oci.identity.tenancyId,
      certificate: { notBeforeMs: expect.any(Number), notAfterMs: expect.any(Number) },
      clockAheadSeconds: expect.closeTo(0, -0.5),
    });
    expect(peakRssBytes).toBeGreaterThan(30 << 20);
    expect(tookMs).toBeGreaterThan(0);
    expect(oci.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('asks each once, for one token, and for the namespace once however many need it', async () => {
    await start();
    await tryThese([...oneOfEach(oci), { kind: 'list-objects', bucket: names.bucket }]);
    expect(oci.count(/POST \/v1\/x509/)).toBe(1);
    expect(oci.count(/GET \/n$/)).toBe(1);
    expect(oci.requests).toHaveLength(4 + 1 + 1 + 8);
  });

  it('is the same in the bundle', async () => {
    await start();
    const folder = mkdtempSync(join(tmpdir(), 'understudy-bundle-'));
    try {
      await bundle('try-cloud', process.arch === 'arm64' ? 'arm64' : 'x64', folder);
      const { calls, principal } = await tried(requestTo(oci, oneOfEach(oci)), pathToFileURL(join(folder, 'try-cloud.mjs')));
      expect(calls.map(ending)).toEqual(Array(7).fill('200'));
      expect(principal.region).toBe('eu-frankfurt-1');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks for a token in the words of the SDK’s own provider', async () => {
    await start();
    await tryThese([]);
    const spies = (['log', 'warn'] as const).map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
    const builder = new InstancePrincipalsAuthenticationDetailsProviderBuilder();
    builder.metadataBaseUrl = oci.endpoints.metadata;
    builder.federationEndpoint = oci.endpoints.federation;
    await (await builder.build()).getKeyId();
    for (const spy of spies) spy.mockRestore();
    const [ours, theirs] = oci.requests
      .filter(({ target }) => target === '/v1/x509')
      .map(({ method, headers, body }) => ({
        method,
        type: headers['content-type'],
        authorization: headers.authorization!.replace(/signature="[^"]+"/, ''),
        body: { ...(JSON.parse(body.toString()) as object), publicKey: '' },
      }));
    expect(theirs).toBeDefined();
    expect(ours).toEqual(theirs);
  });
});

describe('an instance that may not', () => {
  it('is refused every kind of call with OCI’s code and request id', async () => {
    oci = await startExample();
    const calls = await tryThese(oneOfEach(oci));
    const unnamed = '404 NotAuthorizedOrNotFound';
    // The answer to a HEAD has no body to hold a code.
    expect(calls.map(ending)).toEqual(['404', '404 BucketNotFound', unnamed, unnamed, unnamed, unnamed, unnamed]);
    const { host } = new URL(oci.url);
    for (const call of calls) expect(call).toMatchObject({ failure: { host, requestId: expect.stringMatching(/EXAMPLE\d+$/) } });
  });

  it('gets no token for a certificate that is not believed, and makes no call', async () => {
    await start({ authorityPem: makeIdentity().intermediatePem });
    const { principal, calls } = await tried(requestTo(oci, oneOfEach(oci)));
    expect(principal).toMatchObject({
      stage: 'federation',
      failure: { status: 401, code: 'NotAuthenticated', requestId: expect.any(String) },
    });
    expect(principal).toMatchObject({ region: 'eu-frankfurt-1', tenancyId: oci.identity.tenancyId });
    expect(calls).toEqual([]);
    expect(oci.requests).toHaveLength(5);
  });

  it('is told how far its clock is off where OCI believes nothing it signs', async () => {
    await start({ clock: () => Date.now() + 600_000 });
    const { principal } = await tried(requestTo(oci, oneOfEach(oci)));
    expect(principal).toMatchObject({ stage: 'federation', failure: { status: 401 }, clockAheadSeconds: expect.closeTo(-600, -0.8) });
  });
});

describe('what is named and is not there', () => {
  it('is missing from a list that could be read', async () => {
    await start();
    expect((await tryThese([find('other'), images('shop/other'), find(names.secret), images(names.repository)])).map(ending)).toEqual([
      '200 missing',
      '200 missing',
      '200',
      '200',
    ]);
  });

  it('is missing where it was deleted, or waits for its deletion', async () => {
    await start();
    const [secret] = oci.world.secrets.splice(0);
    const [image] = oci.world.images.splice(0);
    oci.world.secrets.push({ ...secret!, lifecycleState: 'PENDING_DELETION' });
    oci.world.images.push({ ...image!, lifecycleState: 'DELETED' });
    const calls = await tryThese([find(names.secret), images(names.repository), { kind: 'get-secret', secretId: names.secretId }]);
    expect(calls.map(ending)).toEqual(['200 missing', '200 missing', '200 missing']);
  });

  it('is looked for on every page, and not for ever', async () => {
    await start();
    const [image] = oci.world.images.splice(0);
    oci.world.images.push(...['1', '2', '3'].map((version) => ({ ...image!, version, lifecycleState: 'DELETED' })), image!);
    oci.world.pageSizeMax = 1;
    expect((await tryThese([images(names.repository)])).map(ending)).toEqual(['200']);
    expect(oci.count(/container\/images/)).toBe(4);
    oci.world.hasEndlessPages = true;
    expect((await tryThese([find('other')])).map(ending)).toEqual(['no answer TOO_MANY_PAGES']);
  });

  it('is asked for by its very name, whatever is in it', async () => {
    await start();
    const odd = `a&b=c #1 + 'x' 100% ü`;
    oci.world.secrets.push({ ...oci.world.secrets[0]!, id: `${names.secretId}2`, name: odd });
    oci.world.images.push({ ...oci.world.images[0]!, repositoryName: odd });
    oci.world.documents.set(`/20160918/it's|{odd}`, {});
    const get: CloudCall = { kind: 'get', url: `${oci.url}/20160918/it's|{odd}?a={1}&b='|^\`#there` };
    expect((await tryThese([find(odd), images(odd), get])).map(ending)).toEqual(['200', '200', '200']);
    expect(oci.requests.every(({ refusedBecause }) => refusedBecause === null)).toBe(true);
  });

  it('is not asked for by a name that makes another call of it', async () => {
    await start();
    const calls = await tryThese([
      { kind: 'head-bucket', namespace: 'examplens', bucket: '..' },
      { kind: 'get-secret', secretId: '.' },
      { kind: 'get-secret-bundle', secretId: '' },
      { kind: 'get', url: 'http://example.com/' },
      { kind: 'get', url: 'https://user:word@example.com/' },
      { kind: 'get', url: 'nowhere' },
    ]);
    expect(calls.map(ending)).toEqual([
      ...Array(3).fill('no answer INVALID_NAME'),
      'no answer NOT_HTTPS',
      'no answer NOT_HTTPS',
      'no answer INVALID_URL',
    ]);
    expect(oci.requests).toHaveLength(5);
  });
});

describe('a service that fails', () => {
  const redirect: Fault = { kind: 'answer', answer: { status: 302, headers: { location: 'http://127.0.0.1:1/' } } };

  const faults: readonly (readonly [string, Fault, string])[] = [
    ['throttles', throttled, '429 TooManyRequests'],
    ['has an error of its own', failing, '500 InternalError'],
    ['is hidden behind a page', { kind: 'html' }, '503'],
    ['sends half an answer', { kind: 'truncated' }, '200 UNPARSABLE'],
    ['sends something else', { kind: 'answer', answer: ok({ items: 7 }) }, '200 UNPARSABLE'],
    ['sends a list of something else', { kind: 'answer', answer: ok({ items: [null, 7] }) }, '200 UNPARSABLE'],
    ['never stops sending', { kind: 'endless-body' }, '200 TOO_LARGE'],
    ['resets the connection', { kind: 'reset' }, 'no answer ECONNRESET'],
    ['sends elsewhere', redirect, '302'],
    ['does not answer', { kind: 'hang' }, 'no answer TIMEOUT'],
    ['does not end its answer', { kind: 'hanging-body' }, '200 TIMEOUT'],
  ];

  it('is asked once, whatever it does, and others are answered', async () => {
    await start();
    const asked = faults.map(([name]) => images(name));
    for (const [name, fault] of faults) oci.faults.plan(new RegExp(encodeURIComponent(name)), fault);
    const calls = await tryThese([...asked, find(names.secret), head], { callTimeoutMs: 4_000 });
    expect(calls.map((seen, index) => [faults[index]?.[0] ?? 'other', ending(seen)])).toEqual([
      ...faults.map(([name, , expected]) => [name, expected]),
      ['other', '200'],
      ['other', '200'],
    ]);
    expect(oci.count(/container\/images/)).toBe(faults.length);
  });

  it('that is slow is waited for within the limit', async () => {
    await start();
    oci.faults.plan(/HEAD/, { kind: 'slow', ms: 500 });
    const [seen] = await tryThese([head]);
    expect(seen).toMatchObject({ kind: 'answered', status: 200 });
    expect(seen!.tookMs).toBeGreaterThanOrEqual(490);
  });

  it('that lets every call hang leaves time for an answer about each', async () => {
    await start();
    oci.faults.plan(/HEAD/, { kind: 'hang' });
    const calls = await tryThese(Array(6).fill(head), { callTimeoutMs: 60_000, timeoutMs: 8_000 });
    expect(calls.map(ending)).toEqual(Array(6).fill('no answer TIMEOUT'));
  });

  it('fails only by its status where its body is nobody’s business', async () => {
    await start();
    oci.faults.plan(/\/o\?/, { kind: 'hanging-body' });
    oci.faults.plan(/secretbundles/, { kind: 'endless-body' });
    const calls = await tryThese([list, { kind: 'get-secret-bundle', secretId: names.secretId }]);
    expect(calls.map(ending)).toEqual(['200', '200']);
  });
});

describe('the way to a token ends', () => {
  const failureOf = async (limits: Partial<CloudRequest> = {}) => {
    const { principal, calls } = await tried(requestTo(oci, [head], limits));
    expect(calls).toEqual([]);
    return `${principal.stage}: ${principal.failure === null ? 'none' : failureText(principal.failure)}`;
  };

  it('at a metadata service that is not there', async () => {
    await start();
    const port = await closedPort();
    expect(await failureOf({ endpoints: { ...oci.endpoints, metadata: `http://127.0.0.1:${port}/opc/v2` } })).toBe(
      'metadata: no answer ECONNREFUSED',
    );
  });

  it.each([
    ['that hangs', /instance\/region/, { kind: 'hang' }, 'metadata: no answer TIMEOUT'],
    ['of another cloud', /instance\/region/, { kind: 'answer', answer: { status: 404, text: '<html>' } }, 'metadata: 404'],
    [
      'of a captive portal',
      /instance\/region/,
      { kind: 'answer', answer: { status: 200, text: '<html>Log in</html>' } },
      'metadata: 200 UNPARSABLE',
    ],
    ['without a certificate', /cert\.pem/, { kind: 'answer', answer: { status: 404 } }, 'metadata: 404'],
    [
      'with a certificate that is none',
      /cert\.pem/,
      { kind: 'answer', answer: { status: 200, text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' } },
      'metadata: no answer UNPARSABLE',
    ],
    ['without a key', /key\.pem/, failing, 'metadata: 500 InternalError'],
    [
      'with a key that is none',
      /key\.pem/,
      { kind: 'answer', answer: { status: 200, text: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----' } },
      'federation: no answer UNPARSABLE',
    ],
  ] satisfies [string, RegExp, Fault, string][])('at a metadata service %s', async (_, at, fault, expected) => {
    await start();
    oci.faults.plan(at, fault);
    expect(await failureOf({ callTimeoutMs: 3_000 })).toBe(expected);
  });

  it('at an exchange that is not over TLS, before anything is sent', async () => {
    await start();
    expect(await failureOf({ endpoints: { ...oci.endpoints, federation: 'http://auth.example' } })).toBe('federation: no answer NOT_HTTPS');
    expect(await failureOf({ endpoints: { ...oci.endpoints, metadata: 'nowhere' } })).toBe('metadata: no answer INVALID_URL');
  });

  it.each([
    ['fails', failing, 'federation: 500 InternalError'],
    ['gives no token', { kind: 'answer', answer: ok({ token: 7 }) }, 'federation: 200 UNPARSABLE'],
    ['gives a token that is none', { kind: 'answer', answer: ok({ token: 'a' }) }, 'federation: 200 UNPARSABLE'],
    ['hangs', { kind: 'hang' }, 'federation: no answer TIMEOUT'],
  ] satisfies [string, Fault, string][])('at an exchange that %s, after one attempt', async (_, fault, expected) => {
    await start();
    oci.faults.plan(/x509/, fault);
    expect(await failureOf({ callTimeoutMs: 3_000 })).toBe(expected);
    expect(oci.count(/x509/)).toBe(1);
  });
});

it('no value, name, key or token is in what the process prints, even where a server repeats it', async () => {
  const secrets = canaries();
  const secretValue = secrets.plant('the value of a secret');
  const objectName = secrets.plant('the name of an object');
  oci = await startExample({}, { secretValue, objectName });
  allowAll(oci);
  oci.faults.plan(/HEAD/, { kind: 'echo' });
  oci.faults.plan(/20180608/, { kind: 'echo' });
  const printed = await printedFor(requestTo(oci, oneOfEach(oci)));

  const keyIds = oci.requests.flatMap(({ headers }) => /keyId="ST\$([^"]+)"/.exec(headers.authorization ?? '')?.[1] ?? []);
  expect(keyIds.length).toBeGreaterThan(0);
  const token = keyIds[0]!;
  for (let from = 0; from + 60 < token.length; from += 60) secrets.watch(`the token from ${from}`, token.slice(from, from + 60));
  for (const line of oci.identity.keyPem.split('\n').filter((text) => /^[\w+/=]{64}$/.test(text))) secrets.watch('the key', line);
  const answered = JSON.parse(printed) as CloudTried;
  expect(answered.calls.map(ending)).toContain('400 InvalidParameter');
  expect(secrets.in(printed)).toEqual([]);
});

/** All that the process writes anywhere: stdout and stderr. */
function printedFor(request: CloudRequest): Promise<string> {
  const child = spawn(process.execPath, [...flags, fileURLToPath(entry)], { env: environment });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stdin.end(JSON.stringify(request));
  return new Promise((resolve) => child.on('close', () => resolve(printed)));
}

/** A port that nobody listens on. */
function closedPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    }),
  );
}
