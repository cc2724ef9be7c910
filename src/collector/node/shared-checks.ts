// Ten thousand nodes are told to look at much the same: equal checks of their descriptions are one object in memory.
import type { NodeDescription, WatchedCheck } from '../../contract/changes.ts';

export interface SharedChecks {
  /** Puts the shared ones in the place of its own. */
  share(description: NodeDescription): NodeDescription;
  count(): number;
}

/** Entries of checks that nobody has any more are looked for when there are twice as many as after the last time. */
const sweepFrom = 1_000;

export function sharedChecks(): SharedChecks {
  const known = new Map<string, WeakRef<WatchedCheck>>();
  let sweepAt = sweepFrom;
  const sweep = (): void => {
    for (const [text, check] of known) if (check.deref() === undefined) known.delete(text);
    sweepAt = Math.max(sweepFrom, known.size * 2);
  };
  const shared = (check: WatchedCheck): WatchedCheck => {
    const text = JSON.stringify(check);
    const same = known.get(text)?.deref();
    if (same !== undefined) return same;
    known.set(text, new WeakRef(check));
    if (known.size > sweepAt) sweep();
    return check;
  };
  return {
    share: (description) => {
      description.checks = description.checks.map(shared);
      return description;
    },
    count: () => known.size,
  };
}
