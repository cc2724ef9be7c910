// What an operator tells the settings probe: which settings matter, which must be there, and which may lawfully differ.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { SiteSchema } from '../../contract/node.ts';
import { type PlaceholderStyle, placeholderStyles } from './hint.ts';
import { type Format, formats } from './read/index.ts';

const closed = { additionalProperties: false } as const;

const path = (description: string) => Type.String({ pattern: '^/', maxLength: 4_096, description });
const patterns = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 500, description });

const unitName = Type.String({
  pattern: '^[A-Za-z0-9@_.:\\\\-]+\\.(service|socket|mount|swap)$',
  maxLength: 255,
  description: 'systemd unit',
});

/** Keys and patterns: `DB_HOST`, `DB_*`, `spring.datasource.*`, `**.password`, `servers[*].port`. */
const selection = {
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'What both sides call it, where their paths differ; its path when not given',
    }),
  ),
  include: Type.Optional(patterns('Only these keys; all when not given')),
  exclude: Type.Optional(patterns('Not these keys')),
  required: Type.Optional(patterns('Keys that have to be there, with a value')),
  mayDiffer: Type.Optional(patterns('Keys whose value may lawfully differ between the two sides')),
  mayBeMissing: Type.Optional(patterns('Keys that one side may lawfully lack')),
  mayNameOtherSite: Type.Optional(patterns('Keys whose value may lawfully name the other site')),
  hideNames: Type.Optional(patterns('Keys whose very name is a secret: a fingerprint stands for it')),
  resolves: Type.Optional(
    Type.Array(Type.Unsafe<PlaceholderStyle>({ type: 'string', enum: [...placeholderStyles] }), {
      description: 'Styles of placeholders that the reader of this source fills in by itself, as Spring does with `dollar-braces`',
    }),
  ),
} as const;

const optional = Type.Optional(Type.Boolean({ description: 'It may be missing' }));

const FileSettings = Type.Object(
  {
    path: path('File, or a glob (`*`, `?`, `{a,b}`, `**`)'),
    format: Type.Optional(
      Type.Unsafe<Format>({ type: 'string', enum: [...formats], description: 'How it is read; told by its name when not given' }),
    ),
    ...selection,
    optional,
    service: Type.Optional(Type.String({ ...unitName, description: 'systemd unit that reads it when it starts' })),
  },
  closed,
);

const DirectorySettings = Type.Object(
  { path: path('Directory in which each file is a key and its content the value'), ...selection, optional },
  closed,
);

const UnitSettings = Type.Object({ unit: unitName, ...selection, optional }, closed);

const ServiceSettings = Type.Object(
  {
    unit: unitName,
    process: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Name of its program, by which it is found where systemd names no process',
      }),
    ),
    ...selection,
  },
  closed,
);

export const SettingsSchema = Type.Object(
  {
    fleetKeyFile: Type.String({
      pattern: '^/',
      maxLength: 4_096,
      default: '/etc/understudy/fleet.key',
      description: 'The key under which values are fingerprinted: the same on every machine of the fleet, at least 32 random bytes',
    }),
    otherSite: Type.Optional({
      ...SiteSchema,
      description: 'The words of the other site, which no value here should name',
    } as typeof SiteSchema),
    files: Type.Array(Type.Union([path('Settings file or glob'), FileSettings]), {
      maxItems: 200,
      default: [],
      description: 'Settings files: environment files, properties, INI, JSON, YAML, TOML, XML',
    }),
    flags: Type.Array(Type.Union([path('Feature-flag file or glob'), FileSettings]), {
      maxItems: 200,
      default: [],
      description: 'Feature-flag files: JSON or YAML maps; read like any other file and named as flags',
    }),
    directories: Type.Array(Type.Union([path('Directory'), DirectorySettings]), {
      maxItems: 100,
      default: [],
      description: 'Directories with one file a key, as Kubernetes mounts secrets and config maps and systemd its credentials',
    }),
    units: Type.Array(Type.Union([unitName, UnitSettings]), {
      maxItems: 64,
      default: [],
      description: 'systemd units, for the environment that systemd would start them with now',
    }),
    services: Type.Array(Type.Union([unitName, ServiceSettings]), {
      maxItems: 64,
      default: [],
      description: 'systemd units, for the environment that their process was really started with; readable for the same user only',
    }),
    exclude: Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
      maxItems: 500,
      default: [],
      description: 'Of every source, not these keys',
    }),
    mayDiffer: Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
      maxItems: 500,
      default: [],
      description: 'In every source, keys whose value may lawfully differ',
    }),
  },
  closed,
);

export type Settings = Static<typeof SettingsSchema>;
export type FileSettings = Static<typeof FileSettings>;
export type DirectorySettings = Static<typeof DirectorySettings>;
export type UnitSettings = Static<typeof UnitSettings>;
export type ServiceSettings = Static<typeof ServiceSettings>;

/** What the settings say about the keys of one source. */
export type Selection = Pick<
  FileSettings,
  'name' | 'include' | 'exclude' | 'required' | 'mayDiffer' | 'mayBeMissing' | 'mayNameOtherSite' | 'hideNames' | 'resolves'
>;
