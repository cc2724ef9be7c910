import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allProbes } from '../../probes/registry.generated.ts';
import { formatConfigError } from '../config-error.ts';
import type { FleetConfig } from '../fleet-config.ts';
import type { SchemaNode } from '../schema-messages.ts';
import { fleetExample } from './example.ts';
import { fieldProblem } from './field-problem.ts';
import { fleetJsonSchema } from './json-schema.ts';
import { emptyFleetConfig, parseFleetConfig } from './parse.ts';

const places = { socket: '/run/x/collector.sock', storeFile: '/var/lib/x/collector.db', receiptKeyFile: '/var/lib/x/receipts.key' };

async function load(text: string): Promise<FleetConfig> {
  const read = await parseFleetConfig(text, 'fleet.yaml', allProbes, places);
  if (read.kind === 'invalid') throw new Error(read.errors.map(formatConfigError).join('\n'));
  return read.config;
}

const uncommented = (text: string): string => text.replaceAll(/^( *)# /gm, '$1');

const editorAccepts = (text: string): readonly unknown[] => {
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(fleetJsonSchema(allProbes));
  return validate(parse(text)) ? [] : (validate.errors ?? []);
};

describe('the example of a fleet file', () => {
  it('loads as it stands, as the fleet of nobody', async () => {
    expect({ ...(await load(await fleetExample(allProbes))), file: null }).toEqual(emptyFleetConfig(places));
  });

  it('loads as one plausible fleet with everything that it hides', async () => {
    const config = await load(uncommented(await fleetExample(allProbes)));
    expect(Object.keys(config.sites)).toEqual(['fra', 'zrh']);
    expect(config.groups[0]).toMatchObject({
      name: 'billing',
      primarySite: 'fra',
      expectedChecks: ['kernel', 'certs', 'dns'],
      lawful: [{ check: 'kernel', field: '/packages/list/[=gdb *]' }],
    });
    expect(config.groups[0]!.pairs.map(({ name, members }) => [name, members.map(({ site }) => site)])).toEqual([
      ['app1', ['fra', 'zrh']],
      ['app2', ['fra', 'zrh']],
    ]);
    expect(config.discover.map(({ kind }) => kind)).toEqual(['files', 'http']);
    expect(config.tell.map(({ kind }) => kind)).toEqual(['webhook', 'alertmanager']);
  });

  it('explains every setting that there is', async () => {
    const text = await fleetExample(allProbes);
    const isShown = ({ name }: Setting): boolean => new RegExp(`^ *(# )?(- )?${name}:`, 'm').test(text);
    expect(settingsOf(fleetJsonSchema(new Map()) as SchemaNode).filter((setting) => !isShown(setting))).toEqual([]);
    const unexplained = settingsOf(fleetJsonSchema(new Map()) as SchemaNode).filter(
      ({ description }) => !text.includes(`## ${description}`),
    );
    expect(unexplained).toEqual([]);
  });

  it('is accepted by the schema for editors, hidden settings too', async () => {
    const text = await fleetExample(allProbes);
    expect(editorAccepts(text)).toEqual([]);
    expect(editorAccepts(uncommented(text))).toEqual([]);
  });
});

describe('docs/fleet.md', () => {
  const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');

  it('shows one fleet that loads, piece by piece', async () => {
    const pieces = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml]) => yaml!);
    expect(pieces.length).toBeGreaterThanOrEqual(2);
    const config = await load(pieces.join(''));
    expect(config.groups[0]!.pairs).toHaveLength(2);
    expect(config.discover).toHaveLength(2);
  });

  it('shows paths that are in the facts of the kernel probe', async () => {
    const paths = [...page.matchAll(/\| `(\/[^`]*)` \|$/gm)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThanOrEqual(4);
    const wrong = paths.map((path) => fieldProblem(path, allProbes.get('kernel')!.facts)).filter((problem) => problem !== null);
    expect(wrong).toEqual([]);
  });
});

interface Setting {
  readonly name: string;
  readonly description: string | undefined;
}

function settingsOf(node: SchemaNode): readonly Setting[] {
  const inside = [
    ...Object.values(node.properties ?? {}),
    ...Object.values(node.patternProperties ?? {}),
    ...(typeof node.additionalProperties === 'object' ? [node.additionalProperties] : []),
    ...(node.anyOf ?? []),
    ...(node.items === undefined ? [] : [node.items]),
  ];
  const own = Object.entries(node.properties ?? {}).map(([name, { description }]) => ({ name, description }));
  return [...own, ...inside.flatMap(settingsOf)];
}

describe('the schema for editors', () => {
  it.each([
    ['an unknown section', 'grops: {}'],
    ['a site that cannot be named so', 'sites: {"a b": {}}'],
    ['a member without an address', 'groups: {b: {pairs: {p: {fra: {tokenFile: /x}}}}}'],
    ['a member with an unknown key', 'groups: {b: {pairs: {p: {fra: {address: "https://a", adress: x}}}}}'],
    ['a source that looks nowhere', 'discover: [{every: 1m}]'],
    ['a source that looks in two ways', 'discover: [{files: [/a.json], http: "https://a"}]'],
    ['a channel that leads nowhere', 'tell: [{name: a}]'],
    ['a wrong unit', 'poll: {every: 5 minutes}'],
  ])('rejects %s', (_, text) => {
    expect(editorAccepts(text)).not.toEqual([]);
  });

  it('takes a section whose lines are all comments, wherever the file does', async () => {
    const text = 'sites:\n  fra:\ngroups:\n  billing:\n    expect:\n    pairs:\ndiscover:\n  - files: [/a.json]\n    agents:\nlisten:\n';
    await load(text);
    expect(editorAccepts(text)).toEqual([]);
  });
});
