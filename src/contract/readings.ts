// The numbers of a check over time, as an agent tells them and as a collector passes them on.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { ReadingSchema } from './outcome.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const hourMs = 3_600_000;

/** Every look, or one line an hour. */
export const readingSteps = ['look', 'hour'] as const;

export type ReadingStep = (typeof readingSteps)[number];

/** Unpacking a year of numbers at once would hold up probes. */
export const readingsSpanMsMax: Readonly<Record<ReadingStep, number>> = { look: 7 * 24 * hourMs, hour: 92 * 24 * hourMs };

/** The last instant that a Date can hold. Beyond it numbers are so far apart that adding a day changes nothing. */
const instantMax = 8.64e15;
const Instant = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: instantMax, description }));

/** What is asked of a check's readings. */
export const ReadingsQuerySchema = Type.Object(
  {
    from: Instant('Epoch milliseconds; a day before `to` unless given'),
    to: Instant('Exclusive; now unless given'),
    subject: Type.Optional(Type.String({ maxLength: 256 })),
    name: Type.Optional(Type.String({ maxLength: 64 })),
    per: Type.Unsafe<ReadingStep>({
      type: 'string',
      enum: [...readingSteps],
      default: 'look',
      description: 'Every look, or one line an hour',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 }),
  },
  { additionalProperties: false },
);

export type ReadingsQuery = Static<typeof ReadingsQuerySchema>;

const { subject, name } = ReadingSchema.properties;
const SeriesSchema = { subject, name };

/** Times are by the clock of whoever answers. */
export const ReadingsPageSchema = Type.Object({
  series: Type.Array(Type.Object(SeriesSchema)),
  points: Type.Array(Type.Object({ at: Type.Integer(), ...SeriesSchema, value: Type.Number() })),
  hours: Type.Array(
    Type.Object({
      hour: Type.Integer(),
      ...SeriesSchema,
      count: Type.Integer(),
      min: Type.Number(),
      max: Type.Number(),
      mean: Type.Number(),
    }),
  ),
  nextFrom: nullable(Type.Integer({ description: 'Ask again from here; null at the end' })),
});

export type ReadingsPage = Static<typeof ReadingsPageSchema>;

/** The same of one side of a pair, by the collector's clock: an hour then begins where the node's did. */
export const SideReadingsSchema = Type.Object({
  at: Type.Integer({ description: 'When this was answered, by the collector’s clock' }),
  target: Type.String(),
  clockOffsetMs: nullable(Type.Integer({ description: 'What the node’s clock is ahead of the collector’s: taken out of the times below' })),
  ...ReadingsPageSchema.properties,
});

export type SideReadings = Static<typeof SideReadingsSchema>;
