// Stories of whole machines: what one look at each says of it, and what a standby lacks beside its primary.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alone, beside, codes, look, outcomeOf } from '../../../test/support/dbpatch-look.ts';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import { canonicalJson } from '../../contract/canonical.ts';
import { openRecorded, type RecordedMachine } from '../../machine/recorded.ts';
import { probe } from './index.ts';

const output = (name: string): string => readFileSync(new URL(`./fixtures/outputs/${name}`, import.meta.url), 'utf8');
const home = '/u01/app/oracle/product/19.0.0/dbhome_1';
const dbhome1 = '/u01/app/oracle/product/19.0.0.0/dbhome_1';
const dbhome2 = '/u01/app/oracle/product/19.0.0.0/dbhome_2';
const grid = '/u01/app/19.0.0.0/grid';

describe('one look at a machine', () => {
  it.each([
    ['primary-19.23', 'primary', []],
    ['primary-cluster', 'primary', []],
    ['primary-datapatch-pending', 'primary', ['attempt-failed: PROD/CDB$ROOT', 'not-applied: PROD/SALES', 'pdb-closed: PROD/HR']],
    ['standby-19.23', 'standby', []],
    ['standby-behind', 'standby', []],
    ['standby-active', 'standby', []],
    ['standby-inventory-denied', 'standby', []],
    ['standby-capture-stale', 'standby', [`patches-stale: ${dbhome2}`]],
    ['standby-not-captured', 'standby', [`patches-unseen: ${dbhome2}`, 'registry-not-asked: PROD_ZRH']],
    ['standby-not-captured', 'primary', [`patches-unseen: ${dbhome2}`, 'registry-unseen: PROD_ZRH']],
    ['standby-opatch-refuses', 'standby', [`patches-unseen: ${dbhome2}`, 'registry-not-told: PROD_ZRH']],
    ['by-hand-19.23', 'standby', [`opatch-version-unseen: ${home}`]],
    ['by-hand-19.23', 'primary', [`opatch-version-unseen: ${home}`, 'registry-not-told: orcl']],
  ] as const)('finds on %s as a %s: %j', async (name, role, expected) => {
    expect(codes(alone(await look(name), role))).toEqual(expected);
  });

  it('has one cause for everything that is wrong with a home that is gone', async () => {
    const said = alone(await look('standby-home-gone'), 'standby');
    expect(codes(said)[0]).toBe(`home-gone: ${dbhome2}`);
    const rules = new Map(probe.rules.map((rule) => [rule.code, rule]));
    for (const { code } of said.filter((one) => one.code !== 'dbpatch/home-gone')) {
      expect(rules.get(code)?.dependsOn, code).toContain('dbpatch/home-gone');
    }
  });

  it('finds no Oracle software only where neither list of homes exists', async () => {
    expect(await outcomeOf('no-oracle')).toMatchObject({ kind: 'absent' });
    const pmon = [{ pid: 9, parentPid: 1, uid: 1, command: 'ora_pmon_ORCL', argv: ['ora_pmon_ORCL'] }];
    expect(await outcomeOf(await recordedMachine({ processes: pmon }))).toMatchObject({ kind: 'unseen' });
    expect(await outcomeOf(await recordedMachine({ denied: ['/etc/oratab'] }))).toMatchObject({ kind: 'unseen', reason: 'denied' });
    expect(await outcomeOf(await recordedMachine({ files: { '/etc/oraInst.loc': 'inventory_loc=/u01/inv\n' } }))).toMatchObject({
      kind: 'unseen',
    });
    expect(await outcomeOf(await recordedMachine({ files: { '/etc/oratab': '*:/u01/old:N\n' } }))).toMatchObject({ kind: 'absent' });
  });

  it('tells the level from the binaries where opatch lists no patch', async () => {
    const none = {
      argv: [`${home}/OPatch/opatch`, 'lspatches'],
      stdout: output('lspatches_none_21c.txt').replace('/u01/app/oracle/product/21.3.0/db', home),
    };
    const { facts } = await look(await byHand({ commands: [sqlplus('19.19.0.0.0'), none] }));
    expect(facts.homes[0]).toMatchObject({ release: { version: '19.19.0.0.0' }, patches: { kind: 'seen', patches: [] } });
  });

  it.each([
    ['as root', { exit: 255, stdout: output('opatch_as_root.txt') }],
    ['outside the inventory', { exit: 73, stdout: output('lsinventory_not_in_inventory.txt') }],
    ['for another home that has none', { stdout: output('lspatches_none_21c.txt') }],
    ['with garbage', { stdout: '\u0000\u0001 garbage' }],
    ['with nothing', { stdout: '' }],
    ['with a time-out', { failed: 'timeout' as const }],
  ])('never counts a home whose opatch answers %s as one without patches', async (_name, answer) => {
    const seen = await look(await byHand({ commands: [sqlplus('19.23.0.0.0'), { argv: ['opatch', 'lspatches'], ...answer }] }));
    expect(seen.facts.homes[0]?.patches.kind).toBe('unseen');
    expect(codes(alone(seen, 'standby'))).toContain(`patches-unseen: ${home}`);
  });

  it.each([
    ['Unable to lock Central Inventory.\nOPatch failed with error code 73\n', /^# Let what holds the lock end/, /attachHome/],
    [output('lsinventory_not_in_inventory.txt'), /attachHome/, /lock/],
    ['OPatch failed with error code 73\n', /^# Shows what opatch stumbles over/, /attachHome|lock/],
  ])('advises what the refusal of opatch asks for: %j', async (stdout, advice, other) => {
    const refusing = { argv: ['opatch', 'lspatches'], exit: 73, stdout };
    const said = alone(await look(await byHand({ commands: [sqlplus('19.23.0.0.0'), refusing] })), 'standby');
    const remedy = said.find(({ code }) => code === 'dbpatch/patches-unseen')?.remedy;
    expect(remedy).toMatch(advice);
    expect(remedy).not.toMatch(other);
  });

  it('takes no list of another home for this one’s', async () => {
    const inventory = { argv: ['opatch', 'lsinventory'], stdout: output('lsinventory_19c.txt') };
    const { facts } = await look(await byHand({ commands: [sqlplus('19.6.0.0.0'), inventory] }));
    expect(facts.homes[0]?.patches).toMatchObject({ kind: 'unseen', detail: expect.stringContaining('another home') });
  });

  it('takes lsinventory where a recording has only that, and columns of the registry as they were pasted', async () => {
    const commands = [
      sqlplus('19.6.0.0.0'),
      { argv: ['opatch', 'lsinventory'], stdout: output('lsinventory_19c.txt').replace(/(?<=^Oracle Home +: ).*/m, home) },
      { argv: ['sqlplus', '-s', '/', 'as', 'sysdba'], stdout: output('sqlpatch_19c.txt') },
    ];
    const { facts } = await look(await byHand({ commands }));
    expect(facts.homes[0]?.patches).toMatchObject({ kind: 'seen', patches: [{ id: '29585399' }, { id: '30557433' }] });
    expect(facts.databases[0]?.registry).toMatchObject({
      kind: 'seen',
      containers: [{ patches: [{ id: '35643107' }, { id: '35648110' }, { id: '35787077' }] }],
    });
  });

  it('lists the homes of agents and clients, and looks at them no further', async () => {
    const homes = { agent13c1: '/u01/agent', OraClient19Home1: '/u01/client', OraDB19Home1: '/u01/db', oms13c_db: '/u01/oms' };
    const xml = Object.entries(homes).map(([name, path]) => `<HOME NAME="${name}" LOC="${path}" TYPE="O"/>`);
    const machine = await recordedMachine({
      files: {
        '/etc/oraInst.loc': 'inventory_loc=/u01/inv\n',
        '/u01/inv/ContentsXML/inventory.xml': `<INVENTORY>${xml.join('')}</INVENTORY>`,
        ...Object.fromEntries(Object.values(homes).map((path) => [`${path}/OPatch/version.txt`, 'OPATCH_VERSION:13.9.4.2.11\n'])),
      },
      commands: [sqlplus('19.23.0.0.0')],
    });
    const seen = await look(machine);
    expect(seen.facts.homes.map(({ name, role }) => [name, role])).toEqual([
      ['agent13c1', 'other'],
      ['OraClient19Home1', 'other'],
      ['OraDB19Home1', 'database'],
      ['oms13c_db', 'other'],
    ]);
    const said = [...alone(seen, 'standby', { opatchAtLeast: '99.0.0' }), ...beside(seen, seen)];
    expect(codes(said).filter((one) => /agent|client|oms/.test(one))).toEqual([]);
    expect(probe.summary(seen.facts)).toContain('other home /u01/agent;');
  });

  it('looks once at a home that several names and links lead to, by the inventory’s path, and passes over what is no database', async () => {
    const machine = await recordedMachine({
      files: {
        '/etc/oraInst.loc': 'inventory_loc=/u01/inv\n',
        '/u01/inv/ContentsXML/inventory.xml': `<INVENTORY><HOME_LIST><HOME NAME="OraDB" LOC="/u01/db" TYPE="O"/><HOME NAME="x" LOC="/u01/gone" REMOVED="T"/></HOME_LIST></INVENTORY>`,
        '/etc/oratab': '*:/u01/x:N\nA:/u01/link:Y\nB:/u01/db:N\t# by agent\n+ASM:/u01/db:N\n-MGMTDB:/u01/db:N\n',
        '/u01/db/bin/oracle': '',
      },
      links: { '/u01/link': 'db' },
      commands: [{ argv: ['/u01/db/bin/sqlplus', '-v'], stdout: output('sqlplus-v_19.23.txt') }],
      processes: [],
    });
    const { facts } = await look(machine);
    expect(facts.homes.map(({ path, databases }) => [path, databases])).toEqual([['/u01/db', ['A', 'B']]]);
    expect(facts.databases.map(({ name, home: from }) => [name, from])).toEqual([
      ['A', '/u01/db'],
      ['B', '/u01/db'],
    ]);
  });

  it('tells homes apart by the paths of their programs', async () => {
    const two = { '/etc/oratab': 'A:/u01/a:N\nB:/u01/b:N\n' };
    const version = (path: string, release: string) => ({
      argv: [`${path}/bin/sqlplus`, '-v'],
      stdout: `SQL*Plus: Release 19.0.0.0.0\nVersion ${release}\n`,
    });
    const { facts } = await look(
      await recordedMachine({ files: two, commands: [version('/u01/b', '19.20.0.0.0'), version('/u01/a', '19.23.0.0.0')] }),
    );
    expect(facts.homes.map(({ release }) => release.kind === 'seen' && release.version)).toEqual(['19.23.0.0.0', '19.20.0.0.0']);
    const one = await look(await recordedMachine({ files: two, commands: [version('/u01/b', '19.20.0.0.0')] }));
    expect(one.facts.homes.map(({ release }) => release.kind)).toEqual(['unseen', 'seen']);
  });

  it('keeps the same facts over two looks, and moves only readings', async () => {
    const [one, two] = [await look('primary-19.23'), await look('primary-19.23')];
    expect(canonicalJson(one.facts)).toBe(canonicalJson(two.facts));
    for (const reading of one.readings) expect(probe.readings).toHaveProperty(reading.name);
    expect(one.readings).toContainEqual({ name: 'patchesCount', subject: dbhome1, value: 5 });
  });

  it('judges the age of what leaves no trace in the inventory, and not of what does', async () => {
    const seen = await look('primary-19.23');
    expect(codes(alone({ ...seen, now: seen.now + 5 * 3_600_000 }, 'primary'))).toEqual(['capture-stale: PROD']);
  });

  it('asks opatch itself only as the owner of the home, and not again while the inventory stays as it is', async () => {
    const files = { '/u01/inventory-marker': '', [`${home}/inventory/ContentsXML/comps.xml`]: '' };
    const stats = { [`${home}/inventory/ContentsXML/comps.xml`]: { uid: 54321 } };
    const answers = (uid: string) => [
      sqlplus('19.23.0.0.0'),
      { argv: ['opatch', 'lspatches'], stdout: output('lspatches_19.23.txt') },
      { argv: ['id', '-u'], stdout: `${uid}\n` },
    ];
    const other = await look(await byHand({ files, stats, commands: answers('998') }));
    expect(other.facts.homes[0]?.patches).toMatchObject({ kind: 'unseen', isUnasked: true });
    const owner = await look(await byHand({ files, stats, commands: answers('54321') }));
    expect(owner.facts.homes[0]?.patches).toMatchObject({ kind: 'seen' });
    const mute = await byHand({ files, stats, commands: [sqlplus('19.23.0.0.0'), { argv: ['id', '-u'], stdout: '54321\n' }] });
    const again = await look(mute, {}, { at: owner.now, facts: owner.facts, readings: owner.readings });
    expect(again.facts.homes[0]?.patches).toEqual(owner.facts.homes[0]?.patches);
  });

  it('believes a capture about the homes of whoever wrote it only, and none that a link leads to', async () => {
    const folder = copyOf('standby-19.23');
    const machine = join(folder, 'machine.yaml');
    const text = readFileSync(machine, 'utf8');
    writeFileSync(machine, text.replaceAll(/(oracle-oracle\/lspatches-[0-9]+\.capture: )\{"uid": 54321\}/g, '$1{"uid": 54399}'));
    expect((await look(await openRecorded(folder))).facts.homes.find(({ path }) => path === dbhome2)?.patches.kind).toBe('unseen');
    const linked = copyOf('standby-19.23');
    const spool = join(linked, 'files/var/spool/understudy/oracle-oracle');
    const name = /lspatches-[0-9]+\.capture/.exec(text.slice(text.indexOf('oracle-oracle/lspatches')))![0];
    cpSync(join(spool, name), join(linked, 'files/elsewhere'));
    unlinkSync(join(spool, name));
    symlinkSync('../../../../elsewhere', join(spool, name));
    expect((await look(await openRecorded(linked))).facts.homes.find(({ path }) => path === dbhome2)?.patches.kind).toBe('unseen');
  });

  it('names the user by the folder of the capture where its own user namespace hides who owns what', async () => {
    const folder = copyOf('standby-19.23');
    const machine = join(folder, 'machine.yaml');
    writeFileSync(machine, readFileSync(machine, 'utf8').replaceAll(/"uid": 543[0-9]+/g, '"uid": 65534'));
    const { facts } = await look(await openRecorded(folder));
    expect(facts.homes.map(({ owner, patches }) => [owner, patches.kind])).toEqual([
      ['grid', 'seen'],
      ['oracle', 'seen'],
    ]);
  });

  it('runs nothing from a home where the settings forbid it', async () => {
    const seen = await look('by-hand-19.23', { runsFromHomes: false });
    expect(seen.facts.homes[0]?.release).toMatchObject({ kind: 'unseen', isUnasked: true });
    expect((await look('standby-19.23', { runsFromHomes: false })).facts.homes.every(({ release }) => release.kind === 'seen')).toBe(true);
  });

  it('leaves out what the settings name, and looks at what they add', async () => {
    const { facts } = await look('standby-19.23', { ignoreHomes: ['/u01/app/*/grid'], ignoreDatabases: ['PROD*'], homes: ['/opt/extra/'] });
    expect([facts.homes.map(({ path }) => path), facts.databases]).toEqual([['/opt/extra', dbhome2], []]);
  });

  it('finds an opatch older than the configuration asks for', async () => {
    const seen = await look('standby-behind');
    expect(codes(alone(seen, 'standby', { opatchAtLeast: '12.2.0.1.40' }))).toEqual([`opatch-too-old: ${dbhome2}`]);
  });

  it.each([
    ['the inventory', { [`${home}/inventory/ContentsXML/comps.xml`]: { uid: 0 }, [home]: { uid: 54_321, type: 'directory' as const } }],
    ['the folder', { [`${home}/bin/oracle`]: { uid: 54_321 }, [home]: { uid: 0, type: 'directory' as const } }],
    ['everything', { [home]: { uid: 0, type: 'directory' as const } }],
  ])('never lets root type what is the owner’s, where %s is root’s', async (_name, stats) => {
    const files = {
      '/etc/passwd': 'root:x:0:0::/root:/bin/sh\noracle:x:54321:54321::/home/oracle:/bin/sh\n',
      ...Object.fromEntries(Object.keys(stats).flatMap((path) => (path === home ? [] : [[path, '']]))),
    };
    const seen = await look(await byHand({ files, stats, commands: [sqlplus('19.21.0.0.0')] }));
    const said = [...alone(seen, 'primary'), ...beside(seen, await look(await byHand({ commands: [sqlplus('19.23.0.0.0')] })))];
    expect(said.map(({ code }) => code)).toContain('dbpatch/release-behind');
    expect(said.filter(({ remedy }) => /-u root|@root/.test(remedy))).toEqual([]);
    expect(said.some(({ remedy }) => remedy.includes('-u oracle'))).toBe(true);
  });

  it('names the owner of the home in what is to be typed', async () => {
    const [, unseen] = alone(await look('standby-not-captured'), 'primary').map(({ remedy }) => remedy);
    expect(unseen).toContain('$ sudo systemctl enable --now understudy-capture-oracle@oracle.timer');
  });
});

describe('what could not be seen', () => {
  const blind = new Set(probe.rules.filter(({ isBlind }) => isBlind === true).map(({ code }) => code));
  const blindly = (said: Parameters<typeof codes>[0]) => codes(said.filter(({ code }) => blind.has(code)));

  it.each([
    ['standby-not-captured', 'standby', [`patches-unseen: ${dbhome2}`]],
    ['standby-not-captured', 'primary', [`patches-unseen: ${dbhome2}`, 'registry-unseen: PROD_ZRH']],
    ['standby-capture-stale', 'standby', [`patches-stale: ${dbhome2}`]],
    ['standby-opatch-refuses', 'primary', [`patches-unseen: ${dbhome2}`]],
    ['primary-datapatch-pending', 'primary', []],
    ['standby-home-gone', 'standby', [`patches-unseen: ${dbhome2}`, `release-unseen: ${dbhome2}`]],
  ] as const)('of %s as a %s leaves the core unknown: %j', async (name, role, expected) => {
    expect(blindly(alone(await look(name), role))).toEqual(expected);
  });

  it('is no more than a warning where it is old and not of another state', async () => {
    const seen = await look('primary-19.23');
    expect(blindly(alone({ ...seen, now: seen.now + 5 * 3_600_000 }, 'primary'))).toEqual([]);
  });

  it('of the primary leaves the pair unknown, and so does what no name matches', async () => {
    expect(blindly(beside(await look('standby-19.23'), await look('standby-capture-stale')))).toEqual([
      `primary-part-unseen: primary’s ${dbhome2}`,
    ]);
    const matched = async (own: string) =>
      blindly(beside(await serving(own), await serving('CRM:/u01/one HR:/u01/two'))).filter((one) => !one.startsWith('primary-part'));
    expect(await matched('SALES:/u01/one HR:/u01/two')).toEqual(['database-unmatched: CRM']);
    expect(await matched('CRM:/u01/one HR:/u01/two')).toEqual([]);
  });
});

describe('a standby beside its primary', () => {
  it.each([
    ['standby-19.23', []],
    [
      'standby-behind',
      [
        `ojvm-behind: ${dbhome2}`,
        `one-off-missing: ${dbhome2}`,
        `opatch-behind: ${dbhome2}`,
        `patches-missing: ${grid}`,
        `patches-missing: ${dbhome2}`,
        `release-behind: ${grid}`,
        `release-behind: ${dbhome2}`,
      ],
    ],
    ['standby-one-off-missing', [`one-off-missing: ${dbhome2}`, `patches-missing: ${dbhome2}`]],
    ['standby-ojvm-behind', [`ojvm-behind: ${dbhome2}`]],
    ['standby-ahead', [`ahead-of-primary: ${dbhome2}`]],
    ['standby-ahead-too-long', [`ahead-too-long: ${dbhome2}`]],
    ['standby-capture-stale', []],
    ['standby-active', [`ahead-of-primary: ${dbhome2}`, 'grid-missing: grid home']],
    ['standby-home-gone', ['grid-missing: grid home', 'home-missing: database home']],
    ['standby-client-only', ['grid-missing: grid home', 'home-missing: database home']],
  ])('%s lacks: %j', async (name, expected) => {
    expect(codes(beside(await look(name), await look('primary-19.23')))).toEqual(expected);
  });

  it('is the same standby beside a cluster, whose instance has a number', async () => {
    expect(beside(await look('standby-19.23'), await look('primary-cluster'))).toEqual([]);
  });

  it('may be ahead for as long as the settings say', async () => {
    const [here, there] = [await look('standby-ahead-too-long'), await look('primary-19.23')];
    expect(codes(beside(here, there, { aheadAtMost: '200d' }))).toEqual([`ahead-of-primary: ${dbhome2}`]);
    expect(beside(here, there)[0]?.actual).toContain('since 2026-08-08');
  });

  it('cannot be compared with what the primary does not show', async () => {
    const said = beside(await look('standby-19.23'), await look('standby-capture-stale'));
    expect(codes(said)).toEqual([`primary-part-unseen: primary’s ${dbhome2}`]);
  });

  it.each([
    ['PROD', 'PROD', {}, {}],
    ['PROD1', 'PROD', {}, {}],
    ['PROD_DR', 'PROD', {}, {}],
    ['prodstby', 'PROD', {}, {}],
    ['PROD_ZRH', 'PROD_FRA', { name: 'zrh' }, { name: 'fra' }],
    ['XZRH_P', 'XFRA_P', { tokens: { city: 'xzrh' } }, { tokens: { city: 'xfra' } }],
  ] as const)('finds the home of %s for that of %s among several', async (own, theirs, here, there) => {
    const said = beside(await twoHomes(own, '19.20.0.0.0'), await twoHomes(theirs, '19.23.0.0.0'), { sites: [here, there] });
    expect(codes(said)).toContain('release-behind: /u01/one');
    expect(codes(said)).not.toContain('release-behind: /u01/two');
  });

  it('says so where homes without databases cannot be told apart', async () => {
    const [here, there] = await Promise.all(
      [
        ['/a', '/b'],
        ['/a', '/c'],
      ].map(async (homes) => look('by-hand-19.23', { homes, ignoreDatabases: ['*'], ignoreHomes: [home] })),
    );
    expect(codes(beside(here!, there!)).filter((one) => one.startsWith('home-'))).toEqual(['home-without-twin: primary’s /c']);
  });

  it.each([
    [
      'one of no name that it knows, where a database is left',
      'SALES:/u01/one HR:/u01/two',
      'CRM:/u01/one HR:/u01/two',
      ['database-unmatched: CRM'],
    ],
    ['one that is not here, where none is left', 'HR:/u01/two', 'CRM:/u01/one HR:/u01/two', ['database-without-home: CRM']],
    ['any, where none is named here', '', 'CRM:/u01/one HR:/u01/two', ['database-unmatched: CRM', 'database-unmatched: HR']],
    [
      'any by the paths of their homes',
      'D1:/u01/two D2:/u01/one',
      'CRM:/u01/one HR:/u01/two',
      ['database-unmatched: CRM', 'database-unmatched: HR'],
    ],
    ['one that is named with two homes here', 'CRM:/u01/one CRM:/u01/two', 'CRM:/u01/one', ['database-unmatched: CRM']],
    ['one of another number', 'CRM2:/u01/one HR:/u01/two', 'CRM1:/u01/one HR:/u01/two', ['database-unmatched: CRM1']],
    ['the only one by more than that it is the only one', 'HR:/u01/one', 'CRM:/u01/one', ['paired-by-elimination: /u01/one']],
    ['the only one, where none is named here', '', 'CRM:/u01/one', ['paired-by-elimination: /u01/one']],
    ['the only one where both ask their DB_NAME', 'HR:/u01/one:CRM', 'CRM:/u01/one:CRM', []],
    ['the only one as another of DB_NAME', 'CRM_X:/u01/one:HR', 'CRM:/u01/one:CRM', ['database-without-home: CRM']],
  ])('does not match %s', async (_name, own, theirs, expected) => {
    const said = codes(beside(await serving(own), await serving(theirs)));
    expect(said.filter((one) => /^(?:database|home|paired)-/.test(one))).toEqual(expected);
  });

  it('is behind where every home that may stand for that of the primary is', async () => {
    const primary = await serving('CRM:/u01/one HR:/u01/two', { '/u01/one': '19.23.0.0.0' });
    const said = beside(await serving('D1:/u01/two D2:/u01/one', { '/u01/one': '19.22.0.0.0' }), primary);
    expect(said.find(({ code }) => code === 'dbpatch/release-behind')).toMatchObject({ subject: 'CRM', expected: '19.23.0.0.0' });
    expect(said.find(({ code }) => code === 'dbpatch/release-behind')?.remedy).toContain('/u01/one/OPatch/opatch apply');
    const mixed = beside(await serving('D1:/u01/two D2:/u01/one', { '/u01/one': '19.24.0.0.0' }), primary);
    expect(codes(mixed).filter((one) => one.startsWith('release-'))).toEqual([]);
  });

  it.each([
    ['19.9.0.0.0', '19.11.0.0.210420', true, 'release-behind'],
    ['19.23.0.0.0', '19.25.0.0.241015', true, null],
    ['19.25.0.0.0', '19.21.0.0.231017', true, 'release-behind'],
    ['23.26.3.0.0', '23.26.1.0.0', true, 'ahead-of-primary'],
    ['19.23.0.0.0', '19.23.0.0.240416', false, null],
    ['19.23.1.0.0', '19.23.0.0.240416', false, 'ahead-of-primary'],
  ] as const)(
    'counts the lower of binaries at %s and an inventory at %s: contradicting %s, %s',
    async (release, update, isSaid, expected) => {
      const at = async (version: string, level: string) => {
        const stdout = `36233263;Database Release Update : ${level} (36233263)\n\nOPatch succeeded.\n`;
        return look(await byHand({ commands: [sqlplus(version), { argv: ['opatch', 'lspatches'], stdout }] }));
      };
      const [own, primary] = [await at(release, update), await at('19.23.0.0.0', '19.23.0.0.240416')];
      expect(codes(alone(own, 'standby')).includes(`release-contradicted: ${home}`)).toBe(isSaid);
      const level = codes(beside(own, primary)).filter((one) => /^(?:release-behind|ahead-of-primary)/.test(one));
      expect(level).toEqual(expected === null ? [] : [`${expected}: ${home}`]);
      expect(codes(beside(primary, own)).includes(`primary-part-unseen: primary’s ${home}`)).toBe(isSaid);
    },
  );

  it.each([
    ['29141038;DATABASE PATCH SET UPDATE 12.1.0.2.190416', 'patches-missing'],
    ['29141038;DATABASE PATCH SET UPDATE 12.1.0.2.190115', 'patches-missing'],
    ['29141038;DATABASE PATCH SET UPDATE 12.1.0.2.181016', 'patches-missing release-behind'],
    ['29141038;DATABASE BUNDLE PATCH 12.1.0.2.190416', 'ahead-of-primary'],
    ['29141038;DATABASE BUNDLE PATCH 12.1.0.2.181016', 'patches-missing release-behind'],
  ])('holds %s against a bundle patch of January 2019: %s', async (patch, expected) => {
    const on = async (line: string) => {
      const version = { argv: ['sqlplus', '-v'], stdout: 'SQL*Plus: Release 12.1.0.2.0 Production\n' };
      const commands = [version, { argv: ['opatch', 'lspatches'], stdout: `${line}\n\nOPatch succeeded.\n` }];
      return look(await byHand({ commands }));
    };
    const said = beside(await on(patch), await on('28731800;DATABASE BUNDLE PATCH 12.1.0.2.190115'));
    expect(codes(said)).toEqual(expected.split(' ').map((code) => `${code}: ${home}`));
    const missing = said.find(({ code }) => code === 'dbpatch/patches-missing');
    if (missing !== undefined) expect(missing.actual).toContain('28731800');
    if (missing !== undefined && patch.includes('SET')) expect(missing.remedy).toContain('29141038 is rolled back');
  });

  it('misses nothing that the installation brings', async () => {
    const lists = (...lines: readonly string[]) => {
      const stdout = `${['36233263;Database Release Update : 19.23.0.0.240416 (36233263)', ...lines].join('\n')}\n\nOPatch succeeded.\n`;
      return byHand({ commands: [sqlplus('19.23.0.0.0'), { argv: ['opatch', 'lspatches'], stdout }] });
    };
    const [bare, base, newer] = [
      await look(await lists()),
      await look(await lists('29585399;OCW RELEASE UPDATE 19.3.0.0.0 (29585399)')),
      await look(await lists('36240578;OCW RELEASE UPDATE 19.23.0.0.0 (36240578)')),
    ];
    expect([...beside(bare, base), ...beside(base, bare)]).toEqual([]);
    expect(codes(beside(base, newer))).toEqual([`patches-missing: ${home}`]);
  });

  it('advises datapatch only after what it would do was shown, and on databases only', async () => {
    const [said] = beside(await look('standby-ahead'), await look('primary-19.23'));
    expect(said?.remedy).toMatch(/datapatch -prereq\n.*datapatch -verbose$/);
    const grids = beside(await look('primary-19.23'), await look('standby-behind')).filter(({ subject }) => subject === grid);
    expect(grids.map(({ remedy }) => /opatchauto/.test(remedy) && !/datapatch/.test(remedy))).toEqual([true]);
  });

  it('names the update of the primary as what it is', async () => {
    const behind = beside(await look('standby-behind'), await look('primary-19.23')).find(({ code }) => code === 'dbpatch/release-behind');
    expect(behind?.remedy).toMatch(/^# With the primary’s Database Release Update : 19\.23\.0\.0\.240416 \(36233263\), unpacked/);
  });

  it('guesses no home in what is to be typed', async () => {
    const [said] = beside(await serving('HR:/u01/two'), await serving('CRM:/u01/one HR:/u01/two'));
    expect(said?.remedy).not.toMatch(/tee|CRM:|u01/);
  });
});

const sqlplus = (release: string) => ({
  argv: ['sqlplus', '-v'],
  stdout: `\nSQL*Plus: Release 19.0.0.0.0 - Production\nVersion ${release}\n`,
});

const byHand = ({ files, ...paper }: MachineOnPaper): Promise<RecordedMachine> =>
  recordedMachine({ ...paper, files: { '/etc/oratab': `orcl:${home}:N\n`, ...files } });

async function twoHomes(name: string, release: string) {
  const version = (path: string, of: string) => ({
    argv: [`${path}/bin/sqlplus`, '-v'],
    stdout: `SQL*Plus: Release 19.0.0.0.0\nVersion ${of}\n`,
  });
  return look(
    await recordedMachine({
      files: { '/etc/oratab': `${name}:/u01/one:N\nHR:/u01/two:N\n` },
      commands: [version('/u01/one', release), version('/u01/two', '19.9.0.0.0')],
    }),
  );
}

/** `NAME:HOME` or `NAME:HOME:DB_NAME` of databases that run; all homes are listed and at 19.21 unless said otherwise. */
async function serving(databases: string, releases: Readonly<Record<string, string>> = {}) {
  const entries = databases
    .split(' ')
    .map((one) => one.split(':') as [string, string, string?])
    .filter(([name]) => name !== '');
  const homes = [...new Set(entries.length === 0 ? ['/u01/one'] : entries.map(([, path]) => path))];
  const xml = homes.map((path) => `<HOME NAME="OraDB19Home1" LOC="${path}" TYPE="O"/>`).join('');
  const asked = entries.flatMap(([name, path, databaseName]) => (databaseName === undefined ? [] : [[name, path, databaseName] as const]));
  return look(
    await recordedMachine({
      files: {
        '/etc/oratab': entries.map(([name, path]) => `${name}:${path}:N\n`).join(''),
        '/etc/oraInst.loc': 'inventory_loc=/u01/inv\n',
        '/u01/inv/ContentsXML/inventory.xml': `<INVENTORY>${xml}</INVENTORY>`,
        ...Object.fromEntries(
          asked.map(([name, path, databaseName]) => [
            `/var/spool/understudy/oracle-oracle/database-${name}.capture`,
            captured(name, path, `understudy-oracle/1\ndatabase|${databaseName}|${name}|MOUNTED|PHYSICAL STANDBY\nORA-01219\n`),
          ]),
        ),
      },
      commands: homes.map((path) => ({
        argv: [`${path}/bin/sqlplus`, '-v'],
        stdout: `SQL*Plus: Release 19.0.0.0.0\nVersion ${releases[path] ?? '19.21.0.0.0'}\n`,
      })),
      processes: entries.map(([name], at) => ({
        pid: at + 9,
        parentPid: 1,
        uid: 54_321,
        command: `ora_pmon_${name}`,
        argv: [`ora_pmon_${name}`],
      })),
    }),
  );
}

const captured = (sid: string, path: string, stdout: string): string =>
  `understudy-capture/1\nat: 2026-11-23T11:50:00Z\nof: database\nuser: oracle\nargv: sqlplus\nhome: ${path}\nsid: ${sid}\ndatabase: ${sid}\nexit: 0\nstdout: ${Buffer.byteLength(stdout)}\n\n${stdout}`;

function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-dbpatch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(new URL(`./fixtures/machines/${name}`, import.meta.url).pathname, folder, { recursive: true });
  return folder;
}
