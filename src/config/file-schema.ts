// The configuration file as a schema: what is checked, what editors complete, and what the example is written from.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../contract/duration.ts';
import { roles } from '../contract/node.ts';
import { rights } from './agent-config.ts';
import { sizePattern } from './sizes.ts';

const strict = { additionalProperties: false } as const;

const duration = (description: string, more: { readonly default?: string; readonly examples?: readonly string[] } = {}) =>
  Type.String({ ...more, description, pattern: durationPattern });

const path = (description: string, example: string) => Type.String({ description, pattern: '^/', examples: [example] });

const NodeSection = Type.Object(
  {
    name: Type.Optional(
      Type.String({ minLength: 1, description: 'What this machine is called; the host name unless given', examples: ['app1-fra'] }),
    ),
    role: Type.Optional(
      Type.Unsafe<(typeof roles)[number]>({
        type: 'string',
        enum: [...roles],
        description: 'Which side this machine is at present',
        examples: ['standby'],
      }),
    ),
    group: Type.Optional(Type.String({ minLength: 1, description: 'What fails over together', examples: ['billing'] })),
    twin: Type.Optional(Type.String({ minLength: 1, description: 'The name that both machines of a pair share', examples: ['app1'] })),
    site: Type.Optional(
      Type.Object(
        {
          name: Type.Optional(
            Type.String({ minLength: 1, description: 'What this side is called, for example its region', examples: ['eu-frankfurt-1'] }),
          ),
          networks: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), { description: 'Networks of this side (CIDR)', examples: [['10.1.0.0/16']] }),
          ),
          domains: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), { description: 'DNS domains of this side', examples: [['fra.example.com']] }),
          ),
          tokens: Type.Optional(
            Type.Record(Type.String(), Type.String({ minLength: 1 }), {
              description: 'What else lawfully differs: a name, and what stands for it on this side',
              examples: [{ bucket: 'billing-fra' }],
            }),
          ),
        },
        { ...strict, description: 'What lawfully differs from the other side; replaced by placeholders before two sides are compared' },
      ),
    ),
  },
  { ...strict, description: 'Who this machine is' },
);

const ListenSection = Type.Object(
  {
    socket: Type.Optional(
      Type.Union([path('', '/run/understudy/agent.sock'), Type.Null()], {
        description: 'Unix socket for local users; null for none. In the runtime directory unless given',
        examples: ['/run/understudy/agent.sock'],
      }),
    ),
    address: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
        description: 'IP address to serve on; null for none. One that is not loopback needs tls and a credential under access',
        default: '127.0.0.1',
      }),
    ),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port', default: 7807 })),
    tls: Type.Optional(
      Type.Object(
        {
          certificate: path('PEM file: the certificate and its chain', '/etc/understudy/agent.crt'),
          key: path('PEM file: its private key', '/etc/understudy/agent.key'),
          clientAuthorities: Type.Optional(
            path('PEM file: authorities whose client certificates are accepted', '/etc/understudy/clients.crt'),
          ),
        },
        { ...strict, description: 'Serve over TLS' },
      ),
    ),
  },
  { ...strict, description: 'Where the agent serves what it saw' },
);

const right = Type.Unsafe<(typeof rights)[number]>({ type: 'string', enum: [...rights] });

const AccessSection = Type.Object(
  {
    tokens: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, description: 'Who uses it; stands in the log', examples: ['collector'] }),
            sha256: Type.String({
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'The token\'s SHA-256, never the token: printf %s "$TOKEN" | sha256sum',
              examples: ['db210c1d443a5106f1d7a940ba8ad048d6b048e4dacd579682f3cf03abd5e59c'],
            }),
            rights: Type.Array(right, {
              minItems: 1,
              description: 'read, run (start a check), twin (leave the primary’s snapshot here)',
              examples: [['read']],
            }),
          },
          strict,
        ),
        { description: 'Bearer tokens' },
      ),
    ),
    clients: Type.Optional(
      Type.Array(
        Type.Object(
          {
            commonName: Type.String({
              minLength: 1,
              description: 'Common name of the client certificate’s subject',
              examples: ['collector.example.com'],
            }),
            rights: Type.Array(right, { minItems: 1, description: 'What it may do', examples: [['read', 'run', 'twin']] }),
          },
          strict,
        ),
        { description: 'Client certificates, accepted when signed by listen.tls.clientAuthorities' },
      ),
    ),
    localRights: Type.Optional(
      Type.Array(right, {
        description: 'What callers on the Unix socket and on loopback may do without a credential',
        default: ['read', 'run'],
      }),
    ),
    requestsPerMinute: Type.Optional(Type.Integer({ minimum: 10, maximum: 1_000_000, description: 'Limit for each caller', default: 600 })),
  },
  { ...strict, description: 'Who may ask' },
);

const StoreSection = Type.Object(
  {
    file: Type.Optional(path('SQLite file; in the state directory unless given', '/var/lib/understudy/agent.db')),
    keep: Type.Optional(duration('How long observations are kept', { default: '400d' })),
    size: Type.Optional(
      Type.String({ pattern: sizePattern, description: 'The oldest go first when the file would grow past this', default: '1GiB' }),
    ),
  },
  { ...strict, description: 'Where observations are kept' },
);

const LogSection = Type.Object(
  {
    level: Type.Optional(
      Type.Unsafe<'debug' | 'info' | 'warn' | 'error'>({
        type: 'string',
        enum: ['debug', 'info', 'warn', 'error'],
        description: 'The least that is logged',
        default: 'info',
      }),
    ),
  },
  { ...strict, description: 'What the agent logs' },
);

/** A check's own keys; `settings` by its probe's schema, apart. */
export const CheckSection = Type.Object(
  {
    probe: Type.Optional(Type.String({ description: 'What looks; the name of the check unless given', examples: ['dns'] })),
    every: Type.Optional(duration('Look this often, spread so that a fleet does not look in step', { examples: ['5m'] })),
    cron: Type.Optional(
      Type.String({ minLength: 1, description: 'Or exactly when: minute hour day month weekday', examples: ['*/5 * * * *'] }),
    ),
    timeout: Type.Optional(duration('A look ends after this', { examples: ['30s'] })),
    staleAfter: Type.Optional(duration('What was seen longer ago than this no longer counts', { examples: ['15m'] })),
    required: Type.Optional(Type.Boolean({ description: 'What cannot be seen keeps the verdict from ready', default: true })),
    settings: Type.Optional(Type.Unknown()),
  },
  strict,
);

export type CheckSection = Static<typeof CheckSection>;

export const checkIdPattern = '^[a-z][a-z0-9-]{0,63}$';

export const FileSchema = Type.Object(
  {
    node: Type.Optional(NodeSection),
    listen: Type.Optional(ListenSection),
    access: Type.Optional(AccessSection),
    store: Type.Optional(StoreSection),
    log: Type.Optional(LogSection),
    captures: Type.Optional(path('Folder into which capture units leave what needs another user', '/var/spool/understudy')),
    discover: Type.Optional(
      Type.Boolean({ description: 'Probes without a check of their own look at what they can discover', default: true }),
    ),
    checks: Type.Optional(Type.Record(Type.String(), CheckSection, { description: 'What to look at, by the name of the check' })),
  },
  { ...strict, description: 'Settings of an Understudy agent' },
);

export type ConfigFile = Static<typeof FileSchema>;
