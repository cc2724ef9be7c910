// Who answered: the history that was read until now, another one, or two in turn. Pure.
import type { Moved } from '../../contract/changes.ts';
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import { goneForGoodMs, isTwo } from '../node/troubles.ts';
import { currentOf, type HeardPage } from './read-page.ts';
import { settledRuns, withRun } from './run-ids.ts';

export interface Before {
  readonly stream: number | null;
  readonly instanceId: string | null;
  readonly nodeId: string | null;
  readonly runIds: readonly string[];
  /** As JSON, and which rows they are (`HeardPage.rows`). */
  readonly standing: () => string;
  readonly rows: string | null;
  /** First look of the row at `after`, as it is kept here; null where it is not. */
  readonly cursorFirstAt: number | null;
  /** For how long one agent alone has answered. */
  readonly aloneMs: number;
  /** Up to which row it was said that retention was faster. */
  readonly cutSaidTo: number;
}

export interface Said {
  readonly kind: NodeTroubleKind;
  readonly detail: string;
}

export type Recognised =
  /** Its page goes on where the stream ends. */
  | { readonly kind: 'same'; readonly runIds: readonly string[]; readonly cut: Said | null }
  /** Another history: a stream of its own, from the beginning. */
  | { readonly kind: 'other'; readonly runIds: readonly string[]; readonly said: Said | null }
  /** Nothing that is said here is taken. */
  | { readonly kind: 'two-agents'; readonly runIds: readonly string[]; readonly said: Said };

export function recognise(before: Before, after: number, page: HeardPage): Recognised {
  const runs = withRun(before.runIds, page.runId);
  if (isTwo(runs) && (runs !== before.runIds || before.aloneMs < goneForGoodMs))
    return { kind: 'two-agents', runIds: runs, said: twoAgents };
  const runIds = settledRuns(runs);
  const other = otherHistory(before, after, page);
  if (other !== 'none') return { kind: 'other', runIds, said: other };
  const isCut = after > 0 && after < page.oldestSeq - 1 && page.oldestSeq - 1 > before.cutSaidTo;
  return { kind: 'same', runIds, cut: isCut ? cutWords(after, page.oldestSeq) : null };
}

const twoAgents: Said = {
  kind: 'two-agents',
  detail:
    'two agents answer here in turn, so that nothing they say is taken: give each an address of its own, or stop one; after an hour with one alone it is believed again',
};

/** What was read up to here is not this one's; null for the first that answers, which is nothing to say. */
function otherHistory(before: Before, after: number, page: HeardPage): Said | null | 'none' {
  if (before.stream === null || before.nodeId === null) return null;
  if (page.nodeId !== before.nodeId) return stranger;
  if (page.instanceId !== before.instanceId) return reinstalled;
  return wentBack(before, after, page) ? rolledBack : 'none';
}

const stranger: Said = {
  kind: 'stranger',
  detail: 'another machine than before answers here: what it says is kept apart from what the earlier one said',
};

const reinstalled: Said = {
  kind: 'reinstalled',
  detail: 'its history was begun anew (the agent was reinstalled, or its file was damaged or removed): what it said before is kept apart',
};

export const rolledBack: Said = {
  kind: 'rolled-back',
  detail:
    'its history went back to an earlier state (a restored disk or file): what it said since then is kept apart, and it is read from the beginning',
};

function wentBack({ cursorFirstAt, standing, rows }: Before, after: number, page: HeardPage): boolean {
  const { newestSeq, cursor } = page;
  if (newestSeq < after) return true;
  if (cursor !== null && cursorFirstAt !== null && cursor.firstAt !== cursorFirstAt) return true;
  // The rows that stood are the rows that stand: nearly always.
  if (rows === page.rows) return false;
  // The newest row of a check has a number that only grows.
  const stood = new Map((JSON.parse(standing()) as Moved[]).map(({ check, seq }) => [check, seq]));
  return currentOf(page).some(({ check, seq }) => seq < (stood.get(check) ?? 0));
}

const cutWords = (after: number, oldestSeq: number): Said => ({
  kind: 'history-cut',
  detail: `rows ${after + 1} to ${oldestSeq - 1} of its history were removed by its own retention before they were read here, but for those that still held`,
});
