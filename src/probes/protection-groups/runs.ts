// What the last runs of a plan prove.
import { type Facts, type Group, type Plan, type Run, runsOf } from './facts.ts';
import { isEnded, isPrecheck } from './parse-runs.ts';
import { plansToRun } from './plans.ts';

export interface LastRuns {
  readonly group: Group;
  readonly plan: Plan;
  /** The newest that ended; null for none. */
  readonly last: Run | null;
  /** The newest in which prechecks ran, or may have. */
  readonly checked: Run | null;
}

/** Of plans that take over, where the list of runs was seen. */
export const lastRuns = (facts: Facts): readonly LastRuns[] =>
  plansToRun(facts).flatMap(({ group, plan }) => {
    if (group.runs.kind === 'unseen') return [];
    const own = runsOf(group).filter((run) => run.planId === plan.id && isEnded(run));
    return [{ group, plan, last: own[0] ?? null, checked: own.find((run) => !isUnchecked(run)) ?? null }];
  });

/** Prechecks were switched off for it. */
export const isUnchecked = (run: Run): boolean =>
  !isPrecheck(run) && run.detail.kind === 'seen' && run.detail.arePrechecksEnabled === false;

export type DetailedRun = Run & { readonly detail: Extract<Run['detail'], { kind: 'seen' }> };

export const isDetailed = (run: Run | null): run is DetailedRun => run?.detail.kind === 'seen';
