// The newest look of each check, as it is shown: the newest one, never an older one that saw more.
import type { Snapshot } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import type { ShownObservation } from './documents.ts';

export function shownObservations(snapshot: Snapshot, probes: ReadonlyMap<string, AnyProbe>): readonly ShownObservation[] {
  return snapshot.checks.flatMap(({ check, probe, current, isRequired }) => {
    if (current === null) return [];
    const { outcome, readings, lastAt, tookMs, trail } = current;
    const known = probes.get(probe);
    const summary = outcome.kind === 'observed' ? summaryOf(known, outcome.facts) : null;
    return [{ check, probe, gap: known?.gap ?? null, outcome, summary, readings, at: lastAt, tookMs, isRequired, trail }];
  });
}

/** A summary is for people; facts of another version may not fit it, and it may not cost a report. */
function summaryOf(probe: AnyProbe | undefined, facts: unknown): string | null {
  try {
    return probe?.summary(facts) ?? null;
  } catch {
    return null;
  }
}
