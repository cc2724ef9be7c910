import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/agent.ts';
import { readOverrideFile } from './override-file.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const self = process.getuid!();
const someoneElse = 12_345;

const fileWith = (text: string): string => {
  const file = join(temporaryFolder(), 'gate-override.yaml');
  writeFileSync(file, text, { mode: 0o644 });
  return file;
};
const written = (until: string): string => `reason: Frankfurt is dark\nby: anna\nuntil: ${until}\n`;
const read = (file: string, uid = self) => readOverrideFile(file, now, uid);

describe('an override file', () => {
  it.each(['2026-11-23T12:00:01Z', '2026-11-23', '"2026-11-23T14:00:00+01:00"', '2999-01-01'])('overrides until %s', async (until) => {
    expect(await read(fileWith(written(until)))).toEqual({ kind: 'override', override: { reason: 'Frankfurt is dark', by: 'anna' } });
  });

  it('that is not there is no override, and no trouble', async () => {
    expect(await read(join(temporaryFolder(), 'none.yaml'))).toEqual({ kind: 'none' });
  });

  it.each([
    ['whose end has come', written('2026-11-23T12:00:00Z'), 'held until 2026-11-23 12:00:00Z, which is over'],
    ['without a reason', 'by: anna\nuntil: 2999-01-01\n', 'does not say reason'],
    ['with an empty name', 'reason: x\nby: " "\nuntil: 2999-01-01\n', 'does not say by'],
    ['without an end', 'reason: x\nby: anna\n', 'does not say until'],
    ['with an end that is none', written('soon'), 'has an until that is none ("soon" is no date'],
    ['with a day that is none', written('2999-02-30'), 'has an until that is none ("2999-02-30": there is no such day)'],
    [
      'that says more than it can',
      `${written('2999-01-01')}group: billing\n`,
      'has a key that is none: "group"; expected reason, by, until',
    ],
    ['that says one thing twice', `${written('2999-01-01')}by: bob\n`, 'is wrong on line 4'],
    ['with a reason for a receipt of its own', `by: anna\nuntil: 2999-01-01\nreason: ${'x'.repeat(501)}\n`, 'says reason in more than 500'],
    ['that is no YAML', 'reason: [', 'is wrong on line 1'],
    ['that is a list', '- reason\n', 'is no map with reason, by and until'],
    ['that is empty', '', 'is no map with reason, by and until'],
    ['that is a novel', `reason: ${'x'.repeat(20_000)}\n`, 'is larger than an override'],
  ])('%s overrides nothing, and it is said why', async (_, text, why) => {
    const file = fileWith(text);
    const { kind, detail } = (await read(file)) as { kind: string; detail: string };
    expect({ kind, detail }).toEqual({ kind: 'void', detail: expect.stringMatching(/: nothing is overridden$/) });
    expect(detail).toContain(`${file} ${why}`);
  });

  it.each([0o664, 0o646, 0o666, 0o602])('that others may write (mode %i) overrides nothing', async (mode) => {
    const file = fileWith(written('2999-01-01'));
    chmodSync(file, mode);
    expect(await read(file)).toMatchObject({ kind: 'void', detail: expect.stringContaining('may be written by others (mode 06') });
  });

  it('of whoever asks counts; of somebody else it does not', async () => {
    const file = fileWith(written('2999-01-01'));
    if (self === 0) chownSync(file, someoneElse, someoneElse);
    const owner = self === 0 ? someoneElse : self;
    expect((await read(file, owner)).kind).toBe('override');
    expect(await read(file, owner + 1)).toMatchObject({
      kind: 'void',
      detail: expect.stringContaining(`belongs to user ${owner}, neither to root nor to whoever asks`),
    });
  });

  it.runIf(self === 0)('of root counts, whoever asks', async () => {
    expect((await read(fileWith(written('2999-01-01')), someoneElse)).kind).toBe('override');
  });

  it('that is a folder, or a pipe that nobody writes to, overrides nothing and holds nothing up', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a'));
    execFileSync('mkfifo', [join(folder, 'b')]);
    for (const name of ['a', 'b'])
      expect(await read(join(folder, name))).toMatchObject({ kind: 'void', detail: expect.stringContaining('is no file') });
  });

  it('is judged by what a link leads to', async () => {
    const file = fileWith(written('2999-01-01'));
    chmodSync(file, 0o666);
    symlinkSync(file, `${file}.link`);
    expect((await read(`${file}.link`)).kind).toBe('void');
  });
});
