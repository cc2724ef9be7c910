// The bodies of test/fixtures/oci: what is told of each world, and that nothing else is; and the shapes that tell nothing by themselves.
import { describe, expect, it } from 'vitest';
import { callsOf, casesOf, faultsOf, judgeCase, topology } from '../../../test/support/oci-cases.ts';
import type { Facts } from './facts.ts';
import { probe } from './index.ts';
import { knownGroup, matches } from './membership.ts';
import { compartmentsIn, groupsIn, policiesIn } from './parse-bodies.ts';
import { parseStatement } from './parse-statement.ts';
import { chainOf, located, pathOf, treeOf } from './tree.ts';

/** The tree of compartments is the same in all of them; instances are those of the pair, unless a case has its own. */
const under = ['iam-compartment-tree', 'net-vnic-nsg-not-attached'];

const judged = casesOf('6-iam').filter(({ verdict }) => verdict !== 'n/a');

describe.each(judged)('$id', (one) => {
  it(`is ${one.verdict}`, async () => {
    expect(faultsOf(one, await judgeCase(probe, one.id, { under }))).toEqual([]);
  });

  it('is the same where no instance is there yet', async () => {
    expect(faultsOf(one, await judgeCase(probe, one.id, { under: ['iam-compartment-tree'] }))).toEqual([]);
  });
});

const bodyOf = (caseId: string, operation: string): readonly unknown[] =>
  callsOf(caseId, 'standby').find((call) => call.operation === operation)!.body as readonly unknown[];

describe('the tree of compartments', () => {
  const { tenancyId, compartments } = topology;
  const tree = treeOf(tenancyId, compartmentsIn(tenancyId, bodyOf('iam-compartment-tree', 'listCompartments')));

  it('has the root, which is not in the list', () => {
    expect(chainOf(tree, compartments['payments-dr'])).toEqual([compartments['payments-dr'], compartments.apps, tenancyId]);
    expect(pathOf(tree, compartments['payments-dr'])).toEqual(['apps', 'payments-dr']);
  });

  it('resolves names from where the policy is attached, and from nowhere else', () => {
    const from = (attachedTo: string, ...names: readonly string[]) => located(tree, attachedTo, { kind: 'path', names });
    expect(from(compartments.apps, 'payments-dr')).toBe(compartments['payments-dr']);
    expect(from(tenancyId, 'Apps', 'payments-dr')).toBe(compartments['payments-dr']);
    expect(from(compartments.apps, 'apps')).toBe(compartments.apps);
    expect(from(tenancyId, 'payments-dr')).toBeNull();
    expect(located(tree, compartments['payments-dr'], { kind: 'id', id: compartments.apps })).toBeNull();
  });
});

describe('a list that shows no rules', () => {
  it('is never "matches nothing": the group is asked for by itself', async () => {
    const policies = 'iam-dg-any-both';
    const { standby } = await judgeCase(probe, 'iam-dg-list-rule-null', { under: [...under, policies] });
    const { groups } = (standby.current!.outcome as { readonly facts: Facts }).facts;
    expect(groups.map(({ name, rule }) => [name, rule?.slice(0, 5)])).toEqual([['dg-pay', 'Any {']]);
  });

  it('is not known where the group itself does not show it either', async () => {
    const over = [{ operation: 'getDynamicGroup', with: {}, status: 404, body: {} }] as const;
    const { verdict } = await judgeCase(probe, 'iam-dg-list-rule-null', { under: [...under, 'iam-dg-any-both'], over });
    expect(verdict).toBe('unknown');
  });
});

describe('published shapes', () => {
  it('compartments without some of the keys', () => {
    const [root, one] = compartmentsIn(
      'ocid1.tenancy.oc1..<unique_ID>',
      bodyOf('real-identity-listCompartments-published', 'listCompartments'),
    ).toSorted((a, b) => Number(b.parent === null) - Number(a.parent === null));
    expect([root!.parent, one!.name, one!.parent]).toEqual([null, 'Cloud-Custodian-Test1', 'ocid1.tenancy.oc1..<unique_ID>']);
  });

  it('a policy in the words of its author', () => {
    const policies = policiesIn(bodyOf('real-identity-listPolicies-published', 'listPolicies'));
    const read = policies.flatMap(({ statements }) => statements!.map(parseStatement));
    expect(read.map((one) => one.kind === 'statement' && [one.verb, one.resource, one.location.kind])).toEqual([
      ['manage', 'instance-family', 'tenancy'],
      ['manage', 'volume-family', 'tenancy'],
      ['manage', 'virtual-network-family', 'tenancy'],
    ]);
  });

  it('a rule with all around all: what it says of resources is not said of instances', () => {
    const [group] = groupsIn(bodyOf('real-identity-listDynamicGroups-devops', 'listDynamicGroups')).map(knownGroup);
    const compartment = 'ocid1.compartment.oc1..aaaaaaaa5iup22cgqtvnvhdgudixaoegilw2qty4iciucuv74rjj455s5kqa';
    expect(matches(group!.parsed!, { id: 'ocid1.instance.oc1.iad.x', compartment, tags: {} })).toBe('yes');
    expect(matches(group!.parsed!, { id: 'ocid1.instance.oc1.iad.x', compartment: 'ocid1.compartment.oc1..other', tags: {} })).toBe('no');
  });

  it('the home region', async () => {
    const { standby } = await judgeCase(probe, 'real-identity-listRegionSubscriptions-published', { under });
    expect((standby.current!.outcome as { readonly facts: Facts }).facts.homeRegion).toBe('us-ashburn-1');
  });
});
