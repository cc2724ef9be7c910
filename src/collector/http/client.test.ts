// The way out of the collector against real servers: what they may do to it, and what they may not.
import { getEventListeners } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/agent.ts';
import { type CertificateMaker, certificateMaker, type MadeCertificate } from '../../../test/support/openssl-certificates.ts';
import type { Contact } from '../../config/fleet-config.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from './client.ts';
import { failureOf } from './failure.ts';
import { placeOf } from './place.ts';

const limits = { timeoutMs: 5_000, bytesMax: 10_000 };

function client(): HttpClient & { lookAgain(): void } {
  let now = 0;
  const http = createHttpClient({ monotonicMs: () => now });
  onTestFinished(() => http.close());
  return {
    ...http,
    lookAgain: () => {
      now += 1_000;
    },
  };
}

const contactOf = (address: string, more: Partial<Contact> = {}): Contact => ({
  address,
  tokenFile: null,
  authoritiesFile: null,
  certificateFile: null,
  keyFile: null,
  serverName: null,
  ...more,
});

async function listening(server: Server, at: { port: number; host: string } | { path: string } = { port: 0, host: '127.0.0.1' }) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(at, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { sockets, port: 'port' in at ? (server.address() as AddressInfo).port : 0 };
}

async function serve(handle: RequestListener) {
  let connections = 0;
  const server = createServer(handle).on('connection', () => connections++);
  const { port, sockets } = await listening(server);
  return { url: `http://127.0.0.1:${port}`, sockets, connections: () => connections };
}

/** What is no HTTP server, or a broken one. */
async function accept(onSocket: (socket: Socket) => void) {
  const { port, sockets } = await listening(createTcpServer(onSocket));
  return { url: `http://127.0.0.1:${port}`, port, sockets };
}

const get = (http: HttpClient, url: string, more: Partial<HttpRequest> = {}) => http.request(contactOf(url), { ...limits, ...more });

describe('requests', () => {
  test('go over one connection, one after the other', async () => {
    const { url, connections } = await serve((request, response) => response.end(`${request.method} ${request.url}`));
    const http = client();
    const answers = [await get(http, url, { path: '/a?b=1' }), await get(http, url, { path: '/c' })];
    expect(answers).toMatchObject([
      { kind: 'answered', status: 200, body: 'GET /a?b=1' },
      { kind: 'answered', status: 200, body: 'GET /c' },
    ]);
    expect([connections(), http.count()]).toEqual([1, 1]);
  });

  test('carry a body and headers, over a Unix socket too', async () => {
    const path = join(temporaryFolder(), 'a.sock');
    const server = createServer((request, response) => {
      request.on('data', (chunk) => response.write(`${request.headers['content-type']} ${request.headers.host} ${chunk}`));
      request.on('end', () => response.end());
    });
    await listening(server, { path });
    const asked = { ...limits, method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"ü":1}' };
    expect(await client().request(contactOf(`unix:${path}`), asked)).toMatchObject({ body: 'application/json localhost {"ü":1}' });
  });

  test('to a whole URL keep its path and query', async () => {
    const { url } = await serve((request, response) => response.end(request.url));
    expect(await client().send(`${url}/sd/x?y=z`, limits)).toMatchObject({ body: '/sd/x?y=z' });
  });

  test('follow no redirect', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/elsewhere') response.end('followed');
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await get(client(), url)).toMatchObject({ kind: 'answered', status: 302, headers: { location: '/elsewhere' } });
  });

  test('go past proxies that the environment names', async () => {
    const proxy = await serve((_, response) => response.end('proxy'));
    const { url } = await serve((_, response) => response.end('peer'));
    for (const name of ['http_proxy', 'HTTP_PROXY', 'all_proxy']) vi.stubEnv(name, proxy.url);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await get(client(), url)).toMatchObject({ body: 'peer' });
    expect(proxy.connections()).toBe(0);
  });

  test('leave nothing behind at a signal that outlives them', async () => {
    const { url } = await serve((_, response) => response.end('x'));
    const http = client();
    const { signal } = new AbortController();
    for (let n = 0; n < 50; n++) await get(http, url, { signal });
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });

  test('say how long the answer was waited for, apart from connecting and from reading it', async () => {
    const { url } = await serve((_, response) => {
      setTimeout(() => {
        response.write('x');
        setTimeout(() => response.end('y'), 60);
      }, 40);
    });
    const answer = await get(client(), url);
    if (answer.kind !== 'answered') throw new Error(answer.reason);
    expect(answer.waitedMs).toBeGreaterThan(30);
    expect(answer.readMs).toBeGreaterThan(50);
    expect(answer.waitedMs + answer.readMs).toBeLessThanOrEqual(answer.tookMs);
  });
});

describe('a peer that fails is a value', () => {
  const failed = (code: string, reason: RegExp) => ({ kind: 'failed', code, reason: expect.stringMatching(reason) });

  test('nobody listens', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const answer = await get(client(), `http://127.0.0.1:${port}`);
    expect(answer).toEqual(failed('refused', /^nothing listens at http:\/\/127\.0\.0\.1:\d+: start/));
    expect(await get(client(), 'unix:/nowhere/agent.sock')).toEqual(failed('refused', /unix:\/nowhere\/agent\.sock/));
  });

  test('an alert of TLS about our certificate is told from other trouble with TLS', () => {
    const place = placeOf('https://app1:7807')!;
    const code = (cause: string) => failureOf(Object.assign(new Error('secret'), { code: cause }), 'answer', place, 'app1').code;
    expect(['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'].map(code)).toEqual(
      Array(2).fill('certificate-refused'),
    );
    expect(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'].map(code)).toEqual(['tls', 'tls']);
  });

  test('a name that is none', async () => {
    expect(await get(client(), 'http://nobody.invalid:7807')).toEqual(failed('unresolved', /nobody\.invalid:7807 cannot be resolved/));
  });

  test.each([['ftp://x:1'], ['app1'], ['https://'], ['http://user:hunter2@127.0.0.1:1'], ['unix:relative.sock']])(
    '%s is no address, and is not repeated',
    async (address) => {
      const answer = await get(client(), address);
      expect(answer).toEqual(failed('address', /no address/));
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      expect((await client().send('https://user:hunter2@127.0.0.1/x', limits)).kind).toBe('failed');
    },
  );

  test('it accepts and says nothing', async () => {
    const { url } = await accept(() => {});
    expect(await get(client(), url, { timeoutMs: 80 })).toEqual(failed('timeout', /did not begin to answer in time/));
  });

  test('it never ends the handshake', async () => {
    const { port } = await accept(() => {});
    expect(await get(client(), `https://127.0.0.1:${port}`, { timeoutMs: 80 })).toEqual(
      failed('timeout', /no connection to https.*in time/),
    );
  });

  test('it drips', async () => {
    const { url } = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    expect(await get(client(), url, { timeoutMs: 150 })).toEqual(failed('timeout', /did not end its answer in time/));
  });

  test('it says how much too much it has, and not a byte of that is read', async () => {
    let isCut = false;
    const { url } = await serve((_, response) => {
      response.on('close', () => (isCut = true));
      response.writeHead(200, { 'content-length': '20000' }).flushHeaders();
    });
    expect(await get(client(), url)).toEqual(failed('too-large', /more than is read/));
    await vi.waitFor(() => expect(isCut).toBe(true));
  });

  test('it never ends, and is cut off where the limit is', async () => {
    let written = 0;
    let isCut = false;
    const { url } = await serve((_, response) => {
      const more = (): void => {
        while (!isCut && response.write('x'.repeat(1_000))) written += 1_000;
      };
      response.on('drain', more);
      response.on('close', () => (isCut = true));
      more();
    });
    expect(await get(client(), url)).toEqual(failed('too-large', /more than is read/));
    await vi.waitFor(() => expect(isCut).toBe(true));
    // What fits into the sockets' buffers is under way before anybody can object.
    expect(written).toBeLessThan(8 * 1024 ** 2);
  });

  test.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9\r\n', 'garbled'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`, 'garbled'],
    ['less than it says', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx', 'reset'],
    ['nothing', '', 'reset'],
  ])('it answers %s', async (_, bytes, code) => {
    const { url } = await accept((socket) => void socket.once('data', () => socket.end(bytes)));
    expect(await get(client(), url)).toMatchObject({ kind: 'failed', code });
  });

  test('one that speaks no TLS where TLS is asked for', async () => {
    const { url } = await serve((_, response) => response.end());
    expect(await get(client(), url.replace('http:', 'https:'))).toEqual(failed('tls', /no TLS with https/));
  });

  test('a request is given up when its signal says so, and before it began', async () => {
    const { url } = await accept(() => {});
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 30);
    const http = client();
    expect(await get(http, url, { signal: ending.signal })).toEqual(failed('aborted', /given up/));
    expect(await get(http, url, { signal: ending.signal })).toEqual(failed('aborted', /given up/));
  });

  test('one after another, and the connection is good again', async () => {
    const answers: ((socket: Socket) => void)[] = [
      (socket) => void socket.destroy(),
      (socket) => void socket.end('garbage\r\n\r\n'),
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    ];
    const { url } = await accept((socket) => void socket.once('data', () => answers.shift()?.(socket)));
    const http = client();
    const codes = [await get(http, url), await get(http, url), await get(http, url)];
    expect(codes).toMatchObject([{ code: 'reset' }, { code: 'garbled' }, { kind: 'answered', body: 'ok' }]);
  });

  test('a kept connection that is closed in the moment of asking is made again, once and only for what may be repeated', async () => {
    const methods: string[] = [];
    const { url } = await serve((request, response) => {
      methods.push(request.method!);
      // The second request of each connection finds it closing.
      const seen = ((request.socket as Socket & { seen?: number }).seen ?? 0) + 1;
      (request.socket as Socket & { seen?: number }).seen = seen;
      if (seen > 1) request.socket.resetAndDestroy();
      else response.end('ok');
    });
    const http = client();
    await get(http, url);
    expect(await get(http, url)).toMatchObject({ kind: 'answered' });
    expect(await get(http, url, { method: 'POST' })).toMatchObject({ kind: 'failed', code: 'reset' });
    expect(methods).toEqual(['GET', 'GET', 'GET', 'POST']);
  });
});

describe('TLS', () => {
  let maker: CertificateMaker;
  let authority: MadeCertificate;
  let server: MadeCertificate;

  beforeAll(() => {
    maker = certificateMaker();
    authority = maker.make({ commonName: 'authority', isAuthority: true, ...valid });
    server = maker.make({ commonName: 'app1', names: ['DNS:app1.example.com', 'DNS:localhost'], issuer: authority, ...valid });
  });
  afterAll(() => maker.remove());

  const valid = { from: '2020-01-01T00:00:00Z', to: '2049-01-01T00:00:00Z' };

  async function serveTls(certificate: MadeCertificate, options: { readonly clients?: boolean } = {}) {
    const seen: { readonly name: string | undefined; readonly isResumed: boolean }[] = [];
    const settings = {
      cert: certificate.pem,
      key: certificate.keyPem,
      ...(options.clients === true ? { ca: authority.pem, requestCert: true, rejectUnauthorized: true } : {}),
    };
    const tlsServer = createTlsServer(settings, (_, response) => response.end('over TLS'));
    tlsServer.on('secureConnection', (socket: TLSSocket) => {
      const { subject } = socket.getPeerCertificate();
      seen.push({ name: subject?.CN as string | undefined, isResumed: socket.isSessionReused() });
    });
    const { port, sockets } = await listening(tlsServer);
    return { url: `https://localhost:${port}`, seen, sockets };
  }

  const trusting = (more: Partial<Contact> = {}) => ({ authoritiesFile: authority.certificateFile, ...more });
  const asked = (url: string, more: Partial<Contact> = {}, http = client()) => http.request(contactOf(url, more), limits);

  test('is spoken with whom our authority signed', async () => {
    const { url } = await serveTls(server);
    expect(await asked(url, trusting())).toMatchObject({ kind: 'answered', body: 'over TLS' });
  });

  test('is refused with whom nobody signed that is trusted, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { url } = await serveTls(server);
    expect(await asked(url)).toMatchObject({ code: 'untrusted', reason: expect.stringMatching(/not trusted here \(\w+\)/) });
    const other = maker.make({ commonName: 'other', isAuthority: true, ...valid });
    expect(await asked(url, { authoritiesFile: other.certificateFile })).toMatchObject({ code: 'untrusted' });
  });

  test('is refused with another name than was asked for, and spoken with the name that was said', async () => {
    const { url } = await serveTls(server);
    const byAddress = url.replace('localhost', '127.0.0.1');
    expect(await asked(byAddress, trusting())).toMatchObject({
      code: 'name-mismatch',
      reason: expect.stringContaining('not for 127.0.0.1'),
    });
    expect(await asked(byAddress, trusting({ serverName: 'app1.example.com' }))).toMatchObject({ kind: 'answered' });
    expect(await asked(url, trusting({ serverName: 'app2.example.com' }))).toMatchObject({ code: 'name-mismatch' });
  });

  test('is spoken with whom a certificate names by an address, where that was said', async () => {
    const { url } = await serveTls(maker.make({ commonName: 'app1', names: ['IP:10.1.2.3'], issuer: authority, ...valid }));
    expect(await asked(url, trusting({ serverName: '10.1.2.3' }))).toMatchObject({ kind: 'answered' });
    expect(await asked(url, trusting({ serverName: '10.1.2.4' }))).toMatchObject({ code: 'name-mismatch' });
  });

  test('is refused with a certificate that has ended', async () => {
    const ended = maker.make({
      commonName: 'app1',
      names: ['DNS:localhost'],
      issuer: authority,
      from: valid.from,
      to: '2021-01-01T00:00:00Z',
    });
    const { url } = await serveTls(ended);
    expect(await asked(url, trusting())).toMatchObject({ code: 'expired', reason: expect.stringContaining('has ended') });
  });

  test('shows a client certificate, and a renewed one on a connection of its own', async () => {
    const { url, seen } = await serveTls(server, { clients: true });
    const folder = temporaryFolder();
    const files = { certificateFile: join(folder, 'client.crt'), keyFile: join(folder, 'client.key') };
    const write = (made: MadeCertificate): void => {
      writeFileSync(files.keyFile, made.keyPem);
      writeFileSync(files.certificateFile, made.pem);
    };
    const made = (commonName: string) => maker.make({ commonName, issuer: authority, ...valid });
    write(made('collector'));
    const http = client();
    // Node ends such a connection, other servers send an alert.
    expect(await asked(url, trusting(), http)).toMatchObject({ kind: 'failed', code: 'reset' });
    seen.length = 0;
    await asked(url, trusting(files), http);
    await asked(url, trusting(files), http);
    expect(seen.map(({ name }) => name)).toEqual(['collector']);
    write(made('collector, renewed'));
    http.lookAgain();
    await asked(url, trusting(files), http);
    expect(seen).toEqual([
      { name: 'collector', isResumed: false },
      { name: 'collector, renewed', isResumed: false },
    ]);
  });

  test('is spoken on with the old pair while half of a new one is there, and that is said', async () => {
    const { url } = await serveTls(server, { clients: true });
    const folder = temporaryFolder();
    const files = { certificateFile: join(folder, 'client.crt'), keyFile: join(folder, 'client.key') };
    const made = maker.make({ commonName: 'collector', issuer: authority, ...valid });
    writeFileSync(files.keyFile, made.keyPem);
    writeFileSync(files.certificateFile, made.pem);
    const http = client();
    await asked(url, trusting(files), http);
    writeFileSync(files.keyFile, maker.make({ commonName: 'collector', issuer: authority, ...valid }).keyPem);
    http.lookAgain();
    expect(await asked(url, trusting(files), http)).toMatchObject({ kind: 'answered' });
    expect(http.problems()).toEqual([expect.stringContaining(`${files.certificateFile}, ${files.keyFile}`)]);
    writeFileSync(files.keyFile, made.keyPem);
    http.lookAgain();
    expect(await asked(url, trusting(files), http)).toMatchObject({ kind: 'answered' });
    expect(http.problems()).toEqual([]);
  });

  test('is resumed when the connection was lost', async () => {
    const { url, seen, sockets } = await serveTls(server);
    const http = client();
    await asked(url, trusting(), http);
    // Tickets come after the handshake.
    await asked(url, trusting(), http);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(() => expect(sockets.size).toBe(0));
    await asked(url, trusting(), http);
    expect(seen.map(({ isResumed }) => isResumed)).toEqual([false, true]);
  });

  test('is not begun with files that are no good, which is said by name and not by content', async () => {
    const { url } = await serveTls(server);
    const folder = temporaryFolder();
    const garbage = join(folder, 'garbage.pem');
    writeFileSync(garbage, 'hunter2');
    const missing = join(folder, 'missing.pem');
    expect(await asked(url, { authoritiesFile: missing })).toMatchObject({
      code: 'credentials',
      reason: expect.stringContaining(`${missing}, cannot be read (ENOENT)`),
    });
    const answer = await asked(url, { authoritiesFile: garbage });
    expect(answer).toMatchObject({ code: 'credentials', reason: expect.stringContaining('holds no certificate') });
    const keyed = await asked(url, trusting({ certificateFile: authority.certificateFile, keyFile: garbage }));
    expect(keyed).toMatchObject({ code: 'credentials', reason: expect.stringContaining('a pair') });
    expect(JSON.stringify([answer, keyed])).not.toContain('hunter2');
  });
});

describe('the token', () => {
  test('is read from its file, again when it changed, and never repeated', async () => {
    const seen: (string | undefined)[] = [];
    const { url, connections } = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const tokenFile = join(temporaryFolder(), 'token');
    writeFileSync(tokenFile, 'hunter2\n');
    const http = client();
    const ask = () => http.request(contactOf(url, { tokenFile }), limits);
    await ask();
    writeFileSync(tokenFile, 'hunter3');
    http.lookAgain();
    await ask();
    expect([seen, connections()]).toEqual([['Bearer hunter2', 'Bearer hunter3'], 1]);
  });

  test('that cannot be read is not asked without', async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.end();
    });
    const tokenFile = join(temporaryFolder(), 'token');
    const http = client();
    const ask = () => http.request(contactOf(url, { tokenFile }), limits);
    expect(await ask()).toMatchObject({ code: 'credentials', reason: expect.stringContaining(`${tokenFile}, cannot be read (ENOENT)`) });
    writeFileSync(tokenFile, 'two words');
    http.lookAgain();
    expect(await ask()).toMatchObject({ code: 'credentials', reason: expect.not.stringContaining('two words') });
    writeFileSync(tokenFile, 'right');
    http.lookAgain();
    expect(await ask()).toMatchObject({ kind: 'answered' });
    rmSync(tokenFile);
    http.lookAgain();
    expect(await ask()).toMatchObject({ kind: 'answered' });
    expect(http.problems()).toEqual([expect.stringContaining(tokenFile)]);
    expect(requests).toBe(2);
  });
});

test('what nobody asks any more is closed, and nothing is asked after the end', async () => {
  const { url, sockets } = await serve((_, response) => response.end());
  const http = client();
  await get(http, url);
  expect(sockets.size).toBe(1);
  http.forget(contactOf(url));
  await vi.waitFor(() => expect(sockets.size).toBe(0));
  http.close();
  expect(await get(http, url)).toMatchObject({ kind: 'failed', code: 'aborted' });
  expect(sockets.size).toBe(0);
});
