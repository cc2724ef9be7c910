// Which member stands for which. What moves (volume groups, moving instances, file systems, buckets) is a member at the primary only, and
// becomes one of the other group with the switchover: https://docs.oracle.com/en-us/iaas/disaster-recovery/doc/add-members-dr-protection-group.html

import type { RegionScope } from '../../contract/region.ts';
import { mapped } from '../../formats/region-words.ts';
import type { Member } from './facts.ts';

export interface MembersOfSide {
  readonly members: readonly Member[];
  readonly scope: RegionScope;
}

/** Members of one kind that have no counterpart by OCID or by name. */
export interface Leftover {
  readonly type: string;
  readonly standby: readonly Member[];
  readonly primary: readonly Member[];
  /** How many more are left at the primary; below zero where more are left at the standby. */
  readonly missing: number;
}

/** Of these both sides have one each. */
const standing = [
  'COMPUTE_INSTANCE_NON_MOVABLE',
  'DATABASE',
  'AUTONOMOUS_DATABASE',
  'AUTONOMOUS_CONTAINER_DATABASE',
  'LOAD_BALANCER',
  'NETWORK_LOAD_BALANCER',
  'OKE_CLUSTER',
  'MYSQL_DB_SYSTEM',
  'INTEGRATION_INSTANCE',
];

/** Of these the primary alone has one. */
const moving = ['COMPUTE_INSTANCE_MOVABLE', 'VOLUME_GROUP', 'FILE_SYSTEM', 'OBJECT_STORAGE_BUCKET'];

export const isKnownType = (type: string): boolean => standing.includes(type) || moving.includes(type);

/** Of members of a kind that is not known, one that has its counterpart is settled all the same. */
export function pairMembers(standby: MembersOfSide, primary: MembersOfSide): readonly Leftover[] {
  const others = [...standby.members, ...primary.members].map(({ type }) => type).filter((type) => !isKnownType(type));
  return [...standing, ...new Set(others)].flatMap((type) => {
    const own = standby.members.filter((one) => one.type === type).map((one) => withSharedName(one, standby.scope));
    const theirs = primary.members.filter((one) => one.type === type).map((one) => withSharedName(one, primary.scope));
    const left = new Set(own);
    const unpaired = theirs.filter((one) => !isTaken(one, left));
    if (unpaired.length === 0 && left.size === 0) return [];
    return [{ type, standby: [...left], primary: unpaired, missing: unpaired.length - left.size }];
  });
}

/** Takes the counterpart out of what is left. */
function isTaken(member: Member, left: Set<Member>): boolean {
  const found = counterpartOf(member, [...left]);
  if (found !== null) left.delete(found);
  return found !== null;
}

/** By what either names as its peer, else by the name that both sides share. */
const counterpartOf = (member: Member, others: readonly Member[]): Member | null =>
  others.find((one) => one.peerId === member.id || member.peerId === one.id) ??
  others.find((one) => one.name !== null && one.name === member.name) ??
  null;

function withSharedName(member: Member, scope: RegionScope): Member {
  const host = Object.entries(scope.hosts).find(([, { id }]) => id === member.id)?.[0];
  const told = mapped(scope.names, member.id) ?? (member.name === null ? undefined : mapped(scope.names, member.name));
  return { ...member, name: host ?? told ?? member.name };
}
