import { expect, test } from 'vitest';
import { recordedMachine } from '../../test/support/recorded.ts';
import type { Machine } from '../contract/machine.ts';
import { encodeDnsQuery } from '../formats/dns-message.ts';
import { recordingMachine } from './recording.ts';

const canary = 'cAn4ry9fK2xQ7w';
const limits = { timeoutMs: 1_000, bytesMax: 1_000_000 };

/** A clock that moves by a millisecond each time it is read. */
function ticking(): () => number {
  let now = 1_000;
  return () => (now += 1);
}

async function recording(paper: Parameters<typeof recordedMachine>[0]) {
  const machine = (await recordedMachine(paper)).forLook(new AbortController().signal);
  return recordingMachine(machine, ticking());
}

test('each question is kept with its answer, in the order of asking', async () => {
  const { machine, trail } = await recording({
    uname: { release: '5.15.0', sysname: 'Linux' },
    commands: [{ argv: ['uptrack-uname', '-r'], stdout: '5.15.0-207\n', stderr: 'note\n', exit: 3 }],
    files: { '/etc/os-release': 'ID=ol\n' },
    lookups: [{ name: 'a.example', addresses: ['192.0.2.1'] }],
    dials: [{ address: '192.0.2.1', port: 443, answer: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED' } }],
    dns: [{ server: '10.0.0.2', name: 'db.example.com', type: 'A', answers: ['db.example.com. 60 IN A 10.1.0.5'] }],
  });
  await machine.uname();
  await machine.run(['uptrack-uname', '-r'], limits);
  await machine.readFile('/etc/os-release', { bytesMax: 100 });
  await machine.readFile('/etc/none', { bytesMax: 100 });
  await machine.run(['dnf', 'check', 'a b'], limits);
  await machine.lookup('a.example', { family: 4, timeoutMs: 1 });
  await machine.dial({ address: '192.0.2.1', port: 443, timeoutMs: 1, tls: { serverName: 'a.example' } });
  const message = encodeDnsQuery({ id: 1, name: 'db.example.com', type: 'A', recursionDesired: true })!;
  await machine.exchangeDns({ server: '10.0.0.2', port: 53, transport: 'udp', message, timeoutMs: 1 });
  expect(trail().map(({ asked, answered }) => [asked, answered])).toEqual([
    ['uname', expect.stringContaining('Linux  5.15.0')],
    ['run uptrack-uname -r', 'exit 3\nstdout: 5.15.0-207\nstderr: note'],
    ['read /etc/os-release', '6 bytes\nID=ol'],
    ['read /etc/none', 'does not exist'],
    ["run dnf check 'a b'", 'tool-missing: dnf is not installed'],
    ['look up a.example over IPv4', '192.0.2.1'],
    ['reach 192.0.2.1 port 443, TLS as a.example', 'refused at connect (ECONNREFUSED)'],
    ['ask 10.0.0.2 port 53 over udp db.example.com A', expect.stringContaining('NOERROR, 1 answer')],
  ]);
  const times = trail();
  expect(times.every(({ afterMs, tookMs }) => afterMs > 0 && tookMs > 0)).toBe(true);
  expect(times.map(({ afterMs }) => afterMs)).toEqual(times.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b));
});

test('secrets in questions and answers are not kept', async () => {
  const { machine, trail } = await recording({
    commands: [{ argv: ['tool', '--password', canary], stdout: `api_key: ${canary}\n`, stderr: `https://me:${canary}@x/\n` }],
    files: { '/etc/uptrack/uptrack.conf': `accesskey = ${canary}\n`, '/pass': canary },
    processes: [{ pid: 1, parentPid: 0, uid: 0, command: 'x', argv: ['x', canary] }],
    dials: [
      {
        address: '192.0.2.1',
        port: 443,
        answer: { stage: 'http', result: 'completed', http: { status: 200, headers: {}, body: `{"token":"${canary}"}` } },
      },
    ],
  });
  await machine.run(['tool', '--password', canary], limits);
  await machine.readFile('/etc/uptrack/uptrack.conf', { bytesMax: 1_000 });
  await machine.readFile('/pass', { bytesMax: 1_000, isSecret: true });
  await machine.processes({ entriesMax: 9 });
  const headers = { 'x-odd-name': canary };
  await machine.dial({
    address: '192.0.2.1',
    port: 443,
    timeoutMs: 1,
    proxy: { address: '192.0.2.3', port: 3_128, authorization: `Basic ${canary}` },
    http: { method: 'POST', path: `/a?token=${canary}`, host: 'h', headers, body: canary, bodyBytesMax: 99 },
  });
  expect(trail()).toHaveLength(5);
  expect(JSON.stringify(trail())).not.toContain(canary);
});

test('a read from the end leaves out the line that it begins within', async () => {
  const { machine, trail } = await recording({ files: { '/log': `password=${canary}\nlast line\n` } });
  await machine.readFile('/log', { bytesMax: 20, from: 'end' });
  expect(trail()[0]?.answered).toContain('last line');
  expect(trail()[0]?.answered).not.toContain(canary.slice(-4));
});

test('a trail is bounded, and says how much it left out; failures get in beyond the limit', async () => {
  const { machine, trail } = await recording({ files: { '/x': `${'y'.repeat(200)}\n`.repeat(50) }, denied: ['/secret'] });
  for (let n = 0; n < 1_000; n += 1) await machine.readFile('/x', { bytesMax: 100_000 });
  await machine.readFile('/secret', { bytesMax: 1 });
  const kept = trail();
  expect(kept.length).toBeLessThan(250);
  expect(JSON.stringify(kept).length).toBeLessThan(100_000);
  expect(kept.at(-2)).toMatchObject({ asked: 'read /secret', answered: expect.stringContaining('denied') });
  expect(kept.at(-1)?.answered).toBe(`${1_001 - (kept.length - 1)} further questions are left out`);
});

test('a question that the end of the look cut off is in the trail', async () => {
  const hanging = { readFile: () => new Promise(() => {}) } as unknown as Machine;
  const { machine, trail } = recordingMachine(hanging, ticking());
  void machine.readFile('/nfs/x', { bytesMax: 1 });
  expect(trail()).toMatchObject([{ asked: 'read /nfs/x', answered: 'no answer when the look ended' }]);
});

test('what would move a terminal is shown as dots', async () => {
  const { machine, trail } = await recording({ commands: [{ argv: ['x'], stdout: 'a\u001b[31mb\u0007\r\nc' }] });
  await machine.run(['x'], limits);
  expect(trail()[0]?.answered).toBe('exit 0\nstdout: a·[31mb··\nc');
});

test.each([
  ['a header of any name', { 'X-Vendor': canary }, `you are ${canary}`],
  ['a bearer token without its scheme', { Authorization: `Bearer ${canary}` }, `token ${canary}, I see`],
  ['a password out of Basic credentials', { Authorization: `Basic ${btoa(`user:${canary}`)}` }, `hello user, ${canary}`],
])('a server that repeats %s, without saying what it is, gives nothing away', async (_, headers, body) => {
  const { machine, trail } = await recording({
    files: { '/etc/understudy/vendor': `${canary}\n` },
    dials: [{ address: '192.0.2.1', port: 80, answer: { stage: 'http', result: 'completed', http: { status: 200, body } } }],
  });
  if ('X-Vendor' in headers) await machine.readFile('/etc/understudy/vendor', { bytesMax: 4_096, isSecret: true });
  const http = { method: 'GET', path: '/', host: 'a', headers, bodyBytesMax: 1_000 } as const;
  await machine.dial({ address: '192.0.2.1', port: 80, timeoutMs: 1, http });
  expect(trail().at(-1)?.answered).toContain('[redacted]');
  expect(JSON.stringify(trail())).not.toContain(canary);
});

test('of output that is secret as a whole only the exit code is kept', async () => {
  const { machine, trail } = await recording({ commands: [{ argv: ['systemctl', 'show', 'app'], stdout: `Environment=A=${canary}\n` }] });
  const answer = await machine.run(['systemctl', 'show', 'app'], { ...limits, isSecret: true });
  expect(answer).toMatchObject({ stdout: `Environment=A=${canary}\n` });
  expect(trail().map(({ answered }) => answered)).toEqual(['exit 0, its output is kept out of the trail']);
});

test('a digest and calls to the cloud say how they ended', async () => {
  const { machine, trail } = await recording({
    files: { '/opt/app.jar': 'jar' },
    cloud: {
      principal: { stage: 'token', compartmentId: 'ocid1.compartment.oc1..a', clockAheadSeconds: 400 },
      calls: [{ kind: 'head-bucket', bucket: 'backups', isMissing: false, failure: { status: 404, code: 'BucketNotFound', message: '' } }],
    },
  });
  await machine.digestFile('/opt/app.jar', { bytesMax: 10, bytesPerSecondMax: 10, cpuShareMax: 1 });
  await machine.tryCloud({ calls: [{ kind: 'head-bucket', bucket: 'backups' }], callTimeoutMs: 1, timeoutMs: 1 });
  expect(trail().map(({ asked, answered }) => [asked, answered])).toEqual([
    ['digest of /opt/app.jar', expect.stringMatching(/^sha256 [0-9a-f]{64}, 3 bytes, of which 3 were read now$/)],
    [
      'try as this instance: head-bucket backups',
      'reached token; unknown instance in ocid1.compartment.oc1..a, clock 400 s ahead\ncall 1: 404 BucketNotFound',
    ],
  ]);
});
