// What the last runs say, prechecks and drills among them: a plan that nobody tried lately is not known to pass.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import { type Facts, plansOf, type RunStep, runsOf } from './facts.ts';
import { isFailure, isTimeout } from './parse-runs.ts';
import { isRunningGroup, plansToRun } from './plans.ts';
import { type DetailedRun, isDetailed, isUnchecked, type LastRuns, lastRuns } from './runs.ts';
import { drillMaxAgeMs, precheckMaxAgeMs, type Settings } from './settings.ts';
import { day, groupFill, planFill, planSubject, runFill, runPlan, runPrechecks, seeRun } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

const subjectOf = ({ plan, group }: LastRuns): string => planSubject(plan, plansOf(group));
const tryAgain = ({ with: fill }: Draft): string =>
  ['# Prechecks change nothing; one at a time in a pair of groups:', runPrechecks(fill)].join('\n');
const seeAndTry =
  (what: string) =>
  (draft: Draft): string =>
    [`# ${what}`, seeRun(draft.with), '# Then try it again; prechecks change nothing:', runPrechecks(draft.with)].join('\n');

const isOld = ({ checked }: LastRuns, maxAgeMs: number, now: number): boolean =>
  checked !== null && (checked.at === null || now - checked.at > maxAgeMs);

/** A failover plan speaks for its group: one problem is told once. */
const isSpokenFor = (one: LastRuns, all: readonly LastRuns[]): boolean =>
  one.plan.type === 'SWITCHOVER' && all.some((other) => other.group === one.group && other.plan.type === 'FAILOVER');

const aged = (declared: Pick<Rule, 'code' | 'severity' | 'title'>, isWanted: (isSpokenFor: boolean) => boolean): Rule => ({
  ...declared,
  kind: 'alone',
  isClockDriven: true,
  isSettledByRun: true,
  why: 'Members, rules and scripts have changed since. Nobody knows whether the plan still passes its own prechecks.',
  remedy: tryAgain,
  judge: (facts, { settings, now }) => {
    const maxAgeMs = precheckMaxAgeMs(settings);
    const all = lastRuns(facts);
    return all
      .filter((one) => (one.checked === null || isOld(one, maxAgeMs, now)) && isWanted(isSpokenFor(one, all)))
      .map((one) => ({
        subject: subjectOf(one),
        expected: `prechecks within ${settings.precheckMaxAge}`,
        actual:
          one.checked === null
            ? 'none among its runs'
            : `the last ran on ${one.checked.at === null ? 'no day that is told' : day(one.checked.at)}`,
        with: planFill(facts, one.group, one.plan),
      }));
  },
});

const precheckOld = aged(
  { code: 'protection-groups/precheck-old', severity: 'warning', title: 'The plan’s prechecks did not run lately' },
  (isSpoken) => !isSpoken,
);
const switchoverPrecheckOld = aged(
  {
    code: 'protection-groups/switchover-precheck-old',
    severity: 'note',
    title: 'The switchover plan’s prechecks did not run lately',
  },
  (isSpoken) => isSpoken,
);

/** Of runs that are recent enough to speak. */
const checkedRuns = (facts: Facts): readonly { readonly one: LastRuns; readonly run: DetailedRun }[] =>
  lastRuns(facts).flatMap((one) => (isDetailed(one.checked) ? [{ one, run: one.checked }] : []));

const ofGate = (code: string, title: string, why: string, isWanted: (status: string) => boolean): Rule => ({
  code,
  kind: 'alone',
  severity: 'blocker',
  isSettledByRun: true,
  title,
  why,
  remedy: seeAndTry('What the gate said is in the log bucket; mend that, and see what this run tells of the step:'),
  judge: (facts) =>
    checkedRuns(facts).flatMap(({ one, run }) => {
      const steps = run.detail.steps.filter(({ isGate, status }) => isGate && isWanted(status));
      if (steps.length === 0) return [];
      const actual = `${run.name} (${run.state}): ${saidSteps(steps)}`;
      return [{ subject: subjectOf(one), expected: 'a gate that passes', actual, with: runFill(facts, one.group, one.plan, run) }];
    }),
});

const saidSteps = (steps: readonly RunStep[]): string =>
  steps
    .slice(0, 5)
    .map(({ name, status }) => `step ${name} ${status}`)
    .join(', ');

const gateFailed = ofGate(
  'protection-groups/gate-failed',
  'The readiness gate said no in the last run of the plan’s prechecks',
  'It will say no on the day as well, unless what it found was mended since.',
  (status) => isFailure(status) && !isTimeout(status),
);

const gateTimedOut = ofGate(
  'protection-groups/gate-timed-out',
  'The readiness gate did not answer in time in the last run of the plan’s prechecks',
  'A step that runs into its time limit counts as failed: the plan stops there on the day.',
  isTimeout,
);

const runFailed: Rule = {
  code: 'protection-groups/run-failed',
  kind: 'alone',
  severity: 'blocker',
  isSettledByRun: true,
  title: 'The last run of the plan failed',
  why: 'What stopped it stops it again on the day.',
  remedy: seeAndTry('Which step failed, and where its log is:'),
  judge: (facts) =>
    lastRuns(facts).flatMap((one) => {
      const { last } = one;
      if (last === null || last.state !== 'FAILED') return [];
      const failed = isDetailed(last) ? last.detail.steps.filter(({ status }) => isFailure(status)) : [];
      const others = failed.filter(({ isGate }) => !isGate);
      // The gate's own no has a finding of its own.
      if (failed.length > 0 && others.length === 0) return [];
      const actual = `${last.name} (${last.type})${others.length === 0 ? '' : `: ${saidSteps(others)}`}`;
      return [{ subject: subjectOf(one), expected: 'SUCCEEDED', actual, with: runFill(facts, one.group, one.plan, last) }];
    }),
};

const stepsIgnored: Rule = {
  code: 'protection-groups/steps-ignored',
  kind: 'alone',
  severity: 'note',
  isSettledByRun: true,
  title: 'The last run of the plan passed over steps that failed',
  why: 'A run that succeeded may have failed steps in it, where they are told to be passed over.',
  remedy: seeAndTry('Which steps, and where their logs are:'),
  judge: (facts) =>
    checkedRuns(facts).flatMap(({ one, run }) => {
      const steps = run.detail.steps.filter(({ isGate, status }) => !isGate && status.endsWith('_IGNORED'));
      if (steps.length === 0) return [];
      return [
        {
          subject: subjectOf(one),
          expected: 'every step SUCCEEDED',
          actual: `${run.name}: ${saidSteps(steps)}`,
          with: runFill(facts, one.group, one.plan, run),
        },
      ];
    }),
};

const prechecksSkipped: Rule = {
  code: 'protection-groups/prechecks-skipped',
  kind: 'alone',
  severity: 'warning',
  isSettledByRun: true,
  title: 'The last run of the plan left its prechecks out',
  why: 'It proves nothing about the gate, nor that the next run would pass it.',
  remedy: tryAgain,
  judge: (facts) =>
    lastRuns(facts).flatMap((one) =>
      one.last !== null && isUnchecked(one.last)
        ? [
            {
              subject: subjectOf(one),
              expected: 'a last run with prechecks',
              actual: `${one.last.name}: arePrechecksEnabled false`,
              with: planFill(facts, one.group, one.plan),
            },
          ]
        : [],
    ),
};

const ofWarnings = (declared: Pick<Rule, 'code' | 'severity' | 'title'>, isWanted: (count: number) => boolean): Rule => ({
  ...declared,
  kind: 'alone',
  isSettledByRun: true,
  why: 'What Full Stack DR warned of was passed over, and is not among the failures.',
  remedy: seeAndTry('What it warned of; run it without areWarningsIgnored:'),
  judge: (facts) =>
    checkedRuns(facts)
      .filter(({ run: { detail } }) => detail.areWarningsIgnored === true && isWanted(detail.warningCount))
      .map(({ one, run }) => ({
        subject: subjectOf(one),
        expected: 'a last run that minds warnings',
        actual: `${run.name}: areWarningsIgnored true`,
        with: runFill(facts, one.group, one.plan, run),
      })),
});

const warningsIgnored = ofWarnings(
  { code: 'protection-groups/warnings-ignored', severity: 'warning', title: 'The last run of the plan passed over warnings' },
  (count) => count > 0,
);
const wouldIgnoreWarnings = ofWarnings(
  { code: 'protection-groups/warnings-not-minded', severity: 'note', title: 'The last run of the plan would have passed over warnings' },
  (count) => count === 0,
);

const runUnseen: Rule = {
  code: 'protection-groups/run-unseen',
  kind: 'alone',
  severity: 'warning',
  isClockDriven: true,
  isBlind: true,
  isSettledByRun: true,
  title: 'What the gate said in the last run of the plan could not be seen',
  why: 'A run that succeeded may have passed over a gate that failed.',
  remedy: seeAndTry('Allow dynamic-group <the collector’s> to read disaster-recovery-family in compartment <that of the protection group>'),
  judge: (facts, { settings, now }) =>
    lastRuns(facts).flatMap((one) => {
      const { checked } = one;
      // What is too old says nothing either way.
      if (checked === null || checked.detail.kind === 'seen' || isOld(one, precheckMaxAgeMs(settings), now)) return [];
      return [
        {
          subject: subjectOf(one),
          expected: 'seen',
          actual: `${checked.name}: ${checked.detail.detail}`,
          with: runFill(facts, one.group, one.plan, checked),
        },
      ];
    }),
};

const lastDrill = (facts: Facts) =>
  facts.groups
    .filter((group) => isRunningGroup(group) && group.runs.kind === 'seen')
    .map((group) => ({
      group,
      plan: plansToRun(facts, ({ type }) => type === 'START_DRILL').find((one) => one.group === group)?.plan ?? null,
      at: runsOf(group).find(({ type, state }) => type === 'START_DRILL' && state === 'SUCCEEDED')?.at ?? null,
    }));

const ofDrills = (
  declared: Pick<Rule, 'code' | 'severity' | 'title'>,
  isWanted: (at: number | null, maxAgeMs: number | null, now: number) => boolean,
): Rule => ({
  ...declared,
  kind: 'alone',
  isClockDriven: true,
  isSettledByRun: true,
  why: 'A drill is the one proof that the whole of it comes up at the standby.',
  remedy: ({ with: fill }) =>
    fill?.plan === undefined
      ? [
          '# There is no plan for it yet:',
          `$ oci disaster-recovery dr-plan create --region ${fill?.region} --dr-protection-group-id ${fill?.group} --type START_DRILL --display-name <name>`,
        ].join('\n')
      : ['# It brings up a copy of the system at the standby until STOP_DRILL is run:', runPlan(fill, 'START_DRILL')].join('\n'),
  judge: (facts, { settings, now }) =>
    lastDrill(facts)
      .filter(({ at }) => isWanted(at, drillMaxAgeMs(settings), now))
      .map(({ group, plan, at }) => ({
        subject: group.name,
        expected: settings.drillMaxAge === 'none' ? 'a drill now and then' : `a drill within ${settings.drillMaxAge}`,
        actual: at === null ? 'none among its runs' : `the last on ${day(at)}`,
        with: plan === null ? groupFill(facts, group) : planFill(facts, group, plan),
      })),
});

const drillOld = ofDrills(
  { code: 'protection-groups/drill-old', severity: 'warning', title: 'There was no drill lately' },
  (at, maxAgeMs, now) => maxAgeMs !== null && (at === null || now - at > maxAgeMs),
);
const noDrill = ofDrills(
  { code: 'protection-groups/no-drill', severity: 'note', title: 'No drill is known' },
  (at, maxAgeMs) => maxAgeMs === null && at === null,
);

export const runRules = [
  precheckOld,
  switchoverPrecheckOld,
  gateFailed,
  gateTimedOut,
  runFailed,
  stepsIgnored,
  prechecksSkipped,
  warningsIgnored,
  wouldIgnoreWarnings,
  runUnseen,
  drillOld,
  noDrill,
];
