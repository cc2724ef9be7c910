// The capture unit's script, run for real over made-up homes whose programs are shell scripts and whose instances are processes.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Capture, parseCapture } from '../../formats/capture.ts';
import { parseInventory } from './inventory-parse.ts';
import { parseLspatches } from './opatch-parse.ts';
import { parseRegistry } from './registry-parse.ts';
import { parseSqlplusVersion } from './release.ts';

const packaging = resolve(import.meta.dirname, '../../../packaging/systemd');
const script = join(packaging, 'capture-oracle');
const fixtures = resolve(import.meta.dirname, 'fixtures/outputs');

/** The script refuses root, as opatch does. */
const owner = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid!(), gid: process.getgid!() };
const user = execFileSync('id', ['-un', String(owner.uid)])
  .toString()
  .trim();

interface World {
  readonly root: string;
  readonly home: (name: string) => string;
  readonly run: (shell?: string) => string;
  readonly names: () => readonly string[];
  readonly capture: (of: string, about?: string) => Capture;
  /** How often opatch was started in that home. */
  readonly asked: (name: string) => number;
}

function world({
  homes,
  oratab,
}: {
  readonly homes: readonly string[];
  readonly oratab: (home: (name: string) => string) => string;
}): World {
  const root = mkdtempSync(join(tmpdir(), 'understudy-oracle-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const home = (name: string): string => join(root, 'u01', name);
  const spool = join(root, 'spool', `oracle-${user}`);
  for (const folder of [spool, join(root, 'etc'), join(root, 'inventory/ContentsXML')]) mkdirSync(folder, { recursive: true });
  for (const name of homes) makeHome(home(name));
  const listed = homes.map((name) => `<HOME NAME="${name}" LOC="${home(name)}" TYPE="O" IDX="1"/>`).join('\n');
  const removed = `<HOME NAME="old" LOC="${root}/removed" TYPE="O" IDX="9" REMOVED="T"/>`;
  writeFileSync(
    join(root, 'inventory/ContentsXML/inventory.xml'),
    `<INVENTORY>\n<HOME_LIST>\n${listed}\n${removed}\n</HOME_LIST>\n</INVENTORY>\n`,
  );
  writeFileSync(join(root, 'etc/oraInst.loc'), `inst_group=oinstall\ninventory_loc=${root}/inventory\n`);
  writeFileSync(join(root, 'etc/oratab'), oratab(home));
  give(root);
  const env = {
    PATH: process.env.PATH!,
    UNDERSTUDY_ETC: join(root, 'etc'),
    UNDERSTUDY_SPOOL: join(root, 'spool'),
    UNDERSTUDY_SQL: join(packaging, 'capture-oracle.sql'),
  };
  const names = (): readonly string[] => readdirSync(spool).sort();
  const all = (): readonly Capture[] => names().map((name) => parseCapture(readFileSync(join(spool, name)))!);
  return {
    root,
    home,
    names,
    run: (shell = '/bin/sh') => execFileSync(shell, [script], { env, ...owner, stdio: 'pipe' }).toString(),
    capture: (of, about = '') => all().find(({ header }) => header.get('of') === of && [...header.values()].join('\n').includes(about))!,
    asked: (name) => (existsSync(join(home(name), 'asked')) ? readFileSync(join(home(name), 'asked'), 'utf8').split('\n').length - 1 : 0),
  };
}

function makeHome(home: string): void {
  put(join(home, 'inventory/ContentsXML/comps.xml'), '<PRD_LIST/>');
  mkdirSync(join(home, 'inventory/oneoffs'), { recursive: true });
  put(
    join(home, 'OPatch/opatch'),
    `#!/bin/sh\necho "$*" >>"${home}/asked"\n[ "$ORACLE_HOME" = "${home}" ] || exit 9\n[ -e "${home}/broken" ] && { echo 'OPatch failed with error code 73'; exit 73; }\ncat ${fixtures}/lspatches_19.23.txt\n`,
  );
  put(
    join(home, 'bin/sqlplus'),
    `#!/bin/sh\ncase "$*" in\n-v) cat ${fixtures}/sqlplus-v_19.23.txt ;;\n'-R 3 -S -L / as sysdba')\n  script=$(cat)\n  case $script in *sqlpatch*) ;; *) exit 8 ;; esac\n  printf 'understudy-oracle/1\\ndatabase|%s|U|READ WRITE|PRIMARY\\nregistry|sqlpatch\\nsqlpatch|0|36233263|APPLY|SUCCESS|2026-01-01T00:00:00.000000|Database Release Update\\nend|understudy-oracle/1\\n' "$ORACLE_SID" ;;\n*) exit 7 ;;\nesac\n`,
  );
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (text.startsWith('#!')) chmodSync(path, 0o755);
}

function give(path: string): void {
  chownSync(path, owner.uid, owner.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) give(join(path, entry.name));
    else if (entry.isFile()) chownSync(join(path, entry.name), owner.uid, owner.gid);
  }
}

/** A process of the owner that is named as an instance's process monitor is. */
async function instance(sid: string): Promise<void> {
  const child: ChildProcess = spawn('/bin/bash', ['-c', `exec -a ora_pmon_${sid} /bin/cat`], {
    ...owner,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const isThere = (): boolean => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').startsWith('ora_pmon_');
  while (!isThere()) await new Promise((done) => setTimeout(done, 10));
}

/** Unlikely to be the SID of a test that runs beside. */
const sidOf = (name: string): string => `${name}${process.pid}X`;

describe('capture-oracle', () => {
  it.each(['/bin/dash', '/bin/bash'])('leaves under %s what opatch, sqlplus and the inventory said, each home once', (shell) => {
    const here = world({
      homes: ['db'],
      oratab: (home) => `*:${home('none')}:N\nA:${home('link')}:N\nB:${home('db')}:Y\t# by agent\n+ASM:/gone:N\n`,
    });
    symlinkSync('db', here.home('link'));
    here.run(shell);
    expect(here.names().map((name) => name.replace(/[0-9]+/, 'N'))).toEqual([
      'inventory.capture',
      'lspatches-N.capture',
      'release-N.capture',
    ]);
    const patches = here.capture('lspatches');
    expect([patches.header.get('home'), patches.header.get('user')]).toEqual([here.home('db'), user]);
    expect(parseLspatches(patches)).toMatchObject({
      kind: 'patches',
      patches: [{ id: '29585399' }, { id: '36199232' }, { id: '36233263' }],
    });
    expect(parseSqlplusVersion(here.capture('release').stdout)).toBe('19.23.0.0.0');
    expect(parseInventory(here.capture('inventory').stdout)?.map(({ path }) => path)).toEqual([here.home('db')]);
    expect(here.asked('db')).toBe(1);
  });

  it('asks opatch again only when the inventory changed, or when it failed', () => {
    const here = world({ homes: ['db'], oratab: () => '' });
    here.run();
    here.run();
    expect(here.asked('db')).toBe(1);
    utimesSync(join(here.home('db'), 'inventory/oneoffs'), 1_700_000_000, 1_700_000_000);
    here.run();
    expect(here.asked('db')).toBe(2);
    expect(here.capture('lspatches').header.get('inventory')).toMatch(/^[0-9]+ 1700000000$/);
    utimesSync(join(here.home('db'), 'inventory/oneoffs'), 1_700_000_001, 1_700_000_001);
    writeFileSync(join(here.home('db'), 'broken'), '');
    here.run();
    here.run();
    expect(here.asked('db')).toBe(4);
    expect(parseLspatches(here.capture('lspatches'))).toMatchObject({ kind: 'refused' });
  });

  it('asks each running instance of its user, in the home that oratab names for it or for its database', async () => {
    const [crm, prod] = [sidOf('CRM'), sidOf('PROD')];
    const here = world({ homes: ['one', 'two'], oratab: (home) => `${crm}:${home('one')}:N\n${prod}_FRA:${home('two')}:N\n` });
    await Promise.all([instance(crm), instance(`${prod}1`)]);
    here.run();
    const [first, second] = [here.capture('database', crm), here.capture('database', `${prod}1`)];
    expect([first.header.get('home'), first.header.get('database')]).toEqual([here.home('one'), crm]);
    expect([second.header.get('home'), second.header.get('database')]).toEqual([here.home('two'), `${prod}_FRA`]);
    expect(parseRegistry(second.stdout, second.code)).toMatchObject({ kind: 'attempts', database: { name: `${prod}1`, role: 'PRIMARY' } });
  });

  it('takes away what it captured of a home that is no more', () => {
    const here = world({ homes: ['one', 'two'], oratab: () => '' });
    here.run();
    expect(here.names()).toHaveLength(5);
    rmSync(here.home('two'), { recursive: true });
    here.run();
    expect(here.names()).toHaveLength(3);
  });

  it('leaves alone the homes of others', () => {
    const here = world({ homes: ['db'], oratab: () => `X:/usr:N\n` });
    here.run();
    expect(here.names()).toHaveLength(3);
  });

  it.runIf(process.getuid?.() === 0)('asks its own homes in which root has left its marks', () => {
    const here = world({ homes: ['db'], oratab: () => '' });
    chownSync(join(here.home('db'), 'inventory/ContentsXML/comps.xml'), 0, 0);
    here.run();
    expect(here.asked('db')).toBe(1);
  });

  it('refuses to run as root, and where its folder is not its own', () => {
    const here = world({ homes: [], oratab: () => '' });
    rmSync(join(here.root, 'spool'), { recursive: true });
    expect(() => here.run()).toThrow(/is no folder that .* may write to/);
    if (process.getuid?.() === 0) expect(() => execFileSync(script, { stdio: 'pipe' })).toThrow(/opatch refuses root/);
  });

  it('runs nothing that applies: lists of opatch, the version of sqlplus, queries', () => {
    const programs = readFileSync(script, 'utf8').match(/"\$home\/(?:OPatch|bin)\/[^"]*"[^<\n]*/g);
    expect(programs?.map((use) => use.trim())).toEqual([
      '"$home/OPatch/opatch" lspatches',
      '"$home/bin/sqlplus" -v',
      '"$home/bin/sqlplus" -R 3 -S -L / as sysdba',
    ]);
    const statements = readFileSync(`${script}.sql`, 'utf8')
      .split('\n')
      .filter((line) => /^[a-z]/.test(line));
    expect(statements.filter((line) => !/^(?:select|set|column|whenever|exit)\b/.test(line))).toEqual([]);
  });
});
