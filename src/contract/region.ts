// What the fleet says of one side of a group in OCI: where it lies, and how what it has is called in words that both sides share. Facts
// stay in the side's own words; rules translate them with both sides' scopes.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from './outcome.ts';
import type { TenancyFailed } from './tenancy.ts';

const sharedNames = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Record(Type.String({ minLength: 1 }), schema, { description, default: {} });

export const RegionScopeSchema = Type.Object(
  {
    compartments: Type.Record(
      Type.String({ minLength: 1 }),
      Type.String({ pattern: '^ocid1\\.(compartment|tenancy)\\.', examples: ['ocid1.compartment.oc1..aaaa'] }),
      {
        minProperties: 1,
        description: 'Compartments of this side by the names that both sides share; those below them are not looked at',
      },
    ),
    networks: sharedNames(
      Type.String(),
      'CIDR blocks of this side by shared name: an address in one stands for the same offset in the other’s',
    ),
    hosts: sharedNames(
      Type.Object(
        {
          id: Type.Optional(
            Type.String({ pattern: '^ocid1\\.', description: 'OCID of the instance', examples: ['ocid1.instance.oc1.iad.aaaa'] }),
          ),
          addresses: Type.Optional(
            Type.Array(Type.String(), { description: 'Its addresses, where the twin’s do not lie at the same offset' }),
          ),
        },
        { additionalProperties: false },
      ),
      'Machines by the names that both sides share; instances of one display name are twins anyway',
    ),
    addresses: sharedNames(
      Type.Array(Type.String()),
      'Public or reserved addresses of this side by shared name (balancers, NAT, DNS answers)',
    ),
    names: Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 }), {
      description: 'OCID or display name of this side to the name that both sides share, where the display names differ',
      default: {},
    }),
  },
  { additionalProperties: false },
);

export type RegionScope = Static<typeof RegionScopeSchema>;

/** How the pair of a group's two regions is called. */
export const regionPair = 'region';

/** What a region probe is told nothing of where no region is named. */
export const noRegion = { notTold: 'no region is named: `regions` of a group in the fleet file says where its sides lie in OCI' } as const;

/** The setting that every region probe has: the collector fills it in for each side. */
export const scopeSetting = Type.Object({ scope: RegionScopeSchema }, { additionalProperties: false }).properties;

/** A part of a region that could not be looked at, within facts: never an empty list or a zero. */
export const UnseenPartSchema = Type.Object(
  {
    kind: Type.Literal('unseen'),
    reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
    detail: Type.String(),
  },
  { additionalProperties: false },
);

export type UnseenPart = Static<typeof UnseenPartSchema>;

/** Of what was unseen for any other reason than `denied`, and no policy would mend. False for what is no reason. */
export const isNoMatterOfRights = (reason: string | undefined): boolean =>
  reason !== 'denied' && unseenReasons.some((one) => one === reason);

export const unseenPart = ({ reason, detail }: TenancyFailed): UnseenPart => ({ kind: 'unseen', reason, detail: detail.slice(0, 300) });
