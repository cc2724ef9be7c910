// A finding over time: when it was opened, how sure it is, who accepted it, what became of it.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { FindingSchema } from './finding.ts';

/** So many bad looks open a finding, so many good ones resolve it. */
export const ConfirmationSchema = Type.Object({ bad: Type.Integer({ minimum: 1 }), good: Type.Integer({ minimum: 1 }) });

export type Confirmation = Static<typeof ConfirmationSchema>;

/** `pending`: seen, and not yet by as many looks as it takes. `clearing`: gone, and not yet for as many looks as it takes. */
export const standingStates = ['pending', 'open', 'clearing', 'resolved'] as const;

export type StandingState = (typeof standingStates)[number];

const WaivedBySchema = Type.Object({ id: Type.String(), author: Type.String(), reason: Type.String(), until: Type.Integer() });

/** A finding that somebody accepted. */
export const WaivedFindingSchema = Type.Object({ ...FindingSchema.properties, waiver: WaivedBySchema });

export type WaivedFinding = Static<typeof WaivedFindingSchema>;

/** A finding with its life so far. `since` of the finding is the first bad look of this life. */
export const StandingFindingSchema = Type.Object({
  ...FindingSchema.properties,
  state: Type.Unsafe<StandingState>({ type: 'string', enum: [...standingStates] }),
  /** When enough looks had confirmed it; null while it is pending. */
  openedAt: Type.Union([Type.Integer(), Type.Null()]),
  /** When severity, expected, actual or its cause last became another. */
  changedAt: Type.Integer(),
  resolvedAt: Type.Union([Type.Integer(), Type.Null()]),
  /** How often it came back after it was resolved. */
  reopenedCount: Type.Integer(),
  /** Looks so far in the direction it is going, and how many it takes. */
  confirmation: Type.Object({ bad: Type.Integer(), good: Type.Integer(), needs: ConfirmationSchema }),
  /** Where the two sides' looks stood when it was last judged: what tells a new look from the same one again. */
  mark: Type.String(),
  waiver: Type.Union([WaivedBySchema, Type.Null()]),
});

export type StandingFinding = Static<typeof StandingFindingSchema>;

/** `unwatched`: nobody looks at it any more, so that it can be neither confirmed nor resolved. */
export const findingEventKinds = ['opened', 'changed', 'resolved', 'reopened', 'unwatched', 'waived', 'waiver-ended'] as const;

export type FindingEventKind = (typeof findingEventKinds)[number];

export const FindingEventSchema = Type.Object({
  kind: Type.Unsafe<FindingEventKind>({ type: 'string', enum: [...findingEventKinds] }),
  at: Type.Integer(),
  group: Type.String(),
  pair: Type.String(),
  /** As it stands after the event. */
  finding: StandingFindingSchema,
  /** One sentence where the kind does not say it all, such as why a waiver ended. */
  detail: Type.String(),
});

export type FindingEvent = Static<typeof FindingEventSchema>;
