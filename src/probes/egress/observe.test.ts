import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Issued, issue, writeInto } from '../../../test/support/authority.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import type { Machine } from '../../contract/machine.ts';
import { fillDefaults, schemaProblems } from '../../contract/schema.ts';
import { localMachine } from '../../machine/local.ts';
import { recordingMachine } from '../../machine/recording.ts';
import { FactsSchema } from './facts.ts';
import { probe } from './index.ts';
import type { Endpoint, Settings } from './settings.ts';

const loopback = '127.0.0.1';
const never = new AbortController().signal;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(server: net.Server): Promise<number> {
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  closers.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function settingsOf(endpoints: readonly Endpoint[], more: Partial<Settings> = {}): Settings {
  const settings = structuredClone({ endpoints: [...endpoints], ...more }) as Settings;
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings;
}

async function lookAt(machine: Machine, endpoints: readonly Endpoint[], more: Partial<Settings> = {}) {
  const outcome = await probe.observe(machine, settingsOf(endpoints, more), never);
  if (outcome.kind !== 'observed') throw new Error(`not observed: ${JSON.stringify(outcome)}`);
  expect(schemaProblems(FactsSchema, outcome.facts)).toEqual([]);
  return outcome;
}

const local = () => localMachine().forLook(never);

/** Class and cause of the only result of one endpoint on this machine. */
async function classOf(endpoint: Omit<Endpoint, 'name'>, more: Partial<Settings> = {}): Promise<readonly [string, string]> {
  const { facts } = await lookAt(local(), [{ name: 'vendor', timeout: '1s', ...endpoint }], more);
  const results = facts.endpoints[0]!.results;
  expect(results).toHaveLength(1);
  return [results[0]!.class, results[0]!.cause];
}

describe('endpoints that never answer', () => {
  it('do not keep each other waiting: four times the concurrency wait together', async () => {
    let open = 0;
    let most = 0;
    const port = await serve(
      net.createServer((socket) => {
        most = Math.max(most, ++open);
        socket.resume().once('close', () => open--);
      }),
    );
    const endpoints = Array.from({ length: 20 }, (_, at) => ({ name: `v${at}`, url: `http://${loopback}:${port}/`, timeout: '1500ms' }));
    const { facts } = await lookAt(local(), endpoints, { concurrency: 2 });
    expect(facts.endpoints.map(({ results }) => results[0]?.class)).toEqual(endpoints.map(() => 'no-answer'));
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('an HTTP endpoint', () => {
  const answer = (status: number, body = '', headers: http.OutgoingHttpHeaders = {}) =>
    serve(http.createServer((_request, response) => void response.writeHead(status, headers).end(body)));
  const raw = (bytes: string, then: (socket: net.Socket) => void = () => {}) =>
    serve(net.createServer((socket) => void socket.once('data', () => socket.write(bytes, () => then(socket)))));
  const url = (port: number) => `http://${loopback}:${port}/`;

  it('lets through with a status below 400', async () => {
    for (const status of [200, 204, 302]) expect(await classOf({ url: url(await answer(status)) })).toEqual(['ok', '']);
  });

  it('denies with 401, 403, 407 and 451', async () => {
    for (const status of [401, 403, 407, 451])
      expect(await classOf({ url: url(await answer(status)) })).toEqual(['http-denied', `HTTP ${status}`]);
  });

  it('answers otherwise than expected', async () => {
    expect(await classOf({ url: url(await answer(500)) })).toEqual(['unexpected-status', 'HTTP 500']);
    expect(await classOf({ url: url(await answer(200)), expect: { status: [204] } })).toEqual(['unexpected-status', 'HTTP 200']);
    expect(await classOf({ url: url(await answer(401)), expect: { status: [401] } })).toEqual(['ok', '']);
    const page = await answer(200, 'all is well', { 'X-Region': 'eu-1' });
    expect(await classOf({ url: url(page), expect: { header: { 'x-region': '^us-' } } })).toEqual(['unexpected-header', 'header x-region']);
    expect(await classOf({ url: url(page), expect: { header: { 'X-None': '.' } } })).toEqual(['unexpected-header', 'header x-none']);
    expect((await classOf({ url: url(page), expect: { bodyContains: 'is well' } }))[0]).toBe('ok');
    expect((await classOf({ url: url(page), expect: { bodyContains: 'maintenance' } }))[0]).toBe('unexpected-body');
    expect((await classOf({ url: url(page), expect: { bodyLacks: 'well' } }))[0]).toBe('unexpected-body');
  });

  it('shows a block page, whatever its status', async () => {
    const blocked = ['block-page', 'HTTP 200, has been blocked in accordance with company policy'];
    expect(await classOf({ url: url(await answer(200, '<p>Access HAS been blocked in accordance with company policy')) })).toEqual(blocked);
    expect((await classOf({ url: url(await answer(302, '', { Location: 'https://gateway.zscaler.net/' })) }))[0]).toBe('block-page');
    const own = { blockPageMarkers: ['kein Zutritt'] };
    expect(await classOf({ url: url(await answer(403, 'Kein Zutritt')) }, own)).toEqual(['block-page', 'HTTP 403, kein Zutritt']);
  });

  it('is no block page where the vendor’s own words are there', async () => {
    const port = await answer(200, 'Help: what FortiGuard Web Filtering does. Signed, the vendor');
    expect((await classOf({ url: url(port) }))[0]).toBe('block-page');
    expect((await classOf({ url: url(port), expect: { bodyContains: 'the vendor' } }))[0]).toBe('ok');
  });

  it('answers with garbage, never, or breaks off', async () => {
    expect((await classOf({ url: url(await raw('\x01garbage\r\n\r\n')) }))[0]).toBe('not-http');
    expect(await classOf({ url: url(await serve(net.createServer())), timeout: '100ms' })).toEqual(['no-answer', 'ETIMEDOUT']);
    const reset = raw('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nha', (socket) => void setTimeout(() => socket.resetAndDestroy(), 30));
    expect(await classOf({ url: url(await reset) })).toEqual(['no-answer', 'HTTP 200, then ECONNRESET']);
    const hangUp = raw('', (socket) => socket.end());
    expect(await classOf({ url: url(await hangUp) })).toEqual(['no-answer', 'closed']);
  });

  it('gets its secrets from files, and they are in neither facts nor trail', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'egress-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const seen: (string | undefined)[] = [];
    const port = await serve(
      http.createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end();
      }),
    );
    const file = writeInto(folder, 'token', 'tops3cretvalue\n');
    const endpoint: Endpoint = { name: 'vendor', url: url(port), headersFrom: { Authorization: { file, prefix: 'Bearer ' } } };
    const { machine, trail } = recordingMachine(local(), Date.now);
    const outcome = await lookAt(machine, [endpoint]);
    expect(seen).toEqual(['Bearer tops3cretvalue']);
    expect(JSON.stringify([outcome, trail()])).not.toContain('tops3cretvalue');
    const missing = { ...endpoint, name: 'other', headersFrom: { Authorization: { file: join(folder, 'none') } } };
    const { facts } = await lookAt(local(), [endpoint, missing]);
    expect(facts.endpoints.map(({ name, results }) => [name, results[0]!.class])).toEqual([
      ['other', 'unseen'],
      ['vendor', 'ok'],
    ]);
  });
});

describe('a TLS endpoint', () => {
  let folder: string;
  let root: Issued;
  let authoritiesFile: string;
  const day = 86_400_000;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'egress-'));
    root = issue({ commonName: 'Vendor Root', organization: 'Vendor Trust', isAuthority: true });
    authoritiesFile = writeInto(folder, 'root.pem', root.certificatePem);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const leaf = (more: Partial<Parameters<typeof issue>[0]> = {}) =>
    issue({ commonName: 'vendor.test', names: [loopback], issuer: root, ...more });
  const serveTls = (certificate: Issued, options: https.ServerOptions = {}, seen: { requests: number } = { requests: 0 }) => {
    const server = https.createServer({ cert: certificate.certificatePem, key: certificate.keyPem, ...options }, (_request, response) => {
      seen.requests += 1;
      response.end('ok');
    });
    server.on('tlsClientError', () => {});
    return serve(server);
  };
  const https_ = (port: number) => ({ url: `https://${loopback}:${port}/`, authoritiesFile });

  it('lets through with a trusted certificate, and its issuer is a fact', async () => {
    const port = await serveTls(leaf());
    const { facts, readings } = await lookAt(local(), [{ name: 'vendor', ...https_(port) }]);
    expect(facts.endpoints).toEqual([
      {
        name: 'vendor',
        target: `${loopback}:${port}`,
        kind: 'https',
        results: [{ class: 'ok', cause: '', families: [4], addresses: [] }],
        issuers: ['Vendor Trust'],
        sourceAddresses: [loopback],
      },
    ]);
    expect(readings?.map(({ name, subject }) => `${subject} ${name}`)).toEqual(
      ['connectMs', 'tlsMs', 'firstByteMs', 'totalMs'].map((name) => `vendor ${name}`),
    );
  });

  it('shows what is wrong with its certificate, and then no request is sent', async () => {
    const cases = [
      [leaf({ notAfter: new Date(Date.now() - day / 2) }), 'tls-expired', 'CERT_HAS_EXPIRED'],
      [leaf({ notBefore: new Date(Date.now() + day) }), 'tls-expired', 'CERT_NOT_YET_VALID'],
      [leaf({ names: ['other.test', '192.0.2.1'] }), 'tls-wrong-name', 'the certificate is for other names'],
      [issue({ commonName: 'self', names: [loopback] }), 'tls-untrusted', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [
        leaf({ issuer: issue({ commonName: 'Intermediate', isAuthority: true, issuer: root }) }),
        'tls-untrusted',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ],
    ] as const;
    for (const [certificate, wanted, cause] of cases) {
      const seen = { requests: 0 };
      expect(await classOf(https_(await serveTls(certificate, {}, seen)))).toEqual([wanted, cause]);
      expect(seen.requests).toBe(0);
    }
    expect(await classOf({ ...https_(await serveTls(cases[0][0])), expect: { trusted: false } })).toEqual(['ok', '']);
  });

  it('is intercepted, whether its authority is trusted or not', async () => {
    const middleman = issue({ commonName: 'Zscaler Intermediate Root CA', organization: 'Zscaler Inc.', isAuthority: true });
    const port = await serveTls(leaf({ issuer: middleman }));
    const trustsIt = writeInto(folder, 'zscaler.pem', middleman.certificatePem);
    for (const file of [authoritiesFile, trustsIt])
      expect(await classOf({ ...https_(port), authoritiesFile: file })).toEqual(['tls-intercepted', 'issued by Zscaler']);
  });

  it('is intercepted where another issuer than expected signed', async () => {
    const port = await serveTls(leaf());
    expect(await classOf({ ...https_(port), expect: { issuer: 'DigiCert' } })).toEqual(['tls-intercepted', 'issued by Vendor Trust']);
    expect((await classOf({ ...https_(port), expect: { issuer: 'vendor trust' } }))[0]).toBe('ok');
  });

  it('refuses with an alert that is named', async () => {
    const port = await serveTls(leaf(), { ALPNProtocols: ['h2'] });
    expect(await classOf(https_(port))).toEqual(['tls-refused', 'alert no application protocol']);
  });

  it('breaks the handshake off', async () => {
    const cutting = await serve(net.createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    expect(await classOf({ url: `tls://${loopback}:${cutting}` })).toEqual(['tls-broken', 'ECONNRESET']);
    const plain = await serve(http.createServer());
    expect((await classOf({ url: `tls://${loopback}:${plain}` }))[0]).toBe('tls-broken');
  });

  it('wants a client certificate, and gets it from a file', async () => {
    const port = await serveTls(leaf(), { ca: root.certificatePem, requestCert: true, rejectUnauthorized: true });
    const client = issue({ commonName: 'us', issuer: root });
    const clientCertificateFile = writeInto(folder, 'us.crt', client.certificatePem);
    const clientKeyFile = writeInto(folder, 'us.key', client.keyPem);
    expect((await classOf({ ...https_(port), clientCertificateFile, clientKeyFile }))[0]).toBe('ok');
    expect((await classOf(https_(port)))[0]).not.toBe('ok');
    const keyless: Endpoint = { name: 'vendor', ...https_(port), clientCertificateFile, clientKeyFile: join(folder, 'none.key') };
    expect(await probe.observe(local(), settingsOf([keyless]), never)).toMatchObject({
      kind: 'unseen',
      detail: expect.stringContaining('none.key (ENOENT)'),
    });
  });

  it('speaks TLS 1.2 too', async () => {
    const server = tls.createServer(
      { cert: leaf().certificatePem, key: leaf().keyPem, maxVersion: 'TLSv1.2' },
      (socket) => void socket.on('error', () => {}),
    );
    expect(await classOf({ url: `tls://${loopback}:${await serve(server)}`, authoritiesFile })).toEqual(['ok', '']);
  });
});

describe('a TCP endpoint', () => {
  it('lets through, refuses, and cannot be dialled from an address that is not ours', async () => {
    const port = await serve(net.createServer());
    expect(await classOf({ url: `tcp://${loopback}:${port}` })).toEqual(['ok', '']);
    expect(await classOf({ url: `tcp://${loopback}:${port}`, sourceAddress: '192.0.2.1' })).toEqual(['source-address', 'EADDRNOTAVAIL']);
    closers.pop()?.();
    expect(await classOf({ url: `tcp://${loopback}:${port}` })).toEqual(['connect-refused', 'ECONNREFUSED']);
  });
});

describe('a proxy', () => {
  const proxy = async (status: string | null) => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      response.writeHead(status === null ? 200 : Number(status.slice(0, 3))).end();
    });
    server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      asked.push(`CONNECT ${request.url}`);
      if (status !== null) return void socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
      const onward = net.connect(Number((request.url ?? '').split(':').at(-1)), loopback);
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      onward.on('connect', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
    });
    return { url: `http://${loopback}:${await serve(server)}`, asked };
  };

  it('lets through by name, without this machine resolving it', async () => {
    const target = await serve(net.createServer());
    const { url, asked } = await proxy(null);
    expect(await classOf({ url: `tcp://vendor.invalid:${target}`, proxy: url })).toEqual(['ok', '']);
    expect(asked).toEqual([`CONNECT vendor.invalid:${target}`]);
  });

  it('is asked for plain HTTP itself, with the account out of a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'egress-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const { url, asked } = await proxy(null);
    const proxyAuthorizationFile = writeInto(folder, 'account', 'user:password\n');
    expect(await classOf({ url: 'http://vendor.invalid/status', proxy: url, proxyAuthorizationFile })).toEqual(['ok', '']);
    expect(asked).toEqual(['GET http://vendor.invalid:80/status Basic dXNlcjpwYXNzd29yZA==']);
  });

  it('denies, gets no further, or is not there', async () => {
    expect(await classOf({ url: 'https://vendor.invalid/', proxy: (await proxy('403 Forbidden')).url })).toEqual([
      'proxy-denied',
      'HTTP 403',
    ]);
    expect(await classOf({ url: 'http://vendor.invalid/', proxy: (await proxy('407 Who are you')).url })).toEqual([
      'proxy-denied',
      'HTTP 407',
    ]);
    expect(await classOf({ url: 'https://vendor.invalid/', proxy: (await proxy('502 Bad Gateway')).url })).toEqual([
      'proxy-failed',
      'HTTP 502',
    ]);
    const gone = await proxy(null);
    closers.pop()?.();
    expect(await classOf({ url: 'https://vendor.invalid/', proxy: gone.url })).toEqual(['proxy-unreachable', 'ECONNREFUSED']);
  });
});

describe('addresses and names', () => {
  const through = { stage: 'connect', result: 'completed', localAddress: '10.0.0.5', timings: { connectMs: 1, totalMs: 1 } } as const;
  const dropped = { stage: 'connect', result: 'timeout', code: 'ETIMEDOUT' } as const;
  const noWay = { stage: 'connect', result: 'unreachable', code: 'ENETUNREACH' } as const;
  const endpoints: Endpoint[] = [{ name: 'vendor', url: 'tcp://vendor.test:443' }];
  const vendor = (addresses: readonly string[], answers: Readonly<Record<string, typeof through | typeof dropped | typeof noWay>>) =>
    recordedMachine({
      files: { '/proc/net/route': 'Iface\tDestination\n' },
      lookups: [{ name: 'vendor.test', addresses }],
      dials: Object.entries(answers).map(([address, answer]) => ({ address, port: 443, answer })),
    }).then((machine) => machine.forLook(never));

  it('a name that rotates through addresses leaves the facts as they are', async () => {
    const one = await lookAt(await vendor(['192.0.2.1', '192.0.2.2'], { '192.0.2.1': through, '192.0.2.2': through }), endpoints);
    const other = await lookAt(await vendor(['192.0.2.9'], { '192.0.2.9': through }), endpoints);
    expect(canonicalJson(other.facts)).toBe(canonicalJson(one.facts));
    const failing = await lookAt(await vendor(['192.0.2.1'], { '192.0.2.1': dropped }), endpoints);
    const failingElsewhere = await lookAt(
      await vendor(['192.0.2.7', '192.0.2.8'], { '192.0.2.7': dropped, '192.0.2.8': dropped }),
      endpoints,
    );
    expect(canonicalJson(failingElsewhere.facts)).toBe(canonicalJson(failing.facts));
  });

  it('the address that fails among others is a fact', async () => {
    const machine = await vendor(['192.0.2.1', '192.0.2.2', '2001:db8::1'], {
      '192.0.2.1': through,
      '192.0.2.2': dropped,
      '2001:db8::1': noWay,
    });
    expect((await lookAt(machine, endpoints)).facts.endpoints[0]?.results).toEqual([
      { class: 'connect-timeout', cause: 'ETIMEDOUT', families: [4], addresses: ['192.0.2.2'] },
      { class: 'ok', cause: '', families: [4], addresses: [] },
      { class: 'unreachable', cause: 'ENETUNREACH', families: [6], addresses: [] },
    ]);
  });

  it('only the first address of each family is tried where that is asked', async () => {
    const machine = await vendor(['192.0.2.1', '192.0.2.2', '2001:db8::1'], { '192.0.2.1': through, '2001:db8::1': through });
    const { facts } = await lookAt(machine, [{ ...endpoints[0]!, everyAddress: false }]);
    expect(facts.endpoints[0]?.results).toEqual([{ class: 'ok', cause: '', families: [4, 6], addresses: [] }]);
  });

  it('from a source address, only addresses of its family are tried', async () => {
    const machine = await vendor(['192.0.2.1', '2001:db8::1'], { '192.0.2.1': through });
    const { facts } = await lookAt(machine, [{ ...endpoints[0]!, sourceAddress: '10.0.0.5' }]);
    expect(facts.endpoints[0]?.results).toEqual([{ class: 'ok', cause: '', families: [4], addresses: [] }]);
  });

  it('two endpoints of one name stay two', async () => {
    const { facts } = await lookAt(await vendor(['192.0.2.1'], { '192.0.2.1': through }), [endpoints[0]!, endpoints[0]!]);
    expect(facts.endpoints.map((endpoint) => endpoint.name)).toEqual(['vendor', 'vendor (2)']);
  });

  it('an attempt that the recording does not hold is unseen, and nothing but such is no observation', async () => {
    const outcome = await probe.observe(await vendor(['192.0.2.1'], {}), settingsOf(endpoints), never);
    expect(outcome).toMatchObject({ kind: 'unseen' });
  });

  it('a resolver that says nothing is seen: its servers are asked who of them lives', async () => {
    const machine = await recordedMachine({
      files: { '/proc/net/route': 'Iface\tDestination\n', '/etc/resolv.conf': 'nameserver 10.0.0.53\nnameserver 10.0.1.53\n' },
      lookups: [
        { name: 'vendor.test', failed: 'unreadable', code: 'EAI_AGAIN' },
        { name: 'gone.test', noSuchName: true },
      ],
      dns: [
        { server: '10.0.0.53', name: '.', type: 'NS', failed: 'timeout' },
        { server: '10.0.1.53', name: '.', type: 'NS', rcode: 'SERVFAIL' },
      ],
    });
    const { facts } = await lookAt(machine.forLook(never), [...endpoints, { name: 'gone', url: 'tcp://gone.test:1' }]);
    expect(facts.endpoints.map((endpoint) => endpoint.results[0]?.class)).toEqual(['no-such-name', 'lookup-failed']);
    expect(facts.resolver).toEqual({
      kind: 'failing',
      names: 'some',
      servers: {
        kind: 'asked',
        servers: [
          { address: '10.0.0.53', state: 'silent' },
          { address: '10.0.1.53', state: 'failing' },
        ],
      },
    });
  });
});

describe('the public address', () => {
  const endpoints = async (): Promise<Endpoint[]> => [{ name: 'x', url: `tcp://${loopback}:${await serve(net.createServer())}` }];
  const echo = (body: string, status = 200) =>
    serve(http.createServer((_request, response) => void response.writeHead(status).end(body))).then(
      (port) => `http://${loopback}:${port}/`,
    );
  const seen = async (settings: Partial<Settings>) => (await lookAt(local(), await endpoints(), settings)).facts.publicAddress;

  it('is what the echo says', async () => {
    expect(await seen({ echo: { url: await echo('203.0.113.7\n') } })).toEqual({ kind: 'seen', addresses: ['203.0.113.7'] });
    expect(await seen({ echo: { url: await echo('{"origin":"203.0.113.7"}'), field: 'origin' } })).toMatchObject({ kind: 'seen' });
  });

  it('is unseen where the echo says something else or is not reached, and not asked for without one', async () => {
    expect(await seen({ echo: { url: await echo('<html>Log in</html>') } })).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    expect(await seen({ echo: { url: await echo('203.0.113.7', 403) } })).toMatchObject({
      kind: 'unseen',
      detail: expect.stringContaining('http-denied'),
    });
    expect(await seen({})).toEqual({ kind: 'not-asked' });
  });
});

it('sees the default route of this machine as its kernel tells it', async () => {
  const { facts } = await lookAt(local(), [{ name: 'x', url: `tcp://${loopback}:${await serve(net.createServer())}` }]);
  expect(facts.defaultRoute.kind).toBe('seen');
});
