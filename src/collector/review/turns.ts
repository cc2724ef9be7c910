// When a judgement may turn by itself, without anything new being seen: looks grow stale, nodes fall silent, waivers and lawful differences
// end. What else only time decides (a certificate that ends) is found by judging again now and then.
import type { Snapshot } from '../../contract/observation.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import type { PairTerms } from './pairs.ts';

export interface Turning {
  readonly standby: Snapshot | null;
  readonly primary: Snapshot | null;
  /** When the standby was last heard; null for never. */
  readonly heardAt: number | null;
  readonly terms: PairTerms;
  readonly findings: readonly Pick<StandingFinding, 'waiver'>[];
}

/** What rests on the clock alone is at most this late. */
const againMs = 5 * 60_000;
/** Judging is not free: what turns in this moment is judged in the next. */
const soonestMs = 500;

export function turnsAt(now: number, given: Turning): number {
  const { standby, primary, heardAt, terms, findings } = given;
  const ends = [
    ...stalings(standby),
    ...stalings(primary),
    ...(heardAt === null ? [] : [heardAt + terms.thresholds.silentAfterMs]),
    ...findings.flatMap(({ waiver }) => (waiver === null ? [] : [waiver.until])),
    ...terms.lawful.flatMap(({ until }) => (until === null ? [] : [until])),
  ];
  const next = Math.min(now + againMs, ...ends.filter((at) => at >= now).map((at) => at + 1));
  return Math.max(next, now + soonestMs);
}

const stalings = (snapshot: Snapshot | null): readonly number[] =>
  (snapshot?.checks ?? []).flatMap(({ current, staleAfterMs }) => (current === null ? [] : [current.lastAt + staleAfterMs]));
