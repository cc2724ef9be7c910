import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DigestLimits, FileDigest } from '../contract/machine.ts';
import { digester } from './digest.ts';
import { treeAt } from './tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-digest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limits: DigestLimits = { bytesMax: 1e9, bytesPerSecondMax: 1e9, cpuShareMax: 1 };
const whole = new AbortController().signal;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Written long enough ago for its stamp to count. */
function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const settled = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2_200));

async function digestOf(path: string, more: Partial<DigestLimits> = {}, digest = digester(treeAt('/'))): Promise<FileDigest> {
  const answer = await digest(path, { ...limits, ...more }, whole);
  if (answer.kind !== 'digest') throw new Error(JSON.stringify(answer));
  return answer;
}

test.each([0, 1, 524_288, 1_300_001])('a file of %i bytes has the digest of its bytes', async (size) => {
  const bytes = randomBytes(size);
  const { sha256: found, sizeBytes, bytesRead } = await digestOf(file(`of-${size}`, bytes));
  expect([found, sizeBytes, bytesRead]).toEqual([sha256(bytes), size, size]);
});

test('a file that is still what it was is not read again, and one that is not is', async () => {
  const path = file('again', randomBytes(10_000));
  await settled();
  const first = await digestOf(path);
  expect(await digestOf(path, { known: first })).toEqual({ ...first, bytesRead: 0 });

  appendFileSync(path, 'x');
  expect((await digestOf(path, { known: first })).bytesRead).toBe(10_001);
});

test('a file replaced by one of the same size and time is read again', async () => {
  const path = file('replaced', Buffer.from('one'));
  await settled();
  const first = await digestOf(path);
  const { atime, mtime } = statSync(path);
  const other = file('other', Buffer.from('two'));
  utimesSync(other, atime, mtime);
  renameSync(other, path);
  expect((await digestOf(path, { known: first })).sha256).toBe(sha256(Buffer.from('two')));
});

test('a file written just before it was read is read once more: it may have been written again within the same tick', async () => {
  const path = file('fresh', Buffer.from('fresh'));
  const first = await digestOf(path);
  expect((await digestOf(path, { known: first })).bytesRead).toBe(5);
});

test('a file that is too large for one look goes on in the next', async () => {
  const bytes = randomBytes(3_000_000);
  const path = file('large', bytes);
  const digest = digester(treeAt('/'));
  const slow = { ...limits, bytesPerSecondMax: 5_000_000 };
  const look = new AbortController();
  setTimeout(() => look.abort(), 250);
  const first = await digest(path, slow, look.signal);
  if (first.kind !== 'under-way') throw new Error(JSON.stringify(first));
  expect(first.doneBytes).toBeGreaterThan(0);
  expect(first.sizeBytes).toBe(3_000_000);

  const second = await digestOf(path, {}, digest);
  expect(second.sha256).toBe(sha256(bytes));
  expect(second.bytesRead).toBe(3_000_000 - first.doneBytes);
});

test('a file that was changed between two looks begins anew', async () => {
  const path = file('changed', randomBytes(3_000_000));
  const digest = digester(treeAt('/'));
  const look = new AbortController();
  setTimeout(() => look.abort(), 100);
  expect((await digest(path, { ...limits, bytesPerSecondMax: 5_000_000 }, look.signal)).kind).toBe('under-way');
  const other = randomBytes(2_000_000);
  writeFileSync(path, other);
  expect((await digestOf(path, {}, digest)).sha256).toBe(sha256(other));
});

test('a file that is changed while it is read is unseen, since its digest would be of no file that ever was', async () => {
  const path = file('moving', randomBytes(2_000_000));
  setTimeout(() => appendFileSync(path, 'x'), 100);
  const answer = await digester(treeAt('/'))(path, { ...limits, bytesPerSecondMax: 5_000_000 }, whole);
  expect(answer).toMatchObject({ kind: 'failed', reason: 'unreadable', detail: expect.stringContaining('changed while it was read') });
});

test('the pace is kept, over files too', async () => {
  const digest = digester(treeAt('/'));
  const paths = [1, 2, 3].map((n) => file(`paced-${n}`, randomBytes(200_000)));
  const began = performance.now();
  await Promise.all(paths.map((path) => digest(path, { ...limits, bytesPerSecondMax: 1_000_000 }, whole)));
  // 0.6 MB at 1 MB/s; what the machine does besides only makes it longer.
  expect(performance.now() - began).toBeGreaterThan(500);
});

test('what is no plain file, too large, gone or forbidden is said as such', async () => {
  const digest = digester(treeAt('/'));
  const answer = async (path: string, more: Partial<DigestLimits> = {}) => digest(path, { ...limits, ...more }, whole);
  expect(await answer(folder)).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(await answer('/dev/zero')).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  expect(await answer(join(folder, 'none'))).toEqual({ kind: 'missing' });
  expect(await answer(file('ten', randomBytes(10)), { bytesMax: 9 })).toMatchObject({ kind: 'failed', reason: 'too-much-output' });
  symlinkSync('circle', join(folder, 'circle'));
  expect(await answer(join(folder, 'circle'))).toMatchObject({ kind: 'failed', reason: 'unreadable' });
  const path = file('mode', randomBytes(3));
  chmodSync(path, 0o000);
  const asRoot = process.getuid?.() === 0;
  expect((await answer(path)).kind).toBe(asRoot ? 'digest' : 'failed');
});

test('a file of /proc, which says that it is empty, is read to its end', async () => {
  expect((await digestOf('/proc/version')).bytesRead).toBeGreaterThan(10);
});
