import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compileGlob } from './glob-pattern.ts';
import { localMachine } from './local.ts';

function tree(files: readonly string[], links: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'understudy-glob-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of files) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '');
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  return root;
}

async function find(root: string, pattern: string, signal = new AbortController().signal): Promise<readonly string[]> {
  const answer = await localMachine().forLook(signal).glob(`${root}/${pattern}`, { entriesMax: 1_000 });
  if (answer.kind !== 'globbed') throw new Error(answer.detail);
  expect(answer.isCut).toBe(false);
  return answer.paths.map((path) => path.slice(root.length + 1));
}

describe('patterns', () => {
  const files = [
    'a.pem',
    'b.crt',
    'c.key',
    'x1',
    'x2',
    'x[1]',
    '.hidden.pem',
    'sub/d.pem',
    'sub/deep/e.pem',
    'other/f.pem',
    'sub/.git/g.pem',
    '{z}',
  ];
  test.each([
    ['*.pem', ['a.pem']],
    ['.*.pem', ['.hidden.pem']],
    ['*.{pem,crt}', ['a.pem', 'b.crt']],
    ['{a,b,none}.{pem,crt}', ['a.pem', 'b.crt']],
    ['{sub,other}/*.pem', ['other/f.pem', 'sub/d.pem']],
    ['s*/{d,deep/e}.pem', ['sub/d.pem', 'sub/deep/e.pem']],
    ['x?', ['x1', 'x2']],
    ['x[1-2]', ['x1', 'x2']],
    ['x[!2]', ['x1']],
    ['x[[]1]', ['x[1]']],
    ['**/*.pem', ['a.pem', 'other/f.pem', 'sub/d.pem', 'sub/deep/e.pem']],
    ['sub/**/*.pem', ['sub/d.pem', 'sub/deep/e.pem']],
    ['sub/**', ['sub/d.pem', 'sub/deep', 'sub/deep/e.pem']],
    ['**/deep/**/*.pem', ['sub/deep/e.pem']],
    ['*/*', ['other/f.pem', 'sub/d.pem', 'sub/deep']],
    ['a.pem', ['a.pem']],
    ['none.pem', []],
    ['none/*.pem', []],
    ['a.pem/*', []],
    ['{z}', ['{z}']],
  ])('%s', async (pattern, expected) => {
    expect(await find(tree(files), pattern)).toEqual(expected);
  });

  test('a pattern of too many alternatives, or a relative one, is refused', () => {
    expect(compileGlob('/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}/x')).toContain('more than');
    expect(compileGlob('etc/*')).toBe('is not an absolute path');
  });

  test('any text is a pattern that can be matched in time', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[a-b*?[\]{},!^/.-]{0,30}$/), fc.stringMatching(/^[ab]{0,40}$/), (pattern, name) => {
        const alternatives = compileGlob(pattern);
        if (typeof alternatives === 'string') return;
        for (const part of alternatives.flat()) if (part.kind === 'match') part.expression.test(name);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('walks', () => {
  test('links to folders are followed, a circle of them ends, and a file is named by its real path', async () => {
    const root = tree(['real/a.pem', 'real/deep/b.pem'], { again: 'real', 'real/deep/up': '..', self: '.', 'nowhere.pem': 'gone' });
    expect(await find(root, '**/*.pem')).toEqual(['nowhere.pem', 'real/a.pem', 'real/deep/b.pem']);
    expect(await find(root, 'again/*.pem')).toEqual(['again/a.pem']);
  });

  test('the answer is cut where more is found than was asked for', async () => {
    const root = tree(['a', 'b', 'c']);
    const answer = await localMachine().forLook(new AbortController().signal).glob(`${root}/*`, { entriesMax: 2 });
    expect(answer).toMatchObject({ kind: 'globbed', isCut: true });
  });

  test('an abort in the middle ends it', async () => {
    const abort = new AbortController();
    const asked = localMachine().forLook(abort.signal).glob('/**/*', { entriesMax: 10_000_000 });
    setImmediate(() => abort.abort());
    expect(await asked).toMatchObject({ kind: 'failed', reason: 'timeout' });
  });
});
