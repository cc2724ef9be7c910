import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordedMachine, writeRecorded } from '../../test/support/recorded.ts';
import { decodeDnsMessage, encodeDnsQuery } from '../formats/dns-message.ts';
import { openRecorded } from './recorded.ts';

const forever = new AbortController().signal;
const limits = { timeoutMs: 1_000, bytesMax: 4_096 };

describe('commands', () => {
  test('a listed command answers with its exit code and both streams', async () => {
    const machine = await recordedMachine({
      commands: [{ argv: ['uptrack-uname', '-r'], exit: 3, stdout: 'out', stderrFile: 'err.txt' }],
      beside: { 'err.txt': 'err' },
    });
    const answer = await machine.forLook(forever).run(['/usr/sbin/uptrack-uname', '-r'], limits);
    expect(answer).toEqual({ kind: 'exited', code: 3, stdout: 'out', stderr: 'err' });
  });

  test('a program that no command has is missing; other arguments of a listed one are unreadable', async () => {
    const port = (await recordedMachine({ commands: [{ argv: ['rpm', '-qa'] }] })).forLook(forever);
    expect(await port.run(['dnf'], limits)).toMatchObject({ kind: 'failed', reason: 'tool-missing' });
    expect(await port.run(['rpm', '-q', 'kernel'], limits)).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  test('the same question in another spelling has the same answer, and another question has none', async () => {
    const port = (
      await recordedMachine({
        commands: [
          { argv: ['/usr/bin/rpm', '-q', '--queryformat', '%{NAME}\\n', 'kernel'], stdout: 'kernel\n' },
          { argv: ['dnf', 'updateinfo', 'list', '-q'], stdout: 'ELSA' },
          { argv: ['datadog-agent', 'status', '-j'], stdout: '{}' },
          { argv: ['docker', 'images', '--format', 'json'], stdout: 'images' },
          { argv: ['podman', 'ps', '-a', '--format=json'], stdout: '[]' },
        ],
      })
    ).forLook(forever);
    expect(await port.run(['rpm', '-q', '--qf', '%{NAME}\\n', 'kernel'], limits)).toMatchObject({ stdout: 'kernel\n' });
    expect(await port.run(['rpm', '-q', '--qf', '%{NAME}\\n', 'kernel-uek'], limits)).toMatchObject({ reason: 'unreadable' });
    expect(await port.run(['dnf', '-C', 'updateinfo', 'list', '--security', '-q'], limits)).toMatchObject({ stdout: 'ELSA' });
    expect(await port.run(['dnf', '-C', 'updateinfo', 'list', '--installed'], limits)).toMatchObject({ reason: 'unreadable' });
    expect(await port.run(['datadog-agent', 'status', '--json'], limits)).toMatchObject({ stdout: '{}' });
    expect(await port.run(['docker', 'images', '--digests', '--no-trunc', '--format', '{{json .}}'], limits)).toMatchObject({
      stdout: 'images',
    });
    expect(await port.run(['podman', 'ps', '--all', '--format', 'json'], limits)).toMatchObject({ stdout: '[]' });
    expect(await port.run(['podman', 'ps', '--format', 'json'], limits)).toMatchObject({ reason: 'unreadable' });
    expect(await port.run(['datadog-agent', 'status'], limits)).toMatchObject({ reason: 'unreadable' });
  });

  test('systemctl show answers for any of the recorded units, with the properties that are asked', async () => {
    const port = (
      await recordedMachine({
        commands: [
          { argv: ['systemctl', 'show', 'a', '-p', 'LoadState', '-p', 'Result'], stdout: 'LoadState=loaded\nResult=success\n' },
          {
            argv: ['/usr/bin/systemctl', '--no-pager', 'show', 'b.service', 'c.timer', '--property=Id,LoadState'],
            stdout: 'Id=b.service\nLoadState=masked\n\nId=c.timer\nLoadState=not-found\n',
          },
          { argv: ['systemctl', 'show', 'd.service'], exit: 1, stderr: 'Failed to connect to bus' },
        ],
      })
    ).forLook(forever);
    const asked = (...units: string[]) => port.run(['systemctl', 'show', ...units, '-p', 'Id,LoadState'], limits);
    expect(await asked('c.timer', 'a.service')).toMatchObject({
      code: 0,
      stdout: 'Id=c.timer\nLoadState=not-found\n\nId=a.service\nLoadState=loaded\n',
    });
    expect(await asked('a.service', 'd.service')).toMatchObject({ code: 1, stderr: 'Failed to connect to bus' });
    expect(await asked('a.service', 'e.service')).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  test('systemctl show answers with what several recorded commands tell of one unit', async () => {
    const port = (
      await recordedMachine({
        commands: [
          { argv: ['systemctl', 'show', 'a.service', '-p', 'Id,LoadState'], stdout: 'Id=a.service\nLoadState=loaded\n' },
          {
            argv: ['systemctl', 'show', '-p', 'Environment', '-p', 'EnvironmentFiles', 'a'],
            stdout: 'Environment=A=1\nEnvironmentFiles=/a (ignore_errors=no)\nEnvironmentFiles=/b (ignore_errors=yes)\n',
          },
        ],
      })
    ).forLook(forever);
    expect(await port.run(['systemctl', 'show', 'a.service', '-p', 'LoadState,EnvironmentFiles'], limits)).toMatchObject({
      stdout: 'LoadState=loaded\nEnvironmentFiles=/a (ignore_errors=no)\nEnvironmentFiles=/b (ignore_errors=yes)\n',
    });
  });

  test('an argument that looks like a number is compared as it is written', async () => {
    const folder = writeRecorded({ files: {} });
    writeFileSync(`${folder}/machine.yaml`, 'now: 2026-11-23T12:00:00Z\ncommands:\n  - argv: [journalctl, -n, 050]\n    stdout: yes\n');
    const port = (await openRecorded(folder)).forLook(forever);
    expect(await port.run(['journalctl', '-n', '050'], limits)).toMatchObject({ kind: 'exited', stdout: 'yes' });
  });

  test('a canned failure keeps its reason, and output over the limit is told as such', async () => {
    const port = (
      await recordedMachine({
        commands: [
          { argv: ['a'], failed: 'timeout' },
          { argv: ['b'], stdout: 'x'.repeat(4_097) },
        ],
      })
    ).forLook(forever);
    expect(await port.run(['a'], limits)).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await port.run(['b'], limits)).toMatchObject({ kind: 'failed', reason: 'too-much-output' });
  });
});

describe('files', () => {
  test('links are followed inside the folder and never out of it', async () => {
    const port = (
      await recordedMachine({
        files: { '/data/real.txt': 'inside', '/etc/hostname': 'recorded' },
        links: { '/abs': '/data/real.txt', '/up': '../../../../../../etc/hostname', '/a': '/b', '/b': 'a', '/out': '/proc/self/status' },
      })
    ).forLook(forever);
    expect(await port.readFile('/abs', { bytesMax: 100 })).toMatchObject({ kind: 'file', text: 'inside' });
    expect(await port.readFile('/up', { bytesMax: 100 })).toMatchObject({ kind: 'file', text: 'recorded' });
    expect(await port.readFile('/out', { bytesMax: 100 })).toEqual({ kind: 'missing' });
    expect(await port.readFile('/a', { bytesMax: 100 })).toMatchObject({ kind: 'failed', reason: 'unreadable' });
    expect(await port.realPath('/abs')).toEqual({ kind: 'real-path', path: '/data/real.txt' });
  });

  test('a denied file and all below a denied folder are denied, whoever runs the test', async () => {
    const port = (
      await recordedMachine({ files: { '/etc/key': 'k', '/secret/a/b': 'x', '/open': 'y' }, denied: ['/etc/key', '/secret', '/not-kept'] })
    ).forLook(forever);
    const denied = { kind: 'failed', reason: 'denied' };
    expect(await port.readFile('/etc/key', { bytesMax: 9 })).toMatchObject(denied);
    expect(await port.stat('/etc/key')).toMatchObject({ kind: 'stat', type: 'file' });
    expect(await port.readFile('/secret/a/b', { bytesMax: 9 })).toMatchObject(denied);
    expect(await port.stat('/secret/a')).toMatchObject(denied);
    expect(await port.listDirectory('/secret', { entriesMax: 9 })).toMatchObject(denied);
    expect(await port.readFile('/not-kept', { bytesMax: 9 })).toMatchObject(denied);
    expect(await port.glob('/*/**', { entriesMax: 9 })).toEqual({
      kind: 'globbed',
      paths: ['/etc/key'],
      isCut: false,
      denied: ['/secret'],
    });
  });

  test('a file without a recorded time is no newer than the recording, however late it was copied', async () => {
    const port = (await recordedMachine({ now: '2020-06-01T00:00:00Z', files: { '/x': '1' } })).forLook(forever);
    expect(await port.stat('/x')).toMatchObject({ modifiedMs: Date.UTC(2020, 5, 1) });
    expect(await port.readFile('/x', { bytesMax: 9 })).toMatchObject({ modifiedMs: Date.UTC(2020, 5, 1) });
  });

  test('times come from the recording where it gives them', async () => {
    const port = (await recordedMachine({ files: { '/x': '1' }, modified: { '/x': '2020-01-02T03:04:05Z' } })).forLook(forever);
    expect(await port.stat('/x')).toMatchObject({ modifiedMs: Date.UTC(2020, 0, 2, 3, 4, 5) });
    expect(await port.readFile('/x', { bytesMax: 9 })).toMatchObject({ modifiedMs: Date.UTC(2020, 0, 2, 3, 4, 5) });
  });
});

describe('network', () => {
  test('a DNS answer made of record lines carries the id and the question that were asked', async () => {
    const port = (
      await recordedMachine({
        dns: [
          { server: '10.0.0.2', name: 'db.example.com', type: 'A', answers: ['db.example.com. 60 IN A 10.1.0.5'] },
          { server: '10.0.0.2', name: 'db.example.com', type: 'A', transport: 'udp', flags: ['tc'] },
          { server: '10.0.0.3', name: 'db.example.com', type: 'A', failed: 'timeout' },
        ],
      })
    ).forLook(forever);
    const message = encodeDnsQuery({ id: 4_711, name: 'DB.example.com', type: 'A', recursionDesired: true })!;
    const ask = (server: string, transport: 'udp' | 'tcp') => port.exchangeDns({ server, port: 53, transport, message, timeoutMs: 1_000 });
    const reply = await ask('10.0.0.2', 'tcp');
    if (reply.kind !== 'reply') throw new Error(reply.detail);
    expect(decodeDnsMessage(reply.message)).toMatchObject({
      header: { id: 4_711, isResponse: true },
      questions: [{ name: 'db.example.com', type: 'A' }],
      answers: [{ ttlSeconds: 60, data: { kind: 'address', address: '10.1.0.5' } }],
    });
    const cut = await ask('10.0.0.2', 'udp');
    expect(cut.kind === 'reply' && decodeDnsMessage(cut.message)).toMatchObject({ header: { isTruncated: true } });
    expect(await ask('10.0.0.3', 'udp')).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(await ask('10.0.0.4', 'udp')).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  test('a lookup answers for the family asked, and an unlisted name is unreadable, never absent', async () => {
    const port = (
      await recordedMachine({
        lookups: [
          { name: 'a.example', addresses: ['10.0.0.1', '2001:db8::1'] },
          { name: 'b.example', noSuchName: true },
          { name: 'c.example', failed: 'unreadable', code: 'EAI_AGAIN' },
        ],
      })
    ).forLook(forever);
    const ask = (name: string, family: 0 | 4 | 6 = 0) => port.lookup(name, { family, timeoutMs: 100 });
    expect(await ask('A.example.', 6)).toEqual({ kind: 'addresses', addresses: ['2001:db8::1'], tookMs: 0 });
    expect(await ask('b.example')).toEqual({ kind: 'no-such-name', tookMs: 0 });
    expect(await ask('c.example')).toMatchObject({ kind: 'failed', code: 'EAI_AGAIN' });
    expect(await ask('d.example')).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  });

  test('the most specific recorded attempt answers, and an unlisted one is an error of ours, not of the target', async () => {
    const port = (
      await recordedMachine({
        dials: [
          { address: '192.0.2.1', port: 443, answer: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED' } },
          {
            address: '192.0.2.1',
            port: 443,
            path: '/health',
            answer: { stage: 'http', result: 'completed', http: { status: 403, headers: { server: 'x' } } },
          },
        ],
      })
    ).forLook(forever);
    const plain = { address: '192.0.2.1', port: 443, timeoutMs: 100 };
    const http = { method: 'GET', path: '/health', host: 'h', headers: {}, bodyBytesMax: 10 } as const;
    expect(await port.dial(plain)).toMatchObject({ result: 'refused', code: 'ECONNREFUSED' });
    expect(await port.dial({ ...plain, http })).toMatchObject({ result: 'completed', http: { status: 403, body: '', isBodyCut: false } });
    expect(await port.dial({ ...plain, port: 80 })).toMatchObject({ result: 'local-error' });
  });
});

describe('machine.yaml', () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['an unknown key', 'now: 2026-11-23T12:00:00Z\ncomands: []\n', ':2:1: unknown key "comands"'],
    ['no instant', 'uname: Linux h 5.4\n', ':1:1: "now" is missing'],
    ['an instant that is none', 'now: yesterday\n', ':1:6: "yesterday" is not an instant in ISO 8601'],
    ['a key given twice', 'now: 2026-11-23T12:00:00Z\nnow: 2026-11-23T12:00:00Z\n', ':2:1: Map keys must be unique'],
    [
      'an unknown failure',
      'now: 2026-11-23T12:00:00Z\ncommands:\n  - argv: [a]\n    failed: gone\n',
      ':4:13: failed must be one of timeout,',
    ],
    ['an exit that is text', 'now: 2026-11-23T12:00:00Z\ncommands:\n  - argv: [a]\n    exit: one\n', ':4:11: exit must be integer'],
    [
      'a record that is none',
      'now: 2026-11-23T12:00:00Z\ndns:\n  - {server: 10.0.0.1, name: a, type: A, answers: [a A]}\n',
      ':3:5: not a DNS record: a A',
    ],
    [
      'a lookup without an answer',
      'now: 2026-11-23T12:00:00Z\nlookups:\n  - name: a\n',
      ':3:5: exactly one of addresses, noSuchName and failed',
    ],
    ['no YAML', 'now: [\n', ':2:1: Flow sequence'],
  ];

  test.each(wrong)('%s is told with its line', async (_what, text, message) => {
    const folder = writeRecorded();
    writeFileSync(join(folder, 'machine.yaml'), text);
    await expect(openRecorded(folder)).rejects.toThrow(`machine.yaml${message}`);
  });

  test('a missing folder and a missing output file are named', async () => {
    await expect(openRecorded('/nowhere/at/all')).rejects.toThrow('/nowhere/at/all/machine.yaml: ENOENT');
    await expect(recordedMachine({ commands: [{ argv: ['a'], stdoutFile: 'gone.txt' }] })).rejects.toThrow('gone.txt: ENOENT');
  });

  test.each([
    [
      'Linux ol8 5.15.0-206.153.7.el8uek.x86_64 #2 SMP Thu May 9 15:59:05 PDT 2024 x86_64 x86_64 x86_64 GNU/Linux',
      { nodename: 'ol8', release: '5.15.0-206.153.7.el8uek.x86_64', version: '#2 SMP Thu May 9 15:59:05 PDT 2024', machine: 'x86_64' },
    ],
    [
      'Linux deb 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux',
      { nodename: 'deb', release: '6.1.0-18-amd64', version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)', machine: 'x86_64' },
    ],
  ])('the text of uname -a is understood: %s', async (text, parts) => {
    const port = (await recordedMachine({ uname: text })).forLook(forever);
    expect(await port.uname()).toEqual({ kind: 'uname', sysname: 'Linux', ...parts });
  });
});

test('a look that is over gets no more answers', async () => {
  const port = (await recordedMachine({ files: { '/x': '1' } })).forLook(AbortSignal.abort());
  expect(await port.readFile('/x', { bytesMax: 1 })).toMatchObject({ kind: 'failed', reason: 'timeout' });
  expect(await port.dial({ address: '192.0.2.1', port: 1, timeoutMs: 1 })).toMatchObject({ result: 'timeout' });
});
