// The fleet as it was known at a past moment: the pairs that there were, their verdicts, and what was open and seen, gap by gap.
import type { Cell } from '../../../contract/cell.ts';
import type { Verdict } from '../../../contract/finding.ts';
import type { GroupRows, PairRow } from '../../../contract/matrix.ts';
import type { StandingFinding } from '../../../contract/standing.ts';
import { type CellsGiven, cellsOf } from '../../../judge/cells.ts';
import { countsOf, sumOfCounts, worstOfGroups } from '../../../judge/verdict.ts';
import type { TimeTold } from '../../../store/fleet/store.ts';
import type { Collector } from '../../collector.ts';
import { verdictGapMs } from '../../review/judging.ts';
import { heldUntilNow, toldAt } from '../../timeline.ts';
import { demandGroup } from '../known.ts';
import { inSlices, type Overview, type Slices } from '../slices.ts';
import type { Timeless } from './now.ts';
import { type OpenThen, openThen, waiversThen } from './open-then.ts';
import { groupsWorstFirst, pairsWorstFirst } from './order.ts';
import type { PastFindings } from './past-findings.ts';
import type { Shares } from './shares.ts';
import { sightsThen } from './sights-then.ts';

export interface Past {
  readonly collector: Collector;
  readonly overview: Overview;
  readonly shares: Shares;
  readonly findings: PastFindings;
}

/** `at` before now, and not before what is kept. `only` null for every group; one that was not there then has to be there now. */
export async function matrixThen(past: Past, at: number, only: string | null): Promise<Timeless> {
  const { collector, shares, findings } = past;
  const slices = inSlices(collector.clock.monotonicMs);
  const now = await presentOf(past, at, slices);
  const after = await findings.after(at);
  const waivers = waiversThen(collector.store, at);
  const groups: GroupRows[] = [];
  const there = thereAt(collector, now, at).filter(({ group }) => only === null || group === only);
  if (only !== null && there.length === 0) demandGroup(collector, only);
  for (const [group, subjects] of Map.groupBy(there, (subject) => subject.group)) {
    const pairs: PairRow[] = [];
    const standing = now.findings.get(group) ?? [];
    const open = after === null ? null : openThen({ group, at, after: after.get(group) ?? [], standing, waivers });
    for (const { pair } of subjects) {
      if (pair !== null) pairs.push(pairRow({ collector, now, at, open }, { group, pair }));
      await slices.next();
    }
    groups.push({ group, ...verdictThen(collector, now, { group, pair: null }, at), ...restOf(pairs), shares: shares.until(group, at) });
    await slices.next();
  }
  return {
    moment: at,
    // Before anybody was judged there is nobody to say anything of.
    verdict: groups.length === 0 ? null : worstOfGroups(groups.map(({ verdict }) => verdict ?? 'unknown')),
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

interface Present {
  /** Keys of the groups and pairs that the fleet has. */
  readonly keys: ReadonlySet<string>;
  /** By key; only where they may have stood at that moment already. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** By group. */
  readonly findings: ReadonlyMap<string, readonly { readonly pair: string; readonly finding: StandingFinding }[]>;
}

const keyOf = ({ group, pair }: Pick<TimeTold, 'group' | 'pair'>): string => JSON.stringify([group, pair]);

async function presentOf({ collector, overview }: Past, at: number, slices: Slices): Promise<Present> {
  const { review, clock } = collector;
  const reviews = clock.now() - at > verdictGapMs ? [] : await overview();
  const ofPairs = reviews.flatMap(({ pairs }) => pairs.map((pair) => [keyOf(pair), pair.verdict] as const));
  const ofGroups = reviews.map(({ group, verdict }) => [keyOf({ group, pair: null }), verdict] as const);
  const keysOf = (group: string) => [keyOf({ group, pair: null }), ...review.standing(group).map(keyOf)];
  return {
    keys: new Set(review.groupNames().flatMap(keysOf)),
    verdicts: new Map([...ofGroups, ...ofPairs]),
    findings: await findingsOf(collector, slices),
  };
}

/** As they are written: a collector that was just started has judged nobody, and a pair that is gone is judged no more. */
async function findingsOf({ store }: Collector, slices: Slices): Promise<Present['findings']> {
  const byGroup = new Map<string, { readonly pair: string; readonly finding: StandingFinding }[]>();
  for (const { group, pair } of store.findings.pairs()) {
    const ofGroup = byGroup.get(group) ?? [];
    byGroup.set(group, ofGroup);
    for (const finding of store.findings.ofPair(group, pair, Number.MAX_SAFE_INTEGER)) ofGroup.push({ pair, finding });
    await slices.next();
  }
  return byGroup;
}

/** Those of whom something was told before that moment, and after it or now. */
function thereAt({ store }: Collector, { keys }: Present, at: number): readonly TimeTold[] {
  return store.verdicts.subjects().filter((subject) => subject.from <= at && (subject.until >= at || keys.has(keyOf(subject))));
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

interface GroupThen {
  readonly collector: Collector;
  readonly now: Present;
  readonly at: number;
  /** Null where it cannot be told. */
  readonly open: OpenThen | null;
}

function pairRow({ collector, now, at, open }: GroupThen, subject: { readonly group: string; readonly pair: string }): PairRow {
  const { pair } = subject;
  const known = verdictThen(collector, now, subject, at);
  const findings = open?.get(pair) ?? [];
  const { unshown, ...sights } = sightsThen(collector.store, subject, at, { verdict: known.verdict, findings });
  const cells = cellsThen({ findings, ...sights }, open === null);
  return { pair, ...known, asOf: null, blind: unshown, standby: null, primary: null, counts: countsOf(findings, []), cells };
}

function cellsThen(given: CellsGiven, isFoundUnknown: boolean): Cell[] {
  if (!isFoundUnknown) return cellsOf(given);
  return cellsOf({ ...given, blindAsAWhole: [...given.blindAsAWhole, 'There are too many findings to tell which were open then'] });
}
