// What `--format json` prints: a promise to scripts. Documented in docs/json.md, tested against these schemas.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { BlindSpotSchema, FindingSchema, VerdictSchema } from '../contract/finding.ts';
import { GapSchema } from '../contract/gap.ts';
import { NodeIdentitySchema } from '../contract/node.ts';
import { ObservationSchema, TrailEntrySchema } from '../contract/observation.ts';
import { type GrantState, grantStates } from '../contract/oci-grants.ts';
import { OutcomeSchema, ReadingSchema } from '../contract/outcome.ts';
import { WaivedFindingSchema } from '../contract/standing.ts';

const closed = { additionalProperties: false } as const;

export const ShownObservationSchema = Type.Object(
  {
    check: Type.String(),
    probe: Type.String(),
    /** Null where this version has no such probe. */
    gap: Type.Union([GapSchema, Type.Null()]),
    outcome: OutcomeSchema,
    /** One line for people; null unless observed. */
    summary: Type.Union([Type.String(), Type.Null()]),
    readings: Type.Array(ReadingSchema),
    /** Epoch milliseconds of the look. */
    at: Type.Integer(),
    tookMs: Type.Number(),
    isRequired: Type.Boolean(),
    trail: Type.Array(TrailEntrySchema),
  },
  closed,
);

const judged = {
  node: NodeIdentitySchema,
  verdict: VerdictSchema,
  /** Epoch milliseconds. */
  takenAt: Type.Integer(),
  /** Of the node that is judged. */
  observations: Type.Array(ShownObservationSchema),
  /** Worst first; what another finding explains comes last. */
  findings: Type.Array(FindingSchema),
  blindSpots: Type.Array(BlindSpotSchema),
  /** Found as well, and accepted by somebody: they do not count. */
  waived: Type.Array(WaivedFindingSchema),
  notTold: Type.Array(Type.Object({ probe: Type.String(), detail: Type.String() }, closed)),
};

export const CheckDocumentSchema = Type.Object({ format: Type.Literal('understudy-check/1'), ...judged }, closed);

export type CheckDocument = Static<typeof CheckDocumentSchema>;

/** `node` is the standby: it is the one that is judged. */
export const DiffDocumentSchema = Type.Object(
  {
    format: Type.Literal('understudy-diff/1'),
    ...judged,
    standby: NodeIdentitySchema,
    primary: NodeIdentitySchema,
    /** Epoch milliseconds of the primary's snapshot. */
    primaryTakenAt: Type.Integer(),
    primaryObservations: Type.Array(ShownObservationSchema),
  },
  closed,
);

export type DiffDocument = Static<typeof DiffDocumentSchema>;

/** How a check came to what it says. */
export const ExplainedCheckSchema = Type.Object(
  {
    format: Type.Literal('understudy-explain-check/1'),
    node: NodeIdentitySchema,
    check: Type.String(),
    probe: Type.String(),
    isRequired: Type.Boolean(),
    /** Epoch milliseconds. */
    takenAt: Type.Integer(),
    /** The newest look; null when never looked. */
    current: Type.Union([ObservationSchema, Type.Null()]),
    /** What findings still rest on where the newest look saw nothing. */
    lastObserved: Type.Union([ObservationSchema, Type.Null()]),
    findings: Type.Array(FindingSchema),
    blindSpots: Type.Array(BlindSpotSchema),
  },
  closed,
);

export type ExplainedCheck = Static<typeof ExplainedCheckSchema>;

/** What a finding means, and where it holds. */
export const ExplainedFindingSchema = Type.Object(
  {
    format: Type.Literal('understudy-explain-finding/1'),
    code: Type.String(),
    probe: Type.String(),
    kind: FindingSchema.properties.kind,
    gap: GapSchema,
    severity: FindingSchema.properties.severity,
    title: Type.String(),
    why: Type.String(),
    remedy: Type.String(),
    dependsOn: Type.Array(Type.String()),
    /** Null where nobody could say whether it holds. */
    node: Type.Union([NodeIdentitySchema, Type.Null()]),
    /** Those of this code that hold on `node`. */
    findings: Type.Array(FindingSchema),
  },
  closed,
);

export type ExplainedFinding = Static<typeof ExplainedFindingSchema>;

/** Which rights whoever asks has in OCI, and the statements that are missing. */
export const DoctorDocumentSchema = Type.Object(
  {
    format: Type.Literal('understudy-doctor/1'),
    /** What statements call the dynamic group. */
    dynamicGroup: Type.String(),
    regions: Type.Array(
      Type.Object(
        {
          /** GROUP/SITE */
          side: Type.String(),
          region: Type.String(),
          grants: Type.Array(
            Type.Object(
              {
                /** Verb and resource type. */
                grant: Type.String(),
                /** Compartment by its name in the fleet file, or `tenancy`. */
                place: Type.String(),
                policyPlace: Type.String(),
                state: Type.Unsafe<GrantState>({ type: 'string', enum: [...grantStates] }),
                operation: Type.Union([Type.String(), Type.Null()]),
                detail: Type.String(),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    missing: Type.Array(Type.String()),
  },
  closed,
);

export type DoctorDocument = Static<typeof DoctorDocumentSchema>;

/** Every statement that a full setup needs: `doctor oci --print-policy`. */
export const PolicyDocumentSchema = Type.Object(
  {
    format: Type.Literal('understudy-policy/1'),
    /** As statements call it. */
    dynamicGroup: Type.String(),
    /** Statements, in lists of no more than one policy takes. */
    policies: Type.Array(Type.Array(Type.String())),
  },
  closed,
);

export type PolicyDocument = Static<typeof PolicyDocumentSchema>;

export type ShownObservation = Static<typeof ShownObservationSchema>;
