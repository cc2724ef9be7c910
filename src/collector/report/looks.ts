// When the checks of one side looked and saw, from the rows of every history that is kept of it.
import type { Gap } from '../../contract/gap.ts';
import type { History, LookRow } from '../../store/fleet/store.ts';
import type { Collector } from '../collector.ts';
import type { NodeSight } from '../nodes.ts';
import type { Slices } from '../routes/slices.ts';
import type { Stretch } from '../timeline.ts';
import type { CheckLooks, Looks } from './coverage.ts';

export interface SideLooks {
  readonly checks: readonly (CheckLooks & { readonly check: string; readonly gap: Gap })[];
  /** What could not be told, one sentence each. */
  readonly limits: readonly string[];
}

/** Read in a few milliseconds. */
const rowsPerPage = 500;

export async function looksOf(
  collector: Collector,
  sight: NodeSight,
  histories: readonly History[],
  stretch: Stretch,
  slices: Slices,
): Promise<SideLooks> {
  const { nodes, probes } = collector;
  const { key: target } = sight.target;
  const streams = histories.map(({ stream }) => stream);
  const { description } = nodes.kept(sight);
  if (streams.length === 0) return { checks: [], limits: [`${target} has never answered: nothing was watched there.`] };
  // By the collector's clock, as far as it is known how far off the node's is now.
  const shiftMs = nodes.shiftMs(sight);
  const rows: LookRow[] = [];
  for (const stream of streams)
    rows.push(...(await rowsOf(collector, stream, { from: stretch.from + shiftMs, to: stretch.to + shiftMs }, slices)));
  const isCut = streams.some((stream) => isCutStream(collector, stream));
  const byCheck = Map.groupBy(rows, ({ check }) => check);
  const described = new Map((description?.checks ?? []).map((one) => [one.check, one]));
  const checks = [...new Set([...described.keys(), ...byCheck.keys()])].flatMap((check) => {
    const own = byCheck.get(check) ?? [];
    const known = described.get(check);
    const probe = probes.get(known?.probe ?? own.at(-1)?.probe ?? '');
    if (probe === undefined) return [];
    const looks = own.map((row) => ({ isSeen: row.isSeen, firstAt: row.firstAt - shiftMs, lastAt: row.lastAt - shiftMs }));
    const lastLookAt = known === undefined ? null : nodes.lastLookAt(sight, check);
    // A row that begins after the period says that what was not yet looked at then was not there yet.
    const isStanding = known !== undefined && (looks.length > 0 || lastLookAt === null);
    const staleAfterMs = known?.staleAfterMs ?? probe.defaults.staleAfterMs;
    return [{ check, gap: probe.gap, staleAfterMs, looks: inOrder(looks, lastLookAt), isStanding, isCut }];
  });
  return { checks, limits: isCut ? [cutLimit(target)] : [] };
}

const cutLimit = (target: string): string =>
  `the oldest looks of ${target} are kept no more: what was before the first that is kept of a check stands as unknown.`;

async function rowsOf({ store }: Collector, stream: number, stretch: Stretch, slices: Slices): Promise<readonly LookRow[]> {
  const rows: LookRow[] = [];
  for (;;) {
    const page = store.observations.looks(stream, { ...stretch, after: rows.at(-1)?.seq ?? 0, limit: rowsPerPage });
    rows.push(...page);
    if (page.length < rowsPerPage) return rows;
    await slices.next();
  }
}

/** Numbers of rows have no holes where none was taken away. */
function isCutStream({ store }: Collector, stream: number): boolean {
  const { rows, newestSeq } = store.observations.count(stream);
  return rows < newestSeq;
}

/** Histories of one node follow each other; the newest row of a check moves with every look, which its node tells apart from the row. */
function inOrder(looks: readonly Looks[], lastLookAt: number | null): readonly Looks[] {
  const sorted = looks.toSorted((a, b) => a.firstAt - b.firstAt);
  const last = sorted.at(-1);
  if (last === undefined || lastLookAt === null || lastLookAt <= last.lastAt) return sorted;
  return [...sorted.slice(0, -1), { ...last, lastAt: lastLookAt }];
}
