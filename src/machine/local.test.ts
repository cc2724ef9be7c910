import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordedMachine } from '../../test/support/recorded.ts';
import { describeMachine } from './describe.ts';
import { parseSocketTable } from './listeners.ts';
import { localMachine } from './local.ts';
import { ownUsage } from './own-usage.ts';
import { parseStat } from './processes.ts';

const machine = (signal: AbortSignal = new AbortController().signal) => localMachine().forLook(signal);

async function listen(host: string): Promise<number> {
  const server: Server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen({ port: 0, host, ipv6Only: true }, resolve));
  return (server.address() as AddressInfo).port;
}

test('uname says what the kernel says', async () => {
  expect(await machine().uname()).toEqual({
    kind: 'uname',
    sysname: os.type(),
    nodename: os.hostname(),
    release: os.release(),
    version: os.version(),
    machine: os.machine(),
  });
});

test('a digest that the end of the look cuts short says how far it came, and the next look goes on', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'understudy-local-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'large');
  writeFileSync(path, Buffer.alloc(3_000_000));
  const limits = { bytesMax: 1e9, bytesPerSecondMax: 3_000_000, cpuShareMax: 1 };
  const source = localMachine();
  const first = await source.forLook(AbortSignal.timeout(400)).digestFile(path, limits);
  if (first.kind !== 'under-way') throw new Error(JSON.stringify(first));
  const { signal } = new AbortController();
  expect(await source.forLook(signal).digestFile(path, limits)).toMatchObject({ kind: 'digest', bytesRead: 3_000_000 - first.doneBytes });
});

test('a listening socket is seen over IPv4 and IPv6, with the process behind it', async () => {
  const [four, six] = [await listen('127.0.0.1'), await listen('::1')];
  const answer = await machine().listeners();
  if (answer.kind !== 'listeners') throw new Error(answer.detail);
  const command = readFileSync('/proc/self/comm', 'utf8').trim();
  expect(answer.sockets).toContainEqual({ address: '127.0.0.1', port: four, pid: process.pid, command });
  expect(answer.sockets).toContainEqual({ address: '::1', port: six, pid: process.pid, command });
});

test('a socket that connects and one that has ended are no listeners', async () => {
  const port = await listen('127.0.0.1');
  const answer = await machine().listeners();
  if (answer.kind !== 'listeners') throw new Error(answer.detail);
  expect(answer.sockets.filter((socket) => socket.port === port)).toHaveLength(1);
});

// Lines of a real /proc/net/tcp and tcp6 on x86-64.
const table4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0
   1: 0A00020F:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 12346 1 0000000000000000 20 4 30 10 -1
`;
const table6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: B80D01200000000067452301EFCDAB89:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0000000000000000 100 0 0 10 0
   1: 0000000000000000FFFF00000100007F:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 43 1 0000000000000000 100 0 0 10 0
   2: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 44 1 0000000000000000 100 0 0 10 0
`;

test('addresses in socket tables are read word by word in the order of the machine', () => {
  expect(parseSocketTable(table4, 'LE')).toEqual([
    { address: '127.0.0.1', port: 8_080, inode: '12345' },
    { address: '15.2.0.10', port: 443, inode: '777' },
  ]);
  expect(parseSocketTable(table6, 'LE')).toEqual([
    { address: '2001:db8::123:4567:89ab:cdef', port: 22, inode: '42' },
    { address: '127.0.0.1', port: 80, inode: '43' },
    { address: '::', port: 81, inode: '44' },
  ]);
  expect(parseSocketTable('0: 7F000001:0050 0 0A 0 0 0 0 0 9', 'BE')).toEqual([{ address: '127.0.0.1', port: 80, inode: '9' }]);
  expect(parseSocketTable('garbage\n\n0: xyz:0050 0 0A\n', 'LE')).toEqual([]);
});

test('a process is seen with its arguments, user, parent and start', async () => {
  const before = Date.now();
  const child = spawn('sleep', ['987654'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  const answer = await machine().processes({ entriesMax: 100_000 });
  if (answer.kind !== 'processes') throw new Error(answer.detail);
  const seen = answer.processes.find(({ pid }) => pid === child.pid);
  expect(seen).toMatchObject({
    command: 'sleep',
    argv: ['sleep', '987654'],
    parentPid: process.pid,
    uid: process.getuid?.(),
  });
  // The boot time counts in whole seconds, and the wall clock may have been set since.
  expect(Math.abs((seen?.startedMs ?? 0) - before)).toBeLessThan(60_000);
  expect(answer.isCut).toBe(false);
});

test('a list of processes longer than asked for says that it is cut', async () => {
  const answer = await machine().processes({ entriesMax: 1 });
  expect(answer).toMatchObject({ kind: 'processes', isCut: true, processes: [{ pid: 1 }] });
});

test('a name with spaces and parentheses does not shift the fields behind it', () => {
  const fields = Array.from({ length: 50 }, (_, at) => String(at + 3));
  expect(parseStat(`42 (a) b (c)) S ${fields.slice(1).join(' ')}`)).toEqual({
    command: 'a) b (c)',
    parentPid: 4,
    isKernelThread: false,
    startTicks: 22,
  });
  for (const text of ['', '42', '42 (a', '42 (a) S', '42 (a) S x y z']) expect(parseStat(text)).toBeNull();
});

test('a recorded /proc is read as a real one', async () => {
  const stat = (pid: number, name: string) =>
    `${pid} (${name}) S 1 ${Array.from({ length: 48 }, (_, at) => (at + 5 === 22 ? '250' : '0')).join(' ')}`;
  const port = (
    await recordedMachine({
      now: '2026-11-23T12:00:00Z',
      files: {
        '/proc/stat': 'cpu 1 2 3\nbtime 1700000000\n',
        '/proc/7/stat': stat(7, 'nginx'),
        '/proc/7/status': 'Name:\tnginx\nUid:\t0\t33\t33\t33\n',
        '/proc/7/cmdline': 'nginx: master\0-g\0x\0',
        '/proc/7/comm': 'nginx\n',
        '/proc/8/stat': stat(8, 'gone'),
        '/proc/net/tcp': table4,
      },
      links: { '/proc/7/fd/3': 'socket:[777]' },
    })
  ).forLook(new AbortController().signal);
  expect(await port.processes({ entriesMax: 10 })).toEqual({
    kind: 'processes',
    isCut: false,
    processes: [{ pid: 7, parentPid: 1, uid: 33, command: 'nginx', argv: ['nginx: master', '-g', 'x'], startedMs: 1_700_000_002_500 }],
  });
  expect(await port.listeners()).toEqual({
    kind: 'listeners',
    sockets: [
      { address: '15.2.0.10', port: 443, pid: 7, command: 'nginx' },
      { address: '127.0.0.1', port: 8_080, pid: null, command: null },
    ],
  });
});

test('without a /proc nothing was seen, which is not the same as nothing running', async () => {
  const port = (await recordedMachine()).forLook(new AbortController().signal);
  expect(await port.processes({ entriesMax: 10 })).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(await port.listeners()).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(await port.uname()).toMatchObject({ kind: 'failed', reason: 'unreadable' });
});

test('every question ends with the look, and a pause with it', async () => {
  const abort = new AbortController();
  const port = machine(abort.signal);
  const pause = port.pause(1_000_000);
  abort.abort();
  await pause;
  const timeout = { kind: 'failed', reason: 'timeout' };
  expect(await port.uname()).toMatchObject(timeout);
  expect(await port.run(['echo'], { timeoutMs: 1, bytesMax: 1 })).toMatchObject(timeout);
  expect(await port.readFile('/etc/passwd', { bytesMax: 1 })).toMatchObject(timeout);
  expect(await port.listeners()).toMatchObject(timeout);
  expect(await port.lookup('localhost', { family: 0, timeoutMs: 1_000 })).toMatchObject(timeout);
  expect(await port.dial({ address: '127.0.0.1', port: 1, timeoutMs: 1 })).toMatchObject({ result: 'timeout' });
});

test('the description of the host is what the system says of itself', async () => {
  const memory = Number(/^MemTotal:\s+([0-9]+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1_024;
  expect(await describeMachine()).toMatchObject({ kernel: os.release(), architecture: os.machine(), memoryBytes: memory });
});

test('the agent knows what it takes itself', async () => {
  const usage = await ownUsage();
  expect(usage.rssBytes).toBeGreaterThan(usage.anonymousBytes ?? Number.POSITIVE_INFINITY);
  expect(usage.descriptors).toBeGreaterThan(2);
  expect(usage.cpuMs).toBeGreaterThan(0);
});
