// What readings are called is the same on many nodes: equal names are one object in memory.
import type { ReadingNames } from '../../formats/standing-rows.ts';

export interface SharedNames {
  share(names: ReadingNames): ReadingNames;
}

/** Entries of names that nobody has any more are looked for when there are twice as many as after the last time. */
const sweepFrom = 1_000;

export function sharedNames(): SharedNames {
  const known = new Map<string, WeakRef<ReadingNames>>();
  let sweepAt = sweepFrom;
  const sweep = (): void => {
    for (const [print, names] of known) if (names.deref() === undefined) known.delete(print);
    sweepAt = Math.max(sweepFrom, known.size * 2);
  };
  return {
    share: (names) => {
      const same = known.get(names.print)?.deref();
      if (same !== undefined) return same;
      known.set(names.print, new WeakRef(names));
      if (known.size > sweepAt) sweep();
      return names;
    },
  };
}
