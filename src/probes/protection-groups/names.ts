// Names for members of which the protection group tells only the OCID. What cannot be listed stays without a name; nothing hangs on it.
import type { ListOperation } from '../../contract/oci-operations.ts';
import type { Tenancy } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { type Group, membersOf } from './facts.ts';
import type { Settings } from './settings.ts';

const listsOf: Readonly<Record<string, { readonly operation: ListOperation; readonly name: string }>> = {
  DATABASE: { operation: 'listDatabases', name: 'dbName' },
  LOAD_BALANCER: { operation: 'listLoadBalancers', name: 'displayName' },
  NETWORK_LOAD_BALANCER: { operation: 'listNetworkLoadBalancers', name: 'displayName' },
};

export async function nameMembers(
  tenancy: Tenancy,
  { scope }: Settings,
  groups: readonly Group[],
): Promise<readonly (readonly [string, string])[]> {
  const types = new Set(groups.flatMap(membersOf).map(({ type }) => type));
  const asked = [...types].flatMap((type) => {
    const list = listsOf[type];
    return list === undefined ? [] : [...new Set(Object.values(scope.compartments))].map((compartmentId) => ({ ...list, compartmentId }));
  });
  const answers = await Promise.all(
    asked.map(async ({ operation, name, compartmentId }) => ({ name, answer: await tenancy.list(operation, { compartmentId }) })),
  );
  return answers.flatMap(({ name, answer }) =>
    answer.kind === 'failed'
      ? []
      : answer.items.flatMap((item) => {
          const id = textIn(item, 'id');
          const told = textIn(item, name);
          return id === null || told === null ? [] : [[id, told] as const];
        }),
  );
}
