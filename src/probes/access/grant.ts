// The dynamic-group rule and the policy statement that would grant a call, and the commands that put them there.
//
// Permissions a call needs: Oracle's policy reference for Object Storage, Vault and Container Registry. HeadBucket BUCKET_INSPECT,
// ListObjects OBJECT_INSPECT, GetSecret SECRET_READ, ListSecrets SECRET_INSPECT, GetSecretBundle SECRET_BUNDLE_READ,
// ListContainerImages REPOSITORY_INSPECT. The weakest verb that has it is named. A list of a whole compartment gets no `where`: a
// condition on a variable that does not apply to a call makes the statement void.
import type { Call, Facts, Kind, Principal } from './facts.ts';
import { ownCompartment, ownRegion, ownTenancy, quoted } from './wording.ts';

export const groupName = 'dr-instances';

/** Null where no statement can be told from the call: any service may be behind an address. */
export function statementFor(call: Pick<Call, 'kind' | 'name' | 'compartment'>, principal: Principal): string | null {
  const grant = grants[call.kind];
  if (grant === null) return null;
  const where = grant.variable === null ? '' : ` where ${grant.variable} = '${call.name}'`;
  return `Allow dynamic-group ${groupName} to ${grant.may} in ${place(call.compartment ?? ownCompartment(principal))}${where}`;
}

const grants: Readonly<Record<Kind, { readonly may: string; readonly variable: string | null } | null>> = {
  'head-bucket': { may: 'inspect buckets', variable: 'target.bucket.name' },
  'list-objects': { may: 'inspect objects', variable: 'target.bucket.name' },
  'get-secret': { may: 'read secrets', variable: 'target.secret.id' },
  'find-secret': { may: 'inspect secrets', variable: null },
  'get-secret-bundle': { may: 'read secret-bundles', variable: 'target.secret.id' },
  'list-images': { may: 'inspect repos', variable: null },
  get: null,
};

const place = (compartment: string): string => (compartment.startsWith('ocid1.tenancy.') ? 'tenancy' : `compartment id ${compartment}`);

/** Rules name compartments exactly: what lies in a child of one is not taken in. */
export function matchingRule(standby: Principal, primary?: Principal): string {
  const compartments = [primary?.compartment ?? null, ownCompartment(standby)].filter((one) => one !== null);
  return `Any {${[...new Set(compartments)].map((one) => `instance.compartment.id = '${one}'`).join(', ')}}`;
}

/** What remedies fill in about the dynamic group. */
export function groupFill(facts: Facts, primary?: Facts): Readonly<Record<string, string>> {
  const { principal } = facts;
  const rule = matchingRule(principal, primary?.principal);
  const theirs = primary?.principal.compartment ?? null;
  return {
    rule,
    quotedRule: quoted(rule),
    compartment: ownCompartment(principal),
    tenancy: ownTenancy(principal),
    region: ownRegion(principal),
    instance: principal.instance ?? '<OCID of this instance>',
    elsewhere: theirs !== null && theirs !== principal.compartment ? `The primary is in another compartment, ${theirs}` : '',
  };
}

/** Also fills the statements of these calls. */
export function grantFill(calls: readonly Call[], facts: Facts, primary?: Facts): Readonly<Record<string, string>> {
  const statements = [...new Set(calls.flatMap((call) => statementFor(call, facts.principal) ?? []))];
  return {
    ...groupFill(facts, primary),
    statements: statements.join('; '),
    quotedStatements: statements.length === 0 ? '' : quoted(JSON.stringify(statements)),
    byHand: calls.length === 1 ? byHand(calls[0]!, facts.principal) : '',
  };
}

/** The call as somebody on this machine would type it; nothing that shows a value. */
function byHand({ kind, name, compartment }: Call, principal: Principal): string {
  const oci = 'oci --auth instance_principal';
  switch (kind) {
    case 'head-bucket':
      return `${oci} raw-request --http-method HEAD --target-uri "https://objectstorage.${ownRegion(principal)}.oraclecloud.com/n/$(${oci} os ns get --query data --raw-output)/b/${name}"`;
    case 'list-objects':
      return `${oci} os object list --bucket-name ${quoted(name)} --limit 1`;
    case 'get-secret':
      return `${oci} vault secret get --secret-id ${quoted(name)}`;
    case 'find-secret':
      return `${oci} vault secret list --compartment-id ${quoted(compartment ?? '')} --name ${quoted(name)}`;
    case 'get-secret-bundle':
      return `${oci} secrets secret-bundle get --secret-id ${quoted(name)} --query 'data."version-number"'`;
    case 'list-images':
      return `${oci} artifacts container image list --compartment-id ${quoted(compartment ?? '')} --repository-name ${quoted(name)} --limit 1`;
    case 'get':
      return `${oci} raw-request --http-method GET --target-uri ${quoted(name)}`;
  }
}

/** A group first, since that is what a standby mostly lacks; then the statement. */
export function grantRemedy(fill: Readonly<Record<string, string>>): readonly string[] {
  const { statements = '', byHand = '', elsewhere = '' } = fill;
  return [
    ...(byHand === '' ? [] : ['# On this machine, to see the answer:', `$ ${byHand}`]),
    '# As an administrator, in the home region: does a dynamic group take this instance in? Rules name compartments exactly, without their children',
    ...(elsewhere === '' ? [] : [`# ${elsewhere}`]),
    `$ oci iam dynamic-group list --all --query 'data[].{id:id, name:name, rule:"matching-rule"}'`,
    '# If a group has the right already: widen its rule. If not: make one',
    `$ oci iam dynamic-group update --dynamic-group-id '<OCID of the group>' --matching-rule ${fill.quotedRule}`,
    `$ oci iam dynamic-group create --name ${groupName} --description 'Instances that fail over together' --matching-rule ${fill.quotedRule}`,
    ...(statements === '' ? otherService : statementLines(fill)),
    '# A new membership takes up to 30 minutes, a changed rule about an hour. Then, on this machine:',
    '$ understudy check access',
  ];
}

const otherService = [
  '# Then a policy statement for this group: what a call needs is in the policy reference of the service behind its address',
  '$ oci iam policy list --compartment-id <compartment OCID> --all',
];

const statementLines = ({ statements, quotedStatements, tenancy }: Readonly<Record<string, string>>): readonly string[] => [
  `# The statements it needs (with the group’s name, and with the compartment that holds the thing where that is another one): ${statements}`,
  `$ oci iam policy create --compartment-id ${tenancy} --name ${groupName}-read --description 'What instances must read after a failover' --statements ${quotedStatements}`,
];
