// The instances that a protection group needs: compute members, and those that steps run on.
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import type { Tenancy, TenancyFailed, TenancyListed } from '../../contract/tenancy.ts';
import { flagIn, isInRegion, textIn } from '../../formats/oci.ts';
import type { Facts, Instance } from './facts.ts';
import type { Settings } from './settings.ts';

export interface InstancesSeen {
  readonly list: readonly Instance[];
  readonly lists: Facts['instanceLists'];
}

interface Listed {
  readonly entry: unknown;
  readonly compartmentId: string;
}

type Wanted = ReadonlyMap<string, { readonly isForSteps: boolean }>;

export async function lookAtInstances(tenancy: Tenancy, { scope }: Settings, wanted: Wanted): Promise<InstancesSeen> {
  // Those of the other region are not to be found here.
  const own = new Map([...wanted].filter(([id]) => isInRegion(id, tenancy.region) !== false));
  if (own.size === 0) return { list: [], lists: { kind: 'seen' } };
  const compartmentIds = [...new Set(Object.values(scope.compartments))];
  const answers = await Promise.all(
    compartmentIds.map(async (compartmentId) => ({ compartmentId, answer: await tenancy.list('listInstances', { compartmentId }) })),
  );
  const found = new Map<string, Listed>();
  for (const { compartmentId, answer } of answers) {
    if (answer.kind === 'failed') continue;
    for (const entry of answer.items) {
      const id = textIn(entry, 'id');
      if (id !== null && own.has(id)) found.set(id, { entry, compartmentId: textIn(entry, 'compartmentId') ?? compartmentId });
    }
  }
  const attachments = await attachmentsOf(tenancy, found);
  const list = await Promise.all([...found].map(([id, listed]) => lookAtInstance(tenancy, id, listed, own, attachments)));
  const failed = answers.find(({ answer }) => answer.kind === 'failed')?.answer as TenancyFailed | undefined;
  return {
    list: list.sort((a, b) => (a.id < b.id ? -1 : 1)),
    lists: failed === undefined ? { kind: 'seen' } : unseenPart(failed),
  };
}

/** By compartment. */
type Attachments = ReadonlyMap<string, TenancyListed | TenancyFailed>;

async function attachmentsOf(tenancy: Tenancy, found: ReadonlyMap<string, Listed>): Promise<Attachments> {
  const compartmentIds = [...new Set([...found.values()].map(({ compartmentId }) => compartmentId))];
  const answers = compartmentIds.map(
    async (compartmentId) => [compartmentId, await tenancy.list('listVnicAttachments', { compartmentId })] as const,
  );
  return new Map(await Promise.all(answers));
}

async function lookAtInstance(
  tenancy: Tenancy,
  id: string,
  { entry, compartmentId }: Listed,
  wanted: Wanted,
  attachments: Attachments,
): Promise<Instance> {
  const [address, runCommand] = await Promise.all([
    primaryAddress(tenancy, id, attachments.get(compartmentId)!),
    wanted.get(id)!.isForSteps ? runCommandOf(tenancy, id, compartmentId) : ({ kind: 'not-asked' } as const),
  ]);
  return { id, name: textIn(entry, 'displayName'), state: textIn(entry, 'lifecycleState'), address, runCommand };
}

async function primaryAddress(tenancy: Tenancy, instanceId: string, answer: TenancyListed | TenancyFailed): Promise<Instance['address']> {
  if (answer.kind === 'failed') return unseenPart(answer);
  const vnicIds = answer.items
    .filter((one) => textIn(one, 'instanceId') === instanceId && textIn(one, 'lifecycleState') === 'ATTACHED')
    .flatMap((one) => textIn(one, 'vnicId') ?? []);
  if (vnicIds.length === 0) return { kind: 'none', detail: 'no network card is attached' };
  const vnics = await Promise.all(vnicIds.map((vnicId) => tenancy.get('getVnic', { vnicId })));
  const primary = vnics.find((one) => one.kind === 'object' && flagIn(one.body, 'isPrimary') === true);
  const failed = vnics.find((one) => one.kind === 'failed');
  if (primary?.kind !== 'object')
    return failed?.kind === 'failed' ? unseenPart(failed) : { kind: 'none', detail: 'no card is the primary one' };
  const text = textIn(primary.body, 'privateIp');
  return text === null ? { kind: 'none', detail: 'its primary network card has no private IPv4 address' } : { kind: 'seen', text };
}

/** https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/runningcommands.htm */
const runCommandPlugin = 'Compute Instance Run Command';

async function runCommandOf(tenancy: Tenancy, instanceagentId: string, compartmentId: string): Promise<Instance['runCommand']> {
  const answer = await tenancy.list('listInstanceAgentPlugins', { instanceagentId, compartmentId });
  if (answer.kind === 'failed') return unseenPart(answer) satisfies UnseenPart;
  const plugin = answer.items.find((one) => textIn(one, 'name') === runCommandPlugin);
  const status = textIn(plugin, 'status');
  return status === null ? { kind: 'not-listed' } : { kind: 'seen', status };
}
