// Files and trees: real ones in a temporary folder for what is read, recorded ones for what may not be.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alone, beside, codes, type Look, look, settingsOf, type Written } from '../../../../test/support/artifacts-look.ts';
import { recordedMachine } from '../../../../test/support/recorded.ts';
import { localMachine } from '../../../machine/local.ts';
import type { FileFact } from '../facts.ts';
import { lookAtFiles } from './look.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a tree of real files', () => {
  it('is read once, and not again as long as nothing changes', async () => {
    const folder = deployed({ 'bin/app': 'one', 'lib/a.jar': 'two', 'lib/deep/b.jar': 'three' });
    await settled();
    const first = await read(folder);
    expect(first.files.map(({ path, content }) => [path.slice(folder.length), content.kind === 'digest' && content.sha256])).toEqual([
      ['/bin/app', sha256('one')],
      ['/lib/a.jar', sha256('two')],
      ['/lib/deep/b.jar', sha256('three')],
    ]);
    expect(first.bytesRead).toBe(11);
    const second = await read(folder, first.files);
    expect(second).toMatchObject({ files: first.files, bytesRead: 0, bytesLeft: 0 });
  });

  it('has only those files read again that were changed, also where size and time of writing stay the same', async () => {
    const folder = deployed({ a: 'one', b: 'two' });
    await settled();
    const first = await read(folder);
    writeFileSync(join(folder, 'b'), 'owt');
    utimesSync(join(folder, 'b'), longAgo, longAgo);
    const second = await read(folder, first.files);
    expect(second.bytesRead).toBe(3);
    expect(second.files.map(({ content }) => content.kind === 'digest' && content.sha256)).toEqual([sha256('one'), sha256('owt')]);
  });

  it('is never left: a link is told by where it leads', async () => {
    const outside = deployed({ secret: 'not ours' });
    const folder = deployed({ 'releases/2/app': 'two' });
    symlinkSync('releases/2', join(folder, 'current'));
    symlinkSync(join(outside, 'secret'), join(folder, 'away'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    symlinkSync('..', join(folder, 'releases/up'));
    const { files, bytesRead } = await read(folder);
    expect(bytesRead).toBe(3);
    expect(Object.fromEntries(files.map(({ path, content }) => [path.slice(folder.length + 1), content]))).toMatchObject({
      current: { kind: 'link', target: 'releases/2' },
      away: { kind: 'link', target: join(outside, 'secret') },
      dangling: { kind: 'link', target: null },
      'releases/up': { kind: 'link' },
      'releases/2/app': { kind: 'digest', sha256: sha256('two') },
    });
  });

  it('may itself be reached through a link, and is told as it was called', async () => {
    const folder = deployed({ 'v2/app': 'two' });
    symlinkSync('v2', join(folder, 'current'));
    const { files } = await read(join(folder, 'current'));
    expect(files.map(({ path }) => path)).toEqual([join(folder, 'current/app')]);
  });

  it('leaves out what is ignored, with what lies below it', async () => {
    const folder = deployed({ app: '1', 'logs/today': '2', 'lib/x.log': '3', 'lib/x.jar': '4', 'var/logs/keep': '5' });
    const { files } = await read(folder, [], { trees: [{ path: folder, ignore: ['logs/', '**/*.log'] }] });
    expect(files.map(({ path }) => path.slice(folder.length + 1))).toEqual(['app', 'lib/x.jar', 'var/logs/keep']);
  });

  it('that holds more than may be looked at is cut, and this is said', async () => {
    const folder = deployed(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, 'x'])));
    const { files, trees } = await read(folder, [], { reading: { filesMax: 10 } });
    expect(files).toHaveLength(10);
    expect(trees).toMatchObject([{ state: 'cut' }]);
  });

  it('has a file whose name is not UTF-8 said to be unread, never taken for a link', async () => {
    const folder = deployed({ app: '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xe9])]), 'x');
    const { files } = await read(folder);
    expect(files.map(({ content }) => content.kind).sort()).toEqual(['digest', 'unseen']);
  });

  it('keeps rights and owner by name', async () => {
    const folder = deployed({ app: '1' });
    chmodSync(join(folder, 'app'), 0o750);
    const { files } = await read(folder);
    expect(files[0]?.content).toMatchObject({ mode: '0750', owner: expect.stringMatching(/^[a-z0-9_-]+:[a-z0-9_-]+$/) });
  });

  it('that is being read when the look ends is not yet read, and goes on where it was', async () => {
    const folder = deployed({ small: 's' });
    writeFileSync(join(folder, 'large'), Buffer.alloc(3_000_000, 7));
    const machine = localMachine();
    const written: Written = { trees: [{ path: folder }], reading: { bytesPerSecondMax: 1_000_000, cpuShareMax: 1 } };
    const first = await readWith(machine, written, [], AbortSignal.timeout(900));
    expect(first.files.map(({ path, content }) => [path.slice(folder.length + 1), content.kind])).toEqual([
      ['large', 'not-yet'],
      ['small', 'digest'],
    ]);
    expect(first.bytesLeft).toBeGreaterThan(0);
    expect(first.bytesLeft).toBeLessThan(3_000_000);
    const second = await readWith(machine, { ...written, reading: {} }, first.files, AbortSignal.timeout(20_000));
    expect(second.files[0]?.content).toMatchObject({ kind: 'digest', sizeBytes: 3_000_000 });
    // The small one was just written, so that its stamp does not count yet.
    expect(second.bytesRead).toBe(first.bytesLeft + 1);
  });
});

describe('on a recorded machine', () => {
  it('a file that may not be read, is too long or is missing is told apart', async () => {
    const machine = await recordedMachine({
      files: { '/opt/app/secret': 'x', '/opt/app/long': '0123456789', '/opt/app/ok': 'x' },
      denied: ['/opt/app/secret'],
    });
    const { facts } = await look(machine, {
      files: ['/opt/app/secret', '/opt/app/long', '/opt/app/ok', '/opt/app/none'],
      reading: { fileBytesMax: 9 },
    });
    expect(facts.files.map(({ path, content }) => [path, content.kind, 'reason' in content ? content.reason : ''])).toEqual([
      ['/opt/app/long', 'unseen', 'too-much-output'],
      ['/opt/app/none', 'missing', ''],
      ['/opt/app/ok', 'digest', ''],
      ['/opt/app/secret', 'unseen', 'denied'],
    ]);
  });

  it('each of these is a finding, and so are a folder that is closed or missing', async () => {
    const machine = await recordedMachine({
      files: { '/opt/app/secret': 'x', '/opt/lib/in/a': 'x', '/opt/lib/b': 'y' },
      denied: ['/opt/app/secret', '/opt/lib/in'],
    });
    const said = alone(
      await look(machine, { files: ['/opt/app/secret', '/opt/app/none'], trees: [{ path: '/opt/lib' }, { path: '/opt/gone' }] }),
    );
    expect(codes(said)).toEqual([
      'file-missing: /opt/app/none',
      'file-missing: /opt/gone',
      'file-unseen: /opt/app/secret',
      'file-unseen: /opt/lib/in',
    ]);
  });

  it('a folder full of closed files is one finding', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`/opt/app/f${10 + at}`, 'x']));
    const said = alone(await look(await recordedMachine({ files, denied: Object.keys(files) }), { trees: [{ path: '/opt/app' }] }));
    expect(said).toMatchObject([{ code: 'artifacts/file-unseen', subject: '/opt/app' }]);
    expect(said[0]?.actual).toMatch(/^denied: 12: \/opt\/app\/f10, .* and 2 more$/);
  });

  it('a digest that is still under way is neither equal nor different, on either side', async () => {
    const done = await look(await recordedMachine({ files: { '/opt/app': 'x' } }), { files: ['/opt/app'] });
    const underWay = await look(
      await recordedMachine({ files: { '/opt/app': 'x' }, digests: { '/opt/app': { doneBytes: 0, sizeBytes: 1 } } }),
      {
        files: ['/opt/app'],
      },
    );
    expect(codes(alone(underWay))).toEqual(['not-yet-digested: files']);
    expect(alone(underWay)[0]?.severity).toBe('warning');
    expect(beside(underWay, done)).toEqual([]);
    expect(codes(beside(done, underWay))).toEqual(['primary-part-unseen: primary’s /opt/app']);
  });

  it('a pattern that fits nothing is missing as it stands', async () => {
    const machine = await recordedMachine({ files: { '/opt/app/a.txt': 'x' } });
    const { facts } = await look(machine, { files: ['/opt/app/*.jar'] });
    expect(facts.files).toEqual([{ path: '/opt/app/*.jar', from: '/opt/app/*.jar', content: { kind: 'missing' } }]);
  });
});

describe('a standby’s files beside its primary’s', () => {
  const tree = { trees: [{ path: '/opt/app' }] };
  const of = async (files: Readonly<Record<string, string>>, written: Written = tree, more: object = {}): Promise<Look> =>
    look(await recordedMachine({ files, ...more }), written);

  it('are one finding a tree, however many differ', async () => {
    const many = (text: string) => Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`/opt/app/f${10 + at}`, text]));
    const [said, ...others] = beside(await of(many('old')), await of(many('new')));
    expect(others).toEqual([]);
    expect(said).toMatchObject({ code: 'artifacts/file-differs', subject: '/opt/app', severity: 'blocker' });
    expect(said?.actual).toMatch(/^25: f10, f11, .* and 15 more$/);
  });

  it('may lie under a path that names the site', async () => {
    const standby = await of({ '/opt/zrh/app': 'x' }, { files: ['/opt/zrh/app'] });
    const primary = await of({ '/opt/fra/app': 'x' }, { files: ['/opt/fra/app'] });
    const sites = { standby: { tokens: { region: 'zrh' } }, primary: { tokens: { region: 'fra' } } };
    expect(beside(standby, primary, sites)).toEqual([]);
    expect(codes(beside(standby, primary))).toEqual(['not-watched-here: /opt/fra/app']);
  });

  it('that are in a folder which could not be entered here are not called missing', async () => {
    const primary = await of({ '/opt/app/in/a': 'x' });
    const standby = await of({ '/opt/app/in/a': 'x' }, tree, { denied: ['/opt/app/in'] });
    expect(codes(beside(standby, primary))).toEqual([]);
    expect(codes(alone(standby))).toEqual(['file-unseen: /opt/app/in']);
  });

  it('that the standby ignores are not called missing', async () => {
    const primary = await of({ '/opt/app/cache/a': 'x', '/opt/app/b': 'y' });
    const standby = await of({ '/opt/app/b': 'y' }, { trees: [{ path: '/opt/app', ignore: ['cache'] }] });
    expect(beside(standby, primary)).toEqual([]);
  });

  it('that a pattern could not find here are not called missing', async () => {
    const written = { files: ['/opt/app/*.jar'] };
    const primary = await of({ '/opt/app/a.jar': 'x' }, written);
    expect(codes(beside(await of({ '/opt/app/b.txt': 'x' }, written), primary))).toEqual(['file-missing-here: /opt/app/*.jar']);
    const closed = await of({ '/opt/app/a.jar': 'x' }, written, { denied: ['/opt/app'] });
    expect(beside(closed, primary)).toEqual([]);
    expect(codes(alone(closed))).toEqual(['file-unseen: /opt/app/*.jar']);
  });

  it('all are missing where the folder is', async () => {
    const said = beside(await of({}), await of({ '/opt/app/a': 'x', '/opt/app/b': 'y' }));
    expect(said).toMatchObject([{ code: 'artifacts/file-missing-here', subject: '/opt/app', actual: '2: a, b' }]);
  });

  it('that are links have to lead to the same place', async () => {
    const linked = async (target: string) =>
      look(await recordedMachine({ files: { '/opt/app/1/x': 'x', '/opt/app/2/x': 'x' }, links: { '/opt/app/current': target } }), tree);
    expect(beside(await linked('1'), await linked('1'))).toEqual([]);
    expect(codes(beside(await linked('1'), await linked('2')))).toEqual(['file-differs: /opt/app']);
  });

  it('may be writable by others, and must not lack what the primary’s may', async () => {
    const withMode = async (mode: string, uid = 0) =>
      look(await recordedMachine({ files: { '/opt/app/x': 'x' }, stats: { '/opt/app/x': { mode, uid, gid: 0 } } }), tree);
    expect(beside(await withMode('775'), await withMode('755'))).toEqual([]);
    expect(beside(await withMode('644'), await withMode('755'))).toMatchObject([
      { code: 'artifacts/file-access-differs', severity: 'warning', expected: '0755 0:0', actual: '0644 0:0' },
    ]);
    expect(codes(beside(await withMode('755', 5), await withMode('755')))).toEqual(['file-access-differs: /opt/app/x']);
    // Whoever looks from a user namespace is not told the others’ numbers.
    expect(beside(await withMode('755', 65_534), await withMode('755'))).toEqual([]);
  });
});

const longAgo = new Date('2025-01-01T00:00:00Z');

/** What was written just now may be written again within the same tick of the file system’s clock, and is read again. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2_200));

type Source = ReturnType<typeof localMachine>;

function readWith(source: Source, written: Written, earlier: readonly FileFact[], signal: AbortSignal) {
  return lookAtFiles(source.forLook(signal), settingsOf(written), [], earlier, signal);
}

const read = (folder: string, earlier: readonly FileFact[] = [], written: Written = {}) =>
  readWith(localMachine(), { trees: [{ path: folder }], ...written }, earlier, AbortSignal.timeout(20_000));

function deployed(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-artifacts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    utimesSync(join(folder, path), longAgo, longAgo);
  }
  return folder;
}
