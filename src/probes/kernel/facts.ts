// What the kernel probe says about a machine: the schema of its facts, and of the parts that could not be seen.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { type UnseenReason, unseenReasons } from '../../contract/outcome.ts';

const closed = { additionalProperties: false } as const;

/** A part that could not be looked at: never an empty list, zero or false. */
const UnseenPartSchema = Type.Object(
  { seen: Type.Literal(false), reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }), detail: Type.String() },
  closed,
);

export type UnseenPart = Static<typeof UnseenPartSchema>;

const day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });

const OsSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      /** `ol`, `rhel`, `debian`, `ubuntu`: as os-release says. */
      id: Type.String(),
      version: Type.String(),
      name: Type.String(),
      packaging: Type.Unsafe<Packaging>({ type: 'string', enum: ['rpm', 'dpkg', 'other'] }),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type Packaging = 'rpm' | 'dpkg' | 'other';

const PatchSchema = Type.Object(
  {
    id: Type.String(),
    /** Left out where only ids were told: titles are read from what root may read. */
    title: Type.Optional(Type.String()),
  },
  closed,
);

export type Patch = Static<typeof PatchSchema>;

const EffectiveSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      release: Type.String(),
      /** Ksplice on Ubuntu names a package version (5.15.0-89.99), which no `uname -r` may be compared with. */
      naming: Type.Unsafe<Naming>({ type: 'string', enum: ['release', 'package-version'] }),
      learntFrom: Type.String(),
      /** The day on which this level was built; null where nothing told it. */
      builtOn: Type.Union([day, Type.Null()]),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type Naming = 'release' | 'package-version';
export type Effective = Static<typeof EffectiveSchema>;

const InstalledPatchesSchema = Type.Union([
  Type.Object({ seen: Type.Literal(true), patches: Type.Array(PatchSchema), learntFrom: Type.String() }, closed),
  UnseenPartSchema,
]);

const AvailablePatchesSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      patches: Type.Array(PatchSchema),
      learntFrom: Type.String(),
      /** UTC day of the last contact with the server that this rests on; null where nothing tells it. The hour is the reading planAsOfMs. */
      asOfDay: Type.Union([day, Type.Null()]),
    },
    closed,
  ),
  UnseenPartSchema,
]);

const SwitchSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      isDisabled: Type.Boolean(),
      /** What switches it off (a file, a state); empty where it is on. */
      by: Type.String(),
    },
    closed,
  ),
  UnseenPartSchema,
]);

const RegistrationSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      state: Type.Unsafe<RegistrationState>({ type: 'string', enum: ['registered', 'no-key', 'placeholder-key', 'not-needed'] }),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type RegistrationState = 'registered' | 'no-key' | 'placeholder-key' | 'not-needed';

/** What went wrong at the last contact with the patch server, by exit code and text. */
export const troubles = [
  'none',
  'disabled',
  'locked',
  'no-package-list',
  'not-root',
  'no-network',
  'internal-error',
  'declined',
  'unsupported-kernel',
  'invalid-key',
  'client-too-old',
  'expired',
  'server-error',
  'not-activated',
  'no-key',
  'sys-not-mounted',
  'apply-failed',
  'check-failed',
  'other',
] as const;

export type Trouble = (typeof troubles)[number];

const ContactSchema = Type.Union([
  Type.Object({ seen: Type.Literal(true), trouble: Type.Unsafe<Trouble>({ type: 'string', enum: [...troubles] }) }, closed),
  UnseenPartSchema,
]);

const CmdlineSchema = Type.Union([Type.Object({ seen: Type.Literal(true), hasNouptrack: Type.Boolean() }, closed), UnseenPartSchema]);

/** `unset` where the configuration does not say; what then holds differs between clients. */
const ChoiceSchema = Type.Unsafe<Choice>({ type: 'string', enum: ['yes', 'no', 'unset'] });

export type Choice = 'yes' | 'no' | 'unset';

const PatchingOptionsSchema = Type.Object(
  { installOnReboot: ChoiceSchema, upgradeOnReboot: ChoiceSchema, autoinstall: ChoiceSchema },
  closed,
);

export type PatchingOptions = Static<typeof PatchingOptionsSchema>;

const ActiveLivePatchingSchema = Type.Object(
  {
    kind: Type.Unsafe<LivePatchingSystem>({ type: 'string', enum: ['ksplice', 'canonical-livepatch', 'kpatch'] }),
    effective: EffectiveSchema,
    installed: InstalledPatchesSchema,
    available: AvailablePatchesSchema,
    switchedOff: SwitchSchema,
    registration: RegistrationSchema,
    lastContact: ContactSchema,
    /** Whether `nouptrack` is on the command line of the running kernel. */
    commandLine: CmdlineSchema,
    /** Ksplice's own, where its configuration may be read. */
    options: Type.Optional(PatchingOptionsSchema),
  },
  closed,
);

export type LivePatchingSystem = 'ksplice' | 'canonical-livepatch' | 'kpatch';
export type ActiveLivePatching = Static<typeof ActiveLivePatchingSchema>;

const LivePatchingSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, closed),
  Type.Object(
    {
      kind: Type.Literal('unseen'),
      reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
      detail: Type.String(),
    },
    closed,
  ),
  ActiveLivePatchingSchema,
]);

export type LivePatching = Static<typeof LivePatchingSchema>;

const InstalledKernelSchema = Type.Object(
  {
    /** As `uname -r` would say it. */
    release: Type.String(),
    flavour: Type.String(),
    /** The package's own version: on Debian it grows while the release stays. */
    packageVersion: Type.String(),
    /** UTC day of installation; null where the package database does not keep it (dpkg). */
    installedOn: Type.Union([day, Type.Null()]),
  },
  closed,
);

export type InstalledKernel = Static<typeof InstalledKernelSchema>;

const KernelsSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      installed: Type.Array(InstalledKernelSchema),
      /** Release of the newest one of the flavour that runs; null where none of that flavour is installed. */
      newestOfFlavour: Type.Union([Type.String(), Type.Null()]),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type Kernels = Static<typeof KernelsSchema>;

const NextBootSchema = Type.Union([
  Type.Object({ kind: Type.Literal('entry'), release: Type.String(), learntFrom: Type.String() }, closed),
  /** No kernel package, no kernel file and no boot loader: whoever starts this machine brings the kernel. */
  Type.Object({ kind: Type.Literal('from-outside') }, closed),
  Type.Object(
    {
      kind: Type.Literal('unseen'),
      reason: Type.Unsafe<UnseenReason>({ type: 'string', enum: [...unseenReasons] }),
      detail: Type.String(),
    },
    closed,
  ),
]);

export type NextBoot = Static<typeof NextBootSchema>;

const RebootSchema = Type.Object(
  {
    state: Type.Unsafe<RebootState>({ type: 'string', enum: ['not-pending', 'covered', 'pending', 'unseen'] }),
    /** Why, in one stable sentence. */
    because: Type.String(),
  },
  closed,
);

/** `covered`: a newer kernel waits, and the live patches already bring the running one to its level. */
export type RebootState = 'not-pending' | 'covered' | 'pending' | 'unseen';

const MarkerSchema = Type.Union([
  Type.Object({ seen: Type.Literal(true), isSet: Type.Boolean(), packages: Type.Array(Type.String()) }, closed),
  UnseenPartSchema,
]);

export type RebootMarker = Static<typeof MarkerSchema>;

const SecurityUpdatesSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      count: Type.Integer({ minimum: 0 }),
      /** At most updatesListedMax of them; `count` is the full number. */
      updates: Type.Array(Type.Object({ advisory: Type.String(), severity: Type.String(), package: Type.String() }, closed)),
      learntFrom: Type.String(),
      /** UTC day from which the cached metadata are; null where nothing tells it. The hour is the reading metadataAsOfMs. */
      asOfDay: Type.Union([day, Type.Null()]),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type SecurityUpdates = Static<typeof SecurityUpdatesSchema>;

const PackagesSchema = Type.Union([
  Type.Object(
    {
      seen: Type.Literal(true),
      count: Type.Integer({ minimum: 1 }),
      /** SHA-256 of the list, for a quick comparison by eye. */
      digest: Type.String(),
      /** `name [epoch:]version[-release] arch`, sorted; several lines where several versions are installed. */
      list: Type.Array(Type.String()),
    },
    closed,
  ),
  UnseenPartSchema,
]);

export type Packages = Static<typeof PackagesSchema>;

export const KernelFactsSchema = Type.Object(
  {
    os: OsSchema,
    architecture: Type.String(),
    running: Type.Object({ release: Type.String(), flavour: Type.String(), builtOn: Type.Union([day, Type.Null()]) }, closed),
    /** To the minute, in UTC: the kernel's own figure moves by a second when the clock is set. */
    bootedAt: Type.Union([Type.Object({ seen: Type.Literal(true), at: Type.String() }, closed), UnseenPartSchema]),
    livePatching: LivePatchingSchema,
    kernels: KernelsSchema,
    nextBoot: NextBootSchema,
    reboot: RebootSchema,
    /** /run/reboot-required: its absence proves nothing. */
    rebootMarker: MarkerSchema,
    /** Only where the settings ask for `needs-restarting`. */
    needsRestarting: Type.Optional(MarkerSchema),
    securityUpdates: SecurityUpdatesSchema,
    packages: PackagesSchema,
  },
  closed,
);

export type KernelFacts = Static<typeof KernelFactsSchema>;

export const partUnseen = (reason: UnseenReason, detail: string): UnseenPart => ({ seen: false, reason, detail });
