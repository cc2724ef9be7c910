// What an operator tells the access probe: which things this instance must be allowed to read.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import type { NamedInSettings } from '../../contract/probe.ts';
import { isOciOrigin, originOf } from './origin.ts';

const strict = { additionalProperties: false } as const;

const ocid = (type: string, description: string) =>
  Type.String({ pattern: `^ocid1\\.${type}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9._-]+$`, maxLength: 255, description });
/** A tenancy is a compartment too. */
const compartment = (description: string) => ocid('(?:compartment|tenancy)', description);
const duration = (description: string, value: string) => Type.String({ pattern: durationPattern, default: value, description });
const name = (description: string, pattern = '^[A-Za-z0-9._-]+$') => Type.String({ pattern, maxLength: 256, description });
/** A signed call goes over TLS, or to this machine itself. */
const signedOrigin = '(?:https://[A-Za-z0-9.-]+|http://(?:127\\.0\\.0\\.1|localhost))(?::[0-9]{1,5})?';
const endpoint = (description: string, origin = signedOrigin) =>
  Type.Optional(Type.String({ pattern: `^${origin}(?:/[A-Za-z0-9._~/-]*)?$`, maxLength: 512, description }));

const every = {
  label: Type.Optional(
    Type.String({
      pattern: '^[^\\u0000-\\u001f]+$',
      maxLength: 120,
      description: 'What operators call it; the same on primary and standby, where names and OCIDs differ',
    }),
  ),
  required: Type.Boolean({ default: true, description: 'false: the system goes on without it' }),
};

const BucketSchema = Type.Object(
  {
    name: name('Bucket'),
    namespace: Type.Optional(name('Object Storage namespace; the tenancy’s own when not given')),
    action: Type.Unsafe<'head' | 'list'>({
      type: 'string',
      enum: ['head', 'list'],
      default: 'head',
      description: 'head asks for the bucket, list for its objects (one at most; no name of any is kept)',
    }),
    ...every,
  },
  strict,
);

const SecretSchema = Type.Object(
  {
    id: ocid('vaultsecret', 'OCID of the secret'),
    bundle: Type.Boolean({ default: false, description: 'Ask for the value as well, and drop it at once; false asks for metadata only' }),
    ...every,
  },
  strict,
);

const SecretByNameSchema = Type.Object(
  {
    name: name('Name of the secret'),
    compartment: compartment('OCID of its compartment'),
    vault: Type.Optional(ocid('vault', 'OCID of its vault; any of the compartment when not given')),
    ...every,
  },
  strict,
);

const RepositorySchema = Type.Object(
  { name: name('Repository in the registry', '^[A-Za-z0-9._/-]+$'), compartment: compartment('OCID of its compartment'), ...every },
  strict,
);

const GetSchema = Type.Object(
  {
    url: Type.String({
      pattern: `^${signedOrigin}(?:/[^\\s#]*)?$`,
      maxLength: 2_048,
      description: 'Address of a signed GET; https and a host of OCI, or one of `otherOrigins`',
    }),
    ...every,
  },
  strict,
);

const EndpointsSchema = Type.Object(
  {
    metadata: endpoint('Instance metadata service', 'https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?'),
    federation: endpoint('Where the instance’s certificate is exchanged for a token'),
    objectStorage: endpoint('Object Storage'),
    vaults: endpoint('Metadata of secrets'),
    secrets: endpoint('Values of secrets'),
    artifacts: endpoint('Container registry'),
  },
  { ...strict, description: 'Where other than usual: realms that the SDK does not know, private endpoints. Signed calls go there.' },
);

export const SettingsSchema = Type.Object(
  {
    buckets: Type.Array(BucketSchema, { maxItems: 50, default: [], description: 'Object Storage buckets' }),
    secrets: Type.Array(SecretSchema, { maxItems: 50, default: [], description: 'Vault secrets by OCID' }),
    secretsByName: Type.Array(SecretByNameSchema, { maxItems: 50, default: [], description: 'Vault secrets by name: metadata only' }),
    repositories: Type.Array(RepositorySchema, { maxItems: 50, default: [], description: 'Repositories of the container registry' }),
    gets: Type.Array(GetSchema, { maxItems: 50, default: [], description: 'Any other call of OCI’s API that reads' }),
    otherOrigins: Type.Array(Type.String({ pattern: `^${signedOrigin}$` }), {
      maxItems: 16,
      default: [],
      description: 'Scheme, host and port, other than OCI’s, that a signed GET with this instance’s token may go to',
    }),
    region: Type.Optional(
      Type.String({ pattern: '^[a-z]{2,}(?:-[a-z0-9]+)+$', description: 'Region to call; the instance’s own when not given' }),
    ),
    endpoints: Type.Optional(EndpointsSchema),
    callTimeout: duration('Limit of one call; also of the metadata and of the token', '10s'),
    timeout: duration('Limit of all calls together', '90s'),
  },
  strict,
);

export type Settings = Static<typeof SettingsSchema>;

/** A signed request carries the instance's token: it goes nowhere that nobody spoke of. */
export function foreignOrigins({ gets, otherOrigins }: Settings): readonly NamedInSettings[] {
  const known = otherOrigins.map(originOf);
  return gets.map(({ url }, at) => ({ pointer: `/gets/${at}/url`, name: originOf(url), known })).filter(({ name }) => !isOciOrigin(name));
}

export const isAllowedTarget = (url: string, { otherOrigins }: Pick<Settings, 'otherOrigins'>): boolean =>
  isOciOrigin(originOf(url)) || otherOrigins.some((origin) => originOf(origin) === originOf(url));
