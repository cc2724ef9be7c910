// Holds what was seen while the disk is full or read-only: bounded, with equal looks in a row folded into one.
import { canonicalJson } from '../contract/canonical.ts';
import type { Observation } from '../contract/observation.ts';
import type { CheckSight } from '../store/observations.ts';
import type { RecordedLook } from '../store/record.ts';

export interface WaitingLooks {
  add(look: RecordedLook): void;
  /** Oldest first, over all checks. */
  all(): readonly RecordedLook[];
  clear(): void;
  /** What the store knows of a check, with what waits laid over it. */
  over(check: string, stored: CheckSight | null): CheckSight | null;
  count(): number;
  dropped(): number;
}

/** For each check: enough to tell how an outage went, and small enough for a week of it. */
const perCheckMax = 16;

export function waitingLooks(): WaitingLooks {
  const byCheck = new Map<string, RecordedLook[]>();
  let dropped = 0;
  const all = (): readonly RecordedLook[] => [...byCheck.values()].flat().sort((a, b) => a.at - b.at);
  return {
    add: (look) => {
      const looks = byCheck.get(look.check) ?? [];
      byCheck.set(look.check, looks);
      const last = looks.at(-1);
      if (last !== undefined && isSame(last, look)) {
        looks[looks.length - 1] = { ...look, at: last.at, until: Math.max(look.until ?? look.at, last.at), times: (last.times ?? 1) + 1 };
        return;
      }
      looks.push(look);
      if (looks.length <= perCheckMax) return;
      looks.shift();
      dropped++;
    },
    all,
    clear: () => byCheck.clear(),
    over: (check, stored) => laidOver(byCheck.get(check) ?? [], stored),
    count: () => all().length,
    dropped: () => dropped,
  };
}

const isSame = (a: RecordedLook, b: RecordedLook): boolean =>
  a.probe === b.probe && a.factsVersion === b.factsVersion && canonicalJson(a.outcome) === canonicalJson(b.outcome);

function laidOver(looks: readonly RecordedLook[], stored: CheckSight | null): CheckSight | null {
  const newest = looks.at(-1);
  if (newest === undefined) return stored;
  const current = toObservation(newest);
  if (newest.outcome.kind !== 'unseen') return { current, lastObserved: null };
  const seen = looks.findLast((look) => look.outcome.kind !== 'unseen');
  if (seen !== undefined) return { current, lastObserved: seen.outcome.kind === 'observed' ? toObservation(seen) : null };
  const storedSeen = stored?.current.outcome.kind === 'observed' ? stored.current : null;
  return { current, lastObserved: storedSeen ?? stored?.lastObserved ?? null };
}

/** Sequence number 0: it has none until it is on disk. */
const toObservation = (look: RecordedLook): Observation => ({
  seq: 0,
  check: look.check,
  probe: look.probe,
  factsVersion: look.factsVersion,
  outcome: look.outcome.kind === 'observed' ? { kind: 'observed', facts: look.outcome.facts } : look.outcome,
  firstAt: look.at,
  lastAt: look.until ?? look.at,
  count: look.times ?? 1,
  tookMs: look.tookMs,
  readings: [...look.readings],
  trail: [...look.trail],
});
