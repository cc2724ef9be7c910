import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetProbes } from '../../../test/support/config-probes.ts';
import { formatConfigError } from '../config-error.ts';
import { loadFleetConfig } from './load.ts';
import { emptyFleetConfig, parseFleetConfig } from './parse.ts';

const fixtures = new URL('../../../test/fixtures/config/fleet/', import.meta.url).pathname;
const wrong = (await readdir(`${fixtures}wrong`)).filter((name) => name.endsWith('.yaml'));
const right = (await readdir(`${fixtures}right`)).filter((name) => name.endsWith('.yaml'));
const places = {
  socket: '/run/understudy/collector.sock',
  storeFile: '/var/lib/understudy/collector.db',
  receiptKeyFile: '/var/lib/understudy/receipts.key',
};

async function messagesOf(path: string): Promise<string> {
  const read = await loadFleetConfig(path, fleetProbes, places);
  if (read.kind === 'loaded') return 'loaded without an error';
  return `${read.errors.map((error) => formatConfigError({ ...error, file: path.split('/').at(-1)! })).join('\n')}\n`;
}

async function errorsOf(text: string): Promise<readonly string[]> {
  const read = await parseFleetConfig(text, 'fleet.yaml', fleetProbes, places);
  return read.kind === 'loaded' ? [] : read.errors.map(formatConfigError);
}

describe('a wrong fleet file', () => {
  it.each(wrong)('%s gets exactly its messages', async (name) => {
    const path = `${fixtures}wrong/${name}`;
    await expect(await messagesOf(path)).toMatchFileSnapshot(path.replace(/yaml$/, 'txt'));
  });

  it('always says where, and never what is secret', async () => {
    const texts = await Promise.all(wrong.map((name) => readFile(`${fixtures}wrong/${name.replace(/yaml$/, 'txt')}`, 'utf8')));
    expect(texts.length).toBeGreaterThanOrEqual(30);
    expect(texts.filter((text) => !/^[\w.-]+:\d+:\d+: \S/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('s3cr3t-canary'))).toEqual([]);
  });
});

describe('a right fleet file', () => {
  it.each(right)('%s is read into exactly its settings', async (name) => {
    const path = `${fixtures}right/${name}`;
    const read = await loadFleetConfig(path, fleetProbes, places);
    expect(read.kind === 'invalid' ? read.errors : []).toEqual([]);
    const config = read.kind === 'loaded' ? { ...read.config, file: name } : null;
    await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(path.replace(/yaml$/, 'json'));
  });

  it('without anything in it is the fleet of nobody that a collector without a file has', async () => {
    const read = await parseFleetConfig('groups:\n', 'fleet.yaml', fleetProbes, places);
    expect(read.kind === 'loaded' && { ...read.config, file: null }).toEqual(emptyFleetConfig(places));
  });

  it('is frozen to its last member', async () => {
    const read = await loadFleetConfig(`${fixtures}right/full.yaml`, fleetProbes, places);
    if (read.kind === 'invalid') throw new Error('did not load');
    expect(() => Object.assign(read.config.groups[0]!.pairs[0]!.members[0]!.contact, { address: 'x' })).toThrow(TypeError);
  });

  it('may turn round by one word', async () => {
    const text = await readFile(`${fixtures}right/only-discovered.yaml`, 'utf8');
    const read = await parseFleetConfig(text.replace('primary: fra', 'primary: zrh'), 'fleet.yaml', fleetProbes, places);
    expect(read.kind === 'loaded' && read.config.groups[0]!.primarySite).toBe('zrh');
  });
});

describe('an end date', () => {
  const untilOf = async (until: string) => {
    const lawful = `{check: kernel, field: /release, reason: x, until: "${until}"}`;
    const text = `groups: {billing: {lawful: [${lawful}]}}\ndiscover: [{files: [/x.json]}]\n`;
    const read = await parseFleetConfig(text, 'fleet.yaml', fleetProbes, places);
    return read.kind === 'loaded' ? read.config.groups[0]!.lawful[0]!.until : read.errors.map(({ message }) => message);
  };

  it('that is a plain day is over when the day is, by UTC', async () => {
    expect(await untilOf('2028-02-29')).toBe(Date.parse('2028-03-01T00:00:00Z'));
  });

  it('with a time is over at that instant, by its own zone', async () => {
    expect(await untilOf('2027-03-01T18:00:00+02:00')).toBe(Date.parse('2027-03-01T16:00:00Z'));
  });

  it('may be long past: that difference is drift again', async () => {
    expect(await untilOf('1970-01-01')).toBe(86_400_000);
  });
});

describe('a fleet file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-fleet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('that is missing is an error which says how to begin', async () => {
    expect(await messagesOf(join(folder, 'missing.yaml'))).toBe(
      'missing.yaml:1:1: there is no such file; `understudy config example fleet` prints one to begin with\n',
    );
  });

  it('larger than four mebibytes is not read', async () => {
    await writeFile(join(folder, 'huge.yaml'), `# ${'x'.repeat(4 * 1024 ** 2)}\n`);
    expect(await messagesOf(join(folder, 'huge.yaml'))).toBe('huge.yaml:1:1: larger than 4 MiB; not read\n');
  });

  it('with thousands of wrong members is answered with all of them', async () => {
    const pairs = Array.from(
      { length: 4_000 },
      (_, index) => `app${index}: {fra: {adress: "https://a${index}:1"}, zrh: "https://b${index}:1"}`,
    );
    const errors = await errorsOf(`sites: {fra: {}, zrh: {}}\ngroups: {billing: {pairs: {${pairs.join(', ')}}}}\n`);
    expect(errors).toHaveLength(8_000);
  });
});
