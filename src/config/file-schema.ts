// The configuration file as a schema: what is checked, what editors complete, and what the example is written from.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { roles } from '../contract/node.ts';
import { rights } from './agent-config.ts';
import { accessSection, duration, listenSection, logSection, path, siteSection, storeSection, strict } from './sections.ts';

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
    site: Type.Optional(siteSection('What lawfully differs from the other side; replaced by placeholders before two sides are compared')),
  },
  { ...strict, description: 'Who this machine is' },
);

const ListenSection = listenSection({
  description: 'Where the agent serves what it saw',
  socket: '/run/understudy/agent.sock',
  port: 7807,
  certificate: '/etc/understudy/agent.crt',
  key: '/etc/understudy/agent.key',
});

const AccessSection = accessSection({
  rights,
  meaning: 'read, run (start a check), twin (leave the primary’s snapshot here)',
  localRights: ['read', 'run'],
  token: { name: 'collector', rights: ['read'] },
  client: { commonName: 'collector.example.com', rights: ['read', 'run', 'twin'] },
});

const StoreSection = storeSection('Where observations are kept', '/var/lib/understudy/agent.db', { keep: '400d', size: '1GiB' });

const LogSection = logSection('What the agent logs');

/** More would tell of what is wrong when nobody waits for it any more. */
const looksMax = 100;

const looksInARow = (description: string) => Type.Integer({ minimum: 1, maximum: looksMax, description });

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
    confirm: Type.Optional(
      Type.Object(
        { bad: Type.Optional(looksInARow('so many bad ones')), good: Type.Optional(looksInARow('so many good ones')) },
        {
          ...strict,
          description: 'For what flaps: how many looks in a row open a finding in a fleet (bad), and resolve it (good)',
          examples: [{ bad: 3, good: 2 }],
        },
      ),
    ),
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
