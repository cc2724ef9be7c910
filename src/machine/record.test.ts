import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordedMachine } from '../../test/support/recorded.ts';
import type { Machine } from '../contract/machine.ts';
import { encodeDnsQuery } from '../formats/dns-message.ts';
import { recordMachine } from './record.ts';
import { openRecorded } from './recorded.ts';

const forever = new AbortController().signal;
const canary = 'cAn4ry9fK2xQ7w';
const query = (id: number) => encodeDnsQuery({ id, name: 'db.example.com', type: 'A', recursionDesired: true })!;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-record-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'recording');
}

function certificate(): { readonly pem: string; readonly key: string; readonly der: Buffer } {
  const at = mkdtempSync(join(tmpdir(), 'understudy-cert-'));
  onTestFinished(() => rmSync(at, { recursive: true, force: true }));
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/CN=a.example'];
  execFileSync('openssl', ['req', ...options, '-keyout', join(at, 'k'), '-out', join(at, 'c')], { stdio: 'pipe' });
  execFileSync('openssl', ['x509', '-in', join(at, 'c'), '-outform', 'DER', '-out', join(at, 'd')]);
  return { pem: readFileSync(join(at, 'c'), 'utf8'), key: readFileSync(join(at, 'k'), 'utf8'), der: readFileSync(join(at, 'd')) };
}

const dial = { address: '192.0.2.1', port: 443, timeoutMs: 1_000, tls: { serverName: 'a.example' } } as const;
const http = {
  method: 'GET',
  path: `/v1?api_key=${canary}`,
  host: 'a.example',
  headers: { 'x-api-key': canary },
  bodyBytesMax: 100,
} as const;

const digestLimits = { bytesMax: 1e9, bytesPerSecondMax: 1e9, cpuShareMax: 1 };

/** One question of every kind, and every kind of answer. */
async function askEverything(port: Machine) {
  const run = { timeoutMs: 1_000, bytesMax: 100_000 };
  return {
    uname: await port.uname(),
    run: await port.run(['uptrack-uname', '-r'], run),
    longRun: await port.run(['rpm', '-qa'], run),
    hanging: await port.run(['dnf', 'check'], run),
    noTool: await port.run(['canonical-livepatch'], run),
    file: await port.readFile('/etc/os-release', { bytesMax: 1_000 }),
    cutFile: await port.readFile('/var/log/big.log', { bytesMax: 10 }),
    fileEnd: await port.readFile('/var/log/big.log', { bytesMax: 10, from: 'end' }),
    linkedFile: await port.readFile('/etc/alternatives/site.pem', { bytesMax: 10_000 }),
    der: await port.readFile('/etc/ssl/site.der', { bytesMax: 10_000 }),
    noFile: await port.readFile('/etc/none', { bytesMax: 10 }),
    deniedFile: await port.readFile('/etc/ssl/private/site.key', { bytesMax: 10 }),
    circle: await port.readFile('/circle', { bytesMax: 10 }),
    stat: await port.stat('/etc/os-release'),
    statOfFolder: await port.stat('/etc/ssl'),
    statInside: await port.stat('/etc/ssl/private/site.key'),
    list: await port.listDirectory('/etc/ssl', { entriesMax: 10 }),
    cutList: await port.listDirectory('/var/log', { entriesMax: 1 }),
    glob: await port.glob('/etc/**/*.{pem,der,key}', { entriesMax: 10 }),
    realPath: await port.realPath('/etc/alternatives/site.pem'),
    listeners: await port.listeners(),
    processes: await port.processes({ entriesMax: 10 }),
    lookup: await port.lookup('a.example', { family: 4, timeoutMs: 100 }),
    lookupNone: await port.lookup('b.example', { family: 0, timeoutMs: 100 }),
    lookupFailed: await port.lookup('c.example', { family: 0, timeoutMs: 100 }),
    dns: await port.exchangeDns({ server: '10.0.0.2', port: 53, transport: 'udp', message: query(7), timeoutMs: 100 }),
    dnsFailed: await port.exchangeDns({ server: '10.0.0.3', port: 5_353, transport: 'tcp', message: query(7), timeoutMs: 100 }),
    dialTls: await port.dial(dial),
    dialHttp: await port.dial({ ...dial, http: { ...http, path: '/health' } }),
    digest: await port.digestFile('/etc/os-release', digestLimits),
    digestOfLink: await port.digestFile('/etc/alternatives/site.pem', digestLimits),
    digestUnread: await port.digestFile('/opt/app.war', digestLimits),
    digestUnderWay: await port.digestFile('/opt/huge.war', digestLimits),
    digestDenied: await port.digestFile('/etc/ssl/private/site.key', digestLimits),
    digestNone: await port.digestFile('/opt/none', digestLimits),
    cloud: await port.tryCloud({
      calls: [
        { kind: 'head-bucket', bucket: 'backups' },
        { kind: 'get', url: `https://example.com/?token=${canary}` },
        { kind: 'get-secret', secretId: 'ocid1.vaultsecret.oc1..other' },
      ],
      callTimeoutMs: 100,
      timeoutMs: 1_000,
    }),
    dialRefused: await port.dial({ address: '192.0.2.9', port: 25, timeoutMs: 100 }),
  };
}

async function original() {
  const { pem, key, der } = certificate();
  const tls = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', chainFiles: ['site.pem'], isTrusted: false, trustError: 'SELF' };
  return recordedMachine({
    uname: 'Linux db1 5.15.0-206.el8uek.x86_64 #2 SMP Thu May 9 15:59:05 PDT 2024 x86_64 x86_64 x86_64 GNU/Linux',
    commands: [
      { argv: ['uptrack-uname', '-r'], stdout: '5.15.0-207\n', stderr: 'note\n', exit: 3 },
      { argv: ['rpm', '-qa'], stdout: Array.from({ length: 400 }, (_, n) => `package-${n}-1.el8`).join('\n') },
      { argv: ['dnf', 'check'], failed: 'timeout' },
    ],
    files: {
      '/etc/os-release': 'ID=ol\nVERSION_ID="8.9"\n',
      '/var/log/big.log': 'line one\nline two\nline three\nline four\n',
      '/var/log/other.log': '',
      '/etc/pki/site.pem': pem,
      '/etc/ssl/site.der': der,
      '/etc/ssl/private/site.key': key,
    },
    links: { '/etc/alternatives/site.pem': '../pki/site.pem', '/circle': 'circle' },
    modified: { '/etc/os-release': '2024-05-01T10:00:00.500Z' },
    stats: { '/etc/os-release': { uid: 0, gid: 7, mode: '0640', inode: 99 } },
    denied: ['/etc/ssl/private'],
    digests: {
      '/opt/app.war': { sha256: 'ab'.repeat(32), sizeBytes: 70_000_000 },
      '/opt/huge.war': { doneBytes: 5, sizeBytes: 900_000_000 },
    },
    cloud: {
      principal: {
        stage: 'token',
        region: 'eu-zurich-1',
        instanceId: 'ocid1.instance.oc1.eu-zurich-1.x',
        certificate: { notBefore: '2024-05-01T00:00:00.000Z', notAfter: '2024-05-02T00:00:00.000Z' },
        clockAheadSeconds: -3,
      },
      calls: [
        { kind: 'head-bucket', bucket: 'backups', status: 200, isMissing: false },
        {
          kind: 'get',
          isMissing: false,
          failure: { status: 404, code: 'NotAuthorizedOrNotFound', message: 'Authorization failed or requested resource not found.' },
        },
      ],
    },
    listeners: [
      { address: '0.0.0.0', port: 443, pid: 7, command: 'nginx' },
      { address: '::', port: 22 },
    ],
    processes: [{ pid: 7, parentPid: 1, uid: 33, command: 'nginx', argv: ['nginx', '-g', 'x'], started: '2024-05-01T10:00:00Z' }],
    lookups: [
      { name: 'a.example', addresses: ['192.0.2.1'] },
      { name: 'b.example', noSuchName: true },
      { name: 'c.example', failed: 'unreadable', code: 'EAI_AGAIN', detail: 'try again' },
    ],
    dns: [
      { server: '10.0.0.2', name: 'db.example.com', type: 'A', answers: ['db.example.com. 60 IN A 10.1.0.5'] },
      { server: '10.0.0.3', port: 5_353, name: 'db.example.com', type: 'A', failed: 'timeout' },
    ],
    dials: [
      {
        address: '192.0.2.1',
        port: 443,
        answer: { stage: 'tls', result: 'completed', localAddress: '10.0.0.9', timings: { connectMs: 1.5, totalMs: 4 }, tls },
      },
      {
        address: '192.0.2.1',
        port: 443,
        path: '/health',
        answer: { stage: 'http', result: 'completed', tls, http: { status: 403, headers: { via: 'x' }, body: 'blocked' } },
      },
      { address: '192.0.2.9', port: 25, answer: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED' } },
    ],
    beside: { 'site.pem': pem },
  });
}

test('a recording of a machine answers every question as the machine did', async () => {
  const machine = await original();
  const to = folder();
  let first: unknown;
  await recordMachine(machine, to, {
    run: async (source) => {
      first = await askEverything(source.forLook(forever));
    },
  });
  const replayed = await openRecorded(to);
  const second = await askEverything(replayed.forLook(forever));
  expect(replayed.now()).toBe(machine.now());
  expect(plain(second)).toEqual(plain(first));
});

/** The tail of a cut file begins with a torn line, which a recording leaves out; what failed is compared by its reason. */
function plain(answers: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answers, (key, value: unknown) => {
      if (key === 'fileEnd') return (value as { sizeBytes: number; isCut: boolean }).isCut;
      if (key === 'detail') return undefined;
      return value;
    }),
  );
}

test('no secret and no private key gets into a recording, and what was withheld is named', async () => {
  const { pem, key } = certificate();
  const machine = await recordedMachine({
    commands: [{ argv: ['cat', '--password', canary], stdout: `token=${canary}\n` }],
    files: {
      '/etc/uptrack/uptrack.conf': `[Auth]\naccesskey = ${canary}\n`,
      '/etc/ssl/both.pem': `${key}${pem}`,
      '/etc/ssl/store.jks': Buffer.concat([Buffer.from('feedfeed', 'hex'), Buffer.from(`\0${canary}`)]),
      '/etc/ssl/pass.txt': `plain ${canary}`,
      '/proc/7/cmdline': `tool\0--password\0${canary}\0`,
    },
    processes: [{ pid: 7, parentPid: 1, uid: 33, command: 'tool', argv: ['tool', '--password', canary] }],
    dials: [
      {
        address: '192.0.2.1',
        port: 443,
        answer: {
          stage: 'http',
          result: 'completed',
          http: { status: 200, headers: { 'set-cookie': `sid=${canary}` }, body: `{"token":"${canary}"}` },
        },
      },
    ],
  });
  const to = folder();
  const ask = async (port: Machine) => ({
    run: await port.run(['cat', '--password', canary], { timeoutMs: 1, bytesMax: 1_000 }),
    config: await port.readFile('/etc/uptrack/uptrack.conf', { bytesMax: 1_000 }),
    both: await port.readFile('/etc/ssl/both.pem', { bytesMax: 10_000 }),
    store: await port.readFile('/etc/ssl/store.jks', { bytesMax: 1_000 }),
    pass: await port.readFile('/etc/ssl/pass.txt', { bytesMax: 1_000, isSecret: true }),
    line: await port.readFile('/proc/7/cmdline', { bytesMax: 1_000 }),
    processes: await port.processes({ entriesMax: 9 }),
    dial: await port.dial({ ...dial, http }),
  });
  const { withheld } = await recordMachine(machine, to, {
    run: async (source) => {
      await ask(source.forLook(forever));
    },
  });
  expect(withheld).toEqual(['/etc/ssl/store.jks', '/etc/ssl/pass.txt']);
  const secret = key.split('\n')[1]!;
  const written = everyFile(to).map((path) => readFileSync(path, 'latin1'));
  for (const text of written) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain(secret);
  }
  const replay = await ask((await openRecorded(to)).forLook(forever));
  expect(replay.run).toMatchObject({ kind: 'exited', stdout: 'token=[redacted]\n' });
  expect(replay.both).toMatchObject({ kind: 'file', text: `-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----\n${pem}` });
  expect(replay.dial).toMatchObject({ result: 'completed', http: { status: 200 } });
  expect(replay.pass, 'a mark is no content').toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(readFileSync(join(to, 'machine.yaml'), 'utf8'), 'nor is a size told').not.toContain(`sizeBytes: ${`plain ${canary}`.length}`);
  for (const path of everyFile(to)) expect(statSync(path).mode & 0o077, path).toBe(0);
  expect(statSync(to).mode & 0o077).toBe(0);
});

const everyFile = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('a folder that holds something is refused and left as it is', async () => {
  const to = mkdtempSync(join(tmpdir(), 'understudy-record-'));
  onTestFinished(() => rmSync(to, { recursive: true, force: true }));
  writeFileSync(join(to, 'mine'), '1');
  const machine = await recordedMachine();
  await expect(recordMachine(machine, to, { run: async () => {} })).rejects.toThrow(`${to} is not empty`);
  expect(readdirSync(to)).toEqual(['mine']);
});

test('a link of the machine never leads the recording out of its folder', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'understudy-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const machine = await recordedMachine({ files: { [`${outside}/x`]: 'inside' }, links: { '/way': outside } });
  const to = folder();
  await recordMachine(machine, to, {
    run: async (source) => {
      const port = source.forLook(forever);
      await port.realPath('/way');
      await port.readFile('/way/x', { bytesMax: 10 });
    },
  });
  expect(readdirSync(outside)).toEqual([]);
  expect(await (await openRecorded(to)).forLook(forever).readFile('/way/x', { bytesMax: 10 })).toMatchObject({ text: 'inside' });
});
