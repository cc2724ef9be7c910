// What the manual says of rights in OCI, held against what is asked.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ociGrants, operationsOf, placeOf, policyOf } from '../../src/contract/oci-grants.ts';
import { ociOperations } from '../../src/contract/oci-operations.ts';
import { allTrials, isShownByList } from '../../src/tenancy/doctor/trials.ts';

const page = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs/regions.md'), 'utf8');
const policy = policyOf('understudy-collector', ['compartment <compartment>']);

describe('the policy for a collector', () => {
  it('stands in docs/regions.md as it is printed', () => {
    const blocks = page.split('```').filter((block) => block.trim().startsWith('Allow dynamic-group'));
    expect(blocks.map((block) => block.trim().split('\n'))).toEqual([policy]);
  });

  it('changes nothing and shows no value: no manage, use for the rules of network security groups alone, no family of secrets', () => {
    expect(policy.filter((statement) => /\bto manage\b|secret-family|secret-bundles|all-resources/.test(statement))).toEqual([]);
    const using = policy.filter((statement) => /\bto use\b/.test(statement));
    expect(using).toEqual([
      expect.stringMatching(/to use network-security-groups .* where any \{request\.permission='NETWORK_SECURITY_GROUP_LIST_/),
    ]);
  });

  it('allows what is asked and nothing else', () => {
    const asked = new Set(Object.values(ociOperations).map(({ grant }) => grant));
    asked.delete(null);
    expect(new Set(ociGrants)).toEqual(asked);
    expect(ociGrants.filter((grant) => operationsOf(grant).length === 0)).toEqual([]);
  });

  it('names each statement once, and the root as the tenancy', () => {
    const places = ['ocid1.tenancy.oc1..a', 'ocid1.compartment.oc1..b', 'ocid1.compartment.oc1..b'].map(placeOf);
    expect(places).toEqual(['tenancy', 'compartment id ocid1.compartment.oc1..b', 'compartment id ocid1.compartment.oc1..b']);
    const statements = policyOf('g', places);
    expect(new Set(statements).size).toBe(statements.length);
    // What may be read in the whole tenancy may be read in each of its compartments.
    expect(statements.filter((statement) => statement.includes('compartment id'))).toEqual([]);
  });
});

describe.each(allTrials())('the trial of $grant', (trial) => {
  it('asks what the right is for, with everything that must be given', () => {
    const { grant, list, each } = trial;
    const listed = list.params('ocid1.compartment.oc1..c');
    const tried = [list.operation, ...(each === null ? [] : [each.operation])];
    expect(tried.map((operation) => ociOperations[operation].grant)).toContain(grant);
    expect(isShownByList(trial) || each !== null).toBe(true);
    expect(missing(list.operation, listed)).toEqual([]);
    const entry = { id: 'ocid1.thing.oc1..x', managementEndpoint: 'https://vault.example.com' };
    if (each !== null) expect(missing(each.operation, each.params(entry, 'ocid1.compartment.oc1..c') ?? {})).toEqual([]);
  });
});

function missing(operation: keyof typeof ociOperations, params: Readonly<Record<string, string>>): readonly string[] {
  const { path, needs = [] } = ociOperations[operation] as { readonly path: string; readonly needs?: readonly string[] };
  return [...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!), ...needs].filter((name) => params[name] === undefined);
}
