// The parts of a configuration file that an agent's and a collector's have in common, as schemas.
import * as Type from 'typebox/type';
import { durationPattern } from '../contract/duration.ts';
import { sizePattern } from './sizes.ts';

export const strict = { additionalProperties: false } as const;

export const duration = (description: string, more: { readonly default?: string; readonly examples?: readonly string[] } = {}) =>
  Type.String({ ...more, description, pattern: durationPattern });

export const path = (description: string, example: string) => Type.String({ description, pattern: '^/', examples: [example] });

export const siteSection = (description: string) =>
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
    { ...strict, description },
  );

export interface ListenWords {
  readonly description: string;
  readonly socket: string;
  readonly port: number;
  /** Certificate and key of its own. */
  readonly certificate: string;
  readonly key: string;
}

export const listenSection = ({ description, socket, port, certificate, key }: ListenWords) =>
  Type.Object(
    {
      socket: Type.Optional(
        Type.Union([path('', socket), Type.Null()], {
          description: 'Unix socket for local users; null for none. In the runtime directory unless given',
          examples: [socket],
        }),
      ),
      address: Type.Optional(
        Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
          description: 'IP address to serve on; null for none. One that is not loopback needs tls and a credential under access',
          default: '127.0.0.1',
        }),
      ),
      port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port', default: port })),
      tls: Type.Optional(
        Type.Object(
          {
            certificate: path('PEM file: the certificate and its chain', certificate),
            key: path('PEM file: its private key', key),
            clientAuthorities: Type.Optional(
              path('PEM file: authorities whose client certificates are accepted', '/etc/understudy/clients.crt'),
            ),
          },
          { ...strict, description: 'Serve over TLS' },
        ),
      ),
    },
    { ...strict, description },
  );

export interface AccessWords<R extends string> {
  readonly rights: readonly R[];
  /** What each of them means. */
  readonly meaning: string;
  readonly localRights: readonly R[];
  /** Who asks. */
  readonly token: { readonly name: string; readonly rights: readonly R[] };
  readonly client: { readonly commonName: string; readonly rights: readonly R[] };
}

export function accessSection<const R extends string>({ rights, meaning, localRights, token, client }: AccessWords<R>) {
  const right = Type.Unsafe<R>({ type: 'string', enum: [...rights] });
  const tokenEntry = Type.Object(
    {
      name: Type.String({ minLength: 1, description: 'Who uses it; stands in the log', examples: [token.name] }),
      sha256: Type.String({
        pattern: '^[0-9a-fA-F]{64}$',
        description: 'The token\'s SHA-256, never the token: printf %s "$TOKEN" | sha256sum',
        examples: ['db210c1d443a5106f1d7a940ba8ad048d6b048e4dacd579682f3cf03abd5e59c'],
      }),
      rights: Type.Array(right, { minItems: 1, description: meaning, examples: [token.rights] }),
    },
    strict,
  );
  const clientEntry = Type.Object(
    {
      commonName: Type.String({
        minLength: 1,
        description: 'Common name of the client certificate’s subject',
        examples: [client.commonName],
      }),
      rights: Type.Array(right, { minItems: 1, description: 'What it may do', examples: [client.rights] }),
    },
    strict,
  );
  return Type.Object(
    {
      tokens: Type.Optional(Type.Array(tokenEntry, { description: 'Bearer tokens' })),
      clients: Type.Optional(
        Type.Array(clientEntry, { description: 'Client certificates, accepted when signed by listen.tls.clientAuthorities' }),
      ),
      localRights: Type.Optional(
        Type.Array(right, {
          description: 'What callers on the Unix socket and on loopback may do without a credential',
          default: localRights,
        }),
      ),
      requestsPerMinute: Type.Optional(
        Type.Integer({ minimum: 10, maximum: 1_000_000, description: 'Limit for each caller', default: 600 }),
      ),
    },
    { ...strict, description: 'Who may ask' },
  );
}

export const storeSection = (description: string, file: string, { keep, size }: { readonly keep: string; readonly size: string }) =>
  Type.Object(
    {
      file: Type.Optional(path('SQLite file; in the state directory unless given', file)),
      keep: Type.Optional(duration('How long observations are kept', { default: keep })),
      size: Type.Optional(
        Type.String({ pattern: sizePattern, description: 'The oldest go first when the file would grow past this', default: size }),
      ),
    },
    { ...strict, description },
  );

export const logSection = (description: string) =>
  Type.Object(
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
    { ...strict, description },
  );
