import { describe, expect, test } from 'vitest';
import { recordedMachine, writeRecorded } from '../../test/support/recorded.ts';
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

  test('an argument that looks like a number is compared as it is written', async () => {
    const folder = writeRecorded({ files: {} });
    const { writeFileSync } = await import('node:fs');
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

  test('times come from the recording where it gives them', async () => {
    const port = (await recordedMachine({ files: { '/x': '1' }, modified: { '/x': '2020-01-02T03:04:05Z' } })).forLook(forever);
    expect(await port.stat('/x')).toMatchObject({ modifiedMs: Date.UTC(2020, 0, 2, 3, 4, 5) });
    expect(await port.readFile('/x', { bytesMax: 9 })).toMatchObject({ modifiedMs: Date.UTC(2020, 0, 2, 3, 4, 5) });
  });
});
