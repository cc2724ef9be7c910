import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type AddressInfo, createServer, type Socket as TcpSocket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DnsRequest } from '../contract/machine.ts';
import { exchangeDns } from './dns-exchange.ts';

const query = Uint8Array.of(0x12, 0x34, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const answer = (...more: number[]): Uint8Array => Uint8Array.of(0x12, 0x34, 0x81, 0x80, ...more);
const stray = Uint8Array.of(0x99, 0x99, 0x81, 0x80);
const never = new AbortController().signal;

async function udpServer(react: (server: Socket, from: RemoteInfo, message: Buffer) => void): Promise<number> {
  const server = createSocket('udp4');
  server.on('message', (message, from) => react(server, from, message));
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server.address().port;
}

async function tcpServer(react: (socket: TcpSocket, received: Buffer) => void): Promise<number> {
  const open = new Set<TcpSocket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('data', (received) => react(socket, received as Buffer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const request = (port: number, transport: 'udp' | 'tcp', more: Partial<DnsRequest> = {}): DnsRequest => ({
  server: '127.0.0.1',
  port,
  transport,
  message: query,
  timeoutMs: 5_000,
  ...more,
});

const framed = (message: Uint8Array, length = message.length): Buffer => Buffer.concat([Buffer.of(length >> 8, length & 0xff), message]);

/** A port on which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('over UDP', () => {
  it('hands over the answer of the server as bytes, whatever is in it but the id', async () => {
    const port = await udpServer((server, { port: to }) => server.send(answer(1, 2, 3), to, '127.0.0.1'));
    expect(await exchangeDns(request(port, 'udp'), never)).toEqual({ kind: 'reply', message: answer(1, 2, 3), tookMs: expect.any(Number) });
  });

  it('waits on when answers with another id come first, and says how many', async () => {
    const port = await udpServer((server, { port: to }) => {
      server.send(stray, to, '127.0.0.1');
      server.send(new Uint8Array(0), to, '127.0.0.1');
      server.send(answer(7), to, '127.0.0.1');
    });
    expect(await exchangeDns(request(port, 'udp'), never)).toMatchObject({ kind: 'reply', message: answer(7), strays: 2 });
  });

  it('says in the end that only answers with another id came', async () => {
    const port = await udpServer((server, { port: to }) => server.send(stray, to, '127.0.0.1'));
    expect(await exchangeDns(request(port, 'udp', { timeoutMs: 100 }), never)).toEqual({
      kind: 'failed',
      reason: 'timeout',
      detail: `DNS over UDP to 127.0.0.1 port ${port}: no answer within 100 ms`,
      strays: 1,
    });
  });

  it('ends a flood of foreign answers early', async () => {
    let isFlooding = true;
    onTestFinished(() => {
      isFlooding = false;
    });
    const port = await udpServer((server, { port: to }) => {
      const flood = (): void => {
        if (!isFlooding) return;
        for (let n = 0; n < 20; n += 1) server.send(stray, to, '127.0.0.1');
        setImmediate(flood);
      };
      flood();
    });
    const failed = await exchangeDns(request(port, 'udp', { timeoutMs: 20_000 }), never);
    expect(failed).toMatchObject({ kind: 'failed', reason: 'too-much-output', strays: 100 });
  });

  it('does not hear anybody but the server', async () => {
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const port = await udpServer((_server, { port: to }) => other.send(answer(6, 6, 6), to, '127.0.0.1'));
    expect(await exchangeDns(request(port, 'udp', { timeoutMs: 200 }), never)).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  it('knows at once that nothing listens', async () => {
    const failed = await exchangeDns(request(await closedPort(), 'udp', { timeoutMs: 20_000 }), never);
    expect(failed).toMatchObject({ kind: 'failed', reason: 'unreadable', code: 'ECONNREFUSED' });
  });

  it('asks from the source address it is told', async () => {
    const port = await udpServer((server, { port: to, address }) => server.send(answer(Number(address.split('.')[3])), to, address));
    expect(await exchangeDns(request(port, 'udp', { sourceAddress: '127.0.0.9' }), never)).toMatchObject({ message: answer(9) });
  });

  it('uses another port for each question', async () => {
    const ports = new Set<number>();
    const port = await udpServer((server, { port: to }) => {
      ports.add(to);
      server.send(answer(), to, '127.0.0.1');
    });
    await Promise.all(Array.from({ length: 20 }, () => exchangeDns(request(port, 'udp'), never)));
    expect(ports.size).toBe(20);
  });
});

describe('over TCP', () => {
  it('puts an answer together that comes byte by byte', async () => {
    const port = await tcpServer((socket) => {
      const rest = [...framed(answer(1, 2, 3))];
      const drip = (): void => {
        const byte = rest.shift();
        if (byte !== undefined) socket.write(Buffer.of(byte), () => setTimeout(drip, 1));
      };
      drip();
    });
    expect(await exchangeDns(request(port, 'tcp'), never)).toMatchObject({ kind: 'reply', message: answer(1, 2, 3) });
  });

  it('sends its length in front', async () => {
    const port = await tcpServer((socket, received) => socket.write(framed(received)));
    expect(await exchangeDns(request(port, 'tcp'), never)).toMatchObject({ message: new Uint8Array(framed(query)) });
  });

  it('reads no further than the prefix says', async () => {
    const port = await tcpServer((socket) => socket.write(Buffer.concat([framed(answer(1)), Buffer.alloc(1_000_000, 0xff)])));
    expect(await exchangeDns(request(port, 'tcp'), never)).toMatchObject({ message: answer(1) });
  });

  it.each([
    ['half a length prefix', Buffer.of(0)],
    ['a prefix that promises more', framed(answer(1), 500)],
    ['nothing', Buffer.alloc(0)],
  ])('%s and then the end is a failure', async (_title, sent) => {
    const port = await tcpServer((socket) => socket.end(sent));
    expect(await exchangeDns(request(port, 'tcp'), never)).toMatchObject({ kind: 'failed', reason: 'unreadable', code: 'ECONNRESET' });
  });

  it('half a length prefix and then silence runs into the time limit', async () => {
    const port = await tcpServer((socket) => socket.write(Buffer.of(0)));
    expect(await exchangeDns(request(port, 'tcp', { timeoutMs: 100 }), never)).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  it('a refused connection is told from silence', async () => {
    expect(await exchangeDns(request(await closedPort(), 'tcp'), never)).toMatchObject({ reason: 'unreadable', code: 'ECONNREFUSED' });
  });
});

describe.each(['udp', 'tcp'] as const)('over %s', (transport) => {
  it('ends when the look is aborted, before and while it waits', async () => {
    const port = transport === 'udp' ? await udpServer(() => {}) : await tcpServer(() => {});
    const controller = new AbortController();
    const waiting = exchangeDns(request(port, transport, { timeoutMs: 600_000 }), controller.signal);
    setTimeout(() => controller.abort(), 20);
    expect(await waiting).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await exchangeDns(request(port, transport), controller.signal)).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });

  it.each([
    ['a name in place of an address', { server: 'resolver.example' }, 'EINVAL'],
    ['an impossible port', { port: 70_000 }, 'ERR_SOCKET_BAD_PORT'],
    ['a source address that is not ours', { sourceAddress: '192.0.2.1' }, 'EADDRNOTAVAIL'],
    ['a source address of the other family', { sourceAddress: '::1' }, 'EINVAL'],
  ])('%s is a value, not an exception', async (_title, wrong, code) => {
    expect(await exchangeDns(request(53, transport, wrong), never)).toMatchObject({ kind: 'failed', code });
  });
});
