import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDumpedYaml } from './dumped-yaml.ts';
import {
  parseEffectiveFile,
  parsePlan,
  parseResults,
  parseShow,
  parseStatusTitles,
  parseUpgradeDryRun,
  parseUptrackConf,
  readTrouble,
} from './ksplice-parse.ts';

const output = (name: string): string => readFileSync(new URL(`./fixtures/outputs/${name}`, import.meta.url), 'utf8');

describe('uptrack-show', () => {
  it('lists three patches and a package version on Ubuntu', () => {
    const shown = parseShow(output('uptrack-show_ubuntu2204.txt'));
    expect(shown?.installed?.map((patch) => patch.id)).toEqual(['r9hrmw28', 'qeibbp29', '5r11iivt']);
    expect(shown?.effective).toBe('5.15.0-89.99');
    expect(shown?.available).toBeUndefined();
  });
  it('lists twelve patches, with and without CVEs, and the effective release on OL7', () => {
    const shown = parseShow(output('uptrack-show_ol7uek.txt'));
    expect(shown?.installed).toHaveLength(12);
    expect(shown?.installed?.[4]).toEqual({ id: '1teh5owg', title: 'Known exploit detection for CVE-2018-18445.' });
    expect(shown?.effective).toBe('4.14.35-2047.503.1.el7uek');
  });
  it('takes the word None for no patch, not for a patch of that name', () => {
    expect(parseShow(output('uptrack-show_none.txt'))).toEqual({ installed: [], effective: '5.15.0-206.153.7.1.el9uek' });
  });
  it('says nothing of installed patches when asked for the available ones', () => {
    expect(parseShow(output('uptrack-show_available_none.txt'))).toEqual({ available: [], effective: '5.15.0-318.199.3.2.1.el9uek' });
    const some = parseShow(output('uptrack-show_available_some.txt'));
    expect(some?.available).toHaveLength(5);
    expect(some?.installed).toBeUndefined();
  });
  it('reads both sections of --all, which no blank line parts', () => {
    const shown = parseShow('Available updates:\nNone\nInstalled updates:\n[44121bvv] Double free.\n');
    expect(shown).toEqual({ available: [], installed: [{ id: '44121bvv', title: 'Double free.' }] });
  });
  it('reads the kernel part of `ksplice all show` and leaves the user-space part out', () => {
    const shown = parseShow(output('ksplice-all-show_ol9.txt'));
    expect(shown?.installed).toHaveLength(13);
    expect(shown?.installed?.map((patch) => patch.id)).not.toContain('h73qvumn');
    expect(shown?.effective).toBe('5.15.0-208.159.3.el9uek');
  });
  it.each(['', 'None\n', 'Installed updates:\n', 'Installed updates:\n<html>\n', 'Updates installed:\n[r9hrmw28] x\n'])(
    'is no answer when it prints %j',
    (text) => {
      expect(parseShow(text)).toBeNull();
    },
  );
});

describe('uptrack-upgrade', () => {
  it('knows that nothing is to be done', () => {
    expect(parseUpgradeDryRun(output('uptrack-upgrade-n_nothing.txt'))).toEqual({ pending: [], effective: '5.15.0-318.199.3.2.1.el9uek' });
  });
  it('counts six pending although the exit code is 0', () => {
    expect(parseUpgradeDryRun(output('uptrack-upgrade-n_pending.txt'))?.pending).toHaveLength(6);
  });
  it('does not count an update that is removed and installed again in a new order', () => {
    const text = 'The following steps will be taken:\nRemove [aaaaaaaa] One.\nInstall [aaaaaaaa] One.\nInstall [bbbbbbbb] Two.\n';
    expect(parseUpgradeDryRun(text)?.pending).toEqual([{ id: 'bbbbbbbb', title: 'Two.' }]);
  });
  it('is no answer when it refuses', () => {
    expect(parseUpgradeDryRun(output('err_no_access_key.txt'))).toBeNull();
  });
});

describe('a refusal of uptrack', () => {
  it.each([
    ['err_no_access_key.txt', 20, 'no-key'],
    ['err_network.txt', 10, 'no-network'],
    ['err_unsupported_kernel.txt', 13, 'unsupported-kernel'],
    ['err_disabled.txt', 1, 'disabled'],
    // The network error and the invalid key begin with the same sentence: the code decides.
    ['err_network.txt', 14, 'invalid-key'],
  ] as const)('%s with exit code %d is %s', (name, code, expected) => {
    expect(readTrouble(code, output(name), '')).toBe(expected);
  });
  it('is told apart by text where the exit code is 1', () => {
    expect(readTrouble(1, '', 'Error: you must be root to run this program.')).toBe('not-root');
    expect(readTrouble(1, 'Uptrack disabled by system\nadministrator, remove it', '')).toBe('disabled');
    expect(readTrouble(1, '', 'Traceback')).toBe('other');
  });
});

describe('Uptrack’s files', () => {
  it('tell the effective kernel, what it was computed for and when it was built', () => {
    const file = parseEffectiveFile(output('effective_kernel.yml.txt'));
    expect(file).toEqual({
      release: '5.15.0-318.199.3.2.1.el9uek.x86_64',
      packageVersion: '5.15.0-318.199.3.2.1.el9uek',
      builtOn: '2026-03-11',
      original: { release: '5.15.0-302.167.6.1.el9uek.x86_64', version: '#2 SMP Tue Oct 22 22:02:41 PDT 2024' },
      installed: ['aostn7o7', '2p8a0k0d', 'dnrtq922'],
    });
  });
  it('are read in block style too, as newer dumpers write them', () => {
    const text =
      "%YAML 1.1\n---\nEffectiveKernel:\n  Release: 5.15.0-1.el9uek.x86_64\n  Version: '#2 SMP Wed\n    Mar 11 09:12:44 PDT 2026'\nInstalled:\n- aostn7o7\n- 2p8a0k0d\nOriginalKernel:\n  Release: 5.15.0-0.el9uek.x86_64\n  Version: '#1'\n...\n";
    expect(parseEffectiveFile(text)).toMatchObject({ builtOn: '2026-03-11', installed: ['aostn7o7', '2p8a0k0d'] });
  });
  it('tell what waits, titles with quotes and folded lines included, and when the server was reached', () => {
    const text =
      "%YAML 1.1\n---\nPlan:\n- {Command: Remove, ID: aaaaaaaa, Name: 'One''s own: a, b'}\n- {Command: Install, EffectiveKernel: 'Linux/x86_64/1/#2 SMP Wed\n    Mar', ID: aaaaaaaa, Name: 'One''s own: a, b'}\n- Command: Install\n  ID: bbbbbbbb\n  Name: 'CVE-2026-1: Use-after-free in\n    a driver.'\nTime: 2026-04-16 09:13:02.117201\n...\n";
    expect(parsePlan(text)).toEqual({
      pending: [{ id: 'bbbbbbbb', title: 'CVE-2026-1: Use-after-free in a driver.' }],
      madeAtMs: Date.UTC(2026, 3, 16, 9, 13, 2),
    });
  });
  it('tell the result of the last contact by its code', () => {
    expect(parseResults("Result: {Code: 0, Failed: [], Message: ''}\nTime: 2026-04-16 09:13:02\n")?.trouble).toBe('none');
    expect(parseResults("Kernel: {}\nResult:\n  Code: 17\n  Message: 'x'\nTime: 2026-04-16 09:13:02\n")?.trouble).toBe('expired');
    expect(parseResults('Time: 2026-04-16 09:13:02\n')).toBeNull();
  });
  it('tell the titles of what is installed', () => {
    const titles = parseStatusTitles("Updates:\n  Installed:\n  - {ID: aaaaaaaa, Name: One.}\n  - {ID: bbbbbbbb, Name: 'Two: three.'}\n");
    expect([...titles]).toEqual([
      ['aaaaaaaa', 'One.'],
      ['bbbbbbbb', 'Two: three.'],
    ]);
  });
  it('tell whether there is a key, and never the key', () => {
    expect(parseUptrackConf(output('uptrack.conf.txt'))).toMatchObject({ key: 'present' });
    expect(parseUptrackConf('[Auth]\naccesskey = INSERT_ACCESS_KEY\n')).toMatchObject({ key: 'placeholder' });
    expect(parseUptrackConf('[Auth]\naccesskey =\n[Network]\nhttps_proxy = x\n')).toMatchObject({ key: 'empty' });
    expect(parseUptrackConf('<html>')).toBeNull();
  });
  it('are no answer when they are anything else, and never an exception', () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'ab:-{}[]\'"\n ,#&*!|>'), maxLength: 60 });
    fc.assert(
      fc.property(yamlish, (text) => {
        const value = readDumpedYaml(text);
        return value === null || typeof value === 'string' || typeof value === 'object';
      }),
      { numRuns: 2_000 },
    );
    expect(parseEffectiveFile(output('uptrack-show_none.txt'))).toBeNull();
    expect(parsePlan('Plan: oops\n')).toBeNull();
    expect(readDumpedYaml(`${'['.repeat(5_000)}`)).toBeNull();
  });
});
