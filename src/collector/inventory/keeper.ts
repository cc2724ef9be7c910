// Decides when what discovery named is written down: when it is other than before, and now and then so that its age stays true.
import type { Clock } from '../../daemon/clock.ts';
import type { Found, FoundList } from './found.ts';
import { keptListsFile, readKeptLists, writeKeptLists } from './kept-lists.ts';

export interface Keeper {
  read(): Promise<readonly FoundList[]>;
  /** Resolves when what `lists` holds by then is on disk, or cannot be. */
  keep(lists: () => readonly FoundList[]): Promise<void>;
  /** At most one sentence. */
  problems(): readonly string[];
}

/** An age that is read after a restart is not off by more. */
const keepAgainMs = 3_600_000;

export function createKeeper(storeFile: () => string, clock: Clock): Keeper {
  let problem: string | null = null;
  let kept: readonly (string | readonly Found[])[] = [];
  let keptAtMs: number | null = null;
  let turn: Promise<void> = Promise.resolve();

  const keepNow = async (lists: readonly FoundList[]): Promise<void> => {
    const good = lists.filter(({ goodAt }) => goodAt !== null);
    const mark = good.flatMap(({ key, found }) => [key, found]);
    const isSame = mark.length === kept.length && mark.every((one, index) => one === kept[index]);
    const isRecent = keptAtMs !== null && clock.monotonicMs() - keptAtMs < keepAgainMs;
    // Without discovery there is no file; with it, an empty one says that nothing is named.
    if (isSame && (isRecent || good.length === 0)) return;
    problem = await writeKeptLists(keptListsFile(storeFile()), good);
    if (problem !== null) return;
    kept = mark;
    keptAtMs = clock.monotonicMs();
  };

  return {
    read: async () => {
      const read = await readKeptLists(keptListsFile(storeFile()));
      problem = read.problem;
      return read.lists;
    },
    // One after the other: they write to one file.
    keep: (lists) => {
      turn = turn.then(() => keepNow(lists()));
      return turn;
    },
    problems: () => (problem === null ? [] : [problem]),
  };
}
