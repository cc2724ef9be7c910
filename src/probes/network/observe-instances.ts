// Which groups and subnets the machines of a region are attached to.
import { type UnseenPart, unseenPart } from '../../contract/region.ts';
import { entriesIn, field, flagIn, textIn, textsIn } from '../../formats/oci.ts';
import { type Asking, ask } from './ask.ts';
import type { InstanceFact, VnicFact } from './facts.ts';
import { sorted } from './parse.ts';

/** A machine that is going or gone has no network to compare. */
const goneStates = new Set(['TERMINATING', 'TERMINATED']);
const detachedStates = new Set(['DETACHING', 'DETACHED']);

export async function instancesOf(asking: Asking): Promise<InstanceFact[]> {
  const [bodies, attachments] = await Promise.all([ask(asking, 'listInstances'), ask(asking, 'listVnicAttachments')]);
  const hidden = asking.unseen.find(({ operation }) => operation === 'listVnicAttachments');
  const unseen = hidden === undefined ? null : ({ kind: 'unseen', reason: hidden.reason, detail: hidden.detail } as UnseenPart);
  const byInstance = Map.groupBy(attachments.filter(isAttached), (one) => textIn(one, 'instanceId') ?? '');
  const instances = bodies.flatMap((body) => {
    const id = textIn(body, 'id');
    if (id === null || goneStates.has(textIn(body, 'lifecycleState') ?? '')) return [];
    return [instanceOf(asking, { id, name: textIn(body, 'displayName') ?? id }, byInstance.get(id) ?? [], unseen)];
  });
  return sorted(await Promise.all(instances));
}

const isAttached = (attachment: unknown): boolean => !detachedStates.has(textIn(attachment, 'lifecycleState') ?? '');

async function instanceOf(
  { tenancy }: Asking,
  named: Pick<InstanceFact, 'id' | 'name'>,
  attachments: readonly unknown[],
  unseen: UnseenPart | null,
): Promise<InstanceFact> {
  if (unseen !== null && attachments.length === 0) return { ...named, vnics: unseen };
  const vnics = attachments.map(async (attachment): Promise<VnicFact> => {
    const vnicId = textIn(attachment, 'vnicId');
    if (vnicId === null) return { kind: 'unseen', id: textIn(attachment, 'id') ?? '', detail: 'the attachment names no VNIC' };
    const answer = await tenancy.get('getVnic', { vnicId });
    if (answer.kind === 'failed') return { kind: 'unseen', id: vnicId, detail: unseenPart(answer).detail };
    return vnicOf(answer.body, vnicId, textIn(attachment, 'subnetId'));
  });
  return { ...named, vnics: (await Promise.all(vnics)).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)) };
}

function vnicOf(body: unknown, id: string, attachedTo: string | null): VnicFact {
  if (typeof body !== 'object' || body === null) return { kind: 'unseen', id, detail: 'getVnic: what came back is no VNIC' };
  return {
    kind: 'seen',
    id,
    name: textIn(body, 'displayName') ?? textIn(body, 'hostnameLabel') ?? id,
    isPrimary: flagIn(body, 'isPrimary') ?? false,
    subnetId: textIn(body, 'subnetId') ?? attachedTo,
    nsgIds: nsgIdsOf(body),
    address: textIn(body, 'privateIp'),
    routeTableId: textIn(body, 'routeTableId'),
    forwards: flagIn(body, 'skipSourceDestCheck'),
    hasSecurityAttributes: entriesIn(body, 'securityAttributes').length > 0,
  };
}

/** A key that is not there, or null, is a VNIC of no group. */
function nsgIdsOf(body: unknown): string[] | UnseenPart {
  if (field(body, 'nsgIds') === undefined) return [];
  const ids = textsIn(body, 'nsgIds');
  return ids === null ? { kind: 'unseen', reason: 'unparsable', detail: 'getVnic: nsgIds is no list' } : [...ids].sort();
}
