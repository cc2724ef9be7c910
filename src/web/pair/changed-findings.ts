// What became of a pair's findings from one asking to the next, so that the page can mark it and say it.
import type { StandingFinding } from '../../contract/standing.ts';

export interface ChangedFindings {
  readonly opened: readonly StandingFinding[];
  readonly changed: readonly StandingFinding[];
  readonly resolved: readonly StandingFinding[];
}

export function changedFindings(before: readonly StandingFinding[], after: readonly StandingFinding[]): ChangedFindings {
  const earlier = new Map(before.map((one) => [one.id, one]));
  const later = new Set(after.map(({ id }) => id));
  return {
    opened: after.filter(({ id }) => !earlier.has(id)),
    changed: after.filter((one) => earlier.has(one.id) && standingOf(one) !== standingOf(earlier.get(one.id)!)),
    resolved: before.filter(({ id }) => !later.has(id)),
  };
}

/** What a reader would see to be another. Counts of looks move with every look, and are not. */
const standingOf = ({ severity, expected, actual, state, waiver, foldedUnder, isUnconfirmed }: StandingFinding): string =>
  JSON.stringify([severity, expected, actual, state, waiver, foldedUnder ?? null, isUnconfirmed]);

/** `1 finding resolved, 2 new`; empty where nothing changed. */
export function changedWords({ opened, changed, resolved }: ChangedFindings): string {
  const parts = [
    [resolved.length, 'resolved'],
    [opened.length, 'new'],
    [changed.length, 'changed'],
  ] as const;
  const said = parts.filter(([count]) => count > 0);
  return said
    .map(([count, what], at) => (at === 0 ? `${count} ${count === 1 ? 'finding' : 'findings'} ${what}` : `${count} ${what}`))
    .join(', ');
}
