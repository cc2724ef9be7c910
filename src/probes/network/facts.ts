// What the network probe knows of one region, in that region's own words. Rules stand once, however many groups have them; what a machine
// is attached to is named by OCID.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';

const strict = { additionalProperties: false } as const;
const textOrNull = (description?: string) =>
  Type.Union([Type.String(), Type.Null()], { ...(description !== undefined && { description }) });
const flagOrNull = (description: string) => Type.Union([Type.Boolean(), Type.Null()], { description });
const range = Type.Union([Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), Type.Null()]);
const oneOf = <const T extends readonly string[]>(words: T) => Type.Unsafe<T[number]>({ type: 'string', enum: [...words] });
const places = (description: string) => Type.Array(Type.Integer(), { description });

/** Which of several things that may share a name: its VCN is part of what it is called. */
const inVcn = { id: Type.String(), name: Type.String(), vcnId: Type.String() } as const;

const RuleSchema = Type.Object(
  {
    direction: oneOf(['ingress', 'egress'] as const),
    isStateless: Type.Boolean(),
    protocol: Type.String({ description: '`all` or a number of IANA' }),
    peerKind: oneOf(['block', 'nsg', 'service'] as const),
    peer: Type.String({ description: 'CIDR block, OCID of a network security group, or service label' }),
    source: range,
    destination: range,
    icmp: Type.Union([Type.Object({ type: Type.Integer(), code: Type.Union([Type.Integer(), Type.Null()]) }, strict), Type.Null()]),
  },
  strict,
);

export type RuleFact = Static<typeof RuleSchema>;

const RulesSchema = Type.Object(
  {
    rules: places('Places in `rules`, ascending'),
    invalid: places('Of those whose network security group was deleted: they allow nothing'),
    unread: Type.Array(Type.String(), { description: 'Entries that are not in a form that is known' }),
  },
  strict,
);

export type RulesFact = Static<typeof RulesSchema>;

const NsgSchema = Type.Object({ ...inVcn, compartmentId: textOrNull(), rules: Type.Union([RulesSchema, UnseenPartSchema]) }, strict);
const ListSchema = Type.Object({ ...inVcn, rules: RulesSchema }, strict);

const RouteSchema = Type.Object(
  {
    destination: Type.String(),
    isService: Type.Boolean(),
    target: Type.String({ description: 'OCID' }),
    address: Type.Union([Type.String(), Type.Null(), UnseenPartSchema], { description: 'Of a target that is a private IP; else null' }),
    vnicId: textOrNull('On which the private IP lies'),
  },
  strict,
);

export type RouteFact = Static<typeof RouteSchema>;

const RouteTableSchema = Type.Object({ ...inVcn, routes: Type.Array(RouteSchema), unread: Type.Array(Type.String()) }, strict);

export const gatewayKinds = ['internetgateway', 'natgateway', 'servicegateway', 'localpeeringgateway'] as const;

const GatewaySchema = Type.Object(
  {
    ...inVcn,
    kind: oneOf(gatewayKinds),
    state: Type.String({ description: 'lifecycleState' }),
    isBlocked: flagOrNull('blockTraffic of NAT and service gateways'),
    isEnabled: flagOrNull('Of internet gateways'),
    services: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'Of service gateways, as OCI names them' }),
    address: textOrNull('Public address of a NAT gateway'),
    peering: textOrNull('peeringStatus of a local peering gateway'),
    peerId: textOrNull('The other end of a local peering gateway'),
    routeTableId: textOrNull('Of what comes in through it'),
  },
  strict,
);

export type GatewayFact = Static<typeof GatewaySchema>;

const PeeringSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    drgId: Type.String(),
    status: textOrNull('peeringStatus'),
    peerId: textOrNull('OCID of the other end'),
    peerRegion: textOrNull(),
  },
  strict,
);

export type PeeringFact = Static<typeof PeeringSchema>;

const DrgRouteSchema = Type.Object(
  {
    destination: Type.String(),
    via: Type.String({ description: 'Type of the attachment that is the next hop; its OCID where that is not listed' }),
    isStatic: Type.Boolean(),
    isUsable: Type.Boolean({ description: 'Neither in conflict nor a black hole' }),
  },
  strict,
);

const DrgTableSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    drgId: Type.String(),
    routes: Type.Union([Type.Array(DrgRouteSchema), UnseenPartSchema]),
  },
  strict,
);

const DrgAttachmentSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    drgId: Type.String(),
    type: Type.String({ description: 'VCN, REMOTE_PEERING_CONNECTION, IPSEC_TUNNEL, VIRTUAL_CIRCUIT' }),
    networkId: textOrNull(),
    state: Type.String(),
    tableId: textOrNull('DRG route table of what comes in from the network'),
    routeTableId: textOrNull('Route table of the VCN for what comes in from the DRG'),
  },
  strict,
);

const VnicSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('seen'),
      id: Type.String(),
      name: Type.String(),
      isPrimary: Type.Boolean(),
      subnetId: textOrNull(),
      nsgIds: Type.Union([Type.Array(Type.String()), UnseenPartSchema]),
      address: textOrNull(),
      routeTableId: textOrNull('Where it does not go by its subnet’s'),
      forwards: flagOrNull('skipSourceDestCheck'),
      hasSecurityAttributes: Type.Boolean(),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('unseen'), id: Type.String(), detail: Type.String() }, strict),
]);

export type VnicFact = Static<typeof VnicSchema>;
export type SeenVnic = Extract<VnicFact, { kind: 'seen' }>;

const InstanceSchema = Type.Object(
  { id: Type.String(), name: Type.String(), vnics: Type.Union([Type.Array(VnicSchema), UnseenPartSchema]) },
  strict,
);

export type InstanceFact = Static<typeof InstanceSchema>;

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull() }, strict),
    unseen: Type.Array(Type.Object({ operation: Type.String(), of: Type.String(), reason: Type.String(), detail: Type.String() }, strict), {
      description: 'Lists that could not be read: what they hold is not known',
    }),
    vcns: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          compartmentId: textOrNull(),
          blocks: Type.Array(Type.String()),
          isZprOnly: Type.Boolean(),
        },
        strict,
      ),
    ),
    subnets: Type.Array(
      Type.Object(
        {
          ...inVcn,
          blocks: Type.Array(Type.String()),
          routeTableId: textOrNull(),
          securityListIds: Type.Array(Type.String()),
          isClosed: flagOrNull('prohibitInternetIngress or prohibitPublicIpOnVnic'),
        },
        strict,
      ),
    ),
    rules: Type.Array(RuleSchema),
    nsgs: Type.Array(NsgSchema),
    securityLists: Type.Array(ListSchema),
    routeTables: Type.Array(RouteTableSchema),
    gateways: Type.Array(GatewaySchema),
    drgs: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
    drgAttachments: Type.Array(DrgAttachmentSchema),
    drgTables: Type.Array(DrgTableSchema),
    peerings: Type.Array(PeeringSchema),
    instances: Type.Array(InstanceSchema),
    publicIps: Type.Union([Type.Array(Type.Object({ address: Type.String(), name: Type.String() }, strict)), UnseenPartSchema]),
  },
  strict,
);

export type Facts = Static<typeof FactsSchema>;

export type Nsg = Facts['nsgs'][number];
export type SecurityList = Facts['securityLists'][number];
export type Subnet = Facts['subnets'][number];
export type RouteTable = Facts['routeTables'][number];
