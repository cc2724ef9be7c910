// What lets packets into a VCN and may send them on by a route table of its own: gateways, and the attachment to a DRG.
import type { Side, Sides } from './side.ts';

export interface Door {
  /** Equal on both sides for what belongs together. */
  readonly key: string;
  readonly name: string;
  readonly routeTableId: string | null;
}

export interface DoorPair {
  readonly standby: Door;
  readonly primary: Door;
}

/** Of a kind that a VCN has one of, under any name; several are not told apart. */
export function doorPairs({ standby, primary }: Sides): readonly DoorPair[] {
  const mine = Map.groupBy(doorsOf(standby), ({ key }) => key);
  const theirs = Map.groupBy(doorsOf(primary), ({ key }) => key);
  return [...theirs].flatMap(([key, doors]) => {
    const twins = mine.get(key);
    return doors.length === 1 && twins?.length === 1 ? [{ standby: twins[0]!, primary: doors[0]! }] : [];
  });
}

function doorsOf(side: Side): readonly Door[] {
  const { gateways, drgAttachments } = side.facts;
  return [
    ...gateways.map((one) => ({
      key: `${side.vcnKey(one.vcnId)} ${one.kind}${one.kind === 'localpeeringgateway' ? ` ${side.nameOf(one)}` : ''}`,
      name: one.name,
      routeTableId: one.routeTableId,
    })),
    ...drgAttachments
      .filter(({ type, networkId }) => type === 'VCN' && networkId !== null)
      .map((one) => ({
        key: `${side.vcnKey(one.networkId ?? '')} drg`,
        name: `DRG attachment ${one.name}`,
        routeTableId: one.routeTableId,
      })),
  ];
}
