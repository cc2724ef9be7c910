// What is known of the balancers of one region, in that region's own words.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = (description?: string) => Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const numberOrNull = (description?: string) => Type.Union([Type.Number(), Type.Null()], description === undefined ? {} : { description });
const flagOrNull = Type.Union([Type.Boolean(), Type.Null()]);
const texts = (description?: string) => Type.Array(Type.String(), description === undefined ? {} : { description });
const named = <T extends Type.TSchema>(schema: T, description: string) => Type.Record(Type.String(), schema, { description });

const ChainSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('seen'),
      issuers: texts('Subjects of the certificates that follow the first, each the issuer of the one before'),
      missing: textOrNull('Issuer that is not sent along; null where the chain ends in a certificate that vouches for itself'),
      endsFirst: Type.Union([Type.Object({ subject: Type.String(), notAfter: Type.String() }, closed), Type.Null()], {
        description: 'The intermediate among them that ends first; null where there is none',
      }),
      unlinked: texts('Subjects that are sent along and lead nowhere; sorted'),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export const CertificateSchema = Type.Object(
  {
    name: Type.String({ description: 'Of the bundle, or of the certificate in the Certificates service' }),
    id: textOrNull('OCID in the Certificates service; null for a bundle of a balancer'),
    sha256: textOrNull('Fingerprint; null where its text was not seen'),
    subject: textOrNull(),
    names: texts('`DNS:…` and `IP:…`, in small letters; sorted'),
    notBefore: textOrNull('ISO 8601, UTC'),
    notAfter: textOrNull('ISO 8601, UTC'),
    serial: textOrNull('Hexadecimal digits in small letters, without leading zeros'),
    key: textOrNull('`rsa 2048`, `ec 256`'),
    state: textOrNull('Lifecycle state in the Certificates service'),
    isRevoked: Type.Boolean({ description: 'The Certificates service has taken it back' }),
    version: numberOrNull('The version that is CURRENT'),
    failedVersion: numberOrNull('A newer version that FAILED'),
    chain: ChainSchema,
  },
  closed,
);

export type Certificate = Static<typeof CertificateSchema>;

const AuthoritiesSchema = Type.Object(
  {
    sha256: texts('Fingerprints of authorities in the bundle; sorted'),
    ids: texts('OCIDs of authorities in the Certificates service; sorted'),
  },
  closed,
);

export const TlsSchema = Type.Object(
  {
    certificates: Type.Array(
      Type.Union([
        Type.Object({ kind: Type.Literal('seen'), key: Type.String({ description: 'Into `certificates`' }) }, closed),
        Type.Object({ kind: Type.Literal('missing'), name: Type.String() }, closed),
        Type.Object({ name: Type.String(), ...UnseenPartSchema.properties }, closed),
      ]),
    ),
    protocols: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Sorted; null where it is not told' }),
    cipherSuite: textOrNull(),
    ciphers: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Of a suite of one’s own; null for one of OCI’s' }),
    isVerifying: Type.Boolean({ description: 'The other end has to show a certificate' }),
    verifyDepth: numberOrNull(),
    authorities: AuthoritiesSchema,
  },
  closed,
);

export type Tls = Static<typeof TlsSchema>;

const ListenerSchema = Type.Object(
  {
    name: Type.String(),
    port: numberOrNull(),
    protocol: Type.String({ description: '`HTTP`, `HTTP2`, `TCP`, `GRPC`; for network balancers `TCP`, `UDP`, `TCP_AND_UDP`, `ANY`' }),
    hostnames: texts('Empty: all'),
    backendSet: textOrNull(),
    rules: texts('Rule sets, routing policy and path routes: keys of `rules` of the balancer; sorted'),
    tls: Type.Union([TlsSchema, Type.Null()]),
  },
  closed,
);

export type Listener = Static<typeof ListenerSchema>;

const BackendSchema = Type.Object(
  {
    address: textOrNull(),
    target: Type.Optional(Type.String({ description: 'OCID of what stands behind it, where that is told' })),
    port: numberOrNull(),
    state: Type.Unsafe<'online' | 'offline' | 'draining'>({ type: 'string', enum: ['online', 'offline', 'draining'] }),
  },
  closed,
);

export type Backend = Static<typeof BackendSchema>;

const BackendSetSchema = Type.Object(
  {
    name: Type.String(),
    backends: Type.Array(BackendSchema, { description: 'Sorted by address and port' }),
    tls: Type.Union([TlsSchema, Type.Null()]),
    healthCheck: Type.String({ description: '`HTTP 8080 /healthz 200`' }),
    health: Type.Union([
      Type.Object({ kind: Type.Literal('seen'), status: Type.String(), failing: texts('Backends in a critical state; sorted') }, closed),
      Type.Object({ kind: Type.Literal('not-asked') }, closed),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type BackendSet = Static<typeof BackendSetSchema>;

const BalancerSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String({ description: 'Display name' }),
    compartment: Type.String({ description: 'The name that both sides share' }),
    layer: Type.Unsafe<'application' | 'network'>({ type: 'string', enum: ['application', 'network'] }),
    state: textOrNull(),
    isPrivate: flagOrNull,
    addresses: texts(),
    maxMbps: numberOrNull('Null where it is not told'),
    content: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          listeners: Type.Array(ListenerSchema),
          backendSets: Type.Array(BackendSetSchema),
          rules: named(Type.String(), '`rule set <name>`, `routing policy <name>`, `path routes <name>` to what they say'),
        },
        closed,
      ),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Balancer = Static<typeof BalancerSchema>;
export type SeenBalancer = Balancer & { readonly content: Extract<Balancer['content'], { kind: 'seen' }> };

const UnseenListSchema = Type.Object(
  { compartment: Type.String(), what: Type.String({ description: '`load balancers`, `network load balancers`' }), part: UnseenPartSchema },
  closed,
);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull() }, closed),
    balancers: Type.Array(BalancerSchema, { description: 'Sorted by compartment and name' }),
    certificates: named(CertificateSchema, 'Every certificate that a listener or backend set uses, and those of the Certificates service'),
    managed: Type.Array(
      Type.Object(
        { key: Type.String(), usedBy: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Null: not seen' }) },
        closed,
      ),
      { description: 'Certificates of the Certificates service in these compartments' },
    ),
    unseen: Type.Array(UnseenListSchema),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;
export type TlsCertificate = Tls['certificates'][number];

export const isSeen = (balancer: Balancer): balancer is SeenBalancer => balancer.content.kind === 'seen';
