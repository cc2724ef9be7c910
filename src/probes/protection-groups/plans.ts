// Plans that take over, and the group that runs them.
import { type Facts, type Group, type Plan, plansOf } from './facts.ts';

/** What takes the standby into service. */
export const isSwitching = ({ type }: Plan): boolean => type === 'FAILOVER' || type === 'SWITCHOVER';

/** Plans lie in the STANDBY group. What is not told is none of a PRIMARY's. */
export const isRunningGroup = ({ role }: Group): boolean => role !== 'PRIMARY' && role !== 'UNCONFIGURED';

export const isRunnable = ({ state, subState }: Plan): boolean => state === 'ACTIVE' && subState === null;

/** Full Stack DR refuses to run it until somebody does something. */
export const isBroken = ({ state, subState }: Plan): boolean =>
  ['INACTIVE', 'FAILED', 'NEEDS_ATTENTION'].includes(state ?? '') || ['NEEDS_REFRESH', 'NEEDS_VERIFICATION'].includes(subState ?? '');

/** By what is done to a plan that people run. */
export const isBusy = ({ state, subState }: Plan): boolean =>
  state === 'UPDATING' || state === 'CREATING' || subState === 'REFRESHING' || subState === 'VERIFYING';

export interface PlanInGroup {
  readonly group: Group;
  readonly plan: Plan;
}

export const plansToRun = (facts: Facts, wanted: (plan: Plan) => boolean = isSwitching): readonly PlanInGroup[] =>
  facts.groups.filter(isRunningGroup).flatMap((group) =>
    plansOf(group)
      .filter(wanted)
      .map((plan) => ({ group, plan })),
  );
