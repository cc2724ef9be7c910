// What is seen of who may do what, in this side's own words: compartments, instances, dynamic groups and policies as they are written.
// What follows from them is worked out when they are judged.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';

const strict = { additionalProperties: false } as const;
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const texts = Type.Record(Type.String(), Type.String());

/** `tags`: the defined ones that something here asks for, `namespace.key` in small letters; null where they were not shown. */
const CompartmentSchema = Type.Object(
  { id: Type.String(), name: Type.String(), parent: nullable(Type.String()), tags: nullable(texts) },
  strict,
);

const InstanceSchema = Type.Object({ id: Type.String(), name: Type.String(), tags: nullable(texts) }, strict);

/** `state` is null where it was not said; `rule` where neither the list nor the group itself shows it. */
const GroupSchema = Type.Object(
  { id: Type.String(), name: Type.String(), state: nullable(Type.String()), rule: nullable(Type.String()) },
  strict,
);

/** `statements` is null where they were not shown; `versionDate` where verbs mean what they mean today. */
const PolicySchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    state: nullable(Type.String()),
    versionDate: nullable(Type.String()),
    statements: nullable(Type.Array(Type.String())),
  },
  strict,
);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: nullable(Type.String()) }, strict),
    /** Where identity is written; null where it is not known. */
    homeRegion: nullable(Type.String()),
    tenancy: Type.String(),
    /** The looked-at ones, what they lie in, and what the policies speak of. The root has no parent. */
    compartments: Type.Array(CompartmentSchema),
    instances: Type.Array(
      Type.Object({ compartment: Type.String(), seen: Type.Union([Type.Array(InstanceSchema), UnseenPartSchema]) }, strict),
    ),
    /** Compartments that the side's own lie in and that a dynamic group names: whether instances lie in them, directly. */
    above: Type.Array(Type.Object({ compartment: Type.String(), seen: Type.Union([Type.Boolean(), UnseenPartSchema]) }, strict)),
    /** Those that the policies speak of. */
    groups: Type.Array(GroupSchema),
    /** By the compartment they are attached to: those that could concern an instance here. */
    policies: Type.Array(
      Type.Object({ compartment: Type.String(), seen: Type.Union([Type.Array(PolicySchema), UnseenPartSchema]) }, strict),
    ),
  },
  strict,
);

export type Facts = Static<typeof FactsSchema>;
export type Compartment = Static<typeof CompartmentSchema>;
export type Instance = Static<typeof InstanceSchema>;
export type Group = Static<typeof GroupSchema>;
export type Policy = Static<typeof PolicySchema>;

/** A state that nobody has heard of: it may grant and it may not. One that was not said is taken for the usual one. */
export const isStrangeState = (state: string | null): boolean => state !== null && state !== 'ACTIVE' && isInForce(state);

/** What grants nothing is not. */
export const isInForce = (state: string | null): boolean =>
  !['INACTIVE', 'DELETING', 'DELETED', 'CREATING', 'FAILED'].includes(state ?? '');
