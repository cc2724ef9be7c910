// What a look at settings comes to on machines that are odd, hostile or large.
import { describe, expect, it } from 'vitest';
import { type MachineOnPaper, recordedMachine } from '../../../test/support/recorded.ts';
import type { Machine } from '../../contract/machine.ts';
import type { Site } from '../../contract/node.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { fillDefaults, schemaProblems } from '../../contract/schema.ts';
import type { Facts, Key, Source } from './facts.ts';
import { probe } from './index.ts';
import type { Settings } from './settings.ts';

const fleetKey = 'q83vEjRWeJC6Ue2oYxT4bN0mK7sLw9dPzRfHgJtUiVo=';

function settingsOf(written: object): Settings {
  const settings: unknown = structuredClone(written);
  expect(fillDefaults(probe.settings, settings)).toEqual([]);
  return settings as Settings;
}

async function look(written: object, paper: MachineOnPaper, site: Site = {}): Promise<Outcome<Facts>> {
  const recorded = await recordedMachine({ ...paper, files: { '/etc/understudy/fleet.key': fleetKey, ...paper.files } });
  const { signal } = new AbortController();
  const outcome = await probe.observe(recorded.forLook(signal), settingsOf(written), signal, undefined, site);
  if (outcome.kind === 'observed') expect(schemaProblems(probe.facts, outcome.facts)).toEqual([]);
  return outcome;
}

async function sources(...asked: Parameters<typeof look>): Promise<readonly Source[]> {
  const outcome = await look(...asked);
  if (outcome.kind !== 'observed') throw new Error(`${outcome.kind}: ${outcome.detail}`);
  return outcome.facts.sources;
}

async function keys(...asked: Parameters<typeof look>): Promise<readonly Key[]> {
  const [source] = await sources(...asked);
  if (source?.content.kind !== 'seen') throw new Error(JSON.stringify(source?.content));
  return source.content.keys;
}

const printOf = (key: Key | undefined): string => (key?.value.kind === 'fingerprint' ? key.value.of : 'none');

describe('a fingerprint', () => {
  const one = async (text: string, site: Site = {}): Promise<Key> =>
    (await keys({ files: ['/a.env'] }, { files: { '/a.env': text } }, site))[0]!;
  const fra = { name: 'eu-frankfurt-1', domains: ['fra.example.com'], networks: ['10.1.0.0/16'] };
  const zrh = { name: 'eu-zurich-1', domains: ['zrh.example.com'], networks: ['10.2.0.0/16'] };

  it('is the same on both sides where only the words of the site differ, and says so of the text as it is', async () => {
    const [here, there] = [await one('A=db.zrh.example.com,10.2.7.9', zrh), await one('A=db.fra.example.com,10.1.7.9', fra)];
    expect(printOf(here)).toBe(printOf(there));
    expect(here.value).toHaveProperty('asIs');
  });

  it('is another one for another value, another key and another fleet key', async () => {
    const same = await one('A=true');
    expect(printOf(await one('A=true'))).toBe(printOf(same));
    expect(printOf(await one('A=false'))).not.toBe(printOf(same));
    expect(printOf(await one('B=true'))).not.toBe(printOf(same));
    const [other] = await keys(
      { files: ['/a.env'] },
      { files: { '/a.env': 'A=true', '/etc/understudy/fleet.key': fleetKey.toLowerCase() } },
    );
    expect(printOf(other)).not.toBe(printOf(same));
  });
});

describe('names of keys', () => {
  it('that are to be hidden are compared under a fingerprint, and not at all without a key', async () => {
    const written = { files: [{ path: '/a.json', hideNames: ['tokens.*'] }] };
    const files = { '/a.json': '{"tokens": {"swordfish": 1}, "shown": 2}' };
    expect((await keys(written, { files })).map(({ name }) => name)).toEqual([expect.stringMatching(/^hidden [\w-]{22}$/), 'shown']);
    const [source] = await sources(written, { files: { ...files, '/etc/understudy/fleet.key': '' } });
    expect(source?.content).toMatchObject({ keys: [{ name: 'shown' }], unnamed: 1 });
  });

  it('that are a line of a secret gone astray are not shown', async () => {
    const found = await keys(
      { files: ['/a.properties'] },
      { files: { '/a.properties': 'password = one \\\n two\n9f8e7d6c5b4a3f2e\nlog4j2.contextSelector=x\n' } },
    );
    expect(JSON.stringify(found)).not.toContain('9f8e7d6c');
    expect(found.map(({ name }) => name)).toEqual([expect.stringMatching(/^hidden /), 'log4j2.contextSelector', 'password']);
  });

  it('of a mounted directory may have dots, and what the kubelet keeps beside them is none', async () => {
    const found = await keys(
      { directories: ['/run/s'] },
      {
        files: { '/run/s/..1/tls.key': 'x', '/run/s/plain': 'y' },
        links: { '/run/s/..data': '..1', '/run/s/tls.key': '..data/tls.key', '/run/s/gone': '..data/gone' },
      },
    );
    expect(found.map(({ name, value }) => [name, value.kind])).toEqual([
      ['"tls.key"', 'fingerprint'],
      ['gone', 'dangling'],
      ['plain', 'fingerprint'],
    ]);
  });
});

describe('a process', () => {
  const systemctl = (pid: number) => ({
    argv: ['systemctl', 'show', 'a.service'] as [string, ...string[]],
    stdout: `Id=a.service\nLoadState=loaded\nActiveState=active\nMainPID=${pid}\nExecMainStartTimestamp=Fri 2026-11-20 08:00:00 UTC\nEnvironment=A=1\n`,
  });
  const environ = (text: string): MachineOnPaper => ({ commands: [systemctl(9)], files: { '/proc/9/environ': text } });

  it('shows what it was started with, less what is other at each start', async () => {
    const found = await keys({ services: ['a.service'] }, environ('A=1\0INVOCATION_ID=ab\0PWD=/\0B=two=2\0A=later\0'));
    expect(found.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('is found by the group that the kernel has it in, where systemd cannot be asked', async () => {
    const processes = [
      { pid: 11, parentPid: 9, uid: 0, command: 'java', argv: ['java'], started: '2026-11-20T08:00:01Z' },
      { pid: 9, parentPid: 1, uid: 0, command: 'sh', argv: ['sh'], started: '2026-11-20T08:00:00Z' },
      { pid: 5, parentPid: 1, uid: 0, command: 'other', argv: ['other'], started: '2026-11-20T07:00:00Z' },
    ];
    const group = (unit: string) => `0::/system.slice/${unit}\n`;
    const files = {
      '/proc/5/cgroup': group('aa.service'),
      '/proc/9/cgroup': group('a.service'),
      '/proc/11/cgroup': group('a.service'),
      '/proc/9/environ': 'A=1\0',
    };
    expect((await keys({ services: ['a.service'] }, { processes, files })).map(({ name }) => name)).toEqual(['A']);
  });

  it('that wrote its title over its environment is unparsable, and nothing of that is shown', async () => {
    const outcome = await look({ services: ['a.service'] }, environ('app: worker password=swordfish\0'));
    expect(outcome).toMatchObject({ kind: 'unseen', reason: 'unparsable' });
    expect(JSON.stringify(outcome)).not.toContain('swordfish');
  });

  it('of another user is denied, with what does instead', async () => {
    const [, source] = await sources(
      { units: ['a.service'], services: ['a.service'] },
      { ...environ('A=1\0'), denied: ['/proc/9/environ'] },
    );
    expect(source).toMatchObject({ name: 'process of a.service', content: { kind: 'unseen', reason: 'denied' } });
    const rule = probe.rules.find(({ code }) => code === 'settings/source-unseen')!;
    const drafts =
      rule.kind === 'alone'
        ? rule.judge({ ...({} as Facts), sources: [source!] }, { now: 0, node: {} as never, settings: settingsOf({}), readings: [] })
        : [];
    expect(rule.remedy(drafts[0]!)).toMatch(/Take the unit out of `services` and name it under\n# `units`/);
  });
});

describe('bounds', () => {
  it('more keys than are watched leave a source unseen as a whole, and never cut', async () => {
    const file = (from: number) => Array.from({ length: 3_000 }, (_, at) => `KEY_${from + at}=1\n`).join('');
    const [first, second] = await sources({ files: ['/a.env', '/b.env'] }, { files: { '/a.env': file(0), '/b.env': file(0) } });
    expect(first?.content.kind).toBe('seen');
    expect(second?.content).toMatchObject({ kind: 'unseen', reason: 'too-much-output' });
  });

  it('a look without any source is no green one', async () => {
    expect(await look({}, {})).toMatchObject({ kind: 'unseen' });
  });

  it('facts stand still, in whatever order a file is written', async () => {
    const seen = async (text: string) => (await look({ files: ['/a.env'] }, { files: { '/a.env': text } })) as { readonly facts: Facts };
    expect((await seen('A=1\nB=2\n')).facts).toEqual((await seen('B=2\nA=1\n')).facts);
  });
});

it('an error that quotes what was read is withheld', async () => {
  const machine = { readFile: async () => Promise.reject(new Error('unexpected token swordfish')) } as unknown as Machine;
  const outcome = await probe.observe(machine, settingsOf({ files: ['/a.env'] }), new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'unseen', reason: 'crashed' });
  expect(JSON.stringify(outcome)).not.toContain('swordfish');
});
