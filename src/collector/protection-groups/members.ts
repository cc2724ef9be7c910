// Machines that a protection group names: each compute member that stays where it is, under the name that its twin shares. Pure.

import type { GroupConfig, RegionConfig } from '../../config/fleet-config.ts';
import type { ProtectionGroupsSeen } from '../../contract/protection-groups.ts';
import { mapped } from '../../formats/region-words.ts';
import type { Found } from '../inventory/found.ts';

export interface MembersFound {
  readonly found: readonly Found[];
  /** Members that cannot be asked; one sentence each. */
  readonly complaints: readonly string[];
}

/** What moves has no twin: it is the same machine on both sides. */
const standing = 'COMPUTE_INSTANCE_NON_MOVABLE';

/** `known`: addresses by instance as they were before, for one whose address is not seen now. */
export function membersAt(group: GroupConfig, region: RegionConfig, seen: ProtectionGroupsSeen, known: Map<string, string>): MembersFound {
  const found: Found[] = [];
  const complaints: string[] = [];
  for (const { name: called, detail } of seen.groups) {
    if (detail.kind === 'unseen') complaints.push(`the members of ${called} are not known: ${detail.detail}`);
    const members = detail.kind === 'seen' ? detail.members.filter(({ type }) => type === standing) : [];
    for (const { id, name } of members) {
      const pair = sharedName(region, id, name);
      if (pair === null) {
        complaints.push(`${id}, a member of ${called}, has no name that could be a pair’s`);
        continue;
      }
      // What the fleet file says of a machine is not said again.
      if (isWritten(group, pair, region.site)) continue;
      const address = addressOf(seen, id, known);
      if (address.text === null) complaints.push(`the address of ${pair}, a member of ${called}, is not known: ${address.detail}`);
      else found.push({ address: agentAddress(group, address.text), told: { group: group.name, pair, role: null, site: region.site } });
    }
  }
  return { found, complaints };
}

function sharedName({ scope }: RegionConfig, id: string, name: string | null): string | null {
  const host = Object.entries(scope.hosts).find(([, host]) => host.id === id)?.[0];
  const shared = host ?? mapped(scope.names, id) ?? (name === null ? null : (mapped(scope.names, name) ?? name));
  return shared === null || shared === '' || /\p{Cc}/u.test(shared) ? null : shared;
}

const isWritten = ({ pairs }: GroupConfig, pair: string, site: string): boolean =>
  pairs.some(({ name, members }) => name === pair && members.some((member) => member.site === site));

function addressOf({ instances }: ProtectionGroupsSeen, id: string, known: Map<string, string>) {
  const address = instances.find((one) => one.id === id)?.address;
  if (address?.kind === 'seen') {
    known.set(id, address.text);
    return { text: address.text, detail: '' };
  }
  const detail = address?.detail ?? 'the instance is in none of the compartments looked at';
  return { text: address?.kind === 'none' ? null : (known.get(id) ?? null), detail };
}

function agentAddress({ protectionGroup }: GroupConfig, address: string): string {
  const { port } = protectionGroup!.agents!;
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
