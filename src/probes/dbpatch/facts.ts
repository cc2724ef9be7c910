// What the database patch probe says about a machine: its Oracle homes, their patches, and how its databases stand to them.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';
import { type PatchKind, patchKinds } from './patch.ts';
import type { DictionaryState } from './registry-parse.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const reason = Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] });

/** A part that could not be looked at: never an empty list or a zero. */
const UnseenPartSchema = Type.Object(
  {
    kind: Type.Literal('unseen'),
    reason,
    detail: Type.String(),
    /** Nobody who may was asked: what is missing is a capture, and nothing has been refused. */
    isUnasked: Type.Boolean(),
  },
  closed,
);

/** Neither a database nor Grid Infrastructure runs from such a home: it is listed, and nobody looks further. */
const NotLookedAtSchema = Type.Object({ kind: Type.Literal('not-looked-at') }, closed);

export type UnseenPart = Static<typeof UnseenPartSchema>;

export const partUnseen = (why: UnseenReason, detail: string, isUnasked = false): UnseenPart => ({
  kind: 'unseen',
  reason: why,
  detail: detail.slice(0, 300),
  isUnasked,
});

/** One of the places that list homes. */
const SourceSchema = Type.Object(
  {
    name: Type.Unsafe<SourceName>({ type: 'string', enum: ['inventory', 'oratab'] }),
    path: Type.String(),
    state: Type.Union([
      Type.Object({ kind: Type.Literal('seen'), learntFrom: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('missing') }, closed),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type SourceName = 'inventory' | 'oratab';
export type Source = Static<typeof SourceSchema>;

const PatchSchema = Type.Object(
  {
    id: Type.String(),
    description: Type.String(),
    kind: Type.Unsafe<PatchKind>({ type: 'string', enum: [...patchKinds] }),
    version: textOrNull,
    /** Whether a part of it is for the dictionary of the databases (`sqlpatch/<id>` in the home); null where that could not be seen. */
    hasSql: Type.Union([Type.Boolean(), Type.Null()]),
  },
  closed,
);

export type HomePatch = Static<typeof PatchSchema>;

const PatchesSchema = Type.Union([
  Type.Object({ kind: Type.Literal('seen'), patches: Type.Array(PatchSchema), learntFrom: Type.String() }, closed),
  /** There is a list, and the inventory changed since it was made. */
  Type.Object({ kind: Type.Literal('stale'), capturedAt: Type.String(), changedAt: Type.String() }, closed),
  NotLookedAtSchema,
  UnseenPartSchema,
]);

export type Patches = Static<typeof PatchesSchema>;

const ReleaseSchema = Type.Union([
  Type.Object({ kind: Type.Literal('seen'), version: Type.String(), learntFrom: Type.String() }, closed),
  NotLookedAtSchema,
  UnseenPartSchema,
]);

export type Release = Static<typeof ReleaseSchema>;

const HomeSchema = Type.Object(
  {
    path: Type.String(),
    /** As the inventory calls it; null where only oratab or the settings name it. */
    name: textOrNull,
    role: Type.Unsafe<HomeRole>({ type: 'string', enum: ['grid', 'database', 'other'] }),
    /** Name of the user who owns it; null where that could not be told. */
    owner: textOrNull,
    presence: Type.Union([
      Type.Object({ kind: Type.Literal('there') }, closed),
      Type.Object({ kind: Type.Literal('gone') }, closed),
      UnseenPartSchema,
    ]),
    /** Names of the databases that oratab starts from it or that run from it. */
    databases: Type.Array(Type.String()),
    release: ReleaseSchema,
    opatch: Type.Union([Type.Object({ kind: Type.Literal('seen'), version: Type.String() }, closed), NotLookedAtSchema, UnseenPartSchema]),
    /** When its inventory last changed, to the second in UTC; null where that could not be seen. */
    inventoryChangedAt: textOrNull,
    /** Since when it holds the patch that carries its level, as far as the inventory tells. */
    levelSince: textOrNull,
    patches: PatchesSchema,
  },
  closed,
);

export type HomeRole = 'grid' | 'database' | 'other';
export type Home = Static<typeof HomeSchema>;

const DictionaryPatchSchema = Type.Object(
  {
    id: Type.String(),
    description: Type.String(),
    kind: Type.Unsafe<PatchKind>({ type: 'string', enum: [...patchKinds] }),
    state: Type.Unsafe<DictionaryState>({
      type: 'string',
      enum: ['applied', 'failed', 'rolled-back', 'rollback-failed', 'status-unseen'] satisfies DictionaryState[],
    }),
    /** Action and status of the newest attempt, as the dictionary has them. */
    attempt: Type.String(),
  },
  closed,
);

export type DictionaryPatch = Static<typeof DictionaryPatchSchema>;

const ContainerSchema = Type.Object(
  {
    /** `CDB$ROOT`, a pluggable database; empty for a database without containers. */
    name: Type.String(),
    openMode: Type.String(),
    /** What a closed container holds nobody can read. */
    isOpen: Type.Boolean(),
    patches: Type.Array(DictionaryPatchSchema),
  },
  closed,
);

export type Container = Static<typeof ContainerSchema>;

const RegistrySchema = Type.Union([
  Type.Object({ kind: Type.Literal('seen'), containers: Type.Array(ContainerSchema), learntFrom: Type.String() }, closed),
  Type.Object(
    {
      kind: Type.Literal('not-applicable'),
      because: Type.Unsafe<NotApplicable>({ type: 'string', enum: ['mounted-standby', 'not-open', 'not-kept'] }),
    },
    closed,
  ),
  UnseenPartSchema,
]);

/** `not-open`: mounted, and nothing told whether it is a standby. `not-kept`: 11g keeps no list by patch ids. */
export type NotApplicable = 'mounted-standby' | 'not-open' | 'not-kept';
export type Registry = Static<typeof RegistrySchema>;

const DatabaseSchema = Type.Object(
  {
    /** As oratab has it, or the SID that runs. */
    name: Type.String(),
    /** DB_NAME, which both sides of a Data Guard pair share; null where the database was not asked. */
    databaseName: textOrNull,
    home: textOrNull,
    /** DATABASE_ROLE; null where the database was not asked. */
    role: textOrNull,
    registry: RegistrySchema,
  },
  closed,
);

export type Database = Static<typeof DatabaseSchema>;

export const DbpatchFactsSchema = Type.Object(
  { sources: Type.Array(SourceSchema), homes: Type.Array(HomeSchema), databases: Type.Array(DatabaseSchema) },
  closed,
);

export type DbpatchFacts = Static<typeof DbpatchFactsSchema>;
