// What a policy has to allow so that the operations of oci-operations.ts can be asked, and nothing beside: never a value of a secret.
// Verbs and resource types: https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/policyreference.htm
import { type OciOperationName, ociOperations } from './oci-operations.ts';

/** Verb and resource type: `read load-balancers`. */
export type OciGrant = NonNullable<(typeof ociOperations)[OciOperationName]['grant']>;

/**
 * What trying one came to. `nothing-there`: lists may be read, and hold nothing that it could be tried on. `untried`: no answer that says
 * anything of the right.
 */
export const grantStates = ['allowed', 'denied', 'nothing-there', 'untried'] as const;

export type GrantState = (typeof grantStates)[number];

/** In the order of the operations. */
export const ociGrants: readonly OciGrant[] = [...new Set(Object.values(ociOperations).flatMap(({ grant }) => grant ?? []))];

export const operationsOf = (grant: OciGrant): readonly OciOperationName[] =>
  (Object.keys(ociOperations) as OciOperationName[]).filter((name) => ociOperations[name].grant === grant);

/** Things of identity lie in the root, and a compartment's ancestors are asked about as well. */
const ofTheTenancy: readonly OciGrant[] = [
  'inspect compartments',
  'inspect dynamic-groups',
  'inspect policies',
  'inspect tenancies',
  'inspect tag-namespaces',
];

export const isOfTheTenancy = (grant: OciGrant): boolean => ofTheTenancy.includes(grant);

/** What narrows a grant whose verb would change things: listing the rules of a network security group needs `use`. */
const conditions: Partial<Record<OciGrant, string>> = {
  'use network-security-groups':
    "where any {request.permission='NETWORK_SECURITY_GROUP_LIST_SECURITY_RULES', request.permission='NETWORK_SECURITY_GROUP_LIST_MEMBERS'}",
};

/** `place` is `tenancy`, or a compartment as policies name one: `compartment id ocid1.…`. */
export function statementOf(grant: OciGrant, dynamicGroup: string, place: string): string {
  const condition = conditions[grant];
  return `Allow dynamic-group ${dynamicGroup} to ${grant} in ${place}${condition === undefined ? '' : ` ${condition}`}`;
}

/** A compartment in the words of a policy; the root is the tenancy itself. */
export const placeOf = (compartment: string): string =>
  compartment.startsWith('ocid1.tenancy.') ? 'tenancy' : compartment.startsWith('ocid1.') ? `compartment id ${compartment}` : compartment;

/** Everything that the region checks ask for, in these places: each statement once. */
export function policyOf(dynamicGroup: string, places: readonly string[]): readonly string[] {
  const statements = ociGrants.flatMap((grant) =>
    (isOfTheTenancy(grant) || places.includes('tenancy') ? ['tenancy'] : places).map((place) => statementOf(grant, dynamicGroup, place)),
  );
  return [...new Set(statements)];
}
