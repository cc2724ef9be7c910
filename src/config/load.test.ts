import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configProbes } from '../../test/support/config-probes.ts';
import { formatConfigError } from './config-error.ts';
import { loadAgentConfig } from './load.ts';

const fixtures = new URL('../../test/fixtures/config/', import.meta.url).pathname;
const wrong = (await readdir(`${fixtures}wrong`)).filter((name) => name.endsWith('.yaml'));
const right = (await readdir(`${fixtures}right`)).filter((name) => name.endsWith('.yaml'));
const places = { socket: '/run/understudy/agent.sock', storeFile: '/var/lib/understudy/agent.db', captureFolder: '/var/spool/understudy' };

const load = (path: string | null) => loadAgentConfig(path, configProbes, places);

async function messagesOf(path: string): Promise<string> {
  const read = await load(path);
  if (read.kind === 'loaded') return 'loaded without an error';
  return `${read.errors.map((error) => formatConfigError({ ...error, file: path.split('/').at(-1)! })).join('\n')}\n`;
}

describe('a wrong file', () => {
  it.each(wrong)('%s gets exactly its messages', async (name) => {
    const path = `${fixtures}wrong/${name}`;
    await expect(await messagesOf(path)).toMatchFileSnapshot(path.replace(/yaml$/, 'txt'));
  });

  it('never shows what might be a token in full', async () => {
    expect(await messagesOf(`${fixtures}wrong/token-not-a-hash.yaml`)).not.toContain('s3cr3t');
  });
});

describe('a right file', () => {
  it.each(right)('%s is read into exactly its settings', async (name) => {
    const path = `${fixtures}right/${name}`;
    const read = await load(path);
    expect(read.kind === 'invalid' ? read.errors : []).toEqual([]);
    const config = read.kind === 'loaded' ? { ...read.config, file: name } : null;
    await expect(`${JSON.stringify(config, null, 2)}\n`).toMatchFileSnapshot(path.replace(/yaml$/, 'json'));
  });

  it('is frozen to its last member', async () => {
    const read = await load(`${fixtures}right/full.yaml`);
    if (read.kind === 'invalid') throw new Error('did not load');
    expect(() => Object.assign(read.config.checks[0]!.settings as object, { packages: 1 })).toThrow(TypeError);
  });
});

describe('where a file lies', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('a file that was named and is missing is an error, not a reason to discover', async () => {
    expect(await messagesOf(join(folder, 'missing.yaml'))).toBe('missing.yaml:1:1: there is no such file\n');
  });

  it('a folder is not a file', async () => {
    expect((await load(folder)).kind).toBe('invalid');
  });

  it('more than a mebibyte is not read', async () => {
    await writeFile(join(folder, 'huge.yaml'), `# ${'x'.repeat(1024 ** 2)}\n`);
    expect(await messagesOf(join(folder, 'huge.yaml'))).toBe('huge.yaml:1:1: larger than 1 MiB; not read\n');
  });

  it('a mebibyte of brackets is refused in bounded time and space', async () => {
    await writeFile(join(folder, 'brackets.yaml'), '['.repeat(1024 ** 2));
    expect((await load(join(folder, 'brackets.yaml'))).kind).toBe('invalid');
  });

  it('without any file, everything that can discover runs and the others are named', async () => {
    const read = await load(null);
    if (read.kind === 'invalid') throw new Error('did not load');
    expect(read.config.file).toBeNull();
    expect(read.config.checks.map((check) => check.id)).toEqual(['kernel']);
    expect(read.config.notTold).toEqual([{ probe: 'dns', detail: 'names to resolve (checks.dns.settings.names)' }]);
  });
});

describe('no wrong text', () => {
  it('names every fixture that stands for one', async () => {
    const texts = await Promise.all(wrong.map((name) => readFile(`${fixtures}wrong/${name.replace(/yaml$/, 'txt')}`, 'utf8')));
    expect(texts.length).toBeGreaterThanOrEqual(30);
    expect(texts.filter((text) => !/^[\w.-]+:\d+:\d+: \S/.test(text))).toEqual([]);
  });
});
