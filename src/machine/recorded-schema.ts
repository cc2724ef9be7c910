// The form of machine.yaml, the part of a recorded machine that is not its file system.
import type { Static, TObject, TProperties } from 'typebox/type';
import * as Type from 'typebox/type';

const strict = <const P extends TProperties>(properties: P): TObject<P> => Type.Object(properties, { additionalProperties: false });

const text = (description: string) => Type.Optional(Type.String({ description }));
const whole = (description: string) => Type.Optional(Type.Integer({ description, minimum: 0 }));

const reasons = ['timeout', 'too-much-output', 'denied', 'tool-missing', 'unreadable'] as const;

const FailedSchema = Type.Optional(
  Type.Unsafe<(typeof reasons)[number]>({ type: 'string', enum: [...reasons], description: 'It gave no answer, and why' }),
);

const UnameSchema = strict({
  sysname: Type.String({ default: 'Linux' }),
  nodename: Type.String({ default: '' }),
  release: Type.String(),
  version: Type.String({ default: '' }),
  machine: Type.String({ default: '' }),
});

const CommandSchema = strict({
  argv: Type.Array(Type.String(), { minItems: 1, description: 'Program, by name or path, and its exact arguments' }),
  exit: Type.Integer({ default: 0, minimum: 0, maximum: 255 }),
  stdout: text('What it printed'),
  stdoutFile: text('File in this folder that holds what it printed'),
  stderr: text('What it printed as an error'),
  stderrFile: text('File in this folder that holds what it printed as an error'),
  failed: FailedSchema,
  detail: text('The sentence that goes with `failed`'),
});

const ListenerSchema = strict({
  address: Type.String(),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  pid: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  command: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

const ProcessSchema = strict({
  pid: Type.Integer(),
  parentPid: Type.Integer({ default: 1 }),
  uid: Type.Integer({ default: 0 }),
  command: Type.String(),
  argv: Type.Array(Type.String(), { default: [] }),
  started: text('Instant in ISO 8601; the recorded instant when not given'),
});

const LookupSchema = strict({
  name: Type.String(),
  family: Type.Optional(Type.Unsafe<0 | 4 | 6>({ type: 'integer', enum: [0, 4, 6], description: 'Any family when not given' })),
  addresses: Type.Optional(Type.Array(Type.String())),
  noSuchName: Type.Optional(Type.Literal(true)),
  failed: FailedSchema,
  code: text('Error code of the resolver (EAI_AGAIN)'),
  detail: text('The sentence that goes with `failed`'),
  tookMs: Type.Number({ default: 0 }),
});

const DnsSchema = strict({
  server: Type.String({ description: 'IP address' }),
  port: Type.Optional(Type.Integer({ description: '53 when not given' })),
  name: Type.String(),
  type: Type.String(),
  transport: Type.Optional(Type.Unsafe<'udp' | 'tcp'>({ type: 'string', enum: ['udp', 'tcp'], description: 'Both when not given' })),
  rcode: text('NOERROR when not given'),
  flags: Type.Optional(
    Type.Array(Type.String({ pattern: '^(aa|tc|rd|ra|ad|AA|TC|RD|RA|AD)$' }), {
      description: 'aa, tc, rd, ra, ad; rd and ra when not given',
    }),
  ),
  answers: Type.Optional(Type.Array(Type.String(), { description: 'NAME TTL IN TYPE RDATA, as dig prints it' })),
  authority: Type.Optional(Type.Array(Type.String())),
  additional: Type.Optional(Type.Array(Type.String())),
  message: text('The whole message in base64, in place of rcode, flags and records'),
  keepsId: Type.Optional(
    Type.Boolean({ description: 'The id in `message` is part of the recording and not replaced by the one asked with' }),
  ),
  failed: FailedSchema,
  detail: text('The sentence that goes with `failed`'),
  tookMs: Type.Number({ default: 0 }),
});

const stages = ['connect', 'proxy', 'tls', 'http'] as const;
const results = ['completed', 'refused', 'timeout', 'reset', 'unreachable', 'denied', 'closed', 'protocol-error', 'local-error'] as const;

const DialAnswerSchema = strict({
  stage: Type.Unsafe<(typeof stages)[number]>({ type: 'string', enum: [...stages] }),
  result: Type.Unsafe<(typeof results)[number]>({ type: 'string', enum: [...results] }),
  code: Type.String({ default: '' }),
  detail: Type.String({ default: '' }),
  localAddress: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  timings: Type.Optional(
    strict({
      connectMs: Type.Optional(Type.Number()),
      proxyMs: Type.Optional(Type.Number()),
      tlsMs: Type.Optional(Type.Number()),
      firstByteMs: Type.Optional(Type.Number()),
      totalMs: Type.Number(),
    }),
  ),
  tls: Type.Optional(
    strict({
      protocol: Type.String(),
      cipher: Type.String({ default: '' }),
      chainFiles: Type.Array(Type.String(), { default: [], description: 'PEM files in this folder, the server’s own certificate first' }),
      isTrusted: Type.Boolean(),
      trustError: Type.String({ default: '' }),
      alpn: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
  proxyStatus: whole('Status of the proxy’s answer to CONNECT'),
  http: Type.Optional(
    strict({
      status: Type.Integer(),
      headers: Type.Record(Type.String(), Type.String(), { default: {} }),
      body: Type.String({ default: '' }),
      isBodyCut: Type.Boolean({ default: false }),
    }),
  ),
});

const DialSchema = strict({
  address: Type.String(),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  serverName: text('TLS server name asked for'),
  method: text('HTTP method asked with'),
  host: text('HTTP host asked for'),
  path: text('HTTP path asked for'),
  sourceAddress: text('Address dialled from'),
  proxy: text('ADDRESS:PORT of the proxy dialled through'),
  proxyTarget: text('HOST:PORT asked of the proxy'),
  answer: DialAnswerSchema,
});

const DigestSchema = strict({
  sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  sizeBytes: whole('Size on the machine'),
  doneBytes: whole('It was not done: so much of it was read'),
  failed: FailedSchema,
  detail: text('The sentence that goes with `failed`'),
});

const instant = (description: string) => Type.String({ description: `${description}, in ISO 8601` });
const textOrNull = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));

const CloudFailureSchema = strict({
  status: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: 'HTTP status; none where no answer came' })),
  code: Type.String({ default: '', description: 'OCI’s code, or the system’s' }),
  message: Type.String({ default: '' }),
  requestId: textOrNull('OCI’s request id'),
  host: textOrNull('Host that was asked'),
});

const PrincipalSchema = strict({
  stage: Type.Unsafe<'metadata' | 'federation' | 'token'>({
    type: 'string',
    enum: ['metadata', 'federation', 'token'],
    default: 'token',
    description: 'How far it came on the way to a token',
  }),
  failure: Type.Optional(Type.Union([CloudFailureSchema, Type.Null()])),
  region: textOrNull('Region of the instance'),
  instanceId: textOrNull('From the instance’s certificate'),
  compartmentId: textOrNull('From the instance’s certificate'),
  tenancyId: textOrNull('From the instance’s certificate'),
  certificate: Type.Optional(Type.Union([strict({ notBefore: instant('Begin'), notAfter: instant('End') }), Type.Null()])),
  clockAheadSeconds: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: 'Local clock minus OCI’s' })),
});

const CloudCallSchema = strict({
  kind: Type.String(),
  namespace: text('As asked'),
  bucket: text('As asked'),
  secretId: text('As asked'),
  compartmentId: text('As asked'),
  vaultId: text('As asked'),
  name: text('As asked'),
  repository: text('As asked'),
  url: text('As asked'),
  status: whole('HTTP status of the answer'),
  isMissing: Type.Boolean({ default: false, description: 'The list could be read, and what was named is not in it' }),
  failure: Type.Optional(CloudFailureSchema),
});

const CloudSchema = strict({
  principal: Type.Optional(PrincipalSchema),
  calls: Type.Array(CloudCallSchema, { default: [] }),
  failed: FailedSchema,
  detail: text('The sentence that goes with `failed`'),
});

const StatSchema = strict({
  type: Type.Optional(
    Type.Unsafe<'file' | 'directory' | 'socket' | 'other'>({ type: 'string', enum: ['file', 'directory', 'socket', 'other'] }),
  ),
  sizeBytes: whole('Size on the machine, where the copy here is shorter'),
  inode: whole('Inode number'),
  uid: whole('Owner'),
  gid: whole('Group'),
  mode: Type.Optional(Type.String({ pattern: '^[0-7]{3,5}$', description: 'Permission bits in octal' })),
});

export const RecordedMachineSchema = strict({
  description: text('Where this comes from; for people'),
  now: Type.String({ description: 'Instant of the recording in ISO 8601' }),
  uname: Type.Optional(UnameSchema),
  commands: Type.Array(CommandSchema, { default: [] }),
  listeners: Type.Optional(Type.Array(ListenerSchema, { description: 'Read from files/proc when not given' })),
  processes: Type.Optional(Type.Array(ProcessSchema, { description: 'Read from files/proc when not given' })),
  lookups: Type.Array(LookupSchema, { default: [] }),
  dns: Type.Array(DnsSchema, { default: [] }),
  dials: Type.Array(DialSchema, { default: [] }),
  digests: Type.Record(Type.String(), DigestSchema, {
    default: {},
    description: 'Path to its digest; of the copy in files when not given',
  }),
  cloud: Type.Optional(CloudSchema),
  modified: Type.Record(Type.String(), Type.String(), { default: {}, description: 'Path to instant of last change in ISO 8601' }),
  stats: Type.Record(Type.String(), StatSchema, { default: {}, description: 'Path to what its inode said' }),
  denied: Type.Array(Type.String(), { default: [], description: 'Paths that may not be opened or entered' }),
  unreadable: Type.Array(Type.String(), {
    default: [],
    description: 'Paths that are there and could not be read (pipes, circles of links)',
  }),
  cut: Type.Array(Type.String(), {
    default: [],
    description: 'Paths and patterns of which the recording holds only a part, and `processes` for the list of processes',
  }),
});

export type RecordedMachineFile = Static<typeof RecordedMachineSchema>;
export type RecordedCommand = Static<typeof CommandSchema>;
export type RecordedLookup = Static<typeof LookupSchema>;
export type RecordedDns = Static<typeof DnsSchema>;
export type RecordedDial = Static<typeof DialSchema>;
export type RecordedDialAnswer = Static<typeof DialAnswerSchema>;
export type RecordedProcess = Static<typeof ProcessSchema>;
export type RecordedStat = Static<typeof StatSchema>;
export type RecordedDigest = Static<typeof DigestSchema>;
export type RecordedCloud = Static<typeof CloudSchema>;
export type RecordedCloudCall = Static<typeof CloudCallSchema>;
export type RecordedCloudFailure = Static<typeof CloudFailureSchema>;
