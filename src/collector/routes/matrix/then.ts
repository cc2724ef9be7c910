// The fleet as it was known at a past moment: the pairs that there were, their verdicts, and what was open and seen, gap by gap.
import type { Cell } from '../../../contract/cell.ts';
import type { Verdict } from '../../../contract/finding.ts';
import type { GroupRows, PairRow } from '../../../contract/matrix.ts';
import type { FindingEvent, StandingFinding } from '../../../contract/standing.ts';
import { type CellsGiven, cellsOf } from '../../../judge/cells.ts';
import { byUrgency, countsOf, sumOfCounts, worstOfGroups } from '../../../judge/verdict.ts';
import type { TimeTold } from '../../../store/fleet/store.ts';
import type { Collector } from '../../collector.ts';
import { verdictGapMs } from '../../review/judging.ts';
import { createOpenAt, heldUntilNow, toldAt } from '../../timeline.ts';
import { inSlices, type Overview } from '../slices.ts';
import type { Timeless } from './now.ts';
import { groupsWorstFirst, pairsWorstFirst } from './order.ts';
import type { PastFindings } from './past-findings.ts';
import type { Shares } from './shares.ts';
import { type Histories, historiesOf, sightsThen } from './sights-then.ts';

export interface Past {
  readonly collector: Collector;
  readonly overview: Overview;
  readonly shares: Shares;
  readonly findings: PastFindings;
}

/** `at` before now, and not before what is kept. */
export async function matrixThen({ collector, overview, shares, findings }: Past, at: number): Promise<Timeless> {
  const slices = inSlices(collector.clock.monotonicMs);
  const now = await presentOf(overview);
  const events = await findings.events();
  const histories = historiesOf(collector);
  const groups: GroupRows[] = [];
  for (const [group, subjects] of Map.groupBy(thereAt(collector, now, at), (subject) => subject.group)) {
    const pairs: PairRow[] = [];
    const open = events === null ? null : openAt(now, group, events.get(group) ?? [], at);
    for (const { pair } of subjects) {
      if (pair !== null) pairs.push(pairRow(collector, histories, now, { group, pair }, at, open));
      await slices.next();
    }
    groups.push({ group, ...verdictThen(collector, now, { group, pair: null }, at), ...restOf(pairs), shares: shares.until(group, at) });
    await slices.next();
  }
  return {
    moment: at,
    verdict: worstOfGroups(groups.map(({ verdict }) => verdict ?? 'unknown')),
    groups: groupsWorstFirst(groups),
    unassigned: 0,
    problems: [],
  };
}

const restOf = (pairs: readonly PairRow[]): Pick<GroupRows, 'asOf' | 'counts' | 'forecast' | 'pairs'> => ({
  asOf: null,
  counts: sumOfCounts(pairs.map(({ counts }) => counts)),
  forecast: { kind: 'not-known' },
  pairs: pairsWorstFirst(pairs),
});

/** What stands now, by subject. */
interface Present {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly findings: ReadonlyMap<string, readonly StandingFinding[]>;
}

const keyOf = ({ group, pair }: Pick<TimeTold, 'group' | 'pair'>): string => JSON.stringify([group, pair]);

async function presentOf(overview: Overview): Promise<Present> {
  const groups = await overview();
  const pairs = groups.flatMap((group) => group.pairs);
  return {
    verdicts: new Map([
      ...groups.map(({ group, verdict }) => [keyOf({ group, pair: null }), verdict] as const),
      ...pairs.map((pair) => [keyOf(pair), pair.verdict] as const),
    ]),
    findings: new Map(pairs.map((pair) => [keyOf(pair), pair.findings])),
  };
}

/** Those of whom something was told before that moment, and after it or now. */
function thereAt({ store }: Collector, { verdicts }: Present, at: number): readonly TimeTold[] {
  return store.verdicts.subjects().filter((subject) => subject.from <= at && (subject.until >= at || verdicts.has(keyOf(subject))));
}

function verdictThen(
  { store, clock }: Collector,
  { verdicts }: Present,
  subject: Pick<TimeTold, 'group' | 'pair'>,
  at: number,
): Pick<PairRow, 'verdict' | 'since'> {
  const spans = store.verdicts.spans(subject, at - verdictGapMs, at);
  const told = toldAt(heldUntilNow(spans, verdicts.get(keyOf(subject)) ?? null, clock.now(), verdictGapMs), at);
  return { verdict: told?.verdict ?? null, since: told?.from ?? null };
}

/** By pair. */
type Open = ReadonlyMap<string, readonly StandingFinding[]>;

function openAt({ findings }: Present, group: string, events: readonly FindingEvent[], at: number): Open {
  const reading = createOpenAt(at);
  reading.take(events);
  const standing = [...findings].flatMap(([key, found]) => {
    const [ofGroup, pair] = JSON.parse(key) as [string, string];
    return ofGroup === group ? found.map((finding) => ({ pair, finding })) : [];
  });
  const open = reading.open(standing).toSorted((a, b) => byUrgency(a.finding, b.finding));
  const byPair = Map.groupBy(open, ({ pair }) => pair);
  return new Map([...byPair].map(([pair, found]) => [pair, found.map(({ finding }) => finding)]));
}

function pairRow(
  collector: Collector,
  histories: Histories,
  now: Present,
  subject: { readonly group: string; readonly pair: string },
  at: number,
  open: Open | null,
): PairRow {
  const { group, pair } = subject;
  const known = verdictThen(collector, now, subject, at);
  const [standing] = collector.review.standing(group, pair);
  const findings = open?.get(pair) ?? [];
  const sights = sightsThen(collector, histories, standing ?? null, at, known.verdict);
  const cells = cellsThen({ findings, ...sights }, known.verdict, open === null);
  return { pair, ...known, asOf: null, standby: null, primary: null, counts: countsOf(findings, []), cells };
}

/** What could not be seen then was said in no event: where the verdict was unknown and nothing shows why, any of it may have been why. */
function cellsThen(given: CellsGiven, verdict: Verdict | null, isFoundUnknown: boolean): Cell[] {
  if (isFoundUnknown)
    return cellsOf({ ...given, blindAsAWhole: [...given.blindAsAWhole, 'There are too many findings to tell which were open then'] });
  const cells = cellsOf(given);
  if (verdict !== 'unknown' || cells.some(({ state }) => state === 'unknown')) return cells;
  return cellsOf({ ...given, blindAsAWhole: ['Something could not be seen then; what it was is not kept'] });
}
