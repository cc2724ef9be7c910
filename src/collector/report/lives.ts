// What became of findings in a period: each life a line, from what happened since its beginning and from what stands now. Pure.
import type { ReportFinding } from '../../contract/report.ts';
import type { FindingEvent, StandingFinding } from '../../contract/standing.ts';
import type { Waiver } from '../../contract/waiver.ts';
import type { Stretch } from '../timeline.ts';

export interface Lives {
  /** Ascending by time, from the beginning of the period to now: what ended later was open within it. */
  take(events: readonly FindingEvent[]): void;
  /**
   * By when they were opened. `standing`: those that are open now, of which nothing may have happened since. `leftAt`: until when a pair was
   * judged that is in the fleet no more; null for one that is there.
   */
  findings(standing: readonly StandingIn[], waivers: readonly Waiver[], leftAt: LeftAt): Iterable<ReportFinding>;
}

export type LeftAt = (pair: string) => number | null;

export interface StandingIn {
  readonly pair: string;
  readonly finding: StandingFinding;
}

interface Life {
  readonly pair: string;
  readonly openedAt: number;
  /** As it read at the end of the period, or as it read first where only later times are told of. */
  finding: StandingFinding;
  end: { readonly at: number; readonly isUnwatched: boolean } | null;
}

export function createLives(stretch: Stretch): Lives {
  const open = new Map<string, Life>();
  const over: Life[] = [];
  const begin = (key: string, pair: string, finding: StandingFinding, openedAt: number): Life => {
    const life: Life = { pair, openedAt, finding, end: null };
    open.set(key, life);
    return life;
  };
  const end = (key: string, life: Life, at: number, isUnwatched: boolean): void => {
    life.end = { at, isUnwatched };
    open.delete(key);
    over.push(life);
  };
  const takeOne = ({ kind, at, pair, finding }: FindingEvent): void => {
    // Accepted before it was confirmed: its life has not begun.
    if (finding.openedAt === null) return;
    const key = keyOf(pair, finding);
    const isBeginning = kind === 'opened' || kind === 'reopened';
    const before = open.get(key);
    // Its end was not written, or is not kept.
    if (before !== undefined && isBeginning) end(key, before, at, true);
    const life = isBeginning || before === undefined ? begin(key, pair, finding, finding.openedAt) : before;
    if (at < stretch.to) life.finding = finding;
    // That nobody looks any more is noticed later than it begins.
    if (kind === 'resolved' || kind === 'unwatched') end(key, life, finding.resolvedAt ?? at, kind === 'unwatched');
  };
  return {
    take: (events) => events.forEach(takeOne),
    *findings(standing, waivers, leftAt) {
      const held = Map.groupBy(waivers, ({ pair, finding }) => keyOf(pair, { id: finding }));
      const silent = standing.filter(({ pair, finding }) => finding.openedAt !== null && !open.has(keyOf(pair, finding)));
      const unended = [...open.values(), ...silent.map(({ pair, finding }) => lifeOf(pair, finding))];
      const lives = [...over, ...unended.map((life) => leftOr(life, leftAt(life.pair)))];
      const within = lives.filter((life) => isWithin(life, stretch)).sort((a, b) => a.openedAt - b.openedAt);
      for (const life of within) yield lineOf(life, stretch, held.get(keyOf(life.pair, life.finding)) ?? []);
    },
  };
}

const keyOf = (pair: string, { id }: Pick<StandingFinding, 'id'>): string => `${pair}\n${id}`;

const lifeOf = (pair: string, finding: StandingFinding): Life => ({ pair, finding, openedAt: finding.openedAt ?? 0, end: null });

/** A pair that left takes along what stood of it: nobody looks at that any more. */
const leftOr = (life: Life, at: number | null): Life =>
  at === null ? life : { ...life, end: { at: Math.max(at, life.openedAt), isUnwatched: true } };

const isWithin = ({ openedAt, end }: Life, stretch: Stretch): boolean =>
  isTouching({ from: openedAt, until: end?.at ?? Number.POSITIVE_INFINITY }, stretch);

/** What has no length is where it begins. */
export const isTouching = (span: { readonly from: number; readonly until: number }, { from, to }: Stretch): boolean =>
  span.from < to && (span.until > from || span.from >= from);

/** `waivers` are those of this finding. */
function lineOf({ pair, openedAt, finding, end }: Life, { from, to }: Stretch, waivers: readonly Waiver[]): ReportFinding {
  const { code, gap, severity, check, title, subject, expected, actual } = finding;
  const ended = end !== null && end.at <= to ? end : null;
  const until = ended?.at ?? to;
  const since = Math.max(openedAt, from);
  return {
    pair,
    code,
    gap,
    severity,
    check,
    title,
    subject,
    expected,
    actual,
    openedAt,
    resolvedAt: ended?.at ?? null,
    isEarlier: openedAt < from,
    isUnwatched: ended?.isUnwatched ?? false,
    openMs: Math.max(0, until - since),
    waivers: waivers.filter((one) => isHeldWithin(one, { from: since, to: until })).map((one) => one.id),
  };
}

/** Whether it held at any time of a period. */
export const isHeldWithin = ({ createdAt, until, endedAt }: Waiver, stretch: Stretch): boolean =>
  isTouching({ from: createdAt, until: Math.min(until, endedAt ?? until) }, stretch);
