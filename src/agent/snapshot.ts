// What this node knows of itself at one moment.
import type { WatchedCheck } from '../contract/changes.ts';
import type { Check } from '../contract/check.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import { redactValue } from '../machine/redact.ts';
import type { Ledger } from './ledger.ts';

export interface SnapshotParts {
  readonly node: NodeIdentity;
  readonly checks: readonly Check[];
  readonly notTold: readonly Snapshot['notTold'][number][];
}

export function takeSnapshot(parts: SnapshotParts, ledger: Ledger, now: number): Snapshot {
  return {
    format: 'understudy-snapshot/1',
    node: parts.node,
    takenAt: now,
    seq: ledger.ask((store) => store.observations.newestSeq()) ?? 0,
    checks: parts.checks.map((check) => checkState(check, ledger)),
    notTold: [...parts.notTold],
  };
}

export function checkState(check: Check, ledger: Ledger): CheckState {
  const sight = ledger.sight(check.id);
  return { ...watchedCheck(check), current: sight?.current ?? null, lastObserved: sight?.lastObserved ?? null };
}

export function watchedCheck(check: Check): WatchedCheck {
  const { id, probe, staleAfterMs, isRequired, confirm } = check;
  const watched = { check: id, probe, settings: shownSettings(check), staleAfterMs, isRequired };
  return confirm === undefined ? watched : { ...watched, confirm };
}

const shown = new WeakMap<Check, unknown>();

/** Settings as others may read them. An operator who writes a key into a URL is not the only one who can ask for a snapshot. */
export function shownSettings(check: Check): unknown {
  const made = shown.get(check) ?? redactValue(check.settings);
  shown.set(check, made);
  return made;
}
