// Reads steering policies, where they are attached, and the monitors that they go by.
// https://docs.oracle.com/en-us/iaas/api/#/en/dns/latest/SteeringPolicy/ and https://docs.oracle.com/en-us/iaas/api/#/en/healthchecks/latest/
import { field, flagIn, listIn, numberIn, textIn, textsIn } from '../../formats/oci.ts';
import type { Answer, Attachment, Monitor, Policy, SeenPolicy, SteeringRule } from './facts.ts';
import { plainHost, plainValue } from './parse-records.ts';

export function readPolicy(body: unknown): Omit<Policy, 'content'> | null {
  const id = textIn(body, 'id');
  return id === null ? null : { id, name: textIn(body, 'displayName') ?? id, state: textIn(body, 'lifecycleState') };
}

/** Null where answers or rules are not in the body, or are not what they should be. */
export function readSteering(body: unknown): SeenPolicy['content'] | null {
  const answers = listIn(body, 'answers')?.map(answerOf);
  const rules = listIn(body, 'rules')?.map(ruleOf);
  if (answers === undefined || rules === undefined) return null;
  if (answers.includes(null) || rules.includes(null)) return null;
  return {
    kind: 'seen',
    ttl: numberIn(body, 'ttl'),
    monitor: textIn(body, 'healthCheckMonitorId'),
    answers: answers.filter((one) => one !== null),
    rules: rules.filter((one) => one !== null),
  };
}

function answerOf(body: unknown): Answer | null {
  const value = textIn(body, 'rdata');
  if (value === null) return null;
  return {
    name: textIn(body, 'name') ?? value,
    type: textIn(body, 'rtype')?.toUpperCase() ?? 'A',
    value: plainValue(value),
    pool: textIn(body, 'pool'),
    isDisabled: flagIn(body, 'isDisabled') ?? false,
  };
}

function ruleOf(body: unknown): SteeringRule | null {
  const type = textIn(body, 'ruleType')?.toUpperCase();
  if (type === undefined) return null;
  return {
    type,
    otherwise: { answers: answersOf(body, 'defaultAnswerData'), count: numberIn(body, 'defaultCount') },
    cases:
      listIn(body, 'cases')?.map((one) => ({
        condition: textIn(one, 'caseCondition'),
        configuration: { answers: answersOf(one, 'answerData'), count: numberIn(one, 'count') },
      })) ?? null,
  };
}

const answersOf = (body: unknown, name: string): SteeringRule['otherwise']['answers'] =>
  (listIn(body, name) ?? []).map((one) => ({
    condition: textIn(one, 'answerCondition'),
    value: flagIn(one, 'shouldKeep') ?? numberIn(one, 'value'),
  }));

export function readAttachment(body: unknown): Attachment | null {
  const policy = textIn(body, 'steeringPolicyId');
  const domain = textIn(body, 'domainName');
  if (policy === null || domain === null) return null;
  const types = (textsIn(body, 'rtypes') ?? []).map((one) => one.toUpperCase()).sort();
  return { policy, domain: plainHost(domain), types, state: textIn(body, 'lifecycleState') };
}

export function readMonitor(body: unknown): Monitor['content'] | null {
  const targets = textsIn(body, 'targets');
  return targets === null ? null : { kind: 'seen', isEnabled: flagIn(body, 'isEnabled'), targets: targets.map(plainValue).sort() };
}

/** What is older than this says nothing of now: a monitor asks every quarter of an hour at the least. */
const resultMaxAgeMs = 3_600_000;

/** The last result of each vantage point. Their time is in epoch milliseconds, unlike that of any other service. */
export function readResults(items: readonly unknown[], now: number): Monitor['results'] {
  const last = new Map<string, { readonly target: string; readonly point: string; readonly at: number; readonly isHealthy: boolean }>();
  for (const item of items) {
    const [target, point, isHealthy] = [textIn(item, 'target'), textIn(item, 'vantagePointName'), flagIn(item, 'isHealthy')];
    const at = startOf(item);
    if (target === null || point === null || isHealthy === null || at === null || now - at > resultMaxAgeMs) continue;
    const key = JSON.stringify([target, point]);
    if ((last.get(key)?.at ?? 0) <= at) last.set(key, { target: plainValue(target), point, at, isHealthy });
  }
  const byTarget = [...Map.groupBy(last.values(), ({ target }) => target)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    kind: 'seen',
    targets: byTarget.map(([target, results]) => {
      const points = (isHealthy: boolean) => results.flatMap((one) => (one.isHealthy === isHealthy ? [one.point] : [])).sort();
      return { target, healthy: points(true), unhealthy: points(false) };
    }),
  };
}

function startOf(item: unknown): number | null {
  const told = field(item, 'startTime');
  if (typeof told === 'number') return told;
  const read = Date.parse(typeof told === 'string' ? told : '');
  return Number.isNaN(read) ? null : read;
}
