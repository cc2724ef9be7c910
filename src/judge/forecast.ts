// When the verdict of a pair will turn worse by itself: the rules are asked of later times, and what was accepted or declared until a day
// ends on that day. Pure, and in steps, since whoever drives it has other things to do.
//
// Found by asking of many moments, each day for two months and each week from then on, and halving between the last that is as now and the
// first that is worse. What speaks and falls silent again between two of them is not foretold.
import { type BlindSpot, type Finding, type Verdict, verdicts } from '../contract/finding.ts';
import type { Turn, TurnKind } from '../contract/forecast.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { StandingFinding } from '../contract/standing.ts';
import type { Waiver } from '../contract/waiver.ts';
import { judgeFully } from './judge.ts';
import { type Asking, isTurnedByTime, probesLater, withChecks } from './later.ts';
import { byUrgency, isCounted, verdictOf } from './verdict.ts';

export interface Forecasting {
  readonly pair: string;
  /** Epoch milliseconds, as all times here. */
  readonly now: number;
  /** Null where nobody stands there, or was never heard. */
  readonly subject: Snapshot | null;
  readonly twin: Snapshot | null;
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly lawful: readonly LawfulDifference[];
  readonly primaryMaxAgeMs: number;
  /** As it stands. */
  readonly verdict: Verdict;
  readonly findings: readonly StandingFinding[];
  readonly blindSpots: readonly BlindSpot[];
  /** Of this pair, not ended. */
  readonly waivers: readonly Waiver[];
}

export interface Foreseen {
  /** Each to something worse than the one before it, ascending. */
  readonly turns: readonly Turn[];
  /** All that is required is known, so that what is not foretold is not foreseeable. */
  readonly isKnown: boolean;
  /** How far was looked. */
  readonly until: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** As long as a waiver may last; certificates of public authorities end sooner. */
export const horizonMs = 400 * dayMs;
const dailyFor = 60;
/** Well within the hour that is promised, and as narrow as anybody reads. */
const narrowMs = 60_000;
/** What is read in one line. */
const becauseCharsMax = 300;

/** Steps of at most some milliseconds for a machine; the return value is the whole. */
export function* foresee(given: Forecasting): Generator<void, Foreseen> {
  const until = given.now + horizonMs;
  const isKnown = isAllKnown(given);
  if (given.subject === null || given.verdict === 'suspended') return { turns: [], isKnown: false, until };
  const at = laterOf(given, given.subject);
  const turns: Turn[] = [];
  let [before, worst]: [At, Verdict] = [asItStands(given), given.verdict];
  yield;
  for (const moment of momentsOf(given)) {
    while (isWorse(at(moment).verdict, worst)) {
      const border: Border = yield* halved(at, before, moment, worst);
      turns.push(turnOf(given, border));
      worst = border.first.verdict;
      before = border.first;
    }
    before = at(moment);
    yield;
  }
  return { turns, isKnown, until };
}

const isWorse = (one: Verdict, than: Verdict): boolean => verdicts.indexOf(one) < verdicts.indexOf(than);

const isAllKnown = ({ verdict, blindSpots, findings }: Forecasting): boolean =>
  verdict !== 'unknown' &&
  verdict !== 'suspended' &&
  blindSpots.length === 0 &&
  !findings.some((one) => isCounted(one) && one.isBlind === true);

/** Ascending, from now on; what ends on a day that is known is asked of that moment. */
function momentsOf(given: Forecasting): readonly number[] {
  const { now } = given;
  const days = Array.from({ length: dailyFor + 1 }, (_, index) => now + index * dayMs);
  const weeks = Array.from(
    { length: Math.floor((horizonMs / dayMs - dailyFor) / 7) },
    (_, index) => now + (dailyFor + 7 * (index + 1)) * dayMs,
  );
  return [...new Set([...days, ...weeks, now + horizonMs, ...endsOf(given)])].sort((a, b) => a - b);
}

const endsOf = ({ now, lawful, waivers }: Forecasting): readonly number[] =>
  [...lawful, ...waivers].flatMap(({ until }) => (until === null || until <= now || until > now + horizonMs ? [] : [until]));

/** What counts at a moment, and what it comes to. */
interface At {
  readonly at: number;
  readonly counted: readonly Finding[];
  readonly verdict: Verdict;
}

const asItStands = ({ now, findings, verdict }: Forecasting): At => ({ at: now, counted: findings.filter(isCounted), verdict });

/** The last moment that is no worse, and the first that is. */
interface Border {
  readonly last: At;
  readonly first: At;
}

function* halved(at: (moment: number) => At, from: At, to: number, worst: Verdict): Generator<void, Border> {
  let [last, first] = [from, at(to)];
  while (first.at - last.at > narrowMs) {
    const middle = at(Math.floor((last.at + first.at) / 2));
    if (isWorse(middle.verdict, worst)) first = middle;
    else last = middle;
    yield;
  }
  return { last, first };
}

/** Of which checks time may make something else: of all others nothing is asked, and nothing need be brought. */
export function turnable({ now, probes, lawful }: Pick<Forecasting, 'now' | 'probes' | 'lawful'>) {
  const ending = new Set(lawful.flatMap(({ check, until }) => (until === null || until <= now ? [] : [check])));
  return ({ check, probe }: Pick<CheckState, 'check' | 'probe'>): boolean => ending.has(check) || isTurnedByTime(probes.get(probe));
}

/** Judges only where a rule says something else than at another moment that was judged: most moments are like the one before. */
function laterOf(given: Forecasting, subject: Snapshot): (moment: number) => At {
  const { now, probes, lawful, waivers } = given;
  const isConcerned = turnable(given);
  const [own, theirs] = [withChecks(subject, isConcerned), given.twin === null ? null : withChecks(given.twin, isConcerned)];
  const judged = (moment: number, onAsked?: (asking: Asking) => void): readonly Finding[] =>
    judgeFully({
      now,
      subject: own,
      twin: theirs,
      earlier: given.findings,
      probes: probesLater(probes, moment - now, onAsked),
      primaryMaxAgeMs: given.primaryMaxAgeMs,
      lawful: lawful.filter((one) => isHolding(one, moment)),
    }).findings;
  const all: Asking[] = [];
  const made = judged(now, (asking) => all.push(asking));
  const askings = all.filter(({ isOfTime }) => isOfTime());
  const said = (moment: number): string =>
    JSON.stringify([
      askings.map((asking) => draftsText(asking, moment - now)),
      [...lawful, ...waivers].map((one) => isHolding(one, moment)),
    ]);
  const known = new Map<string, Pick<At, 'counted' | 'verdict'>>();
  return (moment) => {
    const key = said(moment);
    const counting = known.get(key) ?? countingAt(given, made, judged(moment), moment);
    known.set(key, counting);
    return { at: moment, ...counting };
  };
}

const isHolding = ({ until }: { readonly until: number | null }, moment: number): boolean => until === null || until > moment;

/** A rule that fails says nothing of any time; the judge tells of it. */
function draftsText({ again }: Asking, byMs: number): string {
  try {
    return JSON.stringify(again(byMs).map(({ subject, expected, actual }) => [subject, expected, actual]));
  } catch {
    return '';
  }
}

function countingAt(
  given: Forecasting,
  made: readonly Finding[],
  then: readonly Finding[],
  moment: number,
): Pick<At, 'counted' | 'verdict'> {
  const { findings, probes, waivers, blindSpots } = given;
  const [madeNow, byId] = [new Set(made.map(({ id }) => id)), new Map(findings.map((one) => [one.id, one]))];
  const clockDriven = new Set(
    [...probes.values()].flatMap(({ rules }) => rules.flatMap((rule) => (rule.isClockDriven === true ? [rule.code] : []))),
  );
  const isAccepted = ({ id, expected, actual }: Finding): boolean =>
    waivers.some((one) => one.finding === id && one.expected === expected && one.actual === actual && isHolding(one, moment));
  // What waits to be confirmed is confirmed by looks; where time made it, they will.
  const isWaiting = ({ id, code }: Finding): boolean => byId.get(id)?.state === 'pending' && !clockDriven.has(code);
  const staying = findings.filter(({ id, state }) => !madeNow.has(id) && (state === 'open' || state === 'clearing'));
  const counted = [...staying, ...then.filter((one) => !isWaiting(one))].filter((one) => one.foldedUnder === undefined && !isAccepted(one));
  return { counted, verdict: verdictOf(counted, blindSpots) };
}

function turnOf(given: Forecasting, { last, first }: Border): Turn {
  const before = new Set(last.counted.map(({ id }) => id));
  const [cause = null] = first.counted.filter(({ id }) => !before.has(id)).toSorted(byUrgency);
  const { kind, because } = reasonOf(given, cause, last.at, first.at);
  const isOnTheDot = endsOf(given).includes(first.at);
  return {
    at: kind !== 'rule' && isOnTheDot ? first.at : last.at,
    pair: given.pair,
    to: first.verdict,
    kind,
    check: cause?.check ?? null,
    because: because.length > becauseCharsMax ? `${because.slice(0, becauseCharsMax - 1)}…` : because,
  };
}

function reasonOf(
  { lawful, waivers }: Forecasting,
  cause: Finding | null,
  after: number,
  until: number,
): { readonly kind: TurnKind; readonly because: string } {
  if (cause === null) return { kind: 'rule', because: 'something that time alone decides' };
  const isEnding = (one: { readonly until: number | null }): boolean => one.until !== null && one.until > after && one.until <= until;
  const said = `${cause.title}: ${cause.subject}`;
  const waiver = waivers.find((one) => one.finding === cause.id && isEnding(one));
  if (waiver !== undefined) return { kind: 'waiver', because: `The waiver of ${waiver.author} ends: ${said}` };
  const difference = lawful.find((one) => one.check === cause.check && isEnding(one));
  return difference === undefined
    ? { kind: 'rule', because: said }
    : { kind: 'lawful', because: `The declared difference in ${difference.field} ends: ${said}` };
}
