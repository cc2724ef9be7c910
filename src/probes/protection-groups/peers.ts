// Which protection group stands for which: they name each other by OCID, and the standby's word is taken first.
import type { Facts, Group } from './facts.ts';

export interface Peers {
  readonly group: Group;
  /** The primary's; null where it is not among those seen there. */
  readonly peer: Group | null;
}

/** Groups of the standby that belong beside the primary's region. */
export const peersOf = (standby: Facts, primary: Facts): readonly Peers[] =>
  standby.groups
    .filter((group) => group.peerId !== null && !isElsewhere(group, primary))
    .map((group) => ({ group, peer: primary.groups.find(({ id }) => id === group.peerId) ?? null }));

/** Its peer lies in a third region, and so belongs to another pair. */
export const isElsewhere = ({ peerRegion }: Group, { region }: Facts): boolean =>
  peerRegion !== null && peerRegion !== region.name && peerRegion !== region.key;
