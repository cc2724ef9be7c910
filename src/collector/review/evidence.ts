// How old what a judgement rests on is: of each required check the newest look that saw something.
import type { CheckState, Snapshot } from '../../contract/observation.ts';

export interface Evidence {
  readonly check: string;
  /** The newest look saw something, so that the next one like it moves the age; else only a look that sees again does. */
  readonly isSeen: boolean;
  /** Epoch milliseconds, collector's clock; null for never. */
  readonly at: number | null;
}

/** Of what is required, or of everything where nothing is. */
export function evidenceOf(snapshot: Snapshot | null): readonly Evidence[] {
  const checks = snapshot?.checks ?? [];
  const required = checks.filter(({ isRequired }) => isRequired);
  return (required.length > 0 ? required : checks).map(evidence);
}

function evidence({ check, current, lastObserved }: CheckState): Evidence {
  const isSeen = current !== null && current.outcome.kind !== 'unseen';
  return { check, isSeen, at: (isSeen ? current : lastObserved)?.lastAt ?? null };
}

/** The oldest of them; null where one was never taken, or there is none. `lastLookAt` knows of looks since the judgement. */
export function asOf(all: readonly Evidence[], lastLookAt: (check: string) => number | null): number | null {
  const times = all.map(({ check, isSeen, at }) => (isSeen && at !== null ? Math.max(at, lastLookAt(check) ?? at) : at));
  return times.length === 0 || times.includes(null) ? null : Math.min(...(times as readonly number[]));
}
