// One look at who may do what: compartments, dynamic groups and instances first, then the policies of every compartment from the root down
// to the side's own.
import { type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { field, flagIn, textIn } from '../../formats/oci.ts';
import type { Facts, Group } from './facts.ts';
import { groupsNamed, type Seen, withoutOthers } from './keep.ts';
import { compartmentsIn as compartmentsInRule, knownGroup } from './membership.ts';
import { compartmentsIn, groupsIn, instancesIn, nameless, policiesIn } from './parse-bodies.ts';
import type { Settings } from './settings.ts';
import { chainOf, knownChainOf, treeOf } from './tree.ts';

export async function observe(port: Tenancy, { scope }: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const own = [...new Set(Object.values(scope.compartments))].sort();
  const tenancy = port.tenancyId ?? own.find((id) => id.startsWith('ocid1.tenancy.')) ?? null;
  if (tenancy === null) return unseen('unreadable', 'the OCID of the tenancy is not known, below which compartments are listed');
  const [compartments, groups, homeRegion, ...instances] = await Promise.all([
    port.list('listCompartments', { compartmentId: tenancy, compartmentIdInSubtree: 'true', accessLevel: 'ANY' }),
    port.list('listDynamicGroups', { compartmentId: tenancy }),
    homeRegionOf(port, tenancy),
    ...own.map(async (compartment) => ({ compartment, answer: await port.list('listInstances', { compartmentId: compartment }) })),
  ]);
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  const failed = [compartments, groups].find((answer): answer is TenancyFailed => answer.kind === 'failed');
  if (failed !== undefined) return unseen(failed.reason, failed.detail);
  const tree = treeOf(tenancy, compartmentsIn(tenancy, (compartments as TenancyListed).items));
  const ways = own.map((id) => chainOf(tree, id) ?? [...knownChainOf(tree, id), tenancy]);
  const attached = [...new Set(ways.flat())].sort();
  const policies = await Promise.all(attached.map((id) => policiesOf(port, id, tree.byId.has(id))));
  const isTreeUnclear = nameless((compartments as TenancyListed).items);
  const broken = own.filter((id) => isTreeUnclear || chainOf(tree, id) === null).map(outOfTree);
  const seen: Seen = {
    own,
    tree,
    groups: groupsIn((groups as TenancyListed).items),
    instances: instances.map(({ compartment, answer }) => ({
      compartment,
      seen: answer.kind === 'failed' ? unseenPart(answer) : nameless(answer.items) ? unnamed : instancesIn(answer.items),
    })),
    policies: [...policies, ...broken],
  };
  const kept = withoutOthers({ ...seen, groups: await withRules(port, seen) });
  const above = await populated(
    port,
    kept.groups,
    ways.flat().filter((id) => !own.includes(id)),
  );
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  return observed({ region: { name: port.region.name, key: port.region.key }, homeRegion, tenancy, above, ...kept });
}

const unnamed = { kind: 'unseen', reason: 'unreadable', detail: 'the list holds an entry without an OCID' } as const;

type PolicyPart = Facts['policies'][number];

async function policiesOf(port: Tenancy, compartment: string, isInTree: boolean): Promise<PolicyPart> {
  if (!isInTree)
    return { compartment, seen: { kind: 'unseen', reason: 'denied', detail: 'the compartment is not among those that were listed' } };
  const answer = await port.list('listPolicies', { compartmentId: compartment });
  return { compartment, seen: answer.kind === 'failed' ? unseenPart(answer) : policiesIn(answer.items) };
}

/** Between it and the root there may be compartments, with policies, of which nothing is known. */
const outOfTree = (id: string): PolicyPart => ({
  compartment: `above ${id}`,
  seen: { kind: 'unseen', reason: 'denied', detail: 'which compartments there are was not listed whole' },
});

/** Identity is written there and nowhere else. Known or not, it decides nothing. */
async function homeRegionOf(port: Tenancy, tenancyId: string): Promise<string | null> {
  const answer = await port.list('listRegionSubscriptions', { tenancyId });
  if (answer.kind === 'failed') return null;
  const home = answer.items.find((one) => flagIn(one, 'isHomeRegion') === true);
  return home === undefined ? null : textIn(home, 'regionName');
}

/** In some tenancies the list shows no rules: each group is then asked for by itself, where a policy speaks of it. */
async function withRules(port: Tenancy, seen: Seen): Promise<readonly Group[]> {
  const named = groupsNamed(seen);
  return Promise.all(
    seen.groups.map(async (group) => {
      if (group.rule !== null || group.id === '' || !named.has(group.id)) return group;
      const answer = await port.get('getDynamicGroup', { dynamicGroupId: group.id });
      return answer.kind === 'failed' ? group : { ...group, rule: textIn(answer.body, 'matchingRule'), state: stateOf(answer.body, group) };
    }),
  );
}

/** A rule that names such a compartment is right where instances lie in it, and matches none below it. */
async function populated(port: Tenancy, groups: readonly Group[], above: readonly string[]): Promise<Facts['above']> {
  const named = new Set(groups.flatMap((group) => compartmentsNamed(group)));
  return Promise.all(
    [...new Set(above)]
      .filter((id) => named.has(id))
      .sort()
      .map(async (compartment) => {
        const answer = await port.list('listInstances', { compartmentId: compartment });
        return { compartment, seen: answer.kind === 'failed' ? unseenPart(answer) : instancesIn(answer.items).length > 0 };
      }),
  );
}

function compartmentsNamed(group: Group): readonly string[] {
  const { parsed } = knownGroup(group);
  return parsed === null ? [] : compartmentsInRule(parsed);
}

const stateOf = (body: unknown, { state }: Group): string | null =>
  field(body, 'lifecycleState') === undefined ? state : textIn(body, 'lifecycleState');
