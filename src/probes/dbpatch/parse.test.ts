// What the tools really print, read one by one.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInventory, parseOraInst, parseOratab } from './inventory-parse.ts';
import { parseLsinventory, parseLspatches, parseOpatchVersion } from './opatch-parse.ts';
import { describePatch, type PatchKind } from './patch.ts';
import { newestAttempts, parseRegistry, stateOf } from './registry-parse.ts';
import { compareReleases, parseSqlplusVersion, reaches } from './release.ts';

const output = (name: string): string => readFileSync(new URL(`./fixtures/outputs/${name}`, import.meta.url), 'utf8');
const answer = (name: string, code = 0) => ({ code, stdout: output(name), stderr: '' });
const by = (opatchVersion: string) => ({ opatchVersion, paths: [] });

describe('opatch lspatches', () => {
  it('lists a release update, the Java machine of the same level, and OCW at its base', () => {
    const told = parseLspatches(answer('lspatches_19.23.txt'));
    expect(told).toMatchObject({
      kind: 'patches',
      patches: [
        { id: '29585399', kind: 'ocw', version: '19.3.0.0.0' },
        { id: '36199232', kind: 'ojvm', version: '19.23.0.0.240416' },
        { id: '36233263', kind: 'ru', version: '19.23.0.0.240416' },
      ],
    });
  });

  it('lists the five parts of Grid Infrastructure, one of which is the database’s release update', () => {
    const told = parseLspatches(answer('lspatches_gi_19.20.txt'));
    expect(told.kind === 'patches' && told.patches.map(({ kind }) => kind)).toEqual(['component', 'ru', 'ocw', 'component', 'component']);
  });

  it('takes only the sentence that there are none for none', () => {
    expect(parseLspatches(answer('lspatches_none_21c.txt'))).toEqual({ kind: 'patches', patches: [] });
    expect(parseLspatches({ code: 0, stdout: 'OPatch succeeded.\n', stderr: '' })).toMatchObject({ kind: 'refused', reason: 'unparsable' });
    expect(parseLspatches({ code: 0, stdout: '', stderr: '' })).toMatchObject({ kind: 'refused', reason: 'unparsable' });
  });

  it('never takes a refusal for a home without patches', () => {
    expect(parseLspatches(answer('opatch_as_root.txt', 255))).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(parseLspatches(answer('lsinventory_not_in_inventory.txt', 73))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
    expect(parseLspatches(answer('lsinventory_not_in_inventory.txt', 0))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
    expect(parseLspatches(answer('lspatches_19.23.txt', 73))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
    expect(parseLspatches({ code: 124, stdout: '', stderr: '' })).toMatchObject({ kind: 'refused', reason: 'timeout' });
  });

  it('is asked again where the inventory was locked', () => {
    const stdout =
      'Unable to lock Central Inventory.  OPatch will attempt to re-lock.\nDo you want to proceed? [y|n]\nUser Responded with: N\nOPatch failed with error code 73\n';
    const told = parseLspatches({ code: 73, stdout, stderr: '' });
    expect(told).toMatchObject({ kind: 'refused', reason: 'unreadable', detail: expect.stringContaining('asked again at the next look') });
  });

  it('is not believed where it was cut, in a line or between two', () => {
    const whole = output('lspatches_19.23.txt');
    const succeeded = whole.indexOf('OPatch succeeded');
    for (const end of [whole.indexOf('36233263') + 20, whole.indexOf('36233263'), succeeded, succeeded + 8]) {
      const told = parseLspatches({ code: 0, stdout: whole.slice(0, end), stderr: '' }, by('12.2.0.1.42'));
      expect(told, whole.slice(0, end)).toMatchObject({ kind: 'refused', reason: 'unparsable' });
    }
    const old = '26925576;DATABASE PATCH SET UPDATE 11.2.0.4.180116\n28790634;OJVM P';
    expect(parseLspatches({ code: 0, stdout: old, stderr: '' }, by('11.2.0.3.21'))).toMatchObject({ kind: 'refused' });
  });

  it('needs no last line of opatch 11 only, and keeps semicolons of a description', () => {
    const stdout = '26925576;DATABASE PATCH SET UPDATE 11.2.0.4.180116; FOR BUG 1\r\n';
    expect(parseLspatches({ code: 0, stdout, stderr: '' })).toMatchObject({ kind: 'refused' });
    const told = parseLspatches({ code: 0, stdout, stderr: '' }, by('11.2.0.3.21'));
    expect(told).toMatchObject({
      patches: [{ kind: 'psu', version: '11.2.0.4.180116', description: expect.stringContaining('; FOR BUG 1') }],
    });
  });
});

describe('opatch lsinventory', () => {
  it('lists two patches, and no time that a zone name could have meant twice', () => {
    const told = parseLsinventory(answer('lsinventory_19c.txt'));
    expect(told).toMatchObject({
      patches: [
        { id: '29585399', kind: 'ocw' },
        { id: '30557433', kind: 'ru', version: '19.6.0.0.200114' },
      ],
    });
    expect(parseOpatchVersion(output('lsinventory_19c.txt'))).toBe('12.2.0.1.17');
  });

  it('is not believed where it lists fewer than it announced, or announced nothing and was cut', () => {
    const silent = output('lsinventory_19c.txt').replace(/^Interim patches \(.*$/m, '');
    expect(parseLsinventory({ code: 0, stdout: silent, stderr: '' })).toMatchObject({ kind: 'patches' });
    expect(parseLsinventory({ code: 0, stdout: silent.replace('OPatch succeeded.', ''), stderr: '' })).toMatchObject({ kind: 'refused' });
    const cut = output('lsinventory_19c.txt').replace('Patch  29585399', 'Ptch  29585399');
    expect(parseLsinventory({ code: 0, stdout: cut, stderr: '' })).toMatchObject({ kind: 'refused', reason: 'unparsable' });
  });
});

describe('a description', () => {
  it.each<readonly [string, PatchKind, string | null]>([
    ['Database Release Update : 23.26.3.0.0 (38512121)', 'ru', '23.26.3.0.0'],
    ['DATABASE RELEASE UPDATE 12.2.0.1.180717', 'ru', '12.2.0.1.180717'],
    ['DATABASE APR 2018 RELEASE UPDATE 12.2.0.1.180417', 'ru', '12.2.0.1.180417'],
    ['Database Release Update Revision : 19.9.1.0.210119 (32072711)', 'ru', '19.9.1.0.210119'],
    ['Database Patch Set Update : 12.1.0.2.190416 (29176115)', 'psu', '12.1.0.2.190416'],
    ['DATABASE BUNDLE PATCH: 12.1.0.2.170418 (25397136)', 'bp', '12.1.0.2.170418'],
    ['Database PSU 12.1.0.2.5, Oracle JavaVM Component (OCT2015)', 'ojvm', '12.1.0.2.5'],
    ['OJVM PATCH SET UPDATE 11.2.0.4.180116', 'ojvm', '11.2.0.4.180116'],
    ['OCW Interim patch for 21436941', 'ocw', null],
    ['ACFS RELEASE UPDATE 19.20.0.0.0 (35332537)', 'component', '19.20.0.0.0'],
    ['DATAPUMP BUNDLE PATCH 19.21.0.0.0', 'bundle', '19.21.0.0.0'],
    ['JDK BUNDLE PATCH 19.0.0.0.231017', 'bundle', '19.0.0.0.231017'],
    ['MERGE ON DATABASE RU 19.23.0.0.0 OF 34672698 35220732', 'one-off', null],
    ['ORA-7445 AFTER UPGRADE TO 19.21.0.0.0', 'one-off', null],
    ['', 'one-off', null],
  ])('%j is of kind %s at %s', (description, kind, version) => {
    expect(describePatch('1', description)).toMatchObject({ kind, version });
  });
});

describe('sqlplus -v', () => {
  it.each([
    [output('sqlplus-v_19.23.txt'), '19.23.0.0.0'],
    ['\nSQL*Plus: Release 11.2.0.4.0 Production\n\n', '11.2.0.4.0'],
    ['\nSQL*Plus: Release 12.2.0.1.0 Production\n', '12.2.0.1.0'],
    ['SQL*Plus: Release 23.0.0.0.0 - Production\nVersion 23.5.0.24.07\n', '23.5.0.24.07'],
    ['SQL*Plus: Release 23.26.3.0.0 - Production on Mon Nov 23 2026\nVersion 23.26.3.0.0\n', '23.26.3.0.0'],
    ['\nSQL*Plus: Release 19.0.0.0.0 - Production\n', null],
    ['Error 6 initializing SQL*Plus\nSP2-0667: Message file sp1<lang>.msb not found\n', null],
    ['Version 19.23.0.0.0', null],
    ['', null],
  ])('reads %j as %s', (text, release) => expect(parseSqlplusVersion(text)).toBe(release));

  it('orders releases by number, not by text', () => {
    expect(compareReleases('19.9.0.0.0', '19.23.0.0.0')).toBe(-1);
    expect(compareReleases('23.26', '23.26.0.0.0')).toBe(0);
    expect([
      reaches('19.23.0.0.0', '19.23.0.0.240416'),
      reaches('19.23.0.0.0', '19.24.0.0.240716'),
      reaches('12.2.0.1.0', '12.2.0.1.180717'),
    ]).toEqual([true, false, false]);
  });
});

describe('where Oracle software is', () => {
  it('is read from oraInst.loc, in whatever order its lines are', () => {
    expect(parseOraInst(output('oraInst.loc.txt'))).toBe('/scratch/u01/app/oraInventory');
    expect(parseOraInst('inst_group=oinstall\ninventory_loc = /u01/inv/ \n')).toBe('/u01/inv');
    expect(parseOraInst('inst_group=oinstall\n')).toBeNull();
  });

  it('is read from the inventory, of which removed homes are no part', () => {
    expect(parseInventory(output('inventory.xml.txt'))).toEqual([
      { name: 'OraGI19Home1', path: '/u01/app/19c/grid', isGrid: true },
      { name: 'OraDB19Home1', path: '/u01/app/oracle/product/19c/dbhome_1', isGrid: false },
    ]);
    const more = output('inventory.xml.txt').replace(
      '</HOME_LIST>',
      `<HOME NAME="old" LOC="/u01/old" TYPE="O" IDX="3" REMOVED="T"/>\n<!-- <HOME NAME="c" LOC="/u01/c" TYPE="O"/> -->
<HOME NAME="a&amp;b" LOC="/u01/parent" TYPE="O" IDX="4">\n<NODE_LIST><NODE NAME="n1"/></NODE_LIST></HOME>\n</HOME_LIST>`,
    );
    expect(parseInventory(more)?.slice(2)).toEqual([{ name: 'a&b', path: '/u01/parent', isGrid: false }]);
    expect(parseInventory('<INVENTORY><HOME_LIST>')).toBeNull();
  });

  it('is read from oratab, where two instances may share a home', () => {
    expect(new Set(parseOratab(output('oratab.txt')).map(({ path }) => path))).toEqual(
      new Set(['/u01/app/oracle/product/19.0.0/dbhome_1']),
    );
    expect(parseOratab(output('oratab_awkward.txt')).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'TRNG database',
      'PPRD database',
      'PPRD10 database',
      '+ASM1 asm',
      '-MGMTDB management',
      'PROD_DR database',
    ]);
  });

  it('is no path that would be a command in a remedy', () => {
    expect(parseOratab('X:/u01/$(reboot):N\nY:/u01/a;reboot:N\nZ:relative:N\n')).toEqual([]);
  });
});

describe('the registry of SQL patches', () => {
  const whole = (lines: string): string =>
    `understudy-oracle/1\ndatabase|PROD|PROD_FRA|READ WRITE|PRIMARY\nregistry|sqlpatch\n${lines}end|understudy-oracle/1\n`;

  it('has one row an attempt, of which the newest counts', () => {
    const told = parseRegistry(
      whole(
        'sqlpatch|1|100|APPLY|SUCCESS|2026-01-01T10:00:00.000000|x|y\nsqlpatch|1|100|ROLLBACK|SUCCESS|2026-01-02T09:00:00.000000|x|y\nsqlpatch|3|100|APPLY|WITH ERRORS|2026-01-02T09:00:00.000000|x\nsqlpatch|3|200|APPLY|SUCCESS|2026-01-02T09:00:00.000000|\nsqlpatch|3|300|ROLLBACK|WITH ERRORS|2026-01-02T09:00:00.000000|\n',
      ),
      0,
    );
    const states =
      told.kind === 'attempts' ? newestAttempts(told.attempts).map((one) => [one.containerId, one.patch.id, stateOf(one)]) : [];
    expect(states).toEqual([
      [1, '100', 'rolled-back'],
      [3, '100', 'failed'],
      [3, '200', 'applied'],
      [3, '300', 'rollback-failed'],
    ]);
  });

  it('is not believed where it was cut or is mixed with other lines of its kind', () => {
    expect(parseRegistry(whole('').replace('end|understudy-oracle/1\n', ''), 124)).toMatchObject({ kind: 'refused', reason: 'timeout' });
    expect(parseRegistry(whole('sqlpatch|oops\n'), 0)).toMatchObject({ kind: 'refused', reason: 'unparsable' });
    expect(parseRegistry('', 0)).toMatchObject({ kind: 'refused', reason: 'unparsable' });
  });

  it('does not apply on a mounted standby, which is neither zero patches nor an outage', () => {
    expect(parseRegistry(output('sqlpatch_standby_mounted.txt'), 1)).toMatchObject({ kind: 'not-open' });
    expect(parseRegistry(output('sqlpatch_standby_mounted.txt'), 0)).toMatchObject({ kind: 'not-open' });
  });

  it.each([
    ['ERROR at line 1:\nORA-01034: ORACLE not available\n', 'unreadable', 'The database is not started'],
    ['ERROR:\nORA-01031: insufficient privileges\n', 'denied', 'sqlplus may not connect as SYSDBA'],
    ['ORA-00942: table or view does not exist\n', 'unreadable', 'sqlplus answered with ORA-00942'],
  ])('is unseen where sqlplus says %j', (text, reason, detail) => {
    expect(parseRegistry(text, 1)).toMatchObject({ kind: 'refused', reason, detail });
    expect(parseRegistry(text, 0)).toMatchObject({ kind: 'refused', reason, detail });
  });

  it('orders attempts by time also where sqlplus printed them in its own words', () => {
    const row = (at: string, action: string, status: string): string => `${at.padEnd(30)} 35643107   ${action.padEnd(8)} ${status}\n`;
    const columns = `${'ACTION_TIME'.padEnd(30)} PATCH_ID   ACTION   STATUS\n${'-'.repeat(30)} ---------- -------- ---------------\n`;
    const told = parseRegistry(
      columns +
        row('02-NOV-24 01.00.00.000000 PM', 'APPLY', 'SUCCESS') +
        row('16-OCT-24 11.22.47.880070 PM', 'APPLY', 'WITH ERRORS') +
        row('02-NOV-24 11.00.00.000000 AM', 'ROLLBACK', 'SUCCESS'),
      0,
    );
    expect(told.kind === 'attempts' && newestAttempts(told.attempts).map(stateOf)).toEqual(['applied']);
  });

  it('does not apply where v$database says so in columns', () => {
    const told = parseRegistry(
      'OPEN_MODE            DATABASE_ROLE\n-------------------- ----------------\nMOUNTED              PHYSICAL STANDBY\n',
      0,
    );
    expect(told).toMatchObject({ kind: 'not-open', database: { role: 'PHYSICAL STANDBY' } });
  });

  it('is not kept by 11g', () => {
    expect(parseRegistry(whole('').replace('registry|sqlpatch', 'registry|none'), 0)).toMatchObject({ kind: 'not-kept' });
  });

  it('is read from columns too, in which nothing tells whether an attempt without a status succeeded', () => {
    const told = parseRegistry(output('sqlpatch_19c.txt'), 0);
    if (told.kind !== 'attempts') throw new Error(told.kind);
    expect(told.attempts.map(({ patch, action, at }) => [patch.id, patch.kind, action, at])).toEqual([
      ['35643107', 'ru', 'APPLY', '2024-07-10'],
      ['35648110', 'ojvm', 'APPLY', '2024-07-10'],
      ['35787077', 'bundle', 'APPLY', '2024-07-10'],
    ]);
    expect(new Set(told.attempts.map(stateOf))).toEqual(new Set(['status-unseen']));
  });
});

it('no text makes a reader throw or takes it long', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc
      .array(fc.constantFrom('|', ';', '<HOME ', 'LOC="/a"', '-', ' ', '\n', '19.3.0', 'sqlpatch|', '#', ':'), { maxLength: 80 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      parseLspatches({ code: 0, stdout: text, stderr: text });
      parseLsinventory({ code: 0, stdout: text, stderr: '' });
      parseRegistry(text, 0);
      parseInventory(text);
      parseOratab(text);
      parseSqlplusVersion(text);
      describePatch('1', text);
    }),
  );
  const started = performance.now();
  for (const text of [
    '-'.repeat(500_000),
    '- '.repeat(250_000),
    '<HOME '.repeat(80_000),
    `<HOME ${'a="b" '.repeat(80_000)}`,
    '19.'.repeat(170_000),
    ' '.repeat(500_000),
    '<!--'.repeat(100_000),
  ]) {
    parseRegistry(`PATCH_ID\n${text}`, 0);
    parseInventory(text);
    parseLsinventory({ code: 0, stdout: text, stderr: '' });
    parseSqlplusVersion(`SQL*Plus ${text}`);
    parseOratab(text);
    parseOpatchVersion(text);
    describePatch('1', text.slice(0, 200));
  }
  // Quadratic readers need minutes for these.
  expect(performance.now() - started).toBeLessThan(20_000);
});
