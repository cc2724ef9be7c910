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
  side: CheckLooks['side'],
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
  const rows: RowOfStream[] = [];
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
    const last = nodes.lastLook(sight, check);
    const looks = own.map((row) => ({
      isSeen: row.isSeen,
      firstAt: row.firstAt - shiftMs,
      // The newest row of a check moves with every look, which its node tells apart from the row; also of one that it watches no more.
      lastAt: isRow(row, last) ? Math.max(row.lastAt - shiftMs, last.at) : row.lastAt - shiftMs,
    }));
    // A row that begins after the period says that what was not yet looked at then was not there yet.
    const isStanding = known !== undefined && (looks.length > 0 || last === null);
    const staleAfterMs = known?.staleAfterMs ?? probe.defaults.staleAfterMs;
    // Histories of one node follow each other.
    return [{ side, check, gap: probe.gap, staleAfterMs, looks: looks.toSorted((a, b) => a.firstAt - b.firstAt), isStanding, isCut }];
  });
  const left = checks.filter(({ check, looks }) => !described.has(check) && endsWithin(looks, stretch)).map(({ check }) => check);
  return { checks, limits: [...(isCut ? [cutLimit(target)] : []), ...(left.length === 0 ? [] : [leftLimit(target, left)])] };
}

interface RowOfStream extends LookRow {
  readonly stream: number;
}

const isRow = <T extends Pick<RowOfStream, 'stream' | 'seq'>>(row: RowOfStream, other: T | null): other is T =>
  other !== null && row.stream === other.stream && row.seq === other.seq;

const endsWithin = (looks: readonly Looks[], { from, to }: Stretch): boolean =>
  looks.some(({ lastAt }) => lastAt >= from) && looks.every(({ lastAt }) => lastAt < to);

const leftLimit = (target: string, checks: readonly string[]): string =>
  `${target} no longer watches ${checks.toSorted().join(', ')}: since when is not kept, and each counts as not there from its last look on.`;

const cutLimit = (target: string): string =>
  `the oldest looks of ${target} are kept no more: what was before the first that is kept of a check stands as unknown.`;

async function rowsOf({ store }: Collector, stream: number, stretch: Stretch, slices: Slices): Promise<readonly RowOfStream[]> {
  const rows: RowOfStream[] = [];
  for (;;) {
    const page = store.observations.looks(stream, { ...stretch, after: rows.at(-1)?.seq ?? 0, limit: rowsPerPage });
    rows.push(...page.map((row) => ({ stream, ...row })));
    if (page.length < rowsPerPage) return rows;
    await slices.next();
  }
}

/** Numbers of rows have no holes where none was taken away. */
function isCutStream({ store }: Collector, stream: number): boolean {
  const { rows, newestSeq } = store.observations.count(stream);
  return rows < newestSeq;
}
