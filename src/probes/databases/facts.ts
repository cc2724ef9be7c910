// What the databases probe says of a region: systems, their nodes, the homes that databases run from, and who guards whom. What moves
// with every look (the apply lag) is a reading.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';
import { MissedSchema } from '../../formats/side-lists.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const seenOr = <T extends Type.TSchema>(list: T) =>
  Type.Union([Type.Object({ kind: Type.Literal('seen'), list }, closed), UnseenPartSchema]);

const NodeSchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    state: Type.String(),
    /** Null where the entry did not say, as of a node that is stopped. */
    needsReboot: Type.Union([Type.Boolean(), Type.Null()]),
  },
  closed,
);

export type Node = Static<typeof NodeSchema>;

/** The last attempt to apply something of one kind, where it did not succeed. */
const ChangeSchema = Type.Object(
  {
    /** `DB`, `GI_PATCH`; empty where the entry did not say. */
    type: Type.String(),
    action: Type.String(),
    state: Type.String(),
    /** OCID of what was applied; null where the entry did not say. */
    patch: textOrNull,
    /** Epoch milliseconds; null where the entry did not say. */
    startedAt: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

export type Change = Static<typeof ChangeSchema>;

const SystemSchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    kind: Type.Union([Type.Literal('db-system'), Type.Literal('vm-cluster')]),
    compartment: Type.String(),
    state: Type.String(),
    /** Version of Grid Infrastructure, of the system image (Exadata), and of Oracle Linux; null where the entry did not say. */
    gi: textOrNull,
    image: textOrNull,
    os: textOrNull,
    /** How many nodes it says it has; null where the entry did not say. */
    nodeCount: Type.Union([Type.Integer(), Type.Null()]),
    nodes: seenOr(Type.Array(NodeSchema)),
    /** Updates that did not succeed, and that none of their kind came after. */
    unfinished: seenOr(Type.Array(ChangeSchema)),
  },
  closed,
);

export type System = Static<typeof SystemSchema>;

const HomeSchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    state: Type.String(),
    /** As OCI writes it; null where the entry did not say. */
    version: textOrNull,
    oneOffs: seenOr(Type.Array(Type.String())),
    /** Patches whose last APPLY did not succeed. Only of homes with a database. */
    unfinished: seenOr(Type.Array(ChangeSchema)),
  },
  closed,
);

export type Home = Static<typeof HomeSchema>;

const AssociationSchema = Type.Object(
  {
    role: Type.String(),
    peerRole: Type.String(),
    /** OCIDs of the other end, of its home and of its system; each null where the entry did not say. */
    peer: textOrNull,
    peerHome: textOrNull,
    peerSystem: textOrNull,
    state: Type.String(),
  },
  closed,
);

export type Association = Static<typeof AssociationSchema>;

const MemberSchema = Type.Object(
  {
    database: Type.String(),
    role: Type.String(),
    /** `HEALTHY`, `WARNING`, `CRITICAL`: whether OCI takes it for able to take over; null where the entry did not say. */
    failover: textOrNull,
    switchover: textOrNull,
    /** OCI has asked nobody about it for longer than a day: its lag is of then. */
    isOutdated: Type.Boolean(),
  },
  closed,
);

export type Member = Static<typeof MemberSchema>;

const DatabaseSchema = Type.Object(
  {
    name: Type.String(),
    /** Names of a database and its standby differ here. */
    unique: textOrNull,
    ocid: Type.String(),
    compartment: Type.String(),
    state: Type.String(),
    home: textOrNull,
    system: textOrNull,
    associations: seenOr(Type.Array(AssociationSchema)),
    /** Of its Data Guard group, itself among them; empty where it is in none. */
    members: Type.Array(MemberSchema),
    /** Whether it told how far behind it is: then there is a reading. */
    lag: Type.Union([Type.Literal('told'), Type.Literal('untold'), Type.Literal('unreadable')]),
  },
  closed,
);

export type Database = Static<typeof DatabaseSchema>;

const listOf = <T extends Type.TSchema>(entry: T) => Type.Object({ entries: Type.Array(entry), missed: Type.Array(MissedSchema) }, closed);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull }, closed),
    systems: listOf(SystemSchema),
    /** Those with a database. */
    homes: listOf(HomeSchema),
    databases: listOf(DatabaseSchema),
    /** OCIDs of databases that are listed as terminated: seen, and gone. */
    terminated: Type.Array(Type.String()),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;

/** What a reading is about: its own side knows the name of a database, the other side its OCID only. */
export const readingSubject = (name: string, ocid: string): string => `${name.slice(0, 200)} ${readingMark(ocid)}`;

/** The end of every subject of a reading about the database. */
export const readingMark = (ocid: string): string => ocid.slice(-24);
