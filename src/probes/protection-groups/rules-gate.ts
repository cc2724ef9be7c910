// A rule for each way in which a plan runs past its readiness gate, or cannot pass it.
import type { AloneRule, Draft, Severity } from '../../contract/rule.ts';
import { type Facts, type Plan, plansOf } from './facts.ts';
import { type GateFaultKind, gateOf } from './gate.ts';
import { isSwitching, plansToRun } from './plans.ts';
import type { Settings } from './settings.ts';
import { planFill, planSubject, runPrechecks, seePlan } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

const isDrill = ({ type }: Plan): boolean => type === 'START_DRILL';

const editPlan =
  (what: string) =>
  (draft: Draft): string =>
    [
      `# ${what}: in the console, or put back the plan’s groups as a whole with it`,
      `${seePlan(draft.with)} --query 'data."plan-groups"' > plan-groups.json`,
      `$ oci disaster-recovery dr-plan update --region ${draft.with?.region} --dr-plan-id ${draft.with?.plan} --plan-groups file://plan-groups.json`,
      '# Then try it; prechecks change nothing:',
      runPrechecks(draft.with),
    ].join('\n');

const absent = (code: string, severity: Severity, title: string, why: string, wanted: (plan: Plan) => boolean): Rule => ({
  code,
  kind: 'alone',
  severity,
  title,
  why,
  remedy: editPlan('Add a user-defined precheck that runs `understudy-precheck` on an instance of the standby, with STOP_ON_ERROR'),
  judge: (facts, { settings }) =>
    plansToRun(facts, wanted).flatMap(({ group, plan }) => {
      const gate = gateOf(plan, group, facts, settings);
      if (gate?.kind !== 'absent') return [];
      const others = [...new Set(gate.others.map(({ name }) => name))].slice(0, 10).join(', ');
      return [
        {
          subject: planSubject(plan, plansOf(group)),
          expected: `a user-defined precheck whose name or command holds ${settings.gate.join(' or ')}`,
          actual: others === '' ? 'no user-defined step (USER_DEFINED_CUSTOM_PRECHECK)' : `none of the user-defined steps: ${others}`,
          with: planFill(facts, group, plan),
        },
      ];
    }),
});

interface FaultRule extends Pick<Rule, 'code' | 'severity' | 'title' | 'why' | 'remedy' | 'isBlind'> {
  readonly kinds: readonly GateFaultKind[];
  readonly wanted?: (plan: Plan) => boolean;
}

const faulty = ({ kinds, wanted = isSwitching, ...declared }: FaultRule): Rule => ({
  ...declared,
  kind: 'alone',
  judge: (facts, { settings }) =>
    plansToRun(facts, wanted).flatMap(({ group, plan }) => {
      const gate = gateOf(plan, group, facts, settings);
      if (gate?.kind !== 'there') return [];
      return gate.faults
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ expected, actual }) => ({
          subject: planSubject(plan, plansOf(group)),
          expected,
          actual,
          with: planFill(facts, group, plan),
        }));
    }),
});

const startAgain = (draft: Draft): string =>
  [
    `# ${draft.actual}. Start it, or let the gate run on another instance of the standby (runOnInstanceId):`,
    `$ oci compute instance action --action START --instance-id <OCID of the instance> --region ${draft.with?.region}`,
    seePlan(draft.with),
  ].join('\n');

export const gateRules: readonly Rule[] = [
  absent(
    'protection-groups/gate-absent',
    'warning',
    'No step of the plan asks whether the standby is ready',
    'Full Stack DR’s own prechecks look at replication and capacity, and at none of what is in the guests or around them.',
    isSwitching,
  ),
  absent(
    'protection-groups/drill-gate-absent',
    'note',
    'No step of the drill asks whether the standby is ready',
    'A drill is the one occasion on which the gate can be seen at work before it matters.',
    isDrill,
  ),
  faulty({
    code: 'protection-groups/gate-disabled',
    severity: 'warning',
    title: 'The readiness gate of the plan is switched off',
    why: 'Somebody needed to get past it once. The next run goes past it too, ready or not.',
    remedy: editPlan('Enable the step (isEnabled true)'),
    kinds: ['disabled'],
  }),
  faulty({
    code: 'protection-groups/gate-ignored',
    severity: 'warning',
    title: 'The plan goes on when its readiness gate says no',
    why: 'With CONTINUE_ON_ERROR a failed gate is a line in the log of a run that succeeded.',
    remedy: editPlan('Let the step stop the plan (errorMode STOP_ON_ERROR)'),
    kinds: ['ignored'],
  }),
  faulty({
    code: 'protection-groups/gate-unsaid',
    severity: 'warning',
    isBlind: true,
    title: 'Whether the readiness gate is enabled, and stops the plan, is not told',
    why: 'A gate that is switched off or passed over looks the same until somebody needs it.',
    remedy: (draft) => ['# What the plan says of the step (is-enabled, error-mode):', seePlan(draft.with)].join('\n'),
    kinds: ['unsaid'],
  }),
  faulty({
    code: 'protection-groups/gate-late',
    severity: 'warning',
    title: 'The readiness gate stands behind steps that change something',
    why: 'When it says no, the databases or machines have moved already, and the system is down on both sides.',
    remedy: editPlan('Move the step into the built-in prechecks as a user-defined precheck, or its group before all others'),
    kinds: ['late'],
  }),
  faulty({
    code: 'protection-groups/gate-timeout-short',
    severity: 'warning',
    title: 'The readiness gate is given too little time',
    why: 'A gate that runs into its time limit counts as failed and stops the plan, whatever it was about to say.',
    remedy: editPlan('Give the step more time (timeout, in seconds)'),
    kinds: ['short'],
  }),
  faulty({
    code: 'protection-groups/gate-status-hidden',
    severity: 'warning',
    title: 'The exit status of the readiness gate is lost in its command',
    why: 'Full Stack DR knows a script by its exit status alone. With another one in its place the gate never says no.',
    remedy: editPlan('Run the gate alone, without a pipe and without anything behind it; its output is in the log bucket anyway'),
    kinds: ['hidden'],
  }),
  faulty({
    code: 'protection-groups/gate-wrong-side',
    severity: 'blocker',
    title: 'The readiness gate of the failover runs at the primary',
    why: 'On the day of a failover what it runs on is gone: the step fails, and stops the plan that was to help.',
    remedy: editPlan('Let the step run at the standby (runOnInstanceId, runOnInstanceRegion; of a function functionId, functionRegion)'),
    kinds: ['wrong-side'],
  }),
  faulty({
    code: 'protection-groups/drill-gate-wrong-side',
    severity: 'note',
    title: 'The readiness gate of the drill runs at the primary',
    why: 'The drill then does not show what the failover’s gate would say.',
    remedy: editPlan('Let the step run at the standby (runOnInstanceId, runOnInstanceRegion; of a function functionId, functionRegion)'),
    kinds: ['wrong-side'],
    wanted: isDrill,
  }),
  faulty({
    code: 'protection-groups/gate-instance-missing',
    severity: 'blocker',
    title: 'The instance on which the readiness gate runs is not there',
    why: 'The step cannot be run, and a step that cannot be run stops the plan.',
    remedy: editPlan('Let the step run on an instance of the standby that is there (runOnInstanceId)'),
    kinds: ['instance-missing'],
  }),
  faulty({
    code: 'protection-groups/gate-instance-unseen',
    severity: 'warning',
    isBlind: true,
    title: 'Whether the instance is there on which the readiness gate runs could not be seen',
    why: 'A gate on an instance that is gone stops the plan on the day.',
    remedy: (draft) =>
      ['# Allow dynamic-group <the collector’s> to read instances in compartment <that of the instance>', seePlan(draft.with)].join('\n'),
    kinds: ['instance-unseen'],
  }),
  faulty({
    code: 'protection-groups/gate-instance-stopped',
    severity: 'blocker',
    title: 'The instance on which the readiness gate runs is stopped',
    why: 'Prechecks run before anything is started: the gate cannot be run, and stops the plan.',
    remedy: startAgain,
    kinds: ['instance-stopped'],
  }),
  faulty({
    code: 'protection-groups/gate-agent-stopped',
    severity: 'blocker',
    title: 'The plugin that runs the readiness gate does not run on its instance',
    why: 'Full Stack DR runs scripts through Run Command: without that plugin the step waits until its time is over, and stops the plan.',
    remedy: (draft) =>
      [
        `# ${draft.actual}. On the instance:`,
        '$ sudo systemctl restart oracle-cloud-agent',
        '# Is the plugin switched on for the instance? In the console: Oracle Cloud Agent, Compute Instance Run Command',
        seePlan(draft.with),
      ].join('\n'),
    kinds: ['agent-stopped'],
  }),
  faulty({
    code: 'protection-groups/gate-agent-unseen',
    severity: 'warning',
    isBlind: true,
    title: 'Whether the plugin that runs the readiness gate runs could not be seen',
    why: 'Full Stack DR runs scripts through Run Command: where an agent does not have it, the step waits until its time is over.',
    remedy: (draft) =>
      [
        `# ${draft.actual}. Is it switched on for the instance? In the console: Oracle Cloud Agent, Compute Instance Run Command. On the instance:`,
        '$ sudo systemctl status oracle-cloud-agent',
        seePlan(draft.with),
      ].join('\n'),
    kinds: ['agent-unseen'],
  }),
];
