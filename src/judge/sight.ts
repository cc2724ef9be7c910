// Settles, before any rule runs, what of a check can be judged at all: fresh facts, old facts, a lawful nothing, or no sight.
import type { BlindKind, BlindSpot } from '../contract/finding.ts';
import type { CheckState, Observation } from '../contract/observation.ts';

export type Sight =
  | { readonly kind: 'facts'; readonly observation: Observation; readonly facts: unknown; readonly isConfirmed: boolean }
  | { readonly kind: 'absent'; readonly observation: Observation; readonly isConfirmed: boolean }
  | { readonly kind: 'nothing' };

export interface Settled {
  readonly sight: Sight;
  /** Why the present state is not known, where it is not. */
  readonly blind: Omit<BlindSpot, 'check'> | null;
}

/** Facts outlive the sight of them: what was wrong when last seen stays on record, unconfirmed, until a look says otherwise. */
export function settle(state: CheckState, now: number): Settled {
  const current = state.current;
  if (current === null) return { sight: { kind: 'nothing' }, blind: blind('never-checked', 'has not been looked at yet', null) };
  if (current.outcome.kind === 'unseen') {
    const { reason, detail } = current.outcome;
    const last = state.lastObserved;
    return { sight: sightOf(last, false), blind: blind('unseen', `${reason}: ${detail}`, last?.lastAt ?? null) };
  }
  if (now - current.lastAt > state.staleAfterMs) {
    return { sight: sightOf(current, false), blind: blind('stale', 'the last look is older than this check allows', current.lastAt) };
  }
  // A clock that was ahead and was put right: until it has caught up, no look would ever grow old.
  if (current.lastAt - now > state.staleAfterMs) {
    return { sight: sightOf(current, false), blind: blind('stale', 'the last look lies in the future of this clock', current.lastAt) };
  }
  return { sight: sightOf(current, true), blind: null };
}

function sightOf(observation: Observation | null, isConfirmed: boolean): Sight {
  switch (observation?.outcome.kind) {
    case 'observed':
      return { kind: 'facts', observation, facts: observation.outcome.facts, isConfirmed };
    case 'absent':
      return { kind: 'absent', observation, isConfirmed };
    case 'unseen':
    case undefined:
      return { kind: 'nothing' };
  }
}

const blind = (kind: BlindKind, detail: string, seenAt: number | null) => ({ kind, detail, seenAt });
