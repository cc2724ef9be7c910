// What was known at one moment: the verdict and since when, pair by pair, and which findings were open.
import * as Type from 'typebox/type';
import { VerdictSchema } from '../../contract/finding.ts';
import { StandingFindingSchema } from '../../contract/standing.ts';
import { byUrgency } from '../../judge/verdict.ts';
import type { Collector } from '../collector.ts';
import { eventPages } from '../event-pages.ts';
import { createOpenAt, type OpenThen, toldAt } from '../timeline.ts';
import { nullable } from './schemas.ts';
import { inSlices } from './slices.ts';
import { type Subject, toldOf } from './told.ts';

const knownThen = {
  verdict: nullable({ ...VerdictSchema, description: 'Null: nobody watched then, or it is too long ago to be known' }),
  since: nullable(Type.Integer({ description: 'Since when it had stood then' })),
};

export const MomentSchema = Type.Object({
  at: Type.Integer(),
  ...knownThen,
  pairs: Type.Array(Type.Object({ pair: Type.String(), ...knownThen }), { description: 'Of a group: those that it has now' }),
  findings: nullable(
    Type.Array(
      Type.Object({
        pair: Type.String(),
        ...StandingFindingSchema.properties,
        isOfLater: Type.Boolean({
          description: 'That it was open is known; how it read then is not, so that it is shown as it read later',
        }),
      }),
      { description: 'Those that were open then, worst first; null where that cannot be known' },
    ),
  ),
});

type Moment = Type.Static<typeof MomentSchema>;

export async function momentOf(collector: Collector, subject: Subject, at: number, now: number): Promise<Moment> {
  const { group, pair } = subject;
  const pairs = pair === null ? collector.review.standing(group).map((one) => one.pair) : [];
  return {
    at,
    ...thenOf(collector, subject, at, now),
    pairs: pairs.toSorted().map((name) => ({ pair: name, ...thenOf(collector, { group, pair: name }, at, now) })),
    findings: at < now - collector.config().store.keepMs ? null : await openThen(collector, subject, at, now),
  };
}

function thenOf(collector: Collector, subject: Subject, at: number, now: number): Pick<Moment, 'verdict' | 'since'> {
  const told = toldAt(toldOf(collector, subject, { from: at, to: at }, now), at);
  return { verdict: told?.verdict ?? null, since: told?.from ?? null };
}

/** Thousands of events a day for weeks: a finding that flaps without end says nothing any more. */
const eventsMax = 50_000;

async function openThen(
  { store, review, clock }: Collector,
  { group, pair }: Subject,
  at: number,
  now: number,
): Promise<Moment['findings']> {
  const reading = createOpenAt(at);
  const slices = inSlices(clock.monotonicMs);
  let read = 0;
  for (const page of eventPages(store, { group, ...(pair === null ? {} : { pair }), to: now })) {
    reading.take(page);
    read += page.length;
    if (read > eventsMax) return null;
    await slices.next();
  }
  const standing = review.standing(group, pair ?? undefined).flatMap((one) => review.pair(group, one.pair) ?? []);
  const open = reading.open(standing.flatMap((one) => one.findings.map((finding) => ({ pair: one.pair, finding }))));
  return [...open].sort((a, b) => byUrgency(a.finding, b.finding)).map(line);
}

const line = ({ pair, finding, isOfLater }: OpenThen) => ({ pair, ...finding, isOfLater });
