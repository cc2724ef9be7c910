// What systemd says about the environment of a unit, and what its files say where there is no systemd.
import { describe, expect, it } from 'vitest';
import { type MachineOnPaper, recordedMachine } from '../../../../test/support/recorded.ts';
import type { Machine } from '../../../contract/machine.ts';
import { declaredInFiles } from './files.ts';
import { parseDeclared, parseState } from './shown.ts';
import { unitWords } from './words.ts';

const machine = async (files: MachineOnPaper['files'], more: MachineOnPaper = {}): Promise<Machine> =>
  (await recordedMachine({ files: files ?? {}, ...more })).forLook(new AbortController().signal);

describe('systemctl show', () => {
  // As systemd 252 printed it for a unit with these assignments.
  const shown = `Environment=A=1 "B=two words" "C=it\\"s A" "D=a\\$b" "E=\\\`x\\\`" "F=back\\\\slash" "G=tab\\there" "H=new\\nline" I=ü "J=it's" K= "L=a;b" "M=a*b" N=t.service "O=dq \\"inner\\""
EnvironmentFiles=/etc/none (ignore_errors=yes)
EnvironmentFiles=/etc/t.env (ignore_errors=no)
EnvironmentFiles=/etc/t.d/*.env (ignore_errors=no)
UnsetEnvironment=A "B=two words"
`;

  it('gives each assignment as the process gets it', () => {
    expect(Object.fromEntries(parseDeclared(shown)!.assignments)).toEqual({
      A: '1',
      B: 'two words',
      C: 'it"s A',
      D: 'a$b',
      E: '`x`',
      F: 'back\\slash',
      G: 'tab\there',
      H: 'new\nline',
      I: 'ü',
      J: "it's",
      K: '',
      L: 'a;b',
      M: 'a*b',
      N: 't.service',
      O: 'dq "inner"',
    });
  });

  it('gives every environment file in order, and what is taken away', () => {
    const { files, unset } = parseDeclared(shown)!;
    expect(files).toEqual([
      { path: '/etc/none', isOptional: true },
      { path: '/etc/t.env', isOptional: false },
      { path: '/etc/t.d/*.env', isOptional: false },
    ]);
    expect(unset).toEqual(['A', 'B=two words']);
  });

  it('of an old systemd, which quotes nothing and calls the files otherwise', () => {
    const { assignments, files } = parseDeclared(
      'Environment=OPTS=-Xmx1g -Xms1g LANG=C\nEnvironmentFile=/etc/sysconfig/a (ignore_errors=yes)\n',
    )!;
    expect(assignments).toEqual([
      ['OPTS', '-Xmx1g -Xms1g'],
      ['LANG', 'C'],
    ]);
    expect(files).toEqual([{ path: '/etc/sysconfig/a', isOptional: true }]);
  });

  it('with nothing set is no environment; without the property it is no answer', () => {
    expect(parseDeclared('Environment=\n')).toEqual({ assignments: [], files: [], unset: [] });
    expect(parseDeclared('Id=a.service\nLoadState=loaded\n')).toBeNull();
    expect(parseDeclared('System has not been booted')).toBeNull();
  });

  it('tells since when a process runs in UTC only', () => {
    const started = (at: string) => parseState(`LoadState=loaded\nMainPID=58\nExecMainStartTimestamp=${at}\n`)?.startedMs;
    expect(started('Wed 2026-11-25 22:55:03 UTC')).toBe(Date.UTC(2026, 10, 25, 22, 55, 3));
    expect(started('Wed 2026-11-25 23:55:03 CET')).toBeNull();
    expect(started('')).toBeNull();
  });

  it('a quotation that does not end is nothing that could be read', () => {
    expect(unitWords('A=1 "B=2')).toBeNull();
  });
});

describe('the files of a unit', () => {
  it('are the fragment and its drop-ins by name, an empty assignment taking back what came before', async () => {
    const found = await declaredInFiles(
      await machine({
        '/usr/lib/systemd/system/a.service': '[Service]\nEnvironment=OLD=1\nEnvironmentFile=/etc/old\n',
        '/etc/systemd/system/a.service':
          '[Unit]\nEnvironment=NOT=here\n[Service]\nEnvironment=A=1 "B=two words" \\\n  C=3\nEnvironmentFile=-/etc/a.env\n',
        '/etc/systemd/system/a.service.d/20.conf': '[Service]\nEnvironmentFile=\nEnvironmentFile=/etc/%N.env\n',
        '/run/systemd/system/a.service.d/10.conf': '[Service]\nEnvironment=A=2\n',
        '/run/systemd/system/a.service.d/20.conf': '[Service]\nEnvironment=HIDDEN=1\n',
      }),
      'a.service',
    );
    expect(found).toMatchObject({
      kind: 'declared',
      declared: {
        assignments: [
          ['A', '1'],
          ['B', 'two words'],
          ['C', '3'],
          ['A', '2'],
        ],
        files: [{ path: '/etc/a.env', isOptional: false }],
      },
    });
  });

  it('of a template are filled in with the instance', async () => {
    const found = await declaredInFiles(
      await machine({ '/etc/systemd/system/a@.service': '[Service]\nEnvironment=WHO=%i PERCENT=100%%\nEnvironmentFile=/etc/%p/%i.env\n' }),
      'a@zrh.service',
    );
    expect(found).toMatchObject({
      declared: {
        assignments: [
          ['WHO', 'zrh'],
          ['PERCENT', '100%'],
        ],
        files: [{ path: '/etc/a/zrh.env' }],
      },
    });
  });

  it('that depend on the machine, are empty, or may not be read are unseen, and never an empty environment', async () => {
    const look = async (text: string, more: MachineOnPaper = {}) =>
      declaredInFiles(await machine({ '/etc/systemd/system/a.service': text }, more), 'a.service');
    expect(await look('[Service]\nEnvironment=HOME_IS=%h\n')).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    expect(await look('')).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    expect(await look('x', { denied: ['/etc/systemd/system/a.service'] })).toMatchObject({ kind: 'unseen', reason: 'denied' });
    expect(await declaredInFiles(await machine({}), 'a.service')).toEqual({ kind: 'not-found' });
  });
});
