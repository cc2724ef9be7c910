// What is known of the DNS of one region: names of the world as this region's reader sees them, and its private resolvers and zones.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = (description?: string) => Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const numberOrNull = Type.Union([Type.Number(), Type.Null()]);
const flagOrNull = Type.Union([Type.Boolean(), Type.Null()]);
const texts = (description?: string) => Type.Array(Type.String(), description === undefined ? {} : { description });

const RecordSetSchema = Type.Object(
  {
    name: Type.String({ description: 'In small letters, without the last dot' }),
    type: Type.String(),
    ttl: numberOrNull,
    values: texts('Names in small letters, without the last dot; sorted'),
  },
  closed,
);

export type RecordSet = Static<typeof RecordSetSchema>;

const ZoneSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    scope: Type.Unsafe<'GLOBAL' | 'PRIVATE'>({ type: 'string', enum: ['GLOBAL', 'PRIVATE'] }),
    view: textOrNull('OCID of the view of a private zone'),
    records: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          sets: Type.Array(RecordSetSchema, { description: 'Sorted by name and type' }),
          isPart: Type.Boolean({ description: 'Only what leads to this side is kept' }),
          isCut: Type.Boolean({ description: 'There are more than are kept' }),
        },
        closed,
      ),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Zone = Static<typeof ZoneSchema>;

const AnswerSchema = Type.Object(
  {
    name: Type.String(),
    type: Type.String(),
    value: Type.String({ description: 'An address, or a name in small letters without the last dot' }),
    pool: textOrNull(),
    isDisabled: Type.Boolean(),
  },
  closed,
);

export type Answer = Static<typeof AnswerSchema>;

const ConditionalSchema = Type.Object(
  {
    condition: textOrNull('Null: every answer'),
    value: Type.Union([Type.Number(), Type.Boolean(), Type.Null()], { description: '`value`, or `shouldKeep` of a FILTER' }),
  },
  closed,
);

const ConfigurationSchema = Type.Object({ answers: Type.Array(ConditionalSchema), count: numberOrNull }, closed);

const SteeringRuleSchema = Type.Object(
  {
    type: Type.String({ description: '`FILTER`, `HEALTH`, `WEIGHTED`, `PRIORITY`, `LIMIT`' }),
    otherwise: ConfigurationSchema,
    cases: Type.Union([
      Type.Null(),
      Type.Array(Type.Object({ condition: textOrNull('Of the query; null: always'), configuration: ConfigurationSchema }, closed)),
    ]),
  },
  closed,
);

export type SteeringRule = Static<typeof SteeringRuleSchema>;

const PolicySchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    state: textOrNull(),
    content: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          ttl: numberOrNull,
          monitor: textOrNull('OCID'),
          answers: Type.Array(AnswerSchema),
          rules: Type.Array(SteeringRuleSchema, { description: 'In their order' }),
        },
        closed,
      ),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Policy = Static<typeof PolicySchema>;
export type SeenPolicy = Policy & { readonly content: Extract<Policy['content'], { kind: 'seen' }> };

const AttachmentSchema = Type.Object({ policy: Type.String(), domain: Type.String(), types: texts(), state: textOrNull() }, closed);

export type Attachment = Static<typeof AttachmentSchema>;

const MonitorSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    content: Type.Union([
      Type.Object({ kind: Type.Literal('seen'), isEnabled: flagOrNull, targets: texts('Sorted') }, closed),
      UnseenPartSchema,
    ]),
    results: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          targets: Type.Array(
            Type.Object(
              { target: Type.String(), healthy: texts('Vantage points, by their last result; sorted'), unhealthy: texts() },
              closed,
            ),
          ),
        },
        closed,
      ),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Monitor = Static<typeof MonitorSchema>;

const ForwardSchema = Type.Object(
  {
    action: Type.String(),
    names: texts('Names that it is for, with all below; sorted; empty: all'),
    clients: texts('CIDR blocks that it is for; sorted; empty: all'),
    targets: texts('Addresses; sorted'),
    endpoint: textOrNull(),
  },
  closed,
);

export type Forward = Static<typeof ForwardSchema>;

const EndpointSchema = Type.Object(
  { name: Type.String(), isForwarding: flagOrNull, isListening: flagOrNull, address: textOrNull(), state: textOrNull() },
  closed,
);

const ResolverSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    content: Type.Union([
      Type.Object(
        {
          kind: Type.Literal('seen'),
          views: texts('OCIDs in their order'),
          defaultView: textOrNull(),
          rules: Type.Array(ForwardSchema, { description: 'In their order' }),
          endpoints: Type.Array(EndpointSchema),
        },
        closed,
      ),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Resolver = Static<typeof ResolverSchema>;
export type SeenResolver = Resolver & { readonly content: Extract<Resolver['content'], { kind: 'seen' }> };

const ViewSchema = Type.Object({ id: Type.String(), name: Type.String(), isProtected: flagOrNull }, closed);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull() }, closed),
    addresses: Type.Array(
      Type.Object(
        {
          address: Type.String(),
          of: Type.String({ description: '`load balancer lb-pay`, `reserved address ip-pay`' }),
          isIdle: Type.Boolean({ description: 'Reserved, and assigned to nothing' }),
        },
        closed,
      ),
      { description: 'Of this region’s balancers and reserved addresses; sorted' },
    ),
    zones: Type.Array(ZoneSchema),
    policies: Type.Array(PolicySchema),
    attachments: Type.Array(AttachmentSchema),
    monitors: Type.Array(MonitorSchema),
    views: Type.Array(ViewSchema),
    resolvers: Type.Array(ResolverSchema),
    unseen: Type.Array(
      Type.Object(
        {
          compartment: Type.String(),
          what: Type.String(),
          isOfAddresses: Type.Boolean({ description: 'Matters only where an address is nobody’s' }),
          part: UnseenPartSchema,
        },
        closed,
      ),
    ),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;

export const isSeenPolicy = (policy: Policy): policy is SeenPolicy => policy.content.kind === 'seen';
export const isSeenResolver = (resolver: Resolver): resolver is SeenResolver => resolver.content.kind === 'seen';
