import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localMachine } from './local.ts';

const machine = (signal: AbortSignal = new AbortController().signal, root = '/') => localMachine({ root }).forLook(signal);

function folder(parent = tmpdir()): string {
  const path = mkdtempSync(join(parent, 'understudy-files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

describe('reading', () => {
  test('a file comes back whole with its size and time', async () => {
    const path = file('a', 'grüße');
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(await machine().readFile(path, { bytesMax: 100 })).toMatchObject({
      kind: 'file',
      text: 'grüße',
      sizeBytes: 7,
      modifiedMs: 1_700_000_000_000,
      isCut: false,
    });
  });

  test('a file of exactly the limit is whole, one byte more is cut, from either end', async () => {
    const path = file('a', '0123456789');
    expect(await machine().readFile(path, { bytesMax: 10 })).toMatchObject({ text: '0123456789', isCut: false });
    expect(await machine().readFile(path, { bytesMax: 9 })).toMatchObject({ text: '012345678', isCut: true, sizeBytes: 10 });
    expect(await machine().readFile(path, { bytesMax: 3, from: 'end' })).toMatchObject({ text: '789', isCut: true, sizeBytes: 10 });
  });

  test('a file that is read again and again is read anew when it was written, replaced or made shorter', async () => {
    const root = folder();
    mkdirSync(join(root, 'etc'));
    const hosts = join(root, 'etc/hosts');
    const rooted = machine(undefined, root);
    const read = () => rooted.readFile('/etc/hosts', { bytesMax: 100 });
    const settle = () => new Promise((resolve) => setTimeout(resolve, 1_100));
    writeFileSync(hosts, '127.0.0.1 one');
    await settle();
    const first = await read();
    expect(first).toMatchObject({ text: '127.0.0.1 one' });
    expect(await read()).toBe(first);
    expect(await rooted.readFile('/etc/hosts', { bytesMax: 5 })).toMatchObject({ text: '127.0', isCut: true });
    writeFileSync(hosts, '127.0.0.1 two');
    expect(await read()).toMatchObject({ text: '127.0.0.1 two' });
    writeFileSync(hosts, '127.0.0.1 six');
    expect(await read()).toMatchObject({ text: '127.0.0.1 six' });
    rmSync(hosts);
    expect(await read()).toMatchObject({ kind: 'missing' });
  });

  test('the routes are what the kernel tells a program, whole and cut', async () => {
    const told = execFileSync('cat', ['/proc/net/route'], { encoding: 'utf8' });
    expect(await machine().readFile('/proc/net/route', { bytesMax: 262_144 })).toMatchObject({ text: told, isCut: false });
    expect(await machine().readFile('/proc/net/route', { bytesMax: 5 })).toMatchObject({ text: 'Iface', isCut: true });
  });

  test('a file of 100 MB costs no more than what is asked of it', async () => {
    const path = file('a', 'head');
    truncateSync(path, 100_000_000);
    appendFileSync(path, 'tail');
    const before = process.memoryUsage().arrayBuffers;
    const start = await machine().readFile(path, { bytesMax: 4 });
    const end = await machine().readFile(path, { bytesMax: 4, from: 'end' });
    expect([start, end]).toMatchObject([
      { text: 'head', sizeBytes: 100_000_004, isCut: true },
      { text: 'tail', isCut: true },
    ]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  test('an empty file is empty, and files of /proc, which say that they are, are read to their end or the limit', async () => {
    expect(await machine().readFile(file('a', ''), { bytesMax: 10 })).toMatchObject({ kind: 'file', text: '', sizeBytes: 0, isCut: false });
    const whole = await machine().readFile('/proc/self/status', { bytesMax: 100_000 });
    expect(whole).toMatchObject({ kind: 'file', isCut: false, text: expect.stringContaining(`Pid:\t${process.pid}\n`) });
    expect(await machine().readFile('/proc/self/status', { bytesMax: 5 })).toMatchObject({ text: 'Name:', isCut: true });
  });

  test('a pipe, a device and a socket are unreadable, at once', async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = join(folder(), 'socket');
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    for (const path of [pipe, '/dev/zero', socket, folder()]) {
      expect(await machine().readFile(path, { bytesMax: 10 }), path).toMatchObject({ kind: 'failed', reason: 'unreadable' });
    }
    expect(await machine().stat(socket)).toMatchObject({ kind: 'stat', type: 'socket' });
  });

  test('a circle of links is unreadable, and neither missing nor endless', async () => {
    const at = folder();
    symlinkSync('b', join(at, 'a'));
    symlinkSync('a', join(at, 'b'));
    const circle = { kind: 'failed', reason: 'unreadable' };
    expect(await machine().readFile(join(at, 'a'), { bytesMax: 10 })).toMatchObject(circle);
    expect(await machine().stat(join(at, 'a'))).toMatchObject(circle);
    expect(await machine().realPath(join(at, 'a'))).toMatchObject(circle);
  });

  test('what does not exist is missing, below a file too', async () => {
    const path = file('a', '1');
    for (const gone of [`${path}x`, `${path}/below`]) {
      expect(await machine().readFile(gone, { bytesMax: 10 })).toEqual({ kind: 'missing' });
      expect(await machine().stat(gone)).toEqual({ kind: 'missing' });
      expect(await machine().listDirectory(gone, { entriesMax: 10 })).toEqual({ kind: 'missing' });
      expect(await machine().realPath(gone)).toEqual({ kind: 'missing' });
    }
    expect(await machine().listDirectory(path, { entriesMax: 10 })).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  test('a relative path and one with a null byte are answered and not thrown', async () => {
    for (const path of ['etc/passwd', '/etc/\0passwd']) {
      expect(await machine().readFile(path, { bytesMax: 10 })).toMatchObject({ kind: 'failed', reason: 'unreadable' });
    }
  });

  test('what this user may not read is denied, not missing', () => {
    const at = folder();
    chmodSync(at, 0o755);
    mkdirSync(join(at, 'closed'));
    writeFileSync(join(at, 'closed', 'x.pem'), '1');
    writeFileSync(join(at, 'key.pem'), '1', { mode: 0o600 });
    chmodSync(join(at, 'closed'), 0o700);
    expect(asNobody(at)).toEqual({
      file: 'denied',
      inside: 'denied',
      list: 'denied',
      stat: 'stat',
      glob: { paths: [join(at, 'key.pem')], denied: [join(at, 'closed')] },
    });
  });
});

/** Asks as a user without rights where this test is root, who may read everything. */
function asNobody(at: string): unknown {
  const script = `
    const { localMachine } = await import(${JSON.stringify(join(import.meta.dirname, 'local.ts'))});
    const port = localMachine().forLook(new AbortController().signal);
    const at = ${JSON.stringify(at)};
    const why = (answer) => answer.reason ?? answer.kind;
    const { paths, denied } = await port.glob(at + '/**/*.pem', { entriesMax: 9 });
    console.log(JSON.stringify({
      file: why(await port.readFile(at + '/key.pem', { bytesMax: 9 })),
      inside: why(await port.readFile(at + '/closed/x.pem', { bytesMax: 9 })),
      list: why(await port.listDirectory(at + '/closed', { entriesMax: 9 })),
      stat: why(await port.stat(at + '/key.pem')),
      glob: { paths, denied },
    }));`;
  const isRoot = process.getuid?.() === 0;
  // The user is given up inside the program, so that it need not be able to read the program's own files.
  const drop = isRoot ? 'process.setgroups([]); process.setegid(65534); process.seteuid(65534);' : '';
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', isRoot ? withDrop(script, drop) : script], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Everything is imported before the rights are given up. */
const withDrop = (script: string, drop: string): string =>
  script.replace('const why', `await port.glob('/etc/host*', { entriesMax: 1 }); await port.stat('/'); ${drop}\n    const why`);

describe('listing', () => {
  test('10,000 names are sorted, and the cut is told', async () => {
    // In memory where there is such a place: only the reading is under test.
    const at = folder(existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
    for (let n = 0; n < 10_000; n += 1) writeFileSync(join(at, `f${String(n).padStart(5, '0')}.pem`), '');
    const whole = await machine().listDirectory(at, { entriesMax: 20_000 });
    expect(whole.kind === 'directory' && [whole.names.length, whole.names[0], whole.isCut]).toEqual([10_000, 'f00000.pem', false]);
    const cut = await machine().listDirectory(at, { entriesMax: 3 });
    expect(cut).toEqual({ kind: 'directory', names: ['f00000.pem', 'f00001.pem', 'f00002.pem'], isCut: true });
    const found = await machine().glob(`${at}/*9.pem`, { entriesMax: 20_000 });
    expect(found.kind === 'globbed' && [found.paths.length, found.isCut]).toEqual([1_000, false]);
    const few = await machine().glob(`${at}/*`, { entriesMax: 10 });
    expect(few.kind === 'globbed' && [few.paths.length, few.isCut]).toEqual([10, true]);
  });
});

test('a stat says what the inode says', async () => {
  const path = file('a', 'xyz');
  chmodSync(path, 0o640);
  const { ino, uid, gid } = statSync(path);
  expect(await machine().stat(path)).toMatchObject({ kind: 'stat', type: 'file', sizeBytes: 3, mode: 0o640, inode: ino, uid, gid });
  expect(await machine().stat('/dev/null')).toMatchObject({ type: 'other' });
  expect(await machine().stat('/')).toMatchObject({ type: 'directory' });
});

test('below another root, links stay inside it', async () => {
  const root = folder();
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/hostname'), 'other');
  symlinkSync('/etc/hostname', join(root, 'name'));
  symlinkSync('/proc', join(root, 'out'));
  const port = machine(undefined, root);
  expect(await port.readFile('/name', { bytesMax: 100 })).toMatchObject({ text: 'other' });
  expect(await port.readFile('/out/self/status', { bytesMax: 100 })).toEqual({ kind: 'missing' });
  expect(await port.realPath('/name')).toEqual({ kind: 'real-path', path: '/etc/hostname' });
  expect(await port.glob('/*/host*', { entriesMax: 9 })).toMatchObject({ paths: ['/etc/hostname'] });
});
