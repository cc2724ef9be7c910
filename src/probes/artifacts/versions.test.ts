// Packages and version endpoints: what is read from them, and which of two versions is the older.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alone, beside, codes, type Look, look, settingsOf } from '../../../test/support/artifacts-look.ts';
import { recordedMachine } from '../../../test/support/recorded.ts';
import { localMachine } from '../../machine/local.ts';
import { lookAtEndpoints } from './endpoints.ts';
import type { EndpointFact, Packages } from './facts.ts';
import { parseJsonPath, scalarAt } from './json-path.ts';
import { parseDpkgStatus, parseRpmLines, rpmFormat } from './packages-parse.ts';
import { compareVersions } from './versions.ts';

describe('versions', () => {
  it.each([
    ['1.9.2', '1.10.0', -1],
    ['v2.0', '2.0', 0],
    ['2.0.0-rc1', '2.0.0', -1],
    ['2.0.0+build7', '2.0.0+build8', 0],
    ['2024.3', '2023.12', 1],
    ['17', '9', 1],
    ['a1b2c3d', '0f9e8d7', null],
    ['2.0', 'latest', null],
  ])('%s beside %s: %j', (one, other, order) => {
    expect(compareVersions(one, other)).toBe(order);
  });
});

describe('packages', () => {
  const ask = (
    commands: readonly { argv: string[]; exit?: number; stdout?: string; stderr?: string }[],
    files: Record<string, string> = {},
  ) => recordedMachine({ commands, files });
  const line = (name: string, version: string) => `${name}\t0\t${version}\t1.el9\tx86_64\t1760000000\n`;

  it('of rpm are told with epoch, and those not installed as such', async () => {
    const stdout = `app\t2\t1.0\t3.el9\tx86_64\t1760000000\npackage tools is not installed\n`;
    const machine = await ask([{ argv: ['rpm', '-q', '--qf', rpmFormat, 'app', 'tools'], exit: 1, stdout }]);
    expect((await look(machine, { packages: ['app', 'tools'] })).facts.packages).toEqual({
      kind: 'seen',
      by: 'rpm',
      list: [
        { name: 'app', versions: ['2:1.0-3.el9'] },
        { name: 'tools', versions: [] },
      ],
    });
  });

  it.each([
    [
      'one by one',
      [
        { argv: ['rpm', '-q', 'app'], stdout: 'app-1.0-1.el9.x86_64\n' },
        { argv: ['rpm', '-q', 'tools'], stdout: 'tools-2-1.el9.noarch\n' },
      ],
    ],
    ['all at once', [{ argv: ['rpm', '-qa'], stdout: 'tools-2-1.el9.noarch\napp-1.0-1.el9.x86_64\nbash-5-1.el9.x86_64\n' }]],
    [
      'with both epochs',
      [
        {
          argv: [
            'rpm',
            '-q',
            '--queryformat',
            '%{NAME}\\t%{EPOCH}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}\\n',
            'app',
            'tools',
          ],
          stdout: 'app\t(none)\t0\t1.0\t1.el9\tx86_64\t1\ntools\t(none)\t0\t2\t1.el9\tnoarch\t1\n',
        },
      ],
    ],
  ])('may have been recorded %s', async (_, commands) => {
    expect((await look(await ask(commands), { packages: ['app', 'tools'] })).facts.packages).toMatchObject({
      list: [
        { name: 'app', versions: ['1.0-1.el9'] },
        { name: 'tools', versions: ['2-1.el9'] },
      ],
    });
  });

  it('of dpkg are read from its status, where only what is installed counts', async () => {
    const status =
      'Package: app\nStatus: install ok installed\nVersion: 1:2.0-1\n\nPackage: tools\nStatus: deinstall ok config-files\nVersion: 1\n';
    expect(parseDpkgStatus(status, new Set(['app', 'tools']))).toEqual([{ name: 'app', version: '1:2.0-1' }]);
    const machine = await ask([], { '/var/lib/dpkg/status': status });
    expect((await look(machine, { packages: ['app', 'tools'] })).facts.packages).toMatchObject({
      by: 'dpkg',
      list: [{ versions: ['1:2.0-1'] }, { versions: [] }],
    });
  });

  it.each<[string, Partial<{ exit: number; stdout: string; stderr: string }>]>([
    ['a locked database', { exit: 1, stdout: 'package app is not installed\n', stderr: 'error: rpmdb: cannot open Packages index\n' }],
    ['something else', { stdout: 'Usage: rpm\n' }],
    ['nothing', { stdout: '' }],
  ])('are unseen where rpm answers with %s', async (_, answer) => {
    const machine = await ask([{ argv: ['rpm', '-q', '--qf', rpmFormat, 'app'], ...answer }]);
    const seen = await look(machine, { packages: ['app'] });
    expect(seen.facts.packages.kind).toBe('unseen');
    expect(codes(alone(seen))).toEqual(['packages-unseen: packages']);
  });

  it('are unseen, never missing, where there is neither rpm nor dpkg', async () => {
    expect((await look(await ask([]), { packages: ['app'] })).facts.packages).toMatchObject({ kind: 'unseen', reason: 'tool-missing' });
  });

  it('lines of another form are no packages', () => {
    expect(parseRpmLines('garbage in here\n')).toBeNull();
    expect(parseRpmLines(line('app', '1'))).toEqual([{ name: 'app', version: '1-1.el9' }]);
  });

  it('of dpkg and of rpm are not compared, which is said', async () => {
    const base = await look(await recordedMachine({ files: { '/opt/x': 'x' } }), { files: ['/opt/x'] });
    const having = (by: 'rpm' | 'dpkg', version: string): Look => {
      const packages: Packages = { kind: 'seen', by, list: [{ name: 'app', versions: [version] }] };
      return { ...base, facts: { ...base.facts, packages } };
    };
    expect(codes(beside(having('dpkg', '1'), having('rpm', '2')))).toEqual(['primary-part-unseen: primary’s packages']);
    expect(beside(having('dpkg', '1~rc1'), having('dpkg', '1'))).toMatchObject([{ code: 'artifacts/package-older', severity: 'blocker' }]);
    expect(beside(having('rpm', '1:1-1'), having('rpm', '2-1'))).toMatchObject([{ code: 'artifacts/package-newer', severity: 'note' }]);
  });
});

describe('a path into JSON', () => {
  it.each<[string, readonly (string | number)[] | null]>([
    ['build.version', ['build', 'version']],
    ['parts[0].version', ['parts', 0, 'version']],
    ['["a.b"].c', ['a.b', 'c']],
    ['[0]["x\\"y"]', [0, 'x"y']],
    ['a..b', null],
    ['a[', null],
    ['a[x]', null],
  ])('%s', (text, steps) => {
    expect(parseJsonPath(text)).toEqual(steps);
  });

  it('leads to a scalar or nowhere, and never to what objects inherit', () => {
    expect(scalarAt({ a: [{ b: 2 }] }, ['a', 0, 'b'])).toBe('2');
    expect(scalarAt({ a: {} }, ['a'])).toBeNull();
    expect(scalarAt({ a: {} }, ['a', 'constructor', 'name'])).toBeNull();
    expect(scalarAt('text', [0])).toBeNull();
  });
});

describe('an endpoint', () => {
  it.each<[string, { body: string; status?: number; json?: string; pattern?: string }, EndpointFact['answer']]>([
    ['tells a value in JSON', { body: '{"build":{"version":"2.1.0"}}', json: 'build.version' }, { kind: 'version', version: '2.1.0' }],
    ['tells its whole answer', { body: ' 2.1.0\n' }, { kind: 'version', version: '2.1.0' }],
    ['tells what a pattern finds', { body: '<p>Release v2.1.0 of May</p>', pattern: 'v([0-9.]+)' }, { kind: 'version', version: '2.1.0' }],
    ['tells a part of a value', { body: '{"v":"app/2.1.0"}', json: 'v', pattern: '[0-9.]+$' }, { kind: 'version', version: '2.1.0' }],
    ['has another status', { body: '2.1.0', status: 503 }, { kind: 'untold', detail: 'it answered with status 503' }],
    ['has no such value', { body: '{"a":1}', json: 'b' }, { kind: 'untold', detail: 'its answer has no value at b' }],
    ['is no JSON', { body: '<html>', json: 'b' }, { kind: 'untold', detail: 'its answer is no JSON' }],
    ['is a page', { body: 'line\nline\n' }, { kind: 'untold', detail: 'its answer is no version: a line of at most 200 characters' }],
    ['is empty', { body: '' }, { kind: 'untold', detail: 'its answer is no version: a line of at most 200 characters' }],
    ['is endless', { body: `"${'x'.repeat(70_000)}"`, json: 'a' }, { kind: 'untold', detail: 'its answer is longer than 65536 bytes' }],
  ])('that %s', async (_, { body, status = 200, ...where }, answer) => {
    const port = await serving((_request, response) => response.writeHead(status).end(body));
    expect(await ask(`http://localhost:${port}/version`, where)).toEqual(answer);
  });

  it('at which nothing listens is stopped, which a standby may be where the settings say so', async () => {
    const machine = await recordedMachine({
      dials: [{ address: '127.0.0.1', port: 8080, answer: { stage: 'connect', result: 'refused', code: 'ECONNREFUSED' } }],
    });
    const endpoint = { name: 'app', url: 'http://127.0.0.1:8080/' };
    const strict = await look(machine, { endpoints: [endpoint] });
    const lawful = await look(machine, { endpoints: [{ ...endpoint, mayBeStoppedOnStandby: true }] });
    expect(strict.facts.endpoints).toEqual([{ name: 'app', answer: { kind: 'stopped' } }]);
    expect(codes(alone(strict, 'standby'))).toEqual(['endpoint-unseen: app']);
    expect(codes(alone(lawful, 'standby'))).toEqual(['endpoint-stopped: app']);
    expect(codes(alone(lawful, 'primary'))).toEqual(['endpoint-unseen: app']);
  });

  it('that never answers, or cannot be looked up, is unseen', async () => {
    const machine = await recordedMachine({
      dials: [{ address: '127.0.0.1', port: 8080, answer: { stage: 'http', result: 'timeout' } }],
    });
    const endpoints = [
      { name: 'slow', url: 'http://127.0.0.1:8080/' },
      { name: 'unknown', url: 'http://app.example.com/' },
    ];
    expect((await look(machine, { endpoints })).facts.endpoints).toEqual([
      { name: 'slow', answer: { kind: 'unseen', detail: 'it gave no HTTP answer: timeout at the stage http' } },
      { name: 'unknown', answer: { kind: 'unseen', detail: 'app.example.com could not be looked up' } },
    ]);
  });

  it('of a release without an order is another one, and a newer one is a note', async () => {
    const base = await look(await recordedMachine({ files: { '/opt/x': 'x' } }), { files: ['/opt/x'] });
    const at = (version: string): Look => ({
      ...base,
      facts: { ...base.facts, endpoints: [{ name: 'app', answer: { kind: 'version', version } }] },
    });
    expect(beside(at('a1b2c3d'), at('0f9e8d7'))).toMatchObject([{ code: 'artifacts/endpoint-older', severity: 'blocker' }]);
    expect(beside(at('2.1'), at('2.0'))).toMatchObject([{ code: 'artifacts/endpoint-newer', severity: 'note' }]);
    expect(beside(at('2.0'), at('2.0'))).toEqual([]);
  });
});

async function ask(url: string, where: { json?: string; pattern?: string }): Promise<EndpointFact['answer']> {
  const { endpoints } = settingsOf({ endpoints: [{ name: 'app', url, ...where }] });
  const [fact] = await lookAtEndpoints(localMachine().forLook(new AbortController().signal), endpoints);
  return fact!.answer;
}

async function serving(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
