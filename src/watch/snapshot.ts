// What is known of a subject at one moment.
import type { WatchedCheck } from '../contract/changes.ts';
import type { Check } from '../contract/check.ts';
import type { NodeIdentity } from '../contract/node.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import { shownSettings } from '../look/shown-settings.ts';
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
