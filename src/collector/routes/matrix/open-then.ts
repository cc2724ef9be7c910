// Which findings were open at a past moment, from those that are open now and what became of others since, and who had accepted them.
import type { FindingEvent, StandingFinding } from '../../../contract/standing.ts';
import { byUrgency } from '../../../judge/verdict.ts';
import type { FleetStore } from '../../../store/fleet/store.ts';
import { createOpenAt } from '../../timeline.ts';

/** By pair, worst first. */
export type OpenThen = ReadonlyMap<string, readonly StandingFinding[]>;

/** By pair and finding: as events tell them, an acceptance that ended later cannot be told from none. */
export type WaiversThen = ReadonlyMap<string, NonNullable<StandingFinding['waiver']>>;

/** Newest first; a fleet with more has accepted everything. */
const waiversMax = 20_000;

export function waiversThen({ waivers }: Pick<FleetStore, 'waivers'>, at: number): WaiversThen {
  const held = waivers
    .all({ limit: waiversMax })
    .filter(({ createdAt, until, endedAt }) => createdAt <= at && until > at && (endedAt === null || endedAt > at));
  return new Map(
    held.map(({ group, pair, finding, id, author, reason, until }) => [keyOf(group, pair, finding), { id, author, reason, until }]),
  );
}

export interface OpenGiven {
  readonly group: string;
  readonly at: number;
  /** What came after that moment, ascending. */
  readonly after: readonly FindingEvent[];
  /** Of the pairs that the group has now. */
  readonly standing: readonly { readonly pair: string; readonly finding: StandingFinding }[];
  readonly waivers: WaiversThen;
}

export function openThen({ group, at, after, standing, waivers }: OpenGiven): OpenThen {
  const reading = createOpenAt(at);
  reading.take(after);
  const open = reading
    .open(standing)
    .map(({ pair, finding }) => ({ pair, finding: { ...finding, waiver: waivers.get(keyOf(group, pair, finding.id)) ?? null } }))
    .sort((a, b) => byUrgency(a.finding, b.finding));
  const byPair = Map.groupBy(open, ({ pair }) => pair);
  return new Map([...byPair].map(([pair, found]) => [pair, found.map(({ finding }) => finding)]));
}

const keyOf = (group: string, pair: string, finding: string): string => JSON.stringify([group, pair, finding]);
