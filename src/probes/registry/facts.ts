// What the registry probe says about a region: images by repository and tag, generic artifacts, and what DevOps deploys where.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';

const closed = { additionalProperties: false } as const;

const ImageSchema = Type.Object(
  {
    tag: Type.String(),
    /** `sha256:…`; null where the entry did not say. */
    digest: Type.Union([Type.String(), Type.Null()]),
    /** AVAILABLE, DELETED, DELETING, or what OCI has beside these. */
    state: Type.String(),
    /** Epoch milliseconds; null where the entry did not say. */
    createdAt: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

export type Image = Static<typeof ImageSchema>;

const RepositorySchema = Type.Object(
  {
    name: Type.String(),
    compartment: Type.String(),
    /** The list of repositories says that nothing is in it. */
    isEmpty: Type.Boolean(),
    /** Newest first. */
    images: Type.Array(ImageSchema),
    /** There were more tags than are kept: one that is not here may be there. */
    isCut: Type.Boolean(),
  },
  closed,
);

export type Repository = Static<typeof RepositorySchema>;

const GenericSchema = Type.Object(
  {
    /** Its display name. */
    repository: Type.String(),
    path: Type.String(),
    version: Type.String(),
    sha256: Type.Union([Type.String(), Type.Null()]),
    state: Type.String(),
    /** Epoch milliseconds; null where the entry did not say. */
    createdAt: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

export type Generic = Static<typeof GenericSchema>;

const DeployedSchema = Type.Object(
  {
    name: Type.String(),
    /** `image`: pulled from `host`; `generic`: from the repository with that OCID; `other`: inline, charts, what is not followed. */
    source: Type.Union([
      Type.Object(
        { kind: Type.Literal('image'), host: Type.String(), repository: Type.String(), tag: Type.Union([Type.String(), Type.Null()]) },
        closed,
      ),
      Type.Object({ kind: Type.Literal('generic'), repositoryId: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('other'), type: Type.String() }, closed),
    ]),
    id: Type.String(),
  },
  closed,
);

export type Deployed = Static<typeof DeployedSchema>;

const EnvironmentSchema = Type.Object(
  {
    name: Type.String(),
    id: Type.String(),
    /** OCIDs of instances; null where targets are chosen by a query, or are no instances. */
    instanceIds: Type.Union([Type.Array(Type.String()), Type.Null()]),
  },
  closed,
);

export type Environment = Static<typeof EnvironmentSchema>;

const part = <T extends Type.TSchema>(list: T) =>
  Type.Union([
    Type.Object({ kind: Type.Literal('seen'), list }, closed),
    UnseenPartSchema,
    Type.Object({ kind: Type.Literal('not-watched') }, closed),
  ]);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: Type.Union([Type.String(), Type.Null()]) }, closed),
    /** What the settings, and the machines of the group, say is in use: `repository:tag`, sorted. */
    inUse: Type.Array(Type.String()),
    repositories: part(Type.Array(RepositorySchema)),
    generic: part(Type.Array(GenericSchema)),
    deployed: part(Type.Array(DeployedSchema)),
    environments: part(Type.Array(EnvironmentSchema)),
    /** Display names of instances that environments target, by OCID. */
    instances: part(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, closed))),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;

/** Empty where it was not seen, which a rule of its own says. */
export const seen = <T>(
  part: { readonly kind: 'seen'; readonly list: readonly T[] } | { readonly kind: 'unseen' | 'not-watched' },
): readonly T[] => (part.kind === 'seen' ? part.list : []);
