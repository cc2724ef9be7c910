// What can be wrong with the plans that would take the standby into service.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import { type Facts, type Plan, plansOf } from './facts.ts';
import { isBroken, isBusy, isRunnable, isRunningGroup, isSwitching, type PlanInGroup, plansToRun } from './plans.ts';
import type { Settings } from './settings.ts';
import { groupFill, planAction, planFill, planSubject, seePlan } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

const createPlan = (fill: Draft['with'], type: string): readonly string[] => [
  `# Full Stack DR makes the plan from the members of both groups; then put the readiness gate into its prechecks`,
  `$ oci disaster-recovery dr-plan create --region ${fill?.region} --dr-protection-group-id ${fill?.group} --type ${type} --display-name <name>`,
];

/** Groups whose plans were seen, and the kinds of those that take over. */
const kindsOf = (facts: Facts) =>
  facts.groups
    .filter((group) => isRunningGroup(group) && group.plans.kind === 'seen' && plansOf(group).every(({ type }) => type !== ''))
    .map((group) => ({ group, types: plansOf(group).map(({ type }) => type) }));

const noPlan: Rule = {
  code: 'protection-groups/no-plan',
  kind: 'alone',
  severity: 'blocker',
  title: 'The standby’s protection group has no plan that takes over',
  why: 'Without a failover and a switchover plan nothing starts the standby but people with a console.',
  remedy: ({ with: fill }) => createPlan(fill, 'FAILOVER').join('\n'),
  judge: (facts) =>
    kindsOf(facts)
      .filter(({ types }) => !types.includes('FAILOVER') && !types.includes('SWITCHOVER'))
      .map(({ group, types }) => ({
        subject: group.name,
        expected: 'a plan FAILOVER',
        actual: types.length === 0 ? 'no plan at all' : `plans ${[...new Set(types)].sort().join(', ')}`,
        with: groupFill(facts, group),
      })),
};

const noFailoverPlan: Rule = {
  code: 'protection-groups/no-failover-plan',
  kind: 'alone',
  severity: 'warning',
  title: 'The standby’s protection group has a plan to switch over and none to fail over',
  why: 'A switchover asks the primary to shut down in order. When the primary is dead, that plan does not run.',
  remedy: ({ with: fill }) => createPlan(fill, 'FAILOVER').join('\n'),
  judge: (facts) =>
    kindsOf(facts)
      .filter(({ types }) => !types.includes('FAILOVER') && types.includes('SWITCHOVER'))
      .map(({ group }) => ({ subject: group.name, expected: 'a plan FAILOVER', actual: 'SWITCHOVER only', with: groupFill(facts, group) })),
};

const noSwitchoverPlan: Rule = {
  code: 'protection-groups/no-switchover-plan',
  kind: 'alone',
  severity: 'note',
  title: 'The standby’s protection group has a plan to fail over and none to switch over',
  why: 'A planned move, and a test of the whole that loses nothing, need one.',
  remedy: ({ with: fill }) => createPlan(fill, 'SWITCHOVER').join('\n'),
  judge: (facts) =>
    kindsOf(facts)
      .filter(({ types }) => types.includes('FAILOVER') && !types.includes('SWITCHOVER'))
      .map(({ group }) => ({ subject: group.name, expected: 'a plan SWITCHOVER', actual: 'FAILOVER only', with: groupFill(facts, group) })),
};

const mend = ({ with: fill }: Draft): string =>
  [
    '# NEEDS_REFRESH: members have changed. The refresh may take away user-defined steps; see that the gate is still there',
    planAction(fill, 'refresh'),
    '# NEEDS_VERIFICATION, and after a refresh:',
    planAction(fill, 'verify'),
    seePlan(fill),
  ].join('\n');

const saidState = ({ state, subState }: Plan): string => [state ?? 'state not told', ...(subState === null ? [] : [subState])].join(', ');

const stateDrafts = (facts: Facts, wanted: (one: PlanInGroup, ofItsKind: readonly Plan[]) => boolean): readonly Draft[] =>
  plansToRun(facts)
    .filter((one) =>
      wanted(
        one,
        plansOf(one.group).filter(({ type }) => type === one.plan.type),
      ),
    )
    .map(({ group, plan }) => ({
      subject: planSubject(plan, plansOf(group)),
      expected: 'ACTIVE, and neither to be refreshed nor verified',
      actual: saidState(plan),
      with: planFill(facts, group, plan),
    }));

const notRunnable: Rule = {
  code: 'protection-groups/plan-not-runnable',
  kind: 'alone',
  severity: 'blocker',
  title: 'The plan cannot be run as it is',
  why: 'Members changed since it was made, or nobody verified it: Full Stack DR refuses to run it, on the day as well.',
  remedy: mend,
  judge: (facts) => stateDrafts(facts, ({ plan }, others) => isBroken(plan) && !others.some(isRunnable)),
};

const besideNotRunnable: Rule = {
  code: 'protection-groups/plan-beside-not-runnable',
  kind: 'alone',
  severity: 'warning',
  title: 'The plan cannot be run as it is; another of its kind can',
  why: 'On the day somebody has to know which of both to take.',
  remedy: mend,
  judge: (facts) => stateDrafts(facts, ({ plan }, others) => isBroken(plan) && others.some(isRunnable)),
};

const planBusy: Rule = {
  code: 'protection-groups/plan-changing',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  isSettledByRun: true,
  title: 'The plan is being created, refreshed or verified',
  why: 'Until that is over it cannot be run, and whether it can be then is not known.',
  remedy: ({ with: fill }) => ['# It is over by itself, unless it stays so for long:', seePlan(fill)].join('\n'),
  judge: (facts) => stateDrafts(facts, ({ plan }, others) => !isBroken(plan) && isBusy(plan) && !others.some(isRunnable)),
};

const drillNotRunnable: Rule = {
  code: 'protection-groups/drill-plan-not-runnable',
  kind: 'alone',
  severity: 'note',
  title: 'The plan of a drill cannot be run as it is',
  why: 'No failover needs it; the next drill does.',
  remedy: mend,
  judge: (facts) =>
    plansToRun(facts, (plan) => !isSwitching(plan) && isBroken(plan) && plan.state !== 'INACTIVE').map(({ group, plan }) => ({
      subject: planSubject(plan, plansOf(group)),
      expected: 'ACTIVE, and neither to be refreshed nor verified',
      actual: saidState(plan),
      with: planFill(facts, group, plan),
    })),
};

export const planRules = [noPlan, noFailoverPlan, noSwitchoverPlan, notRunnable, besideNotRunnable, planBusy, drillNotRunnable];
