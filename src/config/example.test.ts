import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configProbes } from '../../test/support/config-probes.ts';
import { probes } from '../probes/registry.generated.ts';
import { formatConfigError } from './config-error.ts';
import { configExample } from './example.ts';
import { configJsonSchema } from './json-schema.ts';
import { discoveredConfig, type Probes, parseAgentConfig } from './parse.ts';

const places = { socket: '/run/understudy/agent.sock', storeFile: '/var/lib/understudy/agent.db', captureFolder: '/var/spool/understudy' };

async function load(text: string, known: Probes) {
  const read = await parseAgentConfig(text, 'agent.yaml', known, places);
  if (read.kind === 'invalid') throw new Error(read.errors.map(formatConfigError).join('\n'));
  return read.config;
}

const uncommented = (text: string): string => text.replaceAll(/^( *)# /gm, '$1');

const editorAccepts = (known: Probes, text: string): readonly unknown[] => {
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(configJsonSchema(known));
  return validate(parse(text)) ? [] : (validate.errors ?? []);
};

describe.each([
  ['two small probes', configProbes],
  ['the real probes', probes],
])('the example for %s', (_, known) => {
  it('loads as it stands, and means what no file means', async () => {
    const config = await load(await configExample(known, '/etc/understudy/agent.yaml'), known);
    expect({ ...config, file: null }).toEqual(await discoveredConfig(known, places));
  });

  it('loads with everything that it hides', async () => {
    const config = await load(uncommented(await configExample(known, '/etc/understudy/agent.yaml')), known);
    expect(config.checks.map((check) => check.id)).toEqual([...known.keys()].sort());
    expect(config.node.role).toBe('standby');
  });

  it('is accepted by the schema for editors, hidden settings too', async () => {
    const text = await configExample(known, '/etc/understudy/agent.yaml');
    expect(editorAccepts(known, text)).toEqual([]);
    expect(editorAccepts(known, uncommented(text))).toEqual([]);
  });
});

describe('the schema for editors', () => {
  it('takes a section whose lines are all comments, wherever the file does', async () => {
    const text = 'node:\n  site:\nlisten:\naccess:\n  tokens:\nchecks:\n  kernel:\n';
    await load(text, configProbes);
    expect(editorAccepts(configProbes, text)).toEqual([]);
  });

  it.each([
    ['an unknown key', 'checks: {kernel: {evry: 5m}}'],
    ['an unknown setting of a probe', 'checks: {kernel: {settings: {packges: true}}}'],
    ['an unknown setting of a check under another name', 'checks: {mine: {probe: kernel, settings: {packges: true}}}'],
    ['a check under another name that does not say its probe', 'checks: {mine: {every: 5m}}'],
    ['a check with the name of a probe that it does not use', 'checks: {dns: {probe: kernel}}'],
    ['a wrong unit', 'checks: {kernel: {every: 5 minutes}}'],
  ])('rejects %s', (_, text) => {
    expect(editorAccepts(configProbes, text)).not.toEqual([]);
  });
});
