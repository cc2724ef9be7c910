// What a gate leaves behind: who asked what, what was known then, and a signature over all of it.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { BlindSpotSchema, type Verdict, VerdictSchema, verdicts } from './finding.ts';
import { CountsSchema } from './fleet.ts';
import { AppliedLawfulSchema } from './lawful.ts';
import { StandingFindingSchema } from './standing.ts';
import { WaiverSchema } from './waiver.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Verdicts at which a gate can be told to close. While the verdict is `suspended` it is closed whatever it was told. */
export const failOns = verdicts.filter(
  (verdict): verdict is Exclude<Verdict, 'ready' | 'suspended'> => verdict !== 'ready' && verdict !== 'suspended',
);

export type FailOn = (typeof failOns)[number];

const JudgedNodeSchema = Type.Object({
  name: Type.String(),
  nodeId: Type.String(),
  site: nullable(Type.String()),
  version: Type.String(),
  /** When the oldest of its required checks was last looked at; null for never. */
  asOf: nullable(Type.Integer()),
  heardAt: nullable(Type.Integer()),
});

export const ReceiptBodySchema = Type.Object({
  format: Type.Literal('understudy-receipt/1'),
  id: Type.String(),
  issuedAt: Type.Integer(),
  issuer: Type.Object({
    kind: Type.Unsafe<'collector' | 'agent'>({ type: 'string', enum: ['collector', 'agent'] }),
    name: Type.String(),
    version: Type.String(),
  }),
  asked: Type.Object({
    /** Null where a standby answered for itself and belongs to no group. */
    group: nullable(Type.String()),
    by: Type.String(),
    maxAgeMs: nullable(Type.Integer()),
    failOn: nullable(Type.Unsafe<FailOn>({ type: 'string', enum: [...failOns] })),
  }),
  verdict: VerdictSchema,
  /** Whether the gate let it pass; null where `failOn` was not given. */
  isPassed: nullable(Type.Boolean()),
  /** Let pass whatever the verdict: by whom and why. */
  override: nullable(Type.Object({ by: Type.String(), reason: Type.String() })),
  counts: CountsSchema,
  pairs: Type.Array(
    Type.Object({
      pair: nullable(Type.String()),
      verdict: VerdictSchema,
      standby: nullable(JudgedNodeSchema),
      primary: nullable(JudgedNodeSchema),
      findings: Type.Array(StandingFindingSchema),
      blindSpots: Type.Array(BlindSpotSchema),
      lawful: Type.Array(AppliedLawfulSchema),
    }),
  ),
  waivers: Type.Array(WaiverSchema),
});

export type ReceiptBody = Static<typeof ReceiptBodySchema>;

/** The signature is over the canonical JSON of everything but itself. */
export const ReceiptSchema = Type.Object({
  ...ReceiptBodySchema.properties,
  signature: Type.Object({
    algorithm: Type.Literal('Ed25519'),
    /** SHA-256 of the public key's DER (SubjectPublicKeyInfo), hexadecimal: names the key, proves nothing. */
    keyId: Type.String(),
    /** The key itself, base64 of that DER: by it anybody can tell that a receipt is whole, and nobody by whom it was made. */
    publicKey: Type.String(),
    /** Base64. */
    value: Type.String(),
  }),
});

export type Receipt = Static<typeof ReceiptSchema>;
