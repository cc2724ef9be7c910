// What the egress probe saw, in words that stay the same while nothing changes.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

const strict = { additionalProperties: false } as const;

/** How an attempt ended, by the stage that ended it. Furthest stage first: that one tells most about an endpoint. */
export const attemptClasses = [
  'ok',
  'unexpected-status',
  'unexpected-header',
  'unexpected-body',
  'block-page',
  'http-denied',
  'no-answer',
  'not-http',
  'tls-intercepted',
  'tls-expired',
  'tls-untrusted',
  'tls-wrong-name',
  'tls-refused',
  'tls-broken',
  'proxy-failed',
  'proxy-denied',
  'connect-timeout',
  'connect-refused',
  'connect-reset',
  'unreachable',
  'local-firewall',
  'proxy-unreachable',
  'source-address',
  'no-such-name',
  'lookup-failed',
  'unseen',
] as const;

export type AttemptClass = (typeof attemptClasses)[number];

const UnseenSchema = Type.Object(
  {
    kind: Type.Literal('unseen'),
    reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
    detail: Type.String(),
  },
  strict,
);

const RouteSchema = Type.Object({ via: Type.String({ description: 'Gateway; empty for none' }), device: Type.String() }, strict);

const DefaultRouteSchema = Type.Union([
  Type.Object({ kind: Type.Literal('seen'), ipv4: Type.Array(RouteSchema), ipv6: Type.Array(RouteSchema) }, strict),
  UnseenSchema,
]);

const serverStates = ['answers', 'refuses', 'failing', 'silent'] as const;

const ServersSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('asked'),
      servers: Type.Array(
        Type.Object(
          { address: Type.String(), state: Type.Unsafe<(typeof serverStates)[number]>({ type: 'string', enum: [...serverStates] }) },
          strict,
        ),
      ),
    },
    strict,
  ),
  UnseenSchema,
]);

const ResolverSchema = Type.Union([
  Type.Object({ kind: Type.Literal('not-asked') }, strict),
  Type.Object({ kind: Type.Literal('working') }, strict),
  Type.Object(
    {
      kind: Type.Literal('failing'),
      names: Type.Union([Type.Literal('some'), Type.Literal('one'), Type.Literal('all')], {
        description: 'How many of the names looked up got no answer; `one`: the only one that was asked',
      }),
      servers: ServersSchema,
    },
    strict,
  ),
]);

const ResultSchema = Type.Object(
  {
    class: Type.Unsafe<AttemptClass>({ type: 'string', enum: [...attemptClasses] }),
    cause: Type.String({ description: 'What was said: a status, an alert, an issuer; empty for none' }),
    families: Type.Array(Type.Integer(), { description: '4 and 6; empty where no address was reached' }),
    addresses: Type.Array(Type.String(), {
      description: 'Only where others of the same name get through: a name may have other addresses at each look',
    }),
  },
  strict,
);

const EndpointFactsSchema = Type.Object(
  {
    name: Type.String(),
    target: Type.String({ description: 'host:port' }),
    kind: Type.Union([Type.Literal('tcp'), Type.Literal('tls'), Type.Literal('http'), Type.Literal('https')]),
    results: Type.Array(ResultSchema),
    issuers: Type.Array(Type.String(), { description: 'Organisations that issued the certificates seen' }),
    sourceAddresses: Type.Array(Type.String()),
  },
  strict,
);

const PublicAddressSchema = Type.Union([
  Type.Object({ kind: Type.Literal('not-asked') }, strict),
  Type.Object({ kind: Type.Literal('seen'), addresses: Type.Array(Type.String()) }, strict),
  UnseenSchema,
]);

export const FactsSchema = Type.Object(
  {
    defaultRoute: DefaultRouteSchema,
    resolver: ResolverSchema,
    publicAddress: PublicAddressSchema,
    endpoints: Type.Array(EndpointFactsSchema),
  },
  strict,
);

export type Facts = Static<typeof FactsSchema>;
export type EndpointFacts = Static<typeof EndpointFactsSchema>;
export type Result = Static<typeof ResultSchema>;
export type Unseen = Static<typeof UnseenSchema>;
export type ServerState = (typeof serverStates)[number];
