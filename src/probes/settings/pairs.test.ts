// What a pair of machines is told, each made for its test with one thing in it that is other.

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { temporaryFolder } from '../../../test/support/agent.ts';
import { type MachineOnPaper, writeRecorded } from '../../../test/support/recorded.ts';
import { identityOf, openSubject } from '../../cli/subject.ts';
import type { Finding, Judgement } from '../../contract/finding.ts';
import type { Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { judge } from '../../judge/judge.ts';
import { lookOnce } from '../../look/look-once.ts';
import { recordMachine } from '../../machine/record.ts';
import { openRecorded } from '../../machine/recorded.ts';
import { machineLooks } from '../../machine/recording.ts';
import { weaknessOf } from './fleet-key.ts';
import { probe } from './index.ts';

const probes: ReadonlyMap<string, AnyProbe> = new Map([[probe.id, probe]]);

const sites = {
  primary: { name: 'eu-frankfurt-1', domains: ['fra.example.com'], networks: ['10.1.0.0/16'], tokens: { bucket: 'billing-fra' } },
  standby: { name: 'eu-zurich-1', domains: ['zrh.example.com'], networks: ['10.2.0.0/16'], tokens: { bucket: 'billing-zrh' } },
} as const;

type Role = keyof typeof sites;

const keyFile = '/etc/understudy/fleet.key';
const fleetKey = 'q83vEjRWeJC6Ue2oYxT4bN0mK7sLw9dPzRfHgJtUiVo=\n';

/** A machine whose agent has these settings; `fleetKey: null` leaves it without a key. */
interface Paper extends MachineOnPaper {
  readonly fleetKey?: string | null;
}

function paperFolder(role: Role, settings: object, { fleetKey: key = fleetKey, ...paper }: Paper): string {
  const other = sites[role === 'primary' ? 'standby' : 'primary'];
  const config = {
    node: { name: role === 'primary' ? 'app1' : 'app2', role, twin: 'other', group: 'g', site: sites[role] },
    discover: false,
    checks: { settings: { settings: { otherSite: other, ...settings } } },
  };
  const files = { '/etc/understudy/agent.yaml': stringify(config), ...(key === null ? {} : { [keyFile]: key }), ...paper.files };
  const stats = { [keyFile]: { mode: '0400' }, ...paper.stats };
  return writeRecorded({ ...paper, files, ...(key === null ? {} : { stats }) });
}

async function seen(role: Role, settings: object, paper: Paper): Promise<Snapshot> {
  const subject = await openSubject(paperFolder(role, settings, paper), null, probes);
  return lookOnce({ checks: subject.config.checks, probes, source: machineLooks(subject.source), node: await identityOf(subject) });
}

type Pair = Judgement & { readonly standby: Snapshot };

async function pair(settings: object, primary: Paper, standby: Paper, standbySettings: object = settings): Promise<Pair> {
  const [twin, subject] = [await seen('primary', settings, primary), await seen('standby', standbySettings, standby)];
  return { standby: subject, ...judge({ now: subject.takenAt, subject, twin, earlier: [], probes }) };
}

const counted = ({ findings }: Judgement): readonly Finding[] => findings.filter(({ foldedUnder }) => foldedUnder === undefined);

const told = (found: Judgement): readonly string[] =>
  counted(found)
    .map(({ code, subject, actual }) => `${code.slice('settings/'.length)} | ${subject} | ${actual.replace(/[\w-]{8}\)$/, '…)')}`)
    .toSorted();

const remedyOf = ({ findings }: Judgement, code: string): string => findings.find((one) => one.code === `settings/${code}`)?.remedy ?? '';

const env = '/etc/app.env';
const withEnv = (text: string | Uint8Array): Paper => ({ files: { [env]: text } });

describe('the key of the fleet', () => {
  it('that is there and may not be read is kept: nobody is told to make another one', async () => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=1\n'), denied: [keyFile] });
    expect(told(found)).toEqual([`fleet-key-unseen | fleet key | the fleet key ${keyFile} may not be read by this user`]);
    expect(remedyOf(found, 'fleet-key-unseen')).toContain(`$ sudo chown understudy: ${keyFile}`);
    expect(found.findings.map(({ remedy }) => remedy).join()).not.toMatch(/openssl/);
  });

  it.each([
    ['is missing', null],
    ['is too weak', 'changeme\n'],
  ])('that %s here is the one of the primary, which is to be brought over', async (_, key) => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=2\n'), fleetKey: key });
    expect([found.verdict, counted(found).map(({ code }) => code)]).toEqual(['unknown', ['settings/fleet-key-not-brought']]);
    expect(remedyOf(found, 'fleet-key-not-brought')).toContain(`$ sudo scp -p app1:${keyFile} ${keyFile}`);
    expect(
      counted(found)
        .map(({ remedy }) => remedy)
        .join(),
    ).not.toMatch(/openssl/);
  });

  it('that is another one here is kept beside the one of the primary', async () => {
    const found = await pair({ files: [env] }, withEnv('A=1\n'), { ...withEnv('A=1\n'), fleetKey: fleetKey.toLowerCase() });
    expect(remedyOf(found, 'other-fleet-key')).toContain(`$ sudo mv -n ${keyFile} ${keyFile}.before\n`);
    expect(remedyOf(found, 'other-fleet-key')).not.toMatch(/openssl/);
  });

  it('that only the standby has is to be brought to the primary', async () => {
    const found = await pair({ files: [env] }, { ...withEnv('A=1\n'), fleetKey: null }, withEnv('A=1\n'));
    expect(told(found)).toEqual([expect.stringMatching(/^other-fleet-key/)]);
    expect(remedyOf(found, 'other-fleet-key')).not.toMatch(/openssl|scp/);
  });

  it.each(['The quick brown Fox jumps over 13 lazy Dogs & 27 cats!', 'ThisIsOurCompanysSecretFleetKeyForBilling01'])(
    'that is made of words is too weak: %j',
    async (words) => {
      const paper = { ...withEnv('A=1\n'), fleetKey: words };
      expect(told(await pair({ files: [env] }, paper, paper))).toEqual([expect.stringMatching(/^weak-fleet-key .* made of words/)]);
    },
  );

  it('that is random is never taken for words', () => {
    for (let at = 0; at < 2_000; at += 1) {
      const key = createHash('sha256').update(`${at}`).digest('base64');
      expect(weaknessOf(Buffer.from(key)), key).toBeNull();
    }
  });

  it('is made by a command that writes over nothing', async () => {
    const found = await pair({ files: [env] }, { ...withEnv('A=1\n'), fleetKey: null }, { ...withEnv('A=1\n'), fleetKey: null });
    expect(told(found)).toEqual(['no-fleet-key | fleet key | there is no such file']);
    expect(remedyOf(found, 'no-fleet-key')).toMatch(
      /^\$ sudo sh -c 'set -C; .*openssl rand -base64 33 > "\$0".*' \/etc\/understudy\/fleet\.key$/m,
    );
  });
});

const unit = 'app.service';

interface Shown {
  readonly load?: string;
  readonly active?: string;
  readonly pid?: number;
  readonly dropIn?: string;
  readonly environment?: string;
  readonly environmentFiles?: readonly string[];
}

/** A systemd that answers about one unit. */
const systemd = ({ load = 'loaded', active = 'active', pid = 42, dropIn = '', ...shown }: Shown = {}): Pick<Paper, 'commands'> => ({
  commands: [
    {
      argv: ['systemctl', 'show', unit],
      stdout: [
        `Id=${unit}`,
        `LoadState=${load}`,
        `ActiveState=${active}`,
        `MainPID=${pid}`,
        `FragmentPath=/etc/systemd/system/${unit}`,
        `DropInPaths=${dropIn}`,
        'NeedDaemonReload=no',
        `ExecMainStartTimestamp=${pid === 0 ? 'n/a' : 'Fri 2026-11-20 08:00:00 UTC'}`,
        `Environment=${shown.environment ?? ''}`,
        ...(shown.environmentFiles ?? []).map((path) => `EnvironmentFiles=${path} (ignore_errors=no)`),
        'UnsetEnvironment=',
        '',
      ].join('\n'),
    },
  ],
});

const unitFile = (text: string | Uint8Array) => ({ [`/etc/systemd/system/${unit}`]: text });
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('bytes that are no UTF-8', () => {
  it('are compared as they are in the environment of a process, and change no other variable', async () => {
    const side = (secret: string): Paper => ({
      ...systemd(),
      files: { '/proc/42/environ': Buffer.concat([latin1(`DB_PASSWORD=${secret}\0`), Buffer.from('CITY=Zürich\0')]) },
    });
    const utf8: Paper = { ...systemd(), files: { '/proc/42/environ': 'DB_PASSWORD=e\0CITY=Zürich\0' } };
    const settings = { services: [unit] };
    const differs = ['vital-value-differs | process of app.service DB_PASSWORD | another value (fingerprint …)'];
    expect(told(await pair(settings, side('\xe9'), side('\xe8')))).toEqual(differs);
    expect(told(await pair(settings, side('\xe9'), utf8))).toEqual(differs);
    expect(told(await pair(settings, side('\xe9'), side('\xe9')))).toEqual([]);
  });

  it('are compared as they are in a unit file', async () => {
    const side = (secret: string): Paper => ({ files: unitFile(latin1(`[Service]\nEnvironment=DB_PASSWORD=${secret}\n`)) });
    expect(told(await pair({ units: [unit] }, side('\xe9'), side('\xe8')))).toEqual([
      'vital-value-differs | app.service DB_PASSWORD | another value (fingerprint …)',
    ]);
  });
});

describe('a value that names both sites', () => {
  const both = withEnv('ALLOW=10.1.0.0/16,10.2.0.0/16\nTNS=(HOST=scan.fra.example.com)(HOST=scan.zrh.example.com)\n');
  const files = (mayNameOtherSite: readonly string[]) => ({ files: [{ path: env, mayNameOtherSite }] });

  it('and may, is the same where it is the same on both sides', async () => {
    const found = await pair(files(['ALLOW', 'TNS']), both, both);
    expect([found.verdict, told(found)]).toEqual(['ready', []]);
  });

  it('and may not, is told once, and not as another value', async () => {
    const found = await pair(files(['ALLOW']), both, both);
    expect(told(found)).toEqual([`names-other-site | ${env} TNS | names the other site`]);
  });

  it('is another one where anything else in it is', async () => {
    const other = withEnv('ALLOW=10.1.0.0/16,10.2.0.0/16\nTNS=(HOST=scan.fra.example.com)(HOST=scan2.zrh.example.com)\n');
    expect(told(await pair(files(['*']), both, other))).toEqual([`value-differs | ${env} TNS | another value (fingerprint …)`]);
    expect(told(await pair(files([]), both, other)).join()).not.toContain('value-differs');
  });
});

it('a value of the primary’s site that may name it is none that was copied by mistake', async () => {
  const peer = withEnv('PEER=db.fra.example.com\n');
  expect(told(await pair({ files: [{ path: env, mayNameOtherSite: ['PEER'] }] }, peer, peer))).toEqual([]);
  expect(told(await pair({ files: [env], otherSite: undefined }, peer, peer))).toEqual([
    `names-primary-site | ${env} PEER | the very value of the primary, which names its site (fingerprint …)`,
  ]);
});

it('a process that runs with what was written before is told to be started again, not to be edited', async () => {
  const side = (running: string): Paper => ({
    ...systemd({ environmentFiles: [env] }),
    files: { ...unitFile('[Service]\n'), [env]: 'DB_PASSWORD=new\n', '/proc/42/environ': `DB_PASSWORD=${running}\0` },
    modified: {
      [env]: running === 'new' ? '2026-11-19T00:00:00Z' : '2026-11-21T00:00:00Z',
      [`/etc/systemd/system/${unit}`]: '2026-11-01T00:00:00Z',
    },
  });
  const found = await pair({ units: [unit], services: [unit] }, side('new'), side('old'));
  expect(told(found)).toEqual([`started-before-change | ${unit} | started before ${env} changed`]);
});

describe('what is watched and not compared', () => {
  const stopped = (active = 'inactive'): Paper => ({ ...systemd({ active, pid: 0, environment: 'A=1' }), files: unitFile('[Service]\n') });
  const running: Paper = { ...systemd({ environment: 'A=1' }), files: { ...unitFile('[Service]\n'), '/proc/42/environ': 'A=1\0' } };

  it.each([
    ['includes nothing that there is', { include: ['DBX_*'] }, 'DB_URL=a\n', 'none of its 1 settings is selected'],
    ['is empty', {}, '# nothing\n', 'nothing is set in it'],
  ])('a file that %s is never green', async (_, selection, text, actual) => {
    const found = await pair({ files: [{ path: env, ...selection }] }, withEnv(text), withEnv(text));
    expect([found.verdict, told(found)]).toEqual(['unknown', [`nothing-compared | ${env} | ${actual}`]]);
    expect((await pair({ files: [{ path: env, optional: true, ...selection }] }, withEnv(text), withEnv(text))).verdict).toBe('ready');
  });

  it('an empty directory is not green either', async () => {
    const paper: Paper = { files: { '/run/sec/..data/.keep': '' } };
    expect(told(await pair({ directories: ['/run/sec'] }, paper, paper))).toEqual(['nothing-compared | /run/sec | nothing is set in it']);
  });

  it('a process that runs on one side or none is told; its unit, where that is watched, makes it a note', async () => {
    const services = { services: [unit] };
    expect(told(await pair(services, running, stopped()))).toEqual([`nothing-compared | process of ${unit} | it does not run here`]);
    expect(told(await pair(services, stopped(), stopped()))).toEqual([`nothing-compared | process of ${unit} | it runs on neither side`]);
    const both = await pair({ ...services, units: [unit] }, running, stopped());
    expect([both.verdict, told(both)]).toEqual(['ready', [`process-not-compared | process of ${unit} | it does not run here`]]);
  });

  it('a unit without any environment is compared: neither has one', async () => {
    const none: Paper = { ...stopped(), ...systemd({ active: 'inactive', pid: 0 }) };
    expect(told(await pair({ units: [unit] }, none, none))).toEqual([]);
  });

  it('a unit that failed is a warning, once', async () => {
    const found = await pair({ units: [unit], services: [unit] }, running, stopped('failed'));
    expect(found.verdict).toBe('degraded');
    expect(told(found)).toContain(`unit-failed | ${unit} | failed`);
  });
});

it('a mounted setting that leads nowhere is as good as missing, and is to be mounted anew', async () => {
  const found = await pair(
    { directories: ['/run/sec'] },
    { files: { '/run/sec/pw': 'x' } },
    { links: { '/run/sec/..data': '..gone', '/run/sec/pw': '..data/pw' } },
  );
  expect([found.verdict, told(found)]).toEqual(['not-ready', ['dangling | /run/sec pw | there is nothing behind it']]);
  expect(remedyOf(found, 'dangling')).toMatch(/mount it anew/);
});

it('lines of an environment file that systemd passes over are told of the unit', async () => {
  const side = (text: string): Paper => ({
    ...systemd({ pid: 0, active: 'inactive', environmentFiles: [env] }),
    files: { ...unitFile(''), [env]: text },
  });
  expect(told(await pair({ units: [unit] }, side('BUCKET=1\n'), side('export BUCKET=1\nfoo bar\n')))).toEqual([
    `key-missing | ${unit} BUCKET | not set`,
    `stray-lines | ${unit} ${env} | passed over: line 1, 2`,
  ]);
});

it('a quote without an end on the standby breaks its file there, and what sh would run is another value', async () => {
  const settings = { files: [env] };
  expect(told(await pair(settings, withEnv('A="x"\nB=2\n'), withEnv('A="x\nB=2\n')))).toEqual([
    `unparsable-here | ${env} | not of the format env: line 1`,
  ]);
  expect(told(await pair(settings, withEnv('A="one two"\n'), withEnv('A=one two\n')))).toEqual([
    `stray-lines | ${env} | passed over: line 1`,
    `value-differs | ${env} A | another value (fingerprint …)`,
  ]);
});

it('what is inserted into a list shifts nothing behind it', async () => {
  const [xml, json] = ['/etc/server.xml', '/etc/a.json'];
  const side = (connector: string, server: string): Paper => ({
    files: {
      [xml]: `<S>${connector}<C port="8080"/><C port="8443" keystorePass="x"/></S>`,
      [json]: `{"s":[${server}{"name":"a","p":1},{"name":"b","p":2}]}`,
    },
  });
  const found = await pair({ files: [xml, json] }, side('', ''), side('<C port="8009"/>', '{"name":"c","p":3},'));
  expect([found.verdict, [...new Set(counted(found).map(({ code }) => code))]]).toEqual(['ready', ['settings/extra-key']]);
  const alone = (text: string): Paper => ({ files: { [xml]: `<S><C port="8080" a="1" b="2"/>${text}</S>` } });
  expect(told(await pair({ files: [xml] }, alone(''), alone('<C port="8009"/>')))).toEqual([
    `siblings-differ | ${xml} S.C | one on one side, several on the other`,
  ]);
});

it.each(['DB_PW', 'hash.salt', 'card-pin', 'SENTRY_DSN'])('%s is a secret by its name', async (name) => {
  const properties = '/etc/a.properties';
  const side = (value: string): Paper => ({ files: { [properties]: `${name}=${value}\nSPIN=1\n` } });
  expect(told(await pair({ files: [properties] }, side('a'), side('b')))).toEqual([expect.stringMatching(/^vital-value-differs/)]);
});

describe('a remedy', () => {
  it('of no rule prints what may hold a value', () => {
    const places = ['file', 'flags', 'directory', 'unit', 'environment'].flatMap((kind) =>
      ['denied', 'unreadable'].map((reason) => ({
        kind,
        reason,
        path: '/p',
        file: '/f',
        key: 'K',
        unit,
        primary: 'app1',
        theirs: '/t',
        name: 'n',
      })),
    );
    for (const rule of probe.rules) {
      for (const words of places) {
        const commands = rule
          .remedy({ subject: 's', expected: 'e', actual: 'a', with: words })
          .split('\n')
          .filter((line) => line.startsWith('$ '));
        for (const command of commands) {
          expect(command, rule.code).not.toMatch(
            /\b(?:less|cat|more|head|tail|grep|diff|strings|journalctl|printenv|environ)\b|systemctl status/,
          );
          if (command.includes('systemctl show')) expect(command, rule.code).toMatch(/ -p [A-Za-z,]+$/);
          expect(command, rule.code).not.toMatch(/-p .*\bEnvironment\b/);
        }
      }
    }
  });

  it('for a unit that is masked unmasks it', async () => {
    const found = await pair(
      { units: [unit] },
      { ...systemd({ environment: 'A=1', active: 'inactive', pid: 0 }), files: unitFile('[Service]\n') },
      systemd({ load: 'masked', active: 'inactive', pid: 0 }),
    );
    expect(told(found)).toEqual([`missing-on-standby | ${unit} | the unit is masked`]);
    expect(counted(found)[0]?.remedy).toContain(`$ sudo systemctl unmask ${unit}`);
  });

  it('for what an environment file would set is the file, and where that is missing it is said once', async () => {
    const side = (files: Record<string, string>, pid = 0): Paper => ({
      ...systemd({ pid, active: 'inactive', environmentFiles: [env, '/etc/more.env'] }),
      files: { ...unitFile('[Service]\n'), ...files },
    });
    const all = side({ [env]: 'A=1\nB=1\n', '/etc/more.env': 'C=1\n' });
    const gone = await pair({ units: [unit] }, all, side({ '/etc/more.env': 'C=1\n' }));
    expect(told(gone)).toEqual([`environment-file-missing | ${unit} ${env} | there is no such file`]);
    const less = await pair({ units: [unit] }, all, side({ [env]: 'A=1\nB=1\n', '/etc/more.env': '' }));
    expect(told(less)).toEqual([`key-missing | ${unit} C | not set`]);
    expect(remedyOf(less, 'key-missing')).toContain('$ sudoedit /etc/more.env\n$ sudo systemctl try-restart app.service');
  });

  it('for an environment file that may not be read names that file', async () => {
    const side: Paper = {
      ...systemd({ pid: 0, active: 'inactive', environmentFiles: [env] }),
      files: { ...unitFile(''), [env]: 'A=1\n', '/etc/b.env': 'B=1\n' },
    };
    const found = await pair({ units: [unit], files: ['/etc/b.env'] }, side, { ...side, denied: [env] });
    expect(remedyOf(found, 'source-unseen')).toContain(`$ sudo setfacl -m u:understudy:r ${env}`);
  });

  it('for a pattern that fits nothing here brings over each file of the primary, in one finding', async () => {
    const files = { '/etc/c/1.yaml': 'a: 1', '/etc/c/2.yaml': 'a: 1' };
    const found = await pair({ files: ['/etc/c/*.yaml', env] }, { files: { ...files, [env]: 'A=1\n' } }, withEnv('A=1\n'));
    expect(told(found)).toEqual(['missing-on-standby | /etc/c/*.yaml | there is no such file']);
    expect(counted(found)[0]?.remedy).toContain('$ sudo scp -pr app1:/etc/c/2.yaml /etc/c/2.yaml\n');
  });
});

describe('a trail and a recording', () => {
  const folder = '/run/sec';
  const names = ['okapi-Wq8Zt', '3xK9vQm2LpTz7RbN4cYdHs8W', 'plain', 'okapi-dir/x'];
  const settings = { directories: [{ path: folder, hideNames: ['okapi*'], required: ['plain', 'okapiREQ'] }] };
  const files = Object.fromEntries(names.map((name) => [`${folder}/${name}`, 'x']));
  const paper: Paper = { files, denied: [`${folder}/okapi-Wq8Zt`], links: { [`${folder}/okapi-gone`]: '..data/okapi-gone' } };

  it('have no name that is to be hidden, or that looks like a secret itself', async () => {
    const found = await pair(settings, paper, paper);
    const text = JSON.stringify(found);
    expect(text).toContain(`read ${folder}/plain`);
    expect(text).not.toMatch(/okapi-|3xK9vQm2/);
    expect(found.findings.map(({ remedy }) => remedy).join()).not.toMatch(/\/hidden/);
    expect(told(found)).toContainEqual(expect.stringMatching(/^required-missing .* hidden [\w-]{22} \| not set$/));
  });

  it('have no name of that kind in what is recorded, and nothing is missed on its account', async () => {
    const { folder: recorded, text } = await recordingOf(settings, paper);
    expect(text).not.toMatch(/okapi-|3xK9vQm2/);
    expect(
      (await openRecorded(recorded).then((one) => one.forLook(new AbortController().signal).listDirectory(folder, { entriesMax: 9 }))).kind,
    ).toBe('failed');
  });

  it('do not tell how long an assignment of a drop-in is', async () => {
    const dropIn = `/etc/systemd/system/${unit}.d/10.conf`;
    const side = (secret: string): Paper => ({
      ...systemd({ dropIn, environment: 'API_KEY=x' }),
      files: { ...unitFile('[Service]\n'), [dropIn]: `[Service]\nEnvironment=API_KEY=${secret}\n` },
      modified: { [dropIn]: '2026-11-01T00:00:00Z', [`/etc/systemd/system/${unit}`]: '2026-11-01T00:00:00Z' },
    });
    const answers = async (secret: string) =>
      (await pair({ units: [unit] }, side('a'), side(secret))).standby.checks[0]?.current?.trail.map(({ asked, answered }) => [
        asked,
        answered,
      ]);
    expect(await answers('short')).toEqual(await answers('a-much-longer-one'));
    const { text } = await recordingOf({ units: [unit] }, side('a-much-longer-one'));
    expect(text).not.toMatch(/sizeBytes: (?!10\b)/);
  });
});

/** Every file of a recording that is made of a standby. */
async function recordingOf(settings: object, paper: Paper): Promise<{ readonly folder: string; readonly text: string }> {
  const folder = join(temporaryFolder(), 'recording');
  const subject = await openSubject(paperFolder('standby', settings, paper), null, probes);
  const node = await identityOf(subject);
  await recordMachine(subject.source, folder, {
    run: async (source) => void (await lookOnce({ checks: subject.config.checks, probes, source: machineLooks(source), node })),
  });
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((one) => join(one.parentPath, one.name));
  return { folder, text: entries.map((path) => `${path}\n${lstatSync(path).isFile() ? readFileSync(path, 'utf8') : ''}`).join('\n') };
}
