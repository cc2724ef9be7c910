// What the secrets probe says of a region: vaults, keys and secrets without their values. Times are fixed ones; what is left until them
// is judged.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { UnseenPartSchema } from '../../contract/region.ts';
import { MissedSchema } from '../../formats/side-lists.ts';

const closed = { additionalProperties: false } as const;
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const timeOrNull = Type.Union([Type.Integer(), Type.Null()], { description: 'Epoch milliseconds' });

const VaultSchema = Type.Object(
  {
    /** Null where the entry did not say. */
    name: textOrNull,
    ocid: Type.String(),
    /** `ACTIVE`, `PENDING_DELETION`; empty where the entry did not say. */
    state: Type.String(),
    compartment: Type.String(),
    /** Where its keys are asked for; null where the entry did not say. */
    endpoint: textOrNull,
  },
  closed,
);

export type Vault = Static<typeof VaultSchema>;

const KeySchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    vault: Type.String({ description: 'OCID' }),
    state: Type.String(),
    /** `AES`; null where the entry did not say. */
    algorithm: textOrNull,
    /** Bytes; null where the entry did not say, as lists do not. */
    length: Type.Union([Type.Integer(), Type.Null()]),
    protection: textOrNull,
  },
  closed,
);

export type Key = Static<typeof KeySchema>;

const SecretSchema = Type.Object(
  {
    name: Type.String(),
    ocid: Type.String(),
    vault: Type.String({ description: 'OCID' }),
    key: textOrNull,
    compartment: Type.String(),
    state: Type.String(),
    /** When it will be deleted. */
    deletedAt: timeOrNull,
    /** When its current version ends; null where it has no end. */
    expiresAt: timeOrNull,
    /** Whether it cannot be read after its end; null where that was not seen. */
    isBlockedOnExpiry: Type.Union([Type.Boolean(), Type.Null()]),
    /** OCID of the vault that it is a replica from; null where it is none. */
    replicaOf: textOrNull,
    /** Vaults that it is replicated to. */
    replicatedTo: Type.Array(Type.Object({ region: Type.String(), vault: Type.String() }, closed)),
    /** Number of the version in stage CURRENT. */
    version: Type.Union([Type.Integer(), UnseenPartSchema]),
    /** When that version was written, in epoch milliseconds. */
    writtenAt: Type.Union([Type.Integer(), UnseenPartSchema]),
  },
  closed,
);

export type Secret = Static<typeof SecretSchema>;

const listOf = <T extends Type.TSchema>(entry: T) => Type.Object({ entries: Type.Array(entry), missed: Type.Array(MissedSchema) }, closed);

export const FactsSchema = Type.Object(
  {
    region: Type.Object({ name: Type.String(), key: textOrNull }, closed),
    vaults: listOf(VaultSchema),
    keys: listOf(KeySchema),
    secrets: listOf(SecretSchema),
  },
  closed,
);

export type Facts = Static<typeof FactsSchema>;
