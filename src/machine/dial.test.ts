import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Issued, issue, writeInto } from '../../test/support/authority.ts';
import type { DialHttp, DialRequest } from '../contract/machine.ts';
import { dial } from './dial.ts';

const loopback = '127.0.0.1';
const never = new AbortController().signal;
const closers: (() => void)[] = [];
const open = new Set<net.Socket>();

afterEach(() => {
  for (const close of closers.splice(0)) close();
  for (const socket of open) socket.destroy();
  open.clear();
});

async function serve(server: net.Server): Promise<number> {
  server.on('connection', (socket: net.Socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  closers.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Answers whatever is said first with these bytes, then does `then`. */
const answering = (bytes: string, then: (socket: net.Socket) => void = () => {}): Promise<number> =>
  serve(
    net.createServer((socket) => {
      socket.once('data', () => socket.write(bytes, () => then(socket)));
    }),
  );

const ask = (port: number, more: Partial<DialRequest> = {}) => dial({ address: loopback, port, timeoutMs: 5_000, ...more }, never);

const get: DialHttp = { method: 'GET', path: '/', host: 'vendor.test', headers: {}, bodyBytesMax: 1_000 };

describe('the TCP stage', () => {
  it('completes on an open port and says from where', async () => {
    const answer = await ask(await serve(net.createServer()));
    expect(answer).toMatchObject({ stage: 'connect', result: 'completed', code: '', localAddress: loopback });
    expect(answer.timings.connectMs).toBeLessThanOrEqual(answer.timings.totalMs);
    expect(answer).not.toHaveProperty('tls');
    expect(answer).not.toHaveProperty('http');
  });

  it('is refused on a closed port', async () => {
    const port = await serve(net.createServer());
    closers.splice(0).forEach((close) => {
      close();
    });
    const answer = await ask(port);
    expect(answer).toMatchObject({ stage: 'connect', result: 'refused', code: 'ECONNREFUSED' });
    // The address that a firewall on the way would have to know.
    expect(answer.localAddress).toBe(loopback);
  });

  it('uses the source address it is told', async () => {
    expect(await ask(await serve(net.createServer()), { sourceAddress: '127.0.0.7' })).toMatchObject({ localAddress: '127.0.0.7' });
  });

  it('calls a source address that is not ours a local error, not the target’s', async () => {
    const answer = await ask(await serve(net.createServer()), { sourceAddress: '192.0.2.1' });
    expect(answer).toMatchObject({ result: 'local-error', code: 'EADDRNOTAVAIL' });
  });

  it('calls what is no address a local error, and neither throws nor resolves it', async () => {
    expect(await ask(70_000)).toMatchObject({ result: 'local-error' });
    expect(await ask(1, { address: 'localhost' })).toMatchObject({ result: 'local-error' });
    expect(await ask(1, { sourceAddress: 'localhost' })).toMatchObject({ result: 'local-error' });
  });

  it('ends with the look', async () => {
    const port = await serve(net.createServer());
    const controller = new AbortController();
    const pending = dial({ address: loopback, port, timeoutMs: 60_000, http: get }, controller.signal);
    setTimeout(() => controller.abort(), 30);
    expect(await pending).toMatchObject({ stage: 'http', result: 'timeout', code: 'ABORTED' });
    expect(await dial({ address: loopback, port, timeoutMs: 60_000 }, controller.signal)).toMatchObject({
      result: 'timeout',
      code: 'ABORTED',
    });
  });
});

describe('the HTTP stage', () => {
  it('brings status, headers and body', async () => {
    const port = await serve(
      http.createServer((request, response) => {
        response.setHeader('X-Seen', [request.method ?? '', request.headers.host ?? '']);
        request.pipe(response.writeHead(451));
      }),
    );
    const answer = await ask(port, { http: { ...get, method: 'POST', body: 'ping' } });
    expect(answer).toMatchObject({ stage: 'http', result: 'completed', http: { status: 451, body: 'ping', isBodyCut: false } });
    expect(answer.http?.headers['x-seen']).toBe('POST, vendor.test');
    expect(answer.timings.firstByteMs).toBeGreaterThan(0);
  });

  it('cuts a body that never ends at the limit, and says so', async () => {
    const flood = (socket: net.Socket): void => {
      if (!socket.destroyed) socket.write('x'.repeat(10_000), () => setImmediate(flood, socket));
    };
    const answer = await ask(await answering('HTTP/1.1 200 OK\r\n\r\n', flood), { http: get });
    expect(answer).toMatchObject({ result: 'completed', http: { status: 200, isBodyCut: true } });
    expect(answer.http?.body).toHaveLength(1_000);
  });

  it('reads no further than endless headers may go', async () => {
    const flood = (socket: net.Socket): void => {
      if (!socket.destroyed) socket.write(`X-More: ${'y'.repeat(1_000)}\r\n`, () => setImmediate(flood, socket));
    };
    const answer = await ask(await answering('HTTP/1.1 200 OK\r\n', flood), { http: get });
    expect(answer).toMatchObject({ stage: 'http', result: 'protocol-error', code: 'HPE_HEADER_OVERFLOW' });
  });

  it('gives up on endless interim answers', async () => {
    const flood = (socket: net.Socket): void => {
      if (!socket.destroyed) socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', () => setImmediate(flood, socket));
    };
    expect(await ask(await answering('HTTP/1.1 103 Early Hints\r\n\r\n', flood), { http: get })).toMatchObject({
      result: 'protocol-error',
      code: 'TOO_MANY_INTERIM',
    });
  });

  it('calls garbage a protocol error', async () => {
    expect(await ask(await answering('\x00\xff garbage\r\n\r\n'), { http: get })).toMatchObject({
      stage: 'http',
      result: 'protocol-error',
    });
  });

  it('ends a slow drip at the time limit and keeps what came', async () => {
    const drip = (socket: net.Socket): void => {
      if (!socket.destroyed) socket.write('z', () => setTimeout(drip, 20, socket));
    };
    const answer = await ask(await answering('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n', drip), { http: get, timeoutMs: 300 });
    expect(answer).toMatchObject({ stage: 'http', result: 'timeout', http: { status: 200, isBodyCut: true } });
    expect(answer.http?.body).toMatch(/^z+$/);
  });

  it('times out on a server that takes the request and never answers', async () => {
    const answer = await ask(await serve(net.createServer()), { http: get, timeoutMs: 100 });
    expect(answer).toMatchObject({ stage: 'http', result: 'timeout', code: 'ETIMEDOUT' });
    expect(answer).not.toHaveProperty('http');
  });

  it('tells a reset from a hang-up', async () => {
    const reset = await serve(net.createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    const hangUp = await serve(net.createServer((socket) => void socket.once('data', () => socket.end())));
    expect(await ask(reset, { http: get })).toMatchObject({ stage: 'http', result: 'reset', code: 'ECONNRESET' });
    expect(await ask(hangUp, { http: get })).toMatchObject({ stage: 'http', result: 'closed' });
  });

  it('keeps status and body where the connection breaks off in the middle', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf';
    const later = (act: (socket: net.Socket) => void) => (socket: net.Socket) => void setTimeout(act, 50, socket);
    const reset = await answering(
      head,
      later((socket) => socket.resetAndDestroy()),
    );
    const closed = await answering(
      head,
      later((socket) => socket.end()),
    );
    expect(await ask(reset, { http: get })).toMatchObject({ result: 'reset', http: { status: 200, body: 'half', isBodyCut: true } });
    expect(await ask(closed, { http: get })).toMatchObject({ result: 'closed', http: { status: 200, body: 'half', isBodyCut: true } });
  });

  it('takes an answer without a length when the server hangs up, and one without a body', async () => {
    const unsized = await answering('HTTP/1.0 200 OK\r\n\r\nall of it', (socket) => socket.end());
    const empty = await answering('HTTP/1.1 204 No Content\r\n\r\n');
    const upgraded = await answering('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    expect(await ask(unsized, { http: get })).toMatchObject({ result: 'completed', http: { body: 'all of it', isBodyCut: false } });
    expect(await ask(empty, { http: get })).toMatchObject({ result: 'completed', http: { status: 204, body: '' } });
    expect(await ask(upgraded, { http: get })).toMatchObject({ result: 'completed', http: { status: 101 } });
  });

  it('does not send a request that its configuration breaks', async () => {
    const answer = await ask(await serve(net.createServer()), { http: { ...get, headers: { 'X-Bad': 'secret\r\nX: y' } } });
    expect(answer).toMatchObject({ stage: 'http', result: 'local-error', code: 'ERR_INVALID_CHAR' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

describe('the TLS stage', () => {
  let folder: string;
  let root: Issued;
  let intermediate: Issued;
  let leaf: Issued;
  let expired: Issued;
  let client: Issued;
  let rootFile: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dial-'));
    root = issue({ commonName: 'Test Root', isAuthority: true });
    intermediate = issue({ commonName: 'Test Intermediate', isAuthority: true, issuer: root });
    leaf = issue({ commonName: 'vendor.test', names: ['vendor.test'], issuer: intermediate });
    expired = issue({ commonName: 'vendor.test', names: ['vendor.test'], issuer: root, notAfter: new Date(Date.now() - 1_000) });
    client = issue({ commonName: 'client', issuer: root });
    rootFile = writeInto(folder, 'root.pem', root.certificatePem);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const trusting = () => ({ serverName: 'vendor.test', authoritiesFile: rootFile });
  const serveTls = (chain: readonly Issued[], more: tls.TlsOptions = {}, then: (socket: tls.TLSSocket) => void = () => {}) => {
    const cert = chain.map((one) => one.certificatePem).join('');
    const server = tls.createServer({ cert, key: chain[0]!.keyPem, ...more }, (socket) => {
      socket.on('error', () => {});
      then(socket);
    });
    server.on('tlsClientError', () => {});
    return serve(server);
  };

  /** Node's own server drops a client without a certificate silently; OpenSSL's sends the alert. */
  async function serveByOpenssl(args: readonly string[]): Promise<number> {
    const cert = writeInto(folder, 'server.pem', leaf.certificatePem + intermediate.certificatePem);
    const key = writeInto(folder, 'server.key', leaf.keyPem);
    const child = spawn('openssl', [
      's_server',
      '-accept',
      '127.0.0.1:0',
      '-cert',
      cert,
      '-cert_chain',
      cert,
      '-key',
      key,
      '-www',
      ...args,
    ]);
    closers.push(() => void child.kill());
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      const port = /ACCEPT \S*:(\d+)/.exec(printed)?.[1];
      if (port !== undefined) return Number(port);
    }
    throw new Error('openssl s_server did not start');
  }

  it('trusts a whole chain and hands it over as sent', async () => {
    const answer = await ask(await serveTls([leaf, intermediate]), { tls: trusting() });
    expect(answer).toMatchObject({ stage: 'tls', result: 'completed', tls: { isTrusted: true, trustError: '', protocol: 'TLSv1.3' } });
    expect(answer.tls?.chain.map((der) => Buffer.from(der))).toEqual([leaf.der, intermediate.der]);
    expect(answer.timings.tlsMs).toBeGreaterThan(0);
  });

  it('does not mend a chain in the wrong order or with certificates that do not belong', async () => {
    const answer = await ask(await serveTls([leaf, root, intermediate, expired]), { tls: trusting() });
    expect(answer.tls?.chain.map((der) => Buffer.from(der))).toEqual([leaf.der, root.der, intermediate.der, expired.der]);
  });

  it('goes through with a missing intermediate, an expired and an unknown certificate, and names what is wrong', async () => {
    const trustErrorOf = async (chain: readonly Issued[], authoritiesFile?: string) => {
      const answer = await ask(await serveTls(chain), {
        tls: { ...trusting(), ...(authoritiesFile !== undefined && { authoritiesFile }) },
      });
      expect(answer).toMatchObject({ result: 'completed', tls: { isTrusted: false } });
      expect(answer.tls?.chain.map((der) => Buffer.from(der))).toEqual(chain.map((one) => one.der));
      return answer.tls?.trustError;
    };
    expect(await trustErrorOf([leaf])).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await trustErrorOf([expired])).toBe('CERT_HAS_EXPIRED');
    expect(await trustErrorOf([issue({ commonName: 'vendor.test' })])).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    const other = writeInto(folder, 'other.pem', issue({ commonName: 'Other Root', isAuthority: true }).certificatePem);
    expect(await trustErrorOf([leaf, intermediate, root], other)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it('leaves names to the probe', async () => {
    const answer = await ask(await serveTls([leaf, intermediate]), { tls: { ...trusting(), serverName: 'other.test' } });
    expect(answer).toMatchObject({ result: 'completed', tls: { isTrusted: true } });
  });

  it('sends the name, but no address, as SNI, and agrees on a protocol', async () => {
    const asked: unknown[] = [];
    const port = await serveTls([leaf, intermediate], { ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      asked.push((socket as { servername?: unknown }).servername);
    });
    expect(await ask(port, { tls: { ...trusting(), alpn: ['http/1.1'] } })).toMatchObject({ tls: { alpn: 'http/1.1' } });
    expect(await ask(port, { tls: { serverName: loopback } })).toMatchObject({ result: 'completed', tls: { alpn: null } });
    expect(asked).toEqual(['vendor.test', false]);
  });

  it('carries an HTTP exchange', async () => {
    const port = await serveTls([leaf, intermediate], {}, (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    });
    expect(await ask(port, { tls: trusting(), http: get })).toMatchObject({ stage: 'http', result: 'completed', http: { body: 'ok' } });
  });

  it('says nothing to a server it does not trust, or that is another than asked for, where it must be trusted', async () => {
    let said = 0;
    const count = (socket: tls.TLSSocket) => void socket.on('data', () => void said++);
    const requests = [
      [await serveTls([leaf], {}, count), 'vendor.test'],
      [await serveTls([leaf, intermediate], {}, count), 'other.test'],
    ] as const;
    for (const [port, serverName] of requests) {
      const answer = await ask(port, { tls: { ...trusting(), serverName, mustBeTrusted: true }, http: get });
      expect(answer).toMatchObject({ stage: 'tls', result: 'completed' });
      expect(answer).not.toHaveProperty('http');
    }
    expect(said).toBe(0);
  });

  it('names the alert of a server that refuses', async () => {
    const port = await serveTls([leaf, intermediate], { ALPNProtocols: ['only-this'] });
    const answer = await ask(port, { tls: { ...trusting(), alpn: ['other'] } });
    expect(answer).toMatchObject({ stage: 'tls', result: 'refused' });
    expect(answer.code).toMatch(/ALERT_NO_APPLICATION_PROTOCOL/);
  });

  it('sees the refusal of a server that misses a client certificate, although TLS 1.3 is done by then', async () => {
    const port = await serveByOpenssl(['-Verify', '1', '-verify_return_error', '-CAfile', rootFile]);
    for (const more of [{}, { http: get }]) {
      const answer = await ask(port, { tls: trusting(), ...more });
      expect(answer).toMatchObject({ stage: 'tls', result: 'refused', tls: { protocol: 'TLSv1.3', isTrusted: true } });
      expect(answer.code).toMatch(/ALERT_CERTIFICATE_REQUIRED/);
    }
  });

  it('offers a client certificate from files, and sees a renewed one at once', async () => {
    const names: unknown[] = [];
    const port = await serveTls(
      [leaf, intermediate],
      { ca: root.certificatePem, requestCert: true, rejectUnauthorized: true },
      (socket) => {
        names.push(socket.getPeerCertificate().subject.CN);
      },
    );
    const certificateFile = writeInto(folder, 'client.pem', client.certificatePem);
    const keyFile = writeInto(folder, 'client.key', client.keyPem);
    const withClient = { tls: { ...trusting(), certificateFile, keyFile } };
    expect(await ask(port, withClient)).toMatchObject({ result: 'completed' });
    writeFileSync(certificateFile, issue({ commonName: 'client, renewed', issuer: root }).certificatePem);
    expect(await ask(port, withClient)).toMatchObject({ result: 'completed' });
    expect(names).toEqual(['client', 'client, renewed']);
  });

  it('calls a key file that is missing, denied or broken a local error, before anything is dialled', async () => {
    let attempts = 0;
    const port = await serve(net.createServer(() => void attempts++));
    const certificateFile = writeInto(folder, 'c.pem', client.certificatePem);
    const broken = writeInto(folder, 'broken.key', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
    for (const keyFile of [join(folder, 'none.key'), folder, broken]) {
      const answer = await ask(port, { tls: { ...trusting(), certificateFile, keyFile } });
      expect(answer).toMatchObject({ stage: 'tls', result: 'local-error' });
      expect(answer.detail).toContain(keyFile);
      expect(JSON.stringify(answer)).not.toContain(readFileSync(broken, 'utf8').split('\n')[1]);
    }
    expect(attempts).toBe(0);
  });

  it('tells a server that speaks no TLS from one that hangs up and one that resets', async () => {
    expect(await ask(await answering('SSH-2.0-OpenSSH\r\n'), { tls: trusting() })).toMatchObject({
      stage: 'tls',
      result: 'protocol-error',
    });
    const hangUp = await serve(net.createServer((socket) => void socket.once('data', () => socket.end())));
    expect(await ask(hangUp, { tls: trusting() })).toMatchObject({ stage: 'tls', result: 'closed' });
    const reset = await serve(net.createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    expect(await ask(reset, { tls: trusting() })).toMatchObject({ stage: 'tls', result: 'reset' });
    const mute = await serve(net.createServer());
    expect(await ask(mute, { tls: trusting(), timeoutMs: 100 })).toMatchObject({ stage: 'tls', result: 'timeout' });
  });

  it('does not let servers that never answer hold up the others', async () => {
    const mute = await serve(net.createServer());
    const good = await serveTls([leaf, intermediate]);
    const hanging = Array.from({ length: 20 }, () => ask(mute, { tls: trusting(), timeoutMs: 4_000 }));
    const first = await Promise.race([ask(good, { tls: trusting(), timeoutMs: 3_000 }), ...hanging]);
    expect(first).toMatchObject({ result: 'completed' });
    await Promise.all(hanging);
  });

  it('does not count the wait for its turn into its readings', async () => {
    const good = await serveTls([leaf, intermediate]);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(good, { tls: trusting(), timeoutMs: 3_000 })));
    for (const { result, timings } of answers) {
      expect(result).toBe('completed');
      expect(timings.totalMs).toBeGreaterThanOrEqual((timings.connectMs ?? 0) + (timings.tlsMs ?? 0));
    }
  });

  it('starts TLS after a mail server’s and a database’s greeting', async () => {
    const upgrade = (socket: net.Socket) => {
      const secured = new tls.TLSSocket(socket, { isServer: true, cert: leaf.certificatePem, key: leaf.keyPem });
      secured.on('error', () => {});
    };
    const smtp = await serve(
      net.createServer((socket) => {
        socket.write('220-mail.vendor.test\r\n220 ready\r\n');
        socket.on('data', (line) => {
          if (line.toString().startsWith('EHLO')) socket.write('250-mail.vendor.test\r\n250 STARTTLS\r\n');
          if (line.toString() !== 'STARTTLS\r\n') return;
          socket.removeAllListeners('data');
          socket.write('220 go ahead\r\n', () => upgrade(socket));
        });
      }),
    );
    const postgres = await serve(net.createServer((socket) => void socket.once('data', () => socket.write('S', () => upgrade(socket)))));
    for (const [port, startTls] of [
      [smtp, 'smtp'],
      [postgres, 'postgres'],
    ] as const) {
      const answer = await ask(port, { tls: { ...trusting(), startTls } });
      expect(answer).toMatchObject({ stage: 'tls', result: 'completed' });
      expect(answer.tls?.chain.map((der) => Buffer.from(der))).toEqual([leaf.der]);
    }
  });

  it('says when TLS is not offered', async () => {
    const off = await answering('N');
    const smuggler = await answering('Sselect 1');
    const noStartTls = await serve(
      net.createServer((socket) => {
        socket.write('220 ready\r\n');
        socket.on('data', (line) => socket.write(line.toString().startsWith('EHLO') ? '250 SIZE\r\n' : '502 unknown command\r\n'));
      }),
    );
    for (const [port, startTls] of [
      [off, 'postgres'],
      [smuggler, 'postgres'],
      [noStartTls, 'smtp'],
      [await answering(''), 'smtp'],
    ] as const) {
      const answer = await ask(port, { tls: { ...trusting(), startTls }, timeoutMs: 300 });
      expect([answer.stage, answer.result]).toEqual(['tls', startTls === 'smtp' && port !== noStartTls ? 'timeout' : 'protocol-error']);
    }
  });
});

describe('the proxy stage', () => {
  const proxy = async (status: string | null) => {
    const seen: { target: string; authorization: string | undefined }[] = [];
    const server = http.createServer();
    server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      seen.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
      if (status !== null) return void socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
      const [host, port] = (request.url ?? '').split(':');
      const onward = net.connect(Number(port), host === 'vendor.test' ? loopback : host);
      open.add(onward);
      onward.on('error', () => socket.destroy());
      onward.on('connect', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
    });
    return { port: await serve(server), seen };
  };

  it('goes through a tunnel to what the proxy resolves', async () => {
    const target = await serve(http.createServer((_request, response) => void response.end('through')));
    const { port, seen } = await proxy(null);
    const answer = await ask(target, {
      proxy: { address: loopback, port, authorization: 'Basic eDp5' },
      proxyTarget: `vendor.test:${target}`,
      http: get,
    });
    expect(answer).toMatchObject({ stage: 'http', result: 'completed', proxyStatus: 200, http: { body: 'through' } });
    expect(answer.timings.proxyMs).toBeGreaterThan(0);
    expect(seen).toEqual([{ target: `vendor.test:${target}`, authorization: 'Basic eDp5' }]);
  });

  it('tells a proxy that refuses us from one that cannot reach the target', async () => {
    const statusOf = async (status: string) => ask(1, { proxy: { address: loopback, port: (await proxy(status)).port }, http: get });
    expect(await statusOf('407 Proxy Authentication Required')).toMatchObject({
      stage: 'proxy',
      result: 'denied',
      code: 'HTTP_407',
      proxyStatus: 407,
    });
    expect(await statusOf('403 Forbidden')).toMatchObject({ stage: 'proxy', result: 'denied', proxyStatus: 403 });
    expect(await statusOf('502 Bad Gateway')).toMatchObject({ stage: 'proxy', result: 'unreachable', proxyStatus: 502 });
  });

  it('distrusts what is no proxy', async () => {
    const flood = (socket: net.Socket): void => {
      if (!socket.destroyed) socket.write('x'.repeat(10_000), () => setImmediate(flood, socket));
    };
    const through = (port: number) => ask(1, { proxy: { address: loopback, port }, http: get, timeoutMs: 1_000 });
    expect(await through(await answering('SSH-2.0\r\n\r\n'))).toMatchObject({ stage: 'proxy', result: 'protocol-error' });
    expect(await through(await answering('HTTP/1.1 200 OK\r\n', flood))).toMatchObject({
      stage: 'proxy',
      result: 'protocol-error',
      code: 'TOO_LONG',
    });
    expect(await through(await answering('', (socket) => socket.end()))).toMatchObject({ stage: 'proxy', result: 'closed' });
  });
});

it('leaves no socket and no timer behind, whatever happened', async () => {
  const resources = () => process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap/.test(name)).length;
  const ports = [
    await answering('garbage'),
    await answering('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha'),
    await answering('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhaha'),
  ];
  for (const port of ports) await ask(port, { http: get, timeoutMs: 100 });
  for (const port of ports) await ask(port, { tls: { serverName: 'x' }, timeoutMs: 100 });
  for (const socket of open) socket.destroy();
  for (const close of closers.splice(0)) close();
  await expect.poll(resources).toBe(0);
});
