// Snapshots of machines that are watched by the levels probe.
import type { CheckState, Observation, Snapshot } from '../../src/contract/observation.ts';
import { type Outcome, observed } from '../../src/contract/outcome.ts';
import type { Levels } from './levels-probe.ts';

export interface LevelsWish {
  readonly role: 'standby' | 'primary';
  readonly name?: string;
  readonly now: number;
  /** Facts, or another outcome; null for never looked. */
  readonly sees: Partial<Levels> | Outcome | null;
  /** What it saw before, where it cannot see now. */
  readonly sawBefore?: Partial<Levels>;
  readonly ageMs?: number;
  readonly seq?: number;
  readonly count?: number;
  readonly check?: Partial<CheckState>;
}

export function levelsSnapshot(wish: LevelsWish): Snapshot {
  const { role, name = `app1-${role}`, now, sees, sawBefore, ageMs = 0, seq = 1, count = 1 } = wish;
  const look = (outcome: Outcome): Observation => ({
    seq,
    check: 'levels',
    probe: 'levels',
    factsVersion: 1,
    outcome,
    firstAt: now - ageMs,
    lastAt: now - ageMs,
    count,
    tookMs: 1,
    readings: [],
    trail: [],
  });
  const facts = (given: Partial<Levels>): Outcome => observed({ level: 0, parts: [], ...given });
  const outcome = sees === null ? null : 'kind' in sees ? sees : facts(sees);
  const state: CheckState = {
    check: 'levels',
    probe: 'levels',
    settings: {},
    staleAfterMs: 60_000,
    isRequired: true,
    current: outcome === null ? null : look(outcome),
    lastObserved: sawBefore === undefined ? null : look(facts(sawBefore)),
    ...wish.check,
  };
  const node = { id: name, name, role, group: 'billing', twin: 'app1', site: {}, version: '1' };
  return { format: 'understudy-snapshot/1', node, takenAt: now, seq, checks: [state], notTold: [] };
}
