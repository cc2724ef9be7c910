// Where a simulated node stands: number, address, group, pair and site follow from each other, for the simulation and for the fleet file alike.

export interface Place {
  /** From 0. */
  readonly number: number;
  readonly address: string;
  readonly name: string;
  readonly group: string;
  readonly pair: string;
  readonly site: 'fra' | 'zrh';
  readonly role: 'primary' | 'standby';
  readonly liveness: 'alive' | 'refuses' | 'hangs';
}

/** Agents and collector share one machine: each agent has an address of 127.0.0.0/8, and all of them one port. */
export const agentPort = 19_307;
/** Nobody listens there. */
export const deadPort = 19_308;

const pairsPerGroup = 10;
const nodesPerGroup = 2 * pairsPerGroup;

/** Primary and standby in turn, ten pairs in a group; of two hundred a standby is switched off and a primary hangs. */
export function placeOf(number: number): Place {
  const isPrimary = number % 2 === 0;
  const inGroup = Math.floor((number % nodesPerGroup) / 2);
  const group = `group${Math.floor(number / nodesPerGroup)}`;
  const site = isPrimary ? 'fra' : 'zrh';
  const pair = `app${inGroup}`;
  return {
    number,
    address: `127.1.${number >> 8}.${number & 255}`,
    name: `${group}-${pair}-${site}`,
    group,
    pair,
    site,
    role: isPrimary ? 'primary' : 'standby',
    liveness: number % 200 === 77 ? 'refuses' : number % 200 === 176 ? 'hangs' : 'alive',
  };
}

export function numberOf(address: string): number {
  const [, , high = 0, low = 0] = address.split('.').map(Number);
  return high * 256 + low;
}

export const places = (count: number): readonly Place[] => Array.from({ length: count }, (_, number) => placeOf(number));

export const portOf = ({ liveness }: Place): number => (liveness === 'refuses' ? deadPort : agentPort);
