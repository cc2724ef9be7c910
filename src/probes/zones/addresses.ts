// The addresses of a region: of its balancers, and those reserved in it.
import { listIn, textIn } from '../../formats/oci.ts';
import type { Facts } from './facts.ts';
import type { Lists } from './lists.ts';
import { plainValue } from './parse-records.ts';

type Address = Facts['addresses'][number];

export async function addressesOf(lists: Lists): Promise<Address[]> {
  const [balancers, networkBalancers, reserved] = await Promise.all([
    lists.all('listLoadBalancers', 'load balancers', {}, true),
    lists.all('listNetworkLoadBalancers', 'network load balancers', {}, true),
    lists.all('listPublicIps', 'reserved addresses', { scope: 'REGION', lifetime: 'RESERVED' }, true),
  ]);
  const held = [
    ...balancers.flatMap((body) => ofBalancer('load balancer', body)),
    ...networkBalancers.flatMap((body) => ofBalancer('network load balancer', body)),
  ];
  const known = new Set(held.map(({ address }) => address));
  const all = [...held, ...reserved.flatMap(ofReserved).filter(({ address }) => !known.has(address))];
  return all.sort((a, b) => (`${a.address} ${a.of}` < `${b.address} ${b.of}` ? -1 : 1));
}

const isGone = (body: unknown): boolean =>
  ['DELETED', 'DELETING', 'TERMINATED', 'TERMINATING', 'FAILED'].includes(textIn(body, 'lifecycleState') ?? '');

const nameOf = (body: unknown): string => textIn(body, 'displayName') ?? textIn(body, 'id') ?? '?';

const ofBalancer = (kind: string, body: unknown): readonly Address[] =>
  isGone(body)
    ? []
    : (listIn(body, 'ipAddresses') ?? []).flatMap((one) => {
        const address = textIn(one, 'ipAddress');
        return address === null ? [] : [{ address: plainValue(address), of: `${kind} ${nameOf(body)}`, isIdle: false }];
      });

function ofReserved(body: unknown): readonly Address[] {
  const address = textIn(body, 'ipAddress');
  if (address === null || isGone(body)) return [];
  // https://docs.oracle.com/en-us/iaas/api/#/en/iaas/latest/PublicIp/: an address that waits for its use is AVAILABLE or UNASSIGNED.
  const isIdle = ['AVAILABLE', 'UNASSIGNED', 'UNASSIGNING'].includes(textIn(body, 'lifecycleState') ?? '');
  return [{ address: plainValue(address), of: `reserved address ${nameOf(body)}`, isIdle }];
}
