// What findings are called, and what of OCI's own texts may stand in a command.
import type { Facts, Group, Plan, Run } from './facts.ts';

export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** OCIDs and names of regions come from outside, and stand in commands. */
export const argument = (text: string): string => text.replaceAll(/[^A-Za-z0-9._-]/g, '?');

/** Plans of two kinds may bear one name. */
export function planSubject(plan: Plan, all: readonly Plan[]): string {
  return all.some((other) => other.id !== plan.id && other.name === plan.name) ? `${plan.name} (${plan.type})` : plan.name;
}

export const groupFill = ({ region }: Facts, group: Group): Record<string, string> => ({
  region: argument(region.name),
  group: argument(group.id),
  groupName: group.name,
});

export const planFill = (facts: Facts, group: Group, plan: Plan): Record<string, string> => ({
  ...groupFill(facts, group),
  plan: argument(plan.id),
  planName: plan.name,
  type: argument(plan.type),
});

export const runFill = (facts: Facts, group: Group, plan: Plan, run: Run): Record<string, string> => ({
  ...planFill(facts, group, plan),
  run: argument(run.id),
  runName: run.name,
});

type Fill = Readonly<Record<string, string>> | undefined;
const of = (fill: Fill, name: string): string => fill?.[name] ?? `<${name}>`;

export const seeGroup = (fill: Fill): string =>
  `$ oci disaster-recovery dr-protection-group get --region ${of(fill, 'region')} --dr-protection-group-id ${of(fill, 'group')}`;
export const seePlan = (fill: Fill): string =>
  `$ oci disaster-recovery dr-plan get --region ${of(fill, 'region')} --dr-plan-id ${of(fill, 'plan')}`;
export const seeRun = (fill: Fill): string =>
  `$ oci disaster-recovery dr-plan-execution get --region ${of(fill, 'region')} --dr-plan-execution-id ${of(fill, 'run')}`;
export const planAction = (fill: Fill, action: 'refresh' | 'verify'): string =>
  `$ oci disaster-recovery dr-plan ${action} --region ${of(fill, 'region')} --dr-plan-id ${of(fill, 'plan')}`;
export const runPlan = (fill: Fill, type: string): string =>
  `$ oci disaster-recovery dr-plan-execution create --region ${of(fill, 'region')} --plan-id ${of(fill, 'plan')} --execution-options '{"planExecutionType":"${type}"}'`;
/** Changes nothing; one at a time in a pair of groups. */
export const runPrechecks = (fill: Fill): string => runPlan(fill, `${of(fill, 'type')}_PRECHECK`);
