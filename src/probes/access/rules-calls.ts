// What can be wrong with one call: refused, not there, out of reach, or not answered.
import type { AloneRule, Draft } from '../../contract/rule.ts';
import { type Call, type Facts, isUnreachable, type ResultClass } from './facts.ts';
import { grantFill, grantRemedy } from './grant.ts';
import type { Settings } from './settings.ts';
import { ownCompartment, principalSubject, say } from './wording.ts';

type Rule = AloneRule<Facts, Settings>;

/** What the system goes on without is a rule of its own, since a severity is a rule's. */
const forBoth = (make: (isRequired: boolean) => Rule): readonly Rule[] => [make(true), make(false)];

/** `access/denied`, and `access/optional-denied` for what is not required. */
export const codeFor = (what: string, isRequired: boolean): string => `access/${isRequired ? '' : 'optional-'}${what}`;
const severityFor = (isRequired: boolean) => (isRequired ? 'blocker' : 'warning');

const explainedByContrast = ['no-rights', 'no-rights-here-only', 'no-rights-on-both'].map((what) => `access/${what}`);

const ofClass = (facts: Facts, isRequired: boolean, ...classes: readonly ResultClass[]): readonly Call[] =>
  facts.calls.filter((call) => call.isRequired === isRequired && classes.includes(call.result.class));

const denied = forBoth((isRequired) => ({
  code: codeFor('denied', isRequired),
  kind: 'alone',
  severity: severityFor(isRequired),
  dependsOn: [codeFor('denied-here-only', isRequired), 'access/denied-on-both', ...explainedByContrast],
  title: `This instance may not read what it ${isRequired ? 'must' : 'may need'}, or it is not there`,
  why: 'OCI does not tell which of the two. Either no policy reaches this instance, or the thing does not exist in this region and compartment.',
  remedy: (draft) => grantRemedy(draft.with ?? {}).join('\n'),
  judge: (facts) =>
    ofClass(facts, isRequired, 'denied').map((call) => ({
      subject: call.subject,
      expected: 'allowed',
      actual: say(call.result),
      with: grantFill([call], facts),
    })),
}));

const missing = forBoth((isRequired) => ({
  code: codeFor('missing', isRequired),
  kind: 'alone',
  severity: severityFor(isRequired),
  dependsOn: ['access/denied-on-both'],
  title: `What this instance ${isRequired ? 'must' : 'may need to'} read does not exist where it was looked for`,
  why: 'The right is there, the thing is not: it was never made or copied for this side, holds nothing yet, or was deleted.',
  remedy: ({ subject, with: fill = {} }) =>
    [
      `# ${subject} is not in compartment ${fill.compartment}: make it, replicate it, or name the compartment and region where it is`,
      `$ ${fill.byHand}`,
    ].join('\n'),
  judge: (facts) =>
    ofClass(facts, isRequired, 'missing').map((call) => ({
      subject: call.subject,
      expected: 'there',
      actual: say(call.result),
      with: { ...grantFill([call], facts), compartment: call.compartment ?? ownCompartment(facts.principal) },
    })),
}));

const notAuthenticated: Rule = {
  code: 'access/not-authenticated',
  kind: 'alone',
  severity: 'blocker',
  title: 'OCI gave this instance a token and a service does not accept it',
  why: 'The clock is right, so that it is the token: of another realm or region, or signed while the certificate was being renewed.',
  remedy: () =>
    [
      '# Once in a while a look falls into the moment of renewal: look again first',
      '$ understudy run access',
      '# If it stays: do `region` and `endpoints` of the check belong to this instance’s realm?',
      "$ curl -sS -H 'Authorization: Bearer Oracle' http://169.254.169.254/opc/v2/instance/regionInfo",
    ].join('\n'),
  judge: (facts) => {
    const calls = facts.calls.filter(({ result }) => result.class === 'not-authenticated');
    if (calls.length === 0) return [];
    const actual = `${say(calls[0]!.result)}: ${calls.map(({ subject }) => subject).join(', ')}`;
    return [{ subject: principalSubject, expected: 'accepted as this instance', actual }];
  },
};

const endpointUnreachable = forBoth((isRequired) => ({
  code: codeFor('endpoint-unreachable', isRequired),
  kind: 'alone',
  severity: severityFor(isRequired),
  gap: 'network-rules',
  dependsOn: ['access/no-instance-principal'],
  title: 'An endpoint of OCI that this instance needs is out of reach',
  why: 'Rights are of no use without a way there. The subnet of the standby often lacks the service or NAT gateway, or the rule, that the primary’s has.',
  remedy: ({ with: fill = {} }) =>
    [
      `$ curl -sS -o /dev/null -w '%{http_code}\\n' --max-time 10 https://${fill.host}/`,
      `$ getent ahosts ${fill.name}`,
      '# The route table of this subnet needs a rule to a service gateway ("All services in Oracle Services Network") or to a NAT gateway,',
      '#   and a security list or NSG an egress rule for TCP 443. What there is:',
      "$ curl -sS -H 'Authorization: Bearer Oracle' http://169.254.169.254/opc/v2/vnics/",
      `$ oci network service-gateway list --all --compartment-id ${fill.compartment}`,
      '# TLS that fails: an inspecting proxy in between. Refused on this machine: its own firewall',
      `$ openssl s_client -connect ${fill.door} -servername ${fill.name} </dev/null`,
    ].join('\n'),
  judge: (facts) => (isRequired ? needed(facts) : optional(facts)),
}));

/** The way to a token is required by everything. */
function needed(facts: Facts): readonly Draft[] {
  const { stage, result } = facts.principal;
  const federation = stage === 'federation' && isUnreachable(result) ? [{ subject: 'the token', result }] : [];
  return byHost(facts, [...federation, ...facts.calls.filter((call) => call.isRequired && isUnreachable(call.result))]);
}

function optional(facts: Facts): readonly Draft[] {
  const required = new Set(needed(facts).map(({ subject }) => subject));
  const calls = facts.calls.filter((call) => !call.isRequired && isUnreachable(call.result));
  return byHost(facts, calls).filter(({ subject }) => !required.has(subject));
}

/** One host is one problem, however many calls go there. */
function byHost(facts: Facts, attempts: readonly Pick<Call, 'subject' | 'result'>[]): readonly Draft[] {
  const hosts = Map.groupBy(attempts, ({ subject, result }) => result.host ?? subject);
  return [...hosts].map(([host, calls]) => ({
    subject: host,
    expected: 'an answer',
    actual: `${[...new Set(calls.map(({ result }) => say(result)))].join('; ')}; needed for ${calls.map(({ subject }) => subject).join(', ')}`,
    with: { ...hostFill(calls[0]!.result.host), compartment: ownCompartment(facts.principal) },
  }));
}

function hostFill(host: string | null): Readonly<Record<string, string>> {
  const name = host?.replace(/:[0-9]+$/, '') ?? '<host>';
  return { host: host ?? '<host>', name, door: host === null || host === name ? `${name}:443` : host };
}

const throttled: Rule = {
  code: 'access/throttled',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A call was throttled, so that it is not known whether it is allowed',
  why: 'OCI answers 429 before it looks at rights. Limits are shared within the tenancy: something asks too often.',
  remedy: () => '# Look again later; with many instances, let the check run less often (`every: 1h`)\n$ understudy run access',
  judge: (facts) => unanswered(facts, true, ['throttled']),
};

const callUnseen: Rule = {
  code: 'access/call-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Whether a call is allowed could not be seen',
  why: 'There was no answer to go by. A call that nobody answered does not count as allowed.',
  remedy: () =>
    '# Another look may tell; what was asked and answered is in the trail\n$ understudy run access\n$ understudy explain access',
  judge: (facts) => unanswered(facts, true, ['service-error', 'slow', 'unseen']),
};

const rejected: Rule = {
  code: 'access/call-rejected',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'OCI takes a call for wrong, so that it is not known whether it is allowed',
  why: 'A name or an OCID in the check is mistyped or of another kind. Rights were not looked at.',
  remedy: ({ subject }) => `# Correct ${subject} in the settings of the check\n$ understudy config check`,
  judge: (facts) => unanswered(facts, true, ['rejected']),
};

const optionalUnseen: Rule = {
  code: 'access/optional-unseen',
  kind: 'alone',
  severity: 'warning',
  title: 'Whether an optional call is allowed could not be seen',
  why: 'It was throttled, taken for wrong or not answered. The system goes on without it.',
  remedy: () =>
    '# Another look may tell; what was asked and answered is in the trail\n$ understudy run access\n$ understudy explain access',
  judge: (facts) => unanswered(facts, false, ['throttled', 'service-error', 'slow', 'unseen', 'rejected']),
};

const unanswered = (facts: Facts, isRequired: boolean, classes: readonly ResultClass[]): readonly Draft[] =>
  facts.calls
    .filter((call) => call.isRequired === isRequired && classes.includes(call.result.class))
    .map(({ subject, result }) => ({ subject, expected: 'an answer of the service', actual: say(result) }));

export const callRules: readonly Rule[] = [
  ...denied,
  ...missing,
  notAuthenticated,
  ...endpointUnreachable,
  throttled,
  callUnseen,
  rejected,
  optionalUnseen,
];
