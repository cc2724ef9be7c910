// While a drill or a plan has the standby in use, nothing that is said of it holds.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { type Facts, type Group, type Run, runsOf } from './facts.ts';
import { isPrecheck, isUnderWay } from './parse-runs.ts';
import { peersOf } from './peers.ts';
import type { Settings } from './settings.ts';
import { day, groupFill, runPlan, seeGroup } from './wording.ts';

type Alone = AloneRule<Facts, Settings>;

const isStopped = ({ type, state }: Run): boolean => type === 'STOP_DRILL' && state === 'SUCCEEDED';

/** One that was started and not stopped since; null for none. */
function drillLeft(group: Group): Run | null {
  const started = runsOf(group).find(({ type, state }) => type === 'START_DRILL' && state === 'SUCCEEDED') ?? null;
  const stopped = runsOf(group).find(isStopped) ?? null;
  return started !== null && (stopped === null || (stopped.at ?? 0) < (started.at ?? 0)) ? started : null;
}

/** Runs that are past their prechecks, or may be: a gate runs while its own plan does, and must not be told to wait for that. */
const runningPlans = (group: Group): readonly Run[] =>
  runsOf(group).filter(
    (run) => isUnderWay(run) && !isPrecheck(run) && !(run.detail.kind === 'seen' && run.detail.hasBegunChanging === false),
  );

/** The group says that a plan runs, and which one was not seen. */
const isRunUnnamed = (group: Group): boolean =>
  (group.subState?.endsWith('PLAN_EXECUTION_IN_PROGRESS') ?? false) && !runsOf(group).some((run) => isUnderWay(run));

/** While its prechecks run, the drill has not begun. */
const isBeingChecked = (group: Group): boolean =>
  runsOf(group).some((run) => run.type === 'START_DRILL' && isUnderWay(run)) && runningPlans(group).length === 0;

function drillDrafts(facts: Facts, group: Group): readonly Draft[] {
  const left = drillLeft(group);
  const isSaid = group.subState === 'DR_DRILL_IN_PROGRESS';
  if ((left === null && !isSaid) || (left === null && isBeingChecked(group))) return [];
  const begun = left === null ? '' : `, ${left.name} began ${left.at === null ? 'it' : `on ${day(left.at)}`} and nothing stopped it`;
  return [
    {
      subject: group.name,
      expected: 'no drill',
      actual: `${isSaid ? 'DR_DRILL_IN_PROGRESS' : 'a drill'}${begun}`,
      with: groupFill(facts, group),
    },
  ];
}

const runDrafts = (facts: Facts, group: Group): readonly Draft[] => [
  ...runningPlans(group).map((run) => ({
    subject: `${group.name} ${run.name}`,
    expected: 'no plan that runs',
    actual: `${run.type} ${run.name} is under way`,
    with: groupFill(facts, group),
  })),
  ...(isRunUnnamed(group)
    ? [{ subject: group.name, expected: 'no plan that runs', actual: group.subState!, with: groupFill(facts, group) }]
    : []),
];

const drillInProgress: Alone = {
  code: 'protection-groups/drill-in-progress',
  kind: 'alone',
  severity: 'warning',
  isSuspending: true,
  title: 'A drill has the standby in use',
  why: 'Databases are opened as copies and machines run that belong to the drill: what is seen is the drill, and until it is stopped no failover can be run.',
  remedy: ({ with: fill }) =>
    [
      '# When the drill is over, run the plan that stops it, and nothing else by hand:',
      `$ oci disaster-recovery dr-plan list --region ${fill?.region} --dr-protection-group-id ${fill?.group} --query 'data.items[?type==\`STOP_DRILL\`].id'`,
      runPlan({ ...fill, plan: '<OCID of the STOP_DRILL plan>' }, 'STOP_DRILL'),
    ].join('\n'),
  judge: (facts) => facts.groups.flatMap((group) => drillDrafts(facts, group)),
};

const seeRuns = ({ with: fill }: Draft): string =>
  [
    '# It is over by itself, unless it is paused or waits for somebody:',
    `$ oci disaster-recovery dr-plan-execution list --region ${fill?.region} --dr-protection-group-id ${fill?.group} --sort-by timeCreated --sort-order DESC`,
    seeGroup(fill),
  ].join('\n');

const planRunning: Alone = {
  code: 'protection-groups/plan-running',
  kind: 'alone',
  severity: 'warning',
  isSuspending: true,
  title: 'A plan is under way',
  why: 'Machines, databases and roles are changing hands: what is seen of either side is neither what was nor what will be.',
  remedy: seeRuns,
  judge: (facts) => facts.groups.flatMap((group) => runDrafts(facts, group)),
};

/** What a dead primary was last seen doing is no reason to wait. */
const seenLatelyMs = 30 * 60_000;

const runningAtPrimary: PairedRule<Facts, Settings> = {
  code: 'protection-groups/plan-running-at-primary',
  kind: 'paired',
  severity: 'warning',
  isSuspending: true,
  title: 'A drill or a plan is under way in the primary’s group',
  why: 'Roles turn before a plan is over: its rest then runs in the group of what has become the primary.',
  remedy: seeRuns,
  judge: (standby, primary, context) =>
    Math.abs(context.now - context.primary.seenAt) > seenLatelyMs
      ? []
      : peersOf(standby, primary).flatMap(({ peer }) =>
          peer === null ? [] : [...drillDrafts(primary, peer), ...runDrafts(primary, peer)],
        ),
};

export const suspendRules = [drillInProgress, planRunning, runningAtPrimary];
