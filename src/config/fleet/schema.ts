// The fleet file as a schema: what is checked, what editors complete, and whose words the example is written with.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { severities } from '../../contract/rule.ts';
import { fleetRights } from '../fleet-config.ts';
import { accessSection, duration, listenSection, logSection, path, siteSection, storeSection, strict } from '../sections.ts';
import { OciSection, protectionGroupSection, RegionChecksSection, RegionsSection } from './regions-schema.ts';

/** Stands in addresses, labels and on command lines. */
export const namePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const address = (description: string) =>
  Type.String({ minLength: 1, format: 'agent-address', description, examples: ['https://app1-fra.example.com:7807'] });

const contact = {
  tokenFile: Type.Optional(path('File that holds the bearer token', '/etc/understudy/agents.token')),
  authorities: Type.Optional(
    path('PEM file: authorities that the certificate is checked against; the system’s unless given', '/etc/understudy/ca.crt'),
  ),
  certificate: Type.Optional(path('PEM file: client certificate and its chain', '/etc/understudy/collector.crt')),
  key: Type.Optional(path('PEM file: its private key', '/etc/understudy/collector.key')),
  serverName: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Name that the certificate has to be for, where it is not the host of the address',
      examples: ['agent.example.com'],
    }),
  ),
};

export const AgentsSection = Type.Object(contact, {
  ...strict,
  description: 'How agents are reached, unless a member or a source of discovery says otherwise',
});

const MemberSection = Type.Object(
  { address: address('Where its agent answers: https (port 7807 unless given), http on loopback only, or unix:/PATH'), ...contact },
  strict,
);

const ThresholdsSection = Type.Object(
  {
    silentAfter: Type.Optional(duration('A node not heard for so long is silent; 5m unless given', { examples: ['5m'] })),
    primaryMaxAge: Type.Optional(
      duration('The primary’s last look is a reference for so long after it fell silent; 7d unless given', { examples: ['7d'] }),
    ),
    clockOffsetMax: Type.Optional(duration('A clock further off than this is said; 10s unless given', { examples: ['10s'] })),
  },
  {
    ...strict,
    description: 'When a node is silent, a reference too old, a clock wrong: for all, for a group or for a pair; the nearest counts',
  },
);

/** Beside the sites. */
export const reservedInPair = 'thresholds';

const PairSection = Type.Object(
  { [reservedInPair]: Type.Optional(ThresholdsSection) },
  {
    additionalProperties: Type.Union([address('The address of its agent'), MemberSection], {
      description: 'The member at that site: its agent’s address, or how it is reached',
    }),
    description: 'Two members, each under the name of its site',
  },
);

const LawfulSection = Type.Object(
  {
    check: Type.String({ minLength: 1, description: 'Whose facts', examples: ['kernel'] }),
    field: Type.String({
      minLength: 1,
      description: 'Path within them: names, * for every member, [name=value] or [=text] for entries of a list',
      examples: ['/packages/list/[=gdb *]'],
    }),
    pairs: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        uniqueItems: true,
        description: 'All pairs of the group unless given',
        examples: [['app1']],
      }),
    ),
    reason: Type.String({ minLength: 1, description: 'Why; shown wherever the difference is', examples: ['only the primary is debugged'] }),
    until: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}',
        description: 'Drift again after this day (UTC) or time; never unless given',
        examples: ['2027-03-01'],
      }),
    ),
  },
  strict,
);

const GroupSection = Type.Object(
  {
    primary: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The site that is primary now; after a switchover, change this word and reload. The agents say it themselves unless given',
        examples: ['fra'],
      }),
    ),
    expect: Type.Optional(
      Type.Object(
        {
          checks: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              uniqueItems: true,
              description: 'Checks that watch every pair, on both sides: one that goes missing is unknown, not forgotten',
              examples: [['kernel', 'certs', 'dns']],
            }),
          ),
        },
        { ...strict, description: 'What has to be there' },
      ),
    ),
    thresholds: Type.Optional(ThresholdsSection),
    pairs: Type.Optional(
      Type.Record(Type.String(), PairSection, { description: 'Which machine stands in for which; discovery may find more' }),
    ),
    regions: Type.Optional(RegionsSection),
    regionChecks: Type.Optional(RegionChecksSection),
    protectionGroup: Type.Optional(protectionGroupSection(contact)),
    lawful: Type.Optional(
      Type.Array(LawfulSection, {
        description: 'What may differ between standby and primary, beyond what the words of their sites explain',
      }),
    ),
  },
  strict,
);

const DiscoverSection = Type.Object(
  {
    files: Type.Optional(
      Type.Array(path('File, with * in its name only', '/etc/understudy/targets/*.json'), {
        minItems: 1,
        description: 'Prometheus’ file_sd: JSON or YAML files, wildcards in the last part only',
        examples: [['/etc/understudy/targets/*.json']],
      }),
    ),
    http: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Prometheus’ http_sd: where the list is asked for',
        examples: ['https://cmdb.example.com/sd'],
      }),
    ),
    every: Type.Optional(duration('Looked at again this often', { default: '1m' })),
    ...contact,
    agents: Type.Optional(AgentsSection),
  },
  strict,
);

export const pollDefaults = { every: '30s', timeout: '10s', concurrency: 64 } as const;

const PollSection = Type.Object(
  {
    every: Type.Optional(duration('Each agent is asked this often, spread over the time', { default: pollDefaults.every })),
    timeout: Type.Optional(duration('A request ends after this', { default: pollDefaults.timeout })),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_024, description: 'Requests under way at once', default: pollDefaults.concurrency }),
    ),
  },
  { ...strict, description: 'How agents are asked' },
);

const ReceiptsSection = Type.Object(
  {
    key: Type.Optional(
      path(
        'PEM file: the key that signs them (Ed25519), made when missing; in the state directory unless given',
        '/var/lib/understudy-collector/receipts.key',
      ),
    ),
    keep: Type.Optional(duration('How long receipts are kept', { default: '800d' })),
  },
  { ...strict, description: 'Receipts of what was answered at the gate' },
);

const TellSection = Type.Object(
  {
    name: Type.String({ pattern: namePattern, description: 'What this channel is called', examples: ['ops'] }),
    webhook: Type.Optional(
      Type.String({ minLength: 1, description: 'Where JSON is posted', examples: ['https://hooks.example.com/understudy'] }),
    ),
    alertmanager: Type.Optional(
      Type.Array(Type.String({ minLength: 1, description: 'The address of one member' }), {
        minItems: 1,
        description: 'Alertmanager’s members, each of which is told',
        examples: [['http://127.0.0.1:9093']],
      }),
    ),
    severity: Type.Optional(
      Type.Unsafe<(typeof severities)[number]>({
        type: 'string',
        enum: [...severities],
        description: 'The least that is told; a change of verdict always is',
        default: 'warning',
      }),
    ),
    groups: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true, description: 'All groups unless given', examples: [['billing']] }),
    ),
    perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 6_000, description: 'At most so many messages a minute', default: 60 })),
    secretFile: Type.Optional(path('File that holds the key which signs a webhook (HMAC-SHA-256)', '/etc/understudy/webhook.secret')),
    externalUrl: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The collector as people reach it: where alerts link to',
        examples: ['https://understudy.example.com'],
      }),
    ),
    tokenFile: Type.Optional(path('File that holds the bearer token', '/etc/understudy/hooks.token')),
    authorities: Type.Optional(
      path('PEM file: authorities that the certificate is checked against; the system’s unless given', '/etc/understudy/ca.crt'),
    ),
    plainHttp: Type.Optional(
      Type.Boolean({
        description: 'Allow http beyond loopback: everybody on the way can read what is told, and change it',
        default: false,
      }),
    ),
  },
  strict,
);

export const FleetFileSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'What this collector is called in receipts; the host name unless given',
        examples: ['collector-fra'],
      }),
    ),
    sites: Type.Optional(
      Type.Record(
        Type.String(),
        siteSection('What lawfully differs between sites; replaced by placeholders before two sides are compared'),
        { description: 'The places between which groups fail over, by the short names that the rest of this file uses' },
      ),
    ),
    agents: Type.Optional(AgentsSection),
    oci: Type.Optional(OciSection),
    thresholds: Type.Optional(ThresholdsSection),
    groups: Type.Optional(Type.Record(Type.String(), GroupSection, { description: 'What fails over together, by name' })),
    discover: Type.Optional(
      Type.Array(DiscoverSection, {
        description: 'Where more agents are found. The labels group, pair, role and site say whose they are, over what the agents say',
      }),
    ),
    poll: Type.Optional(PollSection),
    listen: Type.Optional(
      listenSection({
        description: 'Where the collector serves what it knows',
        socket: '/run/understudy-collector/collector.sock',
        port: 7808,
        certificate: '/etc/understudy/collector.crt',
        key: '/etc/understudy/collector.key',
      }),
    ),
    access: Type.Optional(
      accessSection({
        rights: fleetRights,
        meaning: 'read, waive (accept a finding, and take that back)',
        localRights: ['read'],
        token: { name: 'gate', rights: ['read'] },
        client: { commonName: 'operator.example.com', rights: ['read', 'waive'] },
      }),
    ),
    store: Type.Optional(
      storeSection('Where everything that was heard is kept', '/var/lib/understudy-collector/collector.db', { keep: '400d', size: '8GiB' }),
    ),
    log: Type.Optional(logSection('What the collector logs')),
    receipts: Type.Optional(ReceiptsSection),
    tell: Type.Optional(Type.Array(TellSection, { description: 'Who is told of findings and verdicts' })),
  },
  { ...strict, description: 'An Understudy fleet' },
);

export type FleetFile = Static<typeof FleetFileSchema>;
export type GroupFile = Static<typeof GroupSection>;
export type PairFile = Static<typeof PairSection>;
export type MemberFile = string | Static<typeof MemberSection>;
export type ContactFile = Static<typeof AgentsSection>;
export type MemberAgentsFile = NonNullable<Static<ReturnType<typeof protectionGroupSection<typeof contact>>>['agents']>;
export type LawfulFile = Static<typeof LawfulSection>;
export type DiscoverFile = Static<typeof DiscoverSection>;
export type TellFile = Static<typeof TellSection>;
export type { OciFile, RegionFile } from './regions-schema.ts';
export type ThresholdsFile = Static<typeof ThresholdsSection>;
