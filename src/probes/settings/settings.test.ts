// Stories on recorded machines: what an operator is told, and that it is never a value.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/agent.ts';
import { understudy } from '../../../test/support/understudy.ts';
import { identityOf, openSubject } from '../../cli/subject.ts';
import type { Judgement } from '../../contract/finding.ts';
import type { Snapshot } from '../../contract/observation.ts';
import type { AnyProbe } from '../../contract/probe.ts';
import { judge } from '../../judge/judge.ts';
import { lookOnce } from '../../look/look-once.ts';
import { recordMachine } from '../../machine/record.ts';
import { machineLooks } from '../../machine/recording.ts';
import { probe } from './index.ts';

const machines = resolve(import.meta.dirname, 'fixtures/machines');

interface Report extends Judgement {
  readonly standby: Snapshot;
}

/** What `understudy diff` does, without a process for each. */
async function diff(standby: string, primary = join(machines, 'app-primary')): Promise<Report> {
  const [theirs, ours] = [await seen(primary, 'primary'), await seen(standby, 'standby')];
  return { standby: ours, ...judge({ now: ours.takenAt, subject: ours, twin: theirs, earlier: [], probes }) };
}

const probes: ReadonlyMap<string, AnyProbe> = new Map([[probe.id, probe]]);

async function seen(folder: string, role: 'primary' | 'standby'): Promise<Snapshot> {
  const subject = await openSubject(folder, null, probes);
  const node = { ...(await identityOf(subject)), role };
  return lookOnce({ checks: subject.config.checks, probes, source: machineLooks(subject.source), node });
}

const of = (name: string): Promise<Report> => diff(join(machines, name));

/** `code | subject | actual`, without what is folded under something else. */
const told = ({ findings }: Report): readonly string[] =>
  findings
    .filter(({ foldedUnder }) => foldedUnder === undefined)
    .map(({ code, subject, actual }) => `${code} | ${subject} | ${actual.replace(/[\w-]{8}\)$/, '…)')}`)
    .toSorted();

/** A copy of a recorded machine in which one thing is other. */
function changed(name: string, path: string, change: (text: string) => string | Uint8Array | null): string {
  const folder = join(temporaryFolder(), name);
  cpSync(join(machines, name), folder, { recursive: true, verbatimSymlinks: true });
  const file = join(folder, path);
  const text = change(readFileSync(file, 'utf8'));
  if (text === null) rmSync(file);
  else writeFileSync(file, text);
  return folder;
}

const env = 'files/etc/app/app.env';

describe('a standby in order', () => {
  it('is ready: what differs does so by a word of its site, or may', async () => {
    const found = await of('app-standby');
    expect([found.verdict, told(found)]).toEqual(['ready', []]);
  });

  it('is ready too where its unit files tell what systemd was not asked', async () => {
    const found = await of('app-standby-without-systemd');
    expect([found.verdict, told(found)]).toEqual(['ready', []]);
  });
});

describe('a standby to which little was brought', () => {
  it('is told of each setting once, by its name and never by its value', async () => {
    const found = await of('app-standby-drifted');
    expect(found.verdict).toBe('not-ready');
    expect(told(found)).toEqual([
      'settings/extra-key | /etc/app/app.env OLD_SWITCH | set',
      'settings/extra-key | /etc/app/app.env REPLY_TO | set',
      'settings/key-missing | /etc/app/app.env FEATURE_SPLIT_INVOICES | not set',
      'settings/missing-on-standby | /opt/app/config/mail.properties | there is no such file',
      'settings/missing-on-standby | /run/secrets/app | there is no such directory',
      'settings/names-other-site | /etc/app/app.env DB_URL | names the other site',
      'settings/required-missing | /opt/app/config/application.yaml spring.datasource.url | not set',
      'settings/started-before-change | /etc/app/app.env | started before /etc/app/app.env changed',
      'settings/unit-not-reloaded | app.service | a daemon-reload is due',
      'settings/unparsable-here | /etc/app/agent.toml | not of the format toml: line 1',
      'settings/unresolved | /etc/app/app.env REPLY_TO | a placeholder that was never filled in',
      'settings/value-differs | /etc/app/app.env CACHE_ADDRESS | another value (fingerprint …)',
      'settings/value-differs | /etc/app/flags.json flags.new-checkout | another value (fingerprint …)',
      'settings/value-differs | /opt/app/config/application.yaml billing.rounding | another value (fingerprint …)',
      'settings/vital-value-differs | /etc/app/app.env DB_PASSWORD | another value (fingerprint …)',
      'settings/vital-value-differs | /etc/app/app.env MAIL_FROM | empty',
    ]);
    expect(JSON.stringify(found)).not.toMatch(/swordfish|half-up|10\.2\.0\.21|tok-9f8e/);
  });

  it('is told that its process runs with what was written before', async () => {
    const { findings } = await of('app-standby-drifted');
    const running = findings.filter(({ code }) => code === 'settings/running-differs');
    expect(running.map(({ subject }) => subject)).toContain('app.service DB_PASSWORD');
    expect(running.every(({ foldedUnder }) => foldedUnder === 'settings/started-before-change')).toBe(true);
  });

  it('gets remedies that name the file, the key and the service', async () => {
    const { findings } = await of('app-standby-drifted');
    const remedy = (code: string): string => findings.find((one) => one.code === code)!.remedy;
    expect(remedy('settings/key-missing')).toMatch(
      /FEATURE_SPLIT_INVOICES.*app1-fra[\s\S]*\$ sudoedit \/etc\/app\/app\.env\n\$ sudo systemctl try-restart app\.service/,
    );
    expect(remedy('settings/missing-on-standby')).toContain('$ sudo scp -pr app1-fra:');
  });
});

describe('what cannot be compared is never green', () => {
  it.each([
    ['app-standby-other-key', ['settings/other-fleet-key | fleet key | here: the key JmqeLpAN']],
    ['app-standby-no-key', ['settings/fleet-key-not-brought | fleet key | here: none']],
  ])('%s', async (name, expected) => {
    const found = await of(name);
    expect([found.verdict, told(found)]).toEqual(['unknown', expected]);
  });

  it('an agent that may read none of it misses nothing by name, and says what it could not see', async () => {
    const found = await of('app-standby-denied');
    expect(found.verdict).toBe('unknown');
    expect(told(found)).toEqual([
      'settings/place-unseen | /opt/app/config | the folder may not be entered',
      'settings/source-unseen | /etc/app/app.env | this user may not read it',
      'settings/source-unseen | /opt/app/config/application.yaml | this user may not read it',
      'settings/source-unseen | /run/secrets/app | this user may not read it',
      'settings/source-unseen | app.service | its environment file /etc/app/app.env: this user may not read it',
      'settings/source-unseen | process of app.service | the kernel shows the environment of a process to its own user only',
    ]);
  });

  it('a primary that may read none of it leaves the standby without a reference', async () => {
    const found = await diff(join(machines, 'app-standby'), join(machines, 'app-standby-denied'));
    expect(found.verdict).not.toBe('ready');
    expect(told(found).filter((line) => line.startsWith('settings/primary-unseen'))).not.toEqual([]);
  });

  it('a key that is too short is not used, and is not told', async () => {
    const found = await diff(changed('app-standby', 'files/etc/understudy/fleet.key', () => 'short and guessable\n'));
    expect(told(found)).toEqual(['settings/fleet-key-not-brought | fleet key | here: one that is too weak to be used']);
    expect(found.findings.map(({ actual }) => actual)).toContain('it holds fewer than 32 random bytes');
    expect(JSON.stringify(found)).not.toContain('guessable');
  });

  it('the same key with another line end is the same key', async () => {
    const found = await diff(changed('app-standby', 'files/etc/understudy/fleet.key', (text) => `${text.trim()}\r\n`));
    expect(found.verdict).toBe('ready');
  });

  it('a key that everybody may read is a note', async () => {
    const found = await diff(changed('app-standby', 'machine.yaml', (text) => text.replace('mode: "0400"', 'mode: "0644"')));
    expect([found.verdict, told(found)]).toEqual(['ready', ['settings/open-fleet-key | fleet key | readable by everybody']]);
  });
});

it('a single key may lawfully differ, and no other', async () => {
  const [primary, standby] = [
    await seen(join(machines, 'app-primary'), 'primary'),
    await seen(join(machines, 'app-standby-drifted'), 'standby'),
  ];
  const field = '/sources/[name=~1etc~1app~1app.env]/content/keys/[name=CACHE_ADDRESS]';
  const lawful = [{ check: 'settings', field, pairs: [], reason: 'another cache', until: null }];
  const codes = (found: Judgement) => found.findings.filter(({ code }) => code === 'settings/value-differs').map(({ subject }) => subject);
  const given = { now: standby.takenAt, subject: standby, twin: primary, earlier: [], probes };
  expect(codes(judge(given))).toContain('/etc/app/app.env CACHE_ADDRESS');
  expect(codes(judge({ ...given, lawful }))).toEqual(codes(judge(given)).filter((subject) => subject !== '/etc/app/app.env CACHE_ADDRESS'));
});

describe('one thing at a time', () => {
  const findings = async (path: string, change: (text: string) => string | null): Promise<readonly string[]> =>
    told(await diff(changed('app-standby', path, change)));

  it('a value copied from the primary is told as such without any word of the other site', async () => {
    const standby = changed('app-standby', env, (text) => text.replace('db.zrh.example.com', 'db.fra.example.com'));
    const config = join(standby, 'files/etc/understudy/agent.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/ {6}otherSite:[\s\S]*?(?= {6}files:)/, ''));
    expect(told(await diff(standby))).toContain(
      'settings/names-primary-site | /etc/app/app.env DB_URL | the very value of the primary, which names its site (fingerprint …)',
    );
  });

  it('a template that holds the very placeholder of the site’s words is not taken for what they stand for', async () => {
    expect(await findings(env, (text) => text.replace('zrh.example.com', '{domain}'))).toContain(
      'settings/vital-value-differs | /etc/app/app.env DB_URL | a placeholder that was never filled in',
    );
  });

  it('a required key that is empty, or a placeholder, blocks', async () => {
    expect(await findings(env, (text) => text.replace(/^DB_PASSWORD=.*$/m, 'DB_PASSWORD='))).toContain(
      'settings/required-empty | /etc/app/app.env DB_PASSWORD | empty',
    );
    expect(await findings(env, (text) => text.replace(/^DB_PASSWORD=.*$/m, 'DB_PASSWORD=<CHANGE_ME>'))).toContain(
      'settings/required-unresolved | /etc/app/app.env DB_PASSWORD | a placeholder that was never filled in',
    );
  });

  it('placeholders that the reader of a file fills in itself are none', async () => {
    const report = await of('app-standby');
    expect(JSON.stringify(report.findings)).not.toContain('key-store');
  });

  it('a secret that was changed on the primary only blocks, in a mounted directory too', async () => {
    expect(await findings('files/run/secrets/app/..2026_11_20_08_00_00.123/db-password', () => 'other')).toEqual([
      'settings/vital-value-differs | /run/secrets/app db-password | another value (fingerprint …)',
    ]);
  });

  it('an environment file that the unit needs and that is gone blocks', async () => {
    expect(await findings(env, () => null)).toEqual(
      expect.arrayContaining([
        'settings/environment-file-missing | app.service /etc/app/app.env | there is no such file',
        'settings/missing-on-standby | /etc/app/app.env | there is no such file',
      ]),
    );
  });

  it('an XML attribute that was selected is compared, and the others are not', async () => {
    const at = "/opt/tomcat/conf/server.xml Server.Service[@name='Catalina'].Connector";
    expect(await findings('files/opt/tomcat/conf/server.xml', (text) => text.replace('8443', '9443').replace('HTTP/1.1', 'AJP'))).toEqual([
      `settings/extra-key | ${at}[@port='9443'].@port | set`,
      `settings/key-missing | ${at}[@port='8443'].@port | not set`,
    ]);
  });

  it('a file that is broken on both sides is told, and nothing of it', async () => {
    const broken = (side: string) => changed(side, 'files/etc/app/flags.json', () => '{"flags": swordfish}');
    const found = await diff(broken('app-standby'), broken('app-primary'));
    expect(found.verdict).toBe('unknown');
    expect(told(found)).toContain('settings/unparsable | /etc/app/flags.json | not of the format json: line 1');
    expect(JSON.stringify(found)).not.toContain('swordfish');
  });

  it('a unit that is not there is missing, whatever its process is', async () => {
    const standby = changed('app-standby', 'machine.yaml', (text) => text.replaceAll('LoadState=loaded', 'LoadState=not-found'));
    expect(told(await diff(standby)).filter((line) => line.includes('missing'))).toEqual([
      'settings/missing-on-standby | app.service | systemd knows no such unit',
    ]);
  });

  it('a service that does not run on the standby has no process to compare', async () => {
    const standby = changed('app-standby', 'machine.yaml', (text) =>
      text.replaceAll('MainPID=4711', 'MainPID=0').replace(/processes:[\s\S]*?(?=stats:)/, 'processes: []\n'),
    );
    const found = await diff(standby);
    expect([found.verdict, told(found)]).toEqual([
      'ready',
      ['settings/process-not-compared | process of app.service | it does not run here'],
    ]);
  });

  it('agents that replace other words are told of it', async () => {
    const standby = changed('app-standby', 'files/etc/understudy/agent.yaml', (text) => text.replace(/ {4}tokens: .*\n/, ''));
    expect(told(await diff(standby))).toContain('settings/other-site-words | node.site | replaced: domain, network, site');
  });

  it('a source that only the primary’s configuration names is not watched here', async () => {
    const standby = changed('app-standby', 'files/etc/understudy/agent.yaml', (text) => text.replace('        - /etc/app/php.ini\n', ''));
    expect(told(await diff(standby))).toEqual(['settings/not-watched-here | /etc/app/php.ini | named in no setting of this check here']);
  });

  it('a key whose name holds a word of the site and stands twice is told, too', async () => {
    const twice = (machine: string, domain: string): string =>
      changed(machine, 'files/opt/app/config/mail.properties', (text) => `${text}${domain}.port=1\n${domain}.port=2\n`);
    const found = await diff(twice('app-standby', 'zrh.example.com'), twice('app-primary', 'fra.example.com'));
    expect(told(found).join('\n')).toContain('settings/repeated');
  });

  it('a wrong pattern is said, and nothing is seen meanwhile', async () => {
    const standby = changed('app-standby', 'files/etc/understudy/agent.yaml', (text) => text.replace('["**.@port"', '["a..b"'));
    const { verdict, standby: seen } = await diff(standby);
    expect(verdict).toBe('unknown');
    expect(JSON.stringify(seen.checks[0]?.current?.outcome)).toContain('in the settings is no pattern of keys');
  });
});

it('a recording says of what it withheld that it could not be read, and nothing is missed on its account', async () => {
  const folder = join(temporaryFolder(), 'recording');
  const source = join(machines, 'app-standby');
  // Recorded from a recorded machine, as if that were this one.
  const subject = await openSubject(source, null, probes);
  const node = await identityOf(subject);
  await recordMachine(subject.source, folder, {
    run: async (noted) => void (await lookOnce({ checks: subject.config.checks, probes, source: machineLooks(noted), node })),
  });
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(left.length).toBeGreaterThan(10);
  for (const { parentPath, name } of left) expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(/swordfish|tok-9f8e/);
  cpSync(join(source, 'files/etc/understudy/agent.yaml'), join(folder, 'files/etc/understudy/agent.yaml'));
  const found = await diff(folder);
  expect(told(found).filter((line) => !/unseen|nothing-compared/.test(line))).toEqual([]);
  expect(found.verdict).not.toBe('ready');
});

it('the program says the same, in one line for a person', async () => {
  const [ready, drifted] = await Promise.all(
    ['app-standby', 'app-standby-drifted'].map((name) => understudy(['diff', join(machines, 'app-primary'), join(machines, name)])),
  );
  expect([ready?.code, drifted?.code]).toEqual([0, 2]);
  expect(drifted?.stdout).not.toMatch(/swordfish|half-up|10\.2\.0\.21|tok-9f8e/);
});
