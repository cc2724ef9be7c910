// What the artifacts probe says about a machine: the schema of its facts, and of the parts that could not be seen.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

const closed = { additionalProperties: false } as const;

const UnseenPartSchema = Type.Object(
  { seen: Type.Literal(false), reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }), detail: Type.String() },
  closed,
);

/** A part that could not be looked at: never an empty list, zero or false. */
export type UnseenPart = Static<typeof UnseenPartSchema>;

export const partUnseen = (reason: UnseenReason, detail: string): UnseenPart => ({ seen: false, reason, detail });

export const runtimes = ['podman', 'docker', 'crictl'] as const;
export type Runtime = (typeof runtimes)[number];

const ImageSchema = Type.Object(
  {
    /** Hex without `sha256:`. It ties containers to images of one store, and is never compared with a digest. */
    id: Type.String(),
    /** `host/path:tag`, sorted; empty for a dangling image. */
    names: Type.Array(Type.String()),
    /** `sha256:…` under which a repository has it, sorted: of its manifest, of the list that it was pulled by, or both. */
    digests: Type.Array(Type.String()),
    /** `host/path` of where those digests are from, sorted; only where no name tells it. */
    repositories: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

export type Image = Static<typeof ImageSchema>;

const ContainerSchema = Type.Object(
  {
    name: Type.String(),
    /** The image as whoever started the container called it; null where nothing tells it. */
    reference: Type.Union([Type.String(), Type.Null()]),
    /** The image that it is really made of; null where nothing tells it. */
    imageId: Type.Union([Type.String(), Type.Null()]),
    isRunning: Type.Boolean(),
  },
  closed,
);

export type Container = Static<typeof ContainerSchema>;

const StoreSchema = Type.Object(
  {
    runtime: Type.Unsafe<Runtime>({ type: 'string', enum: [...runtimes] }),
    /** Podman keeps a store a user; the daemons’ are root’s. */
    owner: Type.String(),
    images: Type.Union([
      Type.Object({ seen: Type.Literal(true), learntFrom: Type.String(), list: Type.Array(ImageSchema) }, closed),
      UnseenPartSchema,
    ]),
    containers: Type.Union([
      Type.Object({ seen: Type.Literal(true), learntFrom: Type.String(), list: Type.Array(ContainerSchema) }, closed),
      UnseenPartSchema,
    ]),
  },
  closed,
);

export type Store = Static<typeof StoreSchema>;

const ContentSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('digest'),
      sha256: Type.String(),
      sizeBytes: Type.Integer(),
      /** `0644`. */
      mode: Type.String(),
      /** `user:group`, by name where this machine’s own files know it. */
      owner: Type.String(),
      /** Says whether the file must be read again; means nothing on another machine. */
      stamp: Type.String(),
    },
    closed,
  ),
  /** `target` is where the link leads in the end, relative to the tree where it stays inside; null where it leads nowhere. */
  Type.Object({ kind: Type.Literal('link'), target: Type.Union([Type.String(), Type.Null()]) }, closed),
  /** There, and not yet read to its end. */
  Type.Object({ kind: Type.Literal('not-yet') }, closed),
  Type.Object({ kind: Type.Literal('missing') }, closed),
  Type.Object(
    {
      kind: Type.Literal('unseen'),
      reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
      detail: Type.String(),
    },
    closed,
  ),
]);

export type Content = Static<typeof ContentSchema>;

const FileSchema = Type.Object(
  {
    path: Type.String(),
    /** The path, pattern or tree of the settings through which it was found; `manifest` for what only that names. */
    from: Type.String(),
    content: ContentSchema,
  },
  closed,
);

export type FileFact = Static<typeof FileSchema>;

const TreeSchema = Type.Object(
  {
    path: Type.String(),
    /** `cut`: it holds more than may be looked at; what is beyond is in no list. */
    state: Type.Unsafe<TreeState>({ type: 'string', enum: ['whole', 'cut', 'missing', 'unseen'] }),
    /** Why it is not whole; empty where it is. */
    detail: Type.String(),
    /** Folders in it that could not be entered. */
    denied: Type.Array(Type.String()),
  },
  closed,
);

export type TreeState = 'whole' | 'cut' | 'missing' | 'unseen';
export type TreeFact = Static<typeof TreeSchema>;

const PackageSchema = Type.Object(
  {
    name: Type.String(),
    /** `[epoch:]version[-release]`, sorted; empty where it is not installed. */
    versions: Type.Array(Type.String()),
  },
  closed,
);

const PackagesSchema = Type.Union([
  Type.Object({ kind: Type.Literal('not-asked') }, closed),
  Type.Object(
    {
      kind: Type.Literal('seen'),
      by: Type.Unsafe<'rpm' | 'dpkg'>({ type: 'string', enum: ['rpm', 'dpkg'] }),
      list: Type.Array(PackageSchema),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('unseen'),
      reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
      detail: Type.String(),
    },
    closed,
  ),
]);

export type Packages = Static<typeof PackagesSchema>;

const EndpointSchema = Type.Object(
  {
    name: Type.String(),
    answer: Type.Union([
      Type.Object({ kind: Type.Literal('version'), version: Type.String() }, closed),
      /** Nothing listens there: the service is stopped. */
      Type.Object({ kind: Type.Literal('stopped') }, closed),
      /** It answered, and its answer tells no version. */
      Type.Object({ kind: Type.Literal('untold'), detail: Type.String() }, closed),
      Type.Object({ kind: Type.Literal('unseen'), detail: Type.String() }, closed),
    ]),
  },
  closed,
);

export type EndpointFact = Static<typeof EndpointSchema>;

const WantedImageSchema = Type.Object({ name: Type.String(), digests: Type.Array(Type.String()) }, closed);

const ManifestSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, closed),
  Type.Object(
    {
      kind: Type.Literal('read'),
      images: Type.Array(WantedImageSchema),
      files: Type.Array(Type.Object({ path: Type.String(), sha256: Type.String() }, closed)),
      packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, closed)),
      endpoints: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, closed)),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('missing') }, closed),
  Type.Object({ kind: Type.Literal('wrong'), detail: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('unseen'), detail: Type.String() }, closed),
]);

export type Manifest = Static<typeof ManifestSchema>;
export type ManifestRead = Extract<Manifest, { kind: 'read' }>;
export type WantedImage = Static<typeof WantedImageSchema>;

export const ArtifactsFactsSchema = Type.Object(
  {
    stores: Type.Array(StoreSchema),
    files: Type.Array(FileSchema),
    trees: Type.Array(TreeSchema),
    packages: PackagesSchema,
    endpoints: Type.Array(EndpointSchema),
    manifest: ManifestSchema,
  },
  closed,
);

export type ArtifactsFacts = Static<typeof ArtifactsFactsSchema>;
