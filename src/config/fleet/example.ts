// A fleet file to begin with: one plausible fleet, commented out, with the schema's own words above each setting. It loads as it
// stands, as the fleet of nobody.
import type { Probes } from '../parse.ts';
import { defaultFleetFile } from '../places.ts';
import { sampleOf } from '../sample.ts';
import { isRecord, memberNode, type SchemaNode, schemaNode } from '../schema-messages.ts';
import { FleetFileSchema } from './schema.ts';

export async function fleetExample(probes: Probes): Promise<string> {
  const { stringify } = await import('yaml');
  const flow = (value: unknown): string =>
    stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd();
  const words = describer();
  return [
    '## A fleet, as the Understudy collector watches it. ## explains; a single # hides a setting, with its default or an example.',
    `## Save as ${defaultFleetFile}; try with \`understudy config check fleet FILE\`. Durations: 30s, 5m, 12h, 7d. Sizes: 512MiB, 1GiB.`,
    '## Nothing is read from the environment; secrets stand in files of their own.',
    '## For completion in an editor: `understudy config schema fleet > fleet.schema.json`, and the next line without its first #:',
    '## yaml-language-server: $schema=fleet.schema.json',
    ...Object.entries(plausibleFleet(probes)).flatMap(([name, value]) => ['', ...sectionLines(name, value, { flow, words })]),
    '',
  ].join('\n');
}

/** Sites, groups and who is told are a story; everything else is what its schema says of it. */
function plausibleFleet(probes: Probes): Readonly<Record<string, unknown>> {
  const section = (name: keyof typeof FleetFileSchema.properties): unknown => sampleOf(schemaNode(FleetFileSchema.properties[name]));
  return {
    name: section('name'),
    sites: {
      fra: { name: 'eu-frankfurt-1', networks: ['10.1.0.0/16'], domains: ['fra.example.com'], tokens: { bucket: 'billing-fra' } },
      zrh: { name: 'eu-zurich-1', networks: ['10.2.0.0/16'], domains: ['zrh.example.com'], tokens: { bucket: 'billing-zrh' } },
    },
    agents: {
      tokenFile: '/etc/understudy/agents.token',
      authorities: '/etc/understudy/ca.crt',
      certificate: '/etc/understudy/collector.crt',
      key: '/etc/understudy/collector.key',
    },
    oci: section('oci'),
    thresholds: section('thresholds'),
    groups: { billing: billingOf(probes) },
    discover: [
      { files: ['/etc/understudy/targets/*.json'], every: '1m', agents: { tokenFile: '/etc/understudy/found.token' } },
      { http: 'https://cmdb.example.com/sd', every: '5m', tokenFile: '/etc/understudy/cmdb.token' },
    ],
    poll: section('poll'),
    listen: section('listen'),
    access: section('access'),
    store: section('store'),
    log: section('log'),
    receipts: section('receipts'),
    tell: [
      {
        name: 'ops',
        webhook: 'https://hooks.example.com/understudy',
        secretFile: '/etc/understudy/webhook.secret',
        tokenFile: '/etc/understudy/hooks.token',
        authorities: '/etc/understudy/ca.crt',
        severity: 'warning',
        groups: ['billing'],
        perMinute: 60,
      },
      { name: 'am', alertmanager: ['http://127.0.0.1:9093'], externalUrl: 'https://understudy.example.com', plainHttp: false },
    ],
  };
}

const billingOf = (probes: Probes) => ({
  primary: 'fra',
  expect: { checks: ['kernel', 'certs', 'dns'] },
  thresholds: { primaryMaxAge: '2d' },
  pairs: {
    app1: {
      fra: 'https://app1-fra.example.com:7807',
      zrh: { address: 'https://10.2.0.11:7807', serverName: 'app1-zrh.example.com', tokenFile: '/etc/understudy/app1-zrh.token' },
      thresholds: { silentAfter: '10m' },
    },
    app2: { fra: 'https://app2-fra.example.com:7807', zrh: 'https://app2-zrh.example.com:7807' },
  },
  regions: {
    fra: {
      region: 'eu-frankfurt-1',
      tenancy: 'ocid1.tenancy.oc1..aaaa',
      compartments: { apps: 'ocid1.compartment.oc1..aaaafra' },
      networks: { app: '10.1.0.0/16' },
      hosts: { app1: { id: 'ocid1.instance.oc1.eu-frankfurt-1.aaaa', addresses: ['10.1.0.11'] } },
      addresses: { front: ['203.0.113.7'] },
      names: { 'nsg-app-fra': 'nsg-app' },
    },
    zrh: {
      region: 'eu-zurich-1',
      compartments: { apps: 'ocid1.compartment.oc1..aaaazrh' },
      networks: { app: '10.2.0.0/16' },
      hosts: { app1: { addresses: ['10.2.0.11'] } },
      addresses: { front: ['203.0.113.107'] },
      names: { 'nsg-app-zrh': 'nsg-app' },
    },
  },
  regionChecks: Object.fromEntries(regionChecks(probes)),
  protectionGroup: { agents: { port: 7807, tokenFile: '/etc/understudy/members.token' } },
  lawful: [
    {
      check: 'kernel',
      field: '/packages/list/[=gdb *]',
      pairs: ['app1'],
      reason: 'only the primary is debugged',
      until: '2027-03-01',
    },
  ],
});

/** One is enough to show how. */
const regionChecks = (probes: Probes) =>
  [...probes.values()]
    .filter(({ looksAt }) => looksAt === 'region')
    .slice(0, 1)
    .map(({ id, example }) => {
      const { scope: _, ...settings } = (example ?? {}) as Record<string, unknown>;
      const times = { every: '1h', timeout: '2m', staleAfter: '6h' };
      return [id, { enabled: true, ...times, required: true, confirm: { bad: 1, good: 1 }, settings }] as const;
    });

interface Writing {
  /** On one line. */
  readonly flow: (value: unknown) => string;
  readonly words: (node: SchemaNode, indent: string) => readonly string[];
}

/** A setting is explained where it stands first. */
function describer(): Writing['words'] {
  const said = new Set<string>();
  return ({ description }, indent) => {
    if (description === undefined || said.has(description)) return [];
    said.add(description);
    return [`${indent}## ${description}`];
  };
}

/** A map that may be empty stays, so that only what is under it has to be uncommented. */
function sectionLines(name: string, value: unknown, writing: Writing): readonly string[] {
  const node = memberNode(schemaNode(FleetFileSchema), name) ?? {};
  const lines = entryLines(name, value, node, '', writing);
  return isRecord(value) ? lines.map((line) => (line === `# ${name}:` ? `${name}:` : line)) : lines;
}

function entryLines(name: string, value: unknown, node: SchemaNode, indent: string, writing: Writing): readonly string[] {
  const words = writing.words(node, indent);
  const key = `${indent}# ${writing.flow(name)}:`;
  if (isRecord(value) && !isShort(node)) return [...words, key, ...mapLines(value, node, `${indent}  `, writing)];
  if (Array.isArray(value) && value.some(isRecord)) {
    return [...words, key, ...value.flatMap((item: Record<string, unknown>) => itemLines(item, node.items ?? {}, `${indent}  `, writing))];
  }
  return [...words, `${key} ${writing.flow(value)}`];
}

/** What is named freely needs no line for each name. */
const isShort = (node: SchemaNode): boolean => Object.values(node.patternProperties ?? {}).some(({ type }) => type === 'string');

const mapLines = (map: Record<string, unknown>, node: SchemaNode, indent: string, writing: Writing): readonly string[] =>
  Object.entries(map).flatMap(([name, value]) => entryLines(name, value, nodeFor(node, name, value), indent, writing));

/** A member is an address, or a map with one. */
function nodeFor(node: SchemaNode, name: string, value: unknown): SchemaNode {
  const member = memberNode(node, name) ?? {};
  const { anyOf, ...own } = member;
  const branch = isRecord(value) ? anyOf?.find(({ properties }) => properties !== undefined) : undefined;
  return branch === undefined ? member : { ...branch, ...own };
}

/** The dash stands before the first setting and its words above it, the others below. */
function itemLines(item: Record<string, unknown>, node: SchemaNode, indent: string, writing: Writing): readonly string[] {
  const lines = mapLines(item, node, `${indent}  `, writing);
  const first = lines.findIndex((line) => line.startsWith(`${indent}  # `));
  return lines.map((line, index) => {
    if (index > first) return line;
    return index < first ? line.slice(2) : `${indent}# - ${line.slice(`${indent}  # `.length)}`;
  });
}
