// What an operator tells the egress probe: whom the system must reach, and what counts as having reached them.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { blockPageMarkers, interceptingIssuers } from './known-middlemen.ts';

const strict = { additionalProperties: false } as const;
const duration = (description: string, value: string) => Type.String({ pattern: durationPattern, default: value, description });
const file = (description: string) => Type.Optional(Type.String({ pattern: '^/', description }));

/** No credentials in the authority: they would end up in facts and trail. */
const endpointUrl = '^(tcp|tls|http|https)://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^\\s#]*)?(\\?[^\\s#]*)?$';
const httpUrl = '^https?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^\\s#]*)?(\\?[^\\s#]*)?$';

const ExpectSchema = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
        description: 'HTTP statuses that count as let through; without it every status below 400',
      }),
    ),
    header: Type.Optional(
      Type.Record(Type.String(), Type.String({ format: 'regex' }), {
        description: 'Header name to a regular expression its value must match',
      }),
    ),
    bodyContains: Type.Optional(Type.String({ description: 'Text that the body must contain (its first 64 KiB are read)' })),
    bodyLacks: Type.Optional(Type.String({ description: 'Text that the body must not contain' })),
    issuer: Type.Optional(
      Type.String({
        description: 'Text that the organisation or name of the certificate’s issuer contains; another one means interception',
      }),
    ),
    trusted: Type.Optional(
      Type.Boolean({ description: 'false accepts any certificate; otherwise it must be trusted by this machine and cover the name' }),
    ),
  },
  strict,
);

const EndpointSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[^\\u0000-\\u001f]+$',
      maxLength: 120,
      description: 'What operators call it; the same on primary and standby',
    }),
    url: Type.String({
      pattern: endpointUrl,
      description: 'tcp://host:port, tls://host:port, http://… or https://…; without user and password, and no secrets in the query',
    }),
    method: Type.Optional(
      Type.Union([Type.Literal('GET'), Type.Literal('HEAD'), Type.Literal('POST'), Type.Literal('OPTIONS')], {
        default: 'GET',
        description: 'HTTP method',
      }),
    ),
    headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'HTTP headers to send; no secrets' })),
    headersFrom: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            file: Type.String({ pattern: '^/', description: 'File whose trimmed content is the header’s value' }),
            prefix: Type.Optional(Type.String({ description: 'Put in front of the content, for example `Bearer `' })),
          },
          strict,
        ),
        { description: 'HTTP headers with secret values, read from files; sent only over trusted TLS or to http://' },
      ),
    ),
    body: Type.Optional(Type.String({ description: 'HTTP request body; no secrets' })),
    expect: Type.Optional(ExpectSchema),
    family: Type.Optional(
      Type.Union([Type.Literal('any'), Type.Literal(4), Type.Literal(6)], { default: 'any', description: 'IP family to try' }),
    ),
    everyAddress: Type.Optional(
      Type.Boolean({ default: true, description: 'Try every address that the name has, not only the first of each family' }),
    ),
    sourceAddress: Type.Optional(Type.String({ format: 'ip', description: 'Address of this machine to connect from' })),
    proxy: Type.Optional(
      Type.String({
        pattern: '^http://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$',
        description: 'HTTP proxy, http://host:port',
      }),
    ),
    proxyAuthorizationFile: file('File with user:password for the proxy'),
    clientCertificateFile: file('PEM file with the client certificate to show'),
    clientKeyFile: file('PEM file with its key'),
    authoritiesFile: file('PEM file of authorities to trust instead of the system’s'),
    startTls: Type.Optional(
      Type.Union([Type.Literal('smtp'), Type.Literal('postgres')], { description: 'For tls://: greet in this protocol first' }),
    ),
    timeout: Type.Optional(Type.String({ pattern: durationPattern, default: '5s', description: 'Limit of each attempt' })),
  },
  strict,
);

export const SettingsSchema = Type.Object(
  {
    endpoints: Type.Array(EndpointSchema, { minItems: 1, maxItems: 500, description: 'Third parties that the system must reach' }),
    echo: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: httpUrl, description: 'Answers with the address it sees the request come from' }),
          field: Type.Optional(
            Type.String({ description: 'Dotted path to the address in a JSON answer; without it the body is the address' }),
          ),
        },
        { ...strict, description: 'Where to learn the public address that vendors see' },
      ),
    ),
    blockPageMarkers: Type.Array(Type.String({ minLength: 4 }), {
      default: [...blockPageMarkers],
      description: 'Texts that give away the page of a firewall or proxy, whatever its status; case is ignored',
    }),
    tlsInterception: Type.Array(Type.String({ minLength: 3 }), {
      default: [...interceptingIssuers],
      description: 'Texts in a certificate issuer that give away a TLS-inspecting proxy; case is ignored',
    }),
    concurrency: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 32,
      description: 'Attempts that begin at the same time; four times as many may be waiting for an answer',
    }),
    contrastWithin: duration('How far apart the looks of standby and primary may be to be set beside each other', '15m'),
  },
  strict,
);

export type Settings = Static<typeof SettingsSchema>;
export type Endpoint = Settings['endpoints'][number];

/** Without endpoints, which only an operator knows. */
export const defaultSettings: Omit<Settings, 'endpoints'> = {
  blockPageMarkers: [...blockPageMarkers],
  tlsInterception: [...interceptingIssuers],
  concurrency: 32,
  contrastWithin: '15m',
};
