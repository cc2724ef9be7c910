// What an operator may tell the artifacts probe.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { defaultCaptureFolder } from '../../formats/capture.ts';
import { type Runtime, runtimes } from './facts.ts';

const strict = { additionalProperties: false } as const;
const path = (description: string) => Type.String({ pattern: '^/', maxLength: 4_096, description });
const patterns = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 200, default: [], description });

const ContainersSchema = Type.Object(
  {
    runtimes: Type.Array(Type.Unsafe<Runtime>({ type: 'string', enum: [...runtimes] }), {
      default: [...runtimes],
      uniqueItems: true,
      description: 'Container runtimes to look for; one that is not installed is passed over',
    }),
    users: Type.Array(Type.String({ pattern: '^[a-z_][a-z0-9_.-]*$', maxLength: 64 }), {
      maxItems: 50,
      default: [],
      description: 'Users whose own podman stores have to be seen, beside root’s; those that run containers are found by themselves',
    }),
    wanted: patterns(
      'Images (`registry/path:tag`, `path:tag` or `path`, with * as a wildcard) that must be on the standby even where no container of the primary uses them',
    ),
    ignore: patterns('Images that may lawfully differ'),
    captureFolder: Type.String({
      pattern: '^/',
      default: defaultCaptureFolder,
      description: 'Folder with what the container runtimes told root, read when the agent may not ask them itself',
    }),
    captureStaleAfter: Type.String({
      pattern: durationPattern,
      default: '1h',
      description: 'How old such a capture may be before it tells nothing about now',
    }),
  },
  { ...strict, default: {}, description: 'Container images, and the containers made of them' },
);

const TreeSchema = Type.Object(
  {
    path: path('Folder: every file below it'),
    ignore: patterns('Paths in it that may lawfully differ (`logs`, `**/*.log`), with what lies below them'),
  },
  strict,
);

const EndpointSchema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 120,
      pattern: '^[^\\u0000-\\u001f]+$',
      description: 'What operators call it; the same on both sides',
    }),
    url: Type.String({
      pattern: '^https?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^\\s#]*)?(\\?[^\\s#]*)?$',
      maxLength: 2_048,
      description: 'Asked with GET, without user and password; a certificate need not be trusted, since nothing secret is sent',
    }),
    json: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'Where in a JSON answer the version stands: `build.version`, `parts[0].version`, `["a.b"]`',
      }),
    ),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        format: 'regex',
        description: 'Regular expression whose first group (or whole match) is the version',
      }),
    ),
    status: Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
      minItems: 1,
      maxItems: 20,
      default: [200],
      description: 'Statuses of an answer that tells the version',
    }),
    mayBeStoppedOnStandby: Type.Boolean({
      default: false,
      description: 'The service is started by the switchover itself, so that nothing need listen on the standby until then',
    }),
    timeout: Type.String({ pattern: durationPattern, default: '5s', description: 'How long the answer may take' }),
  },
  strict,
);

const ReadingSchema = Type.Object(
  {
    bytesPerSecondMax: Type.Integer({ minimum: 65_536, default: 16 * 1024 ** 2, description: 'Files are read no faster than this' }),
    cpuShareMax: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.05,
      description: 'Share of one core that reading files may take',
    }),
    fileBytesMax: Type.Integer({ minimum: 1, default: 8 * 1024 ** 3, description: 'A longer file is not read, and this is said' }),
    filesMax: Type.Integer({
      minimum: 1,
      maximum: 20_000,
      default: 5_000,
      description: 'Files of all trees together; more are not looked at, and this is said',
    }),
  },
  { ...strict, default: {}, description: 'How files are read. What is not read to its end within one look goes on in the next' },
);

export const ArtifactsSettingsSchema = Type.Object(
  {
    containers: ContainersSchema,
    files: Type.Array(path('File, or a glob (`*`, `?`, `{a,b}`, `**`)'), {
      maxItems: 500,
      default: [],
      description: 'Files that must be the same on both sides',
    }),
    trees: Type.Array(TreeSchema, { maxItems: 50, default: [], description: 'Folders whose files must be the same on both sides' }),
    packages: Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9+._-]*$', maxLength: 128 }), {
      maxItems: 500,
      default: [],
      description: 'Packages (rpm or dpkg) that must have the same version on both sides',
    }),
    endpoints: Type.Array(EndpointSchema, { maxItems: 100, default: [], description: 'Local services that tell their version over HTTP' }),
    manifest: Type.Optional(path('File that says what has to be deployed here (see the probe’s README for its form)')),
    reading: ReadingSchema,
  },
  strict,
);

export type ArtifactsSettings = Static<typeof ArtifactsSettingsSchema>;
export type ContainerSettings = ArtifactsSettings['containers'];
export type EndpointSettings = ArtifactsSettings['endpoints'][number];
export type TreeSettings = ArtifactsSettings['trees'][number];
export type ReadingSettings = ArtifactsSettings['reading'];

export const defaultSettings: ArtifactsSettings = {
  containers: {
    runtimes: [...runtimes],
    users: [],
    wanted: [],
    ignore: [],
    captureFolder: defaultCaptureFolder,
    captureStaleAfter: '1h',
  },
  files: [],
  trees: [],
  packages: [],
  endpoints: [],
  reading: { bytesPerSecondMax: 16 * 1024 ** 2, cpuShareMax: 0.05, fileBytesMax: 8 * 1024 ** 3, filesMax: 5_000 },
};

export const exampleSettings: ArtifactsSettings = {
  ...defaultSettings,
  containers: { ...defaultSettings.containers, users: ['app'], wanted: ['acme/batch:*'], ignore: ['*/podman-pause'] },
  files: ['/usr/local/bin/billing', '/opt/billing/plugins/*.jar'],
  trees: [{ path: '/opt/billing/lib', ignore: ['cache', '**/*.log'] }],
  packages: ['billing-server'],
  endpoints: [
    {
      name: 'billing',
      url: 'http://127.0.0.1:8080/actuator/info',
      json: 'build.version',
      status: [200],
      mayBeStoppedOnStandby: true,
      timeout: '5s',
    },
  ],
  manifest: '/etc/understudy/manifest.yaml',
};
