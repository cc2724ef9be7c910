// Protection groups as listDrProtectionGroups and getDrProtectionGroup tell them (API 20220125).
import { field, flagIn, listIn, textIn } from '../../formats/oci.ts';
import type { Group, Member } from './facts.ts';

export type GroupEntry = Pick<Group, 'id' | 'name' | 'compartment' | 'role' | 'peerId' | 'peerRegion' | 'state' | 'subState'>;

/** Null for an entry without an OCID. */
export function parseGroupEntry(entry: unknown, compartment: string): GroupEntry | null {
  const id = textIn(entry, 'id');
  if (id === null) return null;
  return {
    id,
    name: textIn(entry, 'displayName') ?? id,
    compartment,
    role: textIn(entry, 'role'),
    peerId: textIn(entry, 'peerId'),
    peerRegion: textIn(entry, 'peerRegion'),
    state: textIn(entry, 'lifecycleState'),
    subState: textIn(entry, 'lifecycleSubState'),
  };
}

/** The group itself says it better than the list, which may be older. */
export function parseGroup(
  entry: GroupEntry,
  body: unknown,
): { readonly entry: GroupEntry; readonly detail: Exclude<Group['detail'], { kind: 'unseen' }> | null } {
  const members = listIn(body, 'members');
  return {
    entry: { ...(parseGroupEntry(body, entry.compartment) ?? entry), id: entry.id },
    detail:
      members === null
        ? null
        : { kind: 'seen', logBucket: textIn(field(body, 'logLocation'), 'bucket'), members: members.flatMap(parseMember).sort(byType) },
  };
}

const byType = (a: Member, b: Member): number => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1);

/** The field in which a member of that kind names the other side's. */
const peerFields = ['destinationLoadBalancerId', 'destinationNetworkLoadBalancerId', 'peerClusterId', 'peerDbSystemId'] as const;

function parseMember(member: unknown): readonly Member[] {
  const id = textIn(member, 'memberId');
  if (id === null) return [];
  return [
    {
      type: typeOf(member),
      id,
      name: textIn(member, 'bucketName'),
      peerId: peerFields.map((name) => textIn(member, name)).find((one) => one !== null) ?? null,
    },
  ];
}

function typeOf(member: unknown): string {
  const type = textIn(member, 'memberType') ?? '';
  if (type !== 'COMPUTE_INSTANCE') return type;
  return flagIn(member, 'isMovable') === true ? 'COMPUTE_INSTANCE_MOVABLE' : 'COMPUTE_INSTANCE_NON_MOVABLE';
}
