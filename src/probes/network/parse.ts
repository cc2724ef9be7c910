// Parts of a network as OCI's API writes them; an entry that does not say what it is, is left out.
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy } from '../../contract/tenancy.ts';
import { entriesIn, field, flagIn, listIn, textIn, textsIn } from '../../formats/oci.ts';
import type { Facts, GatewayFact, RouteFact, RouteTable } from './facts.ts';

const goneStates = new Set(['TERMINATING', 'TERMINATED', 'DETACHED', 'DETACHING']);

export const isThere = (body: unknown): boolean => !goneStates.has(textIn(body, 'lifecycleState') ?? '');

export const sorted = <T extends { readonly id: string; readonly name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What lies in a VCN and has a name. */
export function namedOf(body: unknown): readonly { readonly id: string; readonly name: string; readonly vcnId: string }[] {
  const id = textIn(body, 'id');
  return id === null ? [] : [{ id, name: textIn(body, 'displayName') ?? id, vcnId: textIn(body, 'vcnId') ?? '' }];
}

/** The newer field lists them all; both may be there. */
function blocksOf(body: unknown, lists: readonly string[], singles: readonly string[]): string[] {
  const blocks = [...lists.flatMap((name) => textsIn(body, name) ?? []), ...singles.flatMap((name) => textIn(body, name) ?? [])];
  return [...new Set(blocks)].sort();
}

export const vcnOf = (body: unknown): Facts['vcns'] =>
  namedOf(body).map(({ id, name }) => ({
    id,
    name,
    compartmentId: textIn(body, 'compartmentId'),
    blocks: blocksOf(body, ['cidrBlocks', 'ipv6CidrBlocks', 'ipv6PrivateCidrBlocks'], ['cidrBlock']),
    isZprOnly: flagIn(body, 'isZprOnly') === true || entriesIn(body, 'securityAttributes').length > 0,
  }));

export const subnetOf = (body: unknown): Facts['subnets'] =>
  namedOf(body).map((named) => ({
    ...named,
    blocks: blocksOf(body, ['ipv4CidrBlocks', 'ipv6CidrBlocks'], ['cidrBlock', 'ipv6CidrBlock']),
    routeTableId: textIn(body, 'routeTableId'),
    securityListIds: [...(textsIn(body, 'securityListIds') ?? [])].sort(),
    isClosed: isClosed(body),
  }));

/** Either keeps the Internet out. Null where the body tells of neither. */
function isClosed(body: unknown): boolean | null {
  const flags = [flagIn(body, 'prohibitInternetIngress'), flagIn(body, 'prohibitPublicIpOnVnic')];
  return flags.every((flag) => flag === null) ? null : flags.includes(true);
}

export function routeTableOf(tenancy: Tenancy, body: unknown): readonly Promise<RouteTable>[] {
  return namedOf(body).map(async (named) => {
    const reads = await Promise.all((listIn(body, 'routeRules') ?? []).map((rule) => routeOf(tenancy, rule)));
    return {
      ...named,
      routes: reads.filter((read) => typeof read !== 'string').sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
      unread: reads.filter((read) => typeof read === 'string').sort(),
    };
  });
}

/** `cidrBlock` is the older name of a destination. Text where it does not say where it goes. */
async function routeOf(tenancy: Tenancy, rule: unknown): Promise<RouteFact | string> {
  const destination = textIn(rule, 'destination') ?? textIn(rule, 'cidrBlock');
  const target = textIn(rule, 'networkEntityId');
  if (destination === null || target === null) return (JSON.stringify(rule) ?? '').slice(0, 200);
  const isService = textIn(rule, 'destinationType') === 'SERVICE_CIDR_BLOCK';
  const isAddress = target.startsWith('ocid1.privateip.');
  return { destination, isService, target, ...(isAddress ? await addressOf(tenancy, target) : { address: null, vnicId: null }) };
}

async function addressOf(tenancy: Tenancy, privateIpId: string): Promise<Pick<RouteFact, 'address' | 'vnicId'>> {
  const answer = await tenancy.get('getPrivateIp', { privateIpId });
  if (answer.kind === 'failed') return { address: unseenPart(answer), vnicId: null };
  const address = textIn(answer.body, 'ipAddress');
  return {
    address: address ?? { kind: 'unseen', reason: 'unparsable', detail: 'getPrivateIp: there is no address in it' },
    vnicId: textIn(answer.body, 'vnicId'),
  };
}

export const gatewaysOf = (kind: GatewayFact['kind'], bodies: readonly unknown[]): readonly GatewayFact[] =>
  bodies.flatMap((body) =>
    namedOf(body).map((named) => ({
      ...named,
      kind,
      state: textIn(body, 'lifecycleState') ?? '',
      isBlocked: flagIn(body, 'blockTraffic'),
      isEnabled: flagIn(body, 'isEnabled'),
      services: kind === 'servicegateway' ? servicesOf(body) : null,
      address: textIn(body, 'natIp'),
      peering: kind === 'localpeeringgateway' ? textIn(body, 'peeringStatus') : null,
      peerId: kind === 'localpeeringgateway' ? textIn(body, 'peerId') : null,
      routeTableId: textIn(body, 'routeTableId'),
    })),
  );

const servicesOf = (body: unknown): string[] | null =>
  listIn(body, 'services')
    ?.map((one) => textIn(one, 'serviceName') ?? textIn(one, 'serviceId') ?? '')
    .sort() ?? null;

export const peeringsOf = (bodies: readonly unknown[]): Facts['peerings'] =>
  sorted(
    bodies.filter(isThere).flatMap((body) =>
      namedOf(body).map(({ id, name }) => ({
        id,
        name,
        drgId: textIn(body, 'drgId') ?? '',
        status: textIn(body, 'peeringStatus'),
        peerId: textIn(body, 'peerId'),
        peerRegion: textIn(body, 'peerRegionName'),
      })),
    ),
  );

export const drgAttachmentsOf = (bodies: readonly unknown[]): Facts['drgAttachments'] =>
  sorted(
    bodies.filter(isThere).flatMap((body) =>
      namedOf(body).map(({ id, name, vcnId }) => {
        const network = field(body, 'networkDetails');
        return {
          id,
          name,
          drgId: textIn(body, 'drgId') ?? '',
          type: textIn(network, 'type') ?? (vcnId === '' ? '' : 'VCN'),
          networkId: textIn(network, 'id') ?? (vcnId === '' ? null : vcnId),
          state: textIn(body, 'lifecycleState') ?? '',
          tableId: textIn(body, 'drgRouteTableId'),
          routeTableId: textIn(network, 'routeTableId') ?? textIn(body, 'routeTableId'),
        };
      }),
    ),
  );

export function drgRoutesOf(
  bodies: readonly unknown[],
  attachments: Facts['drgAttachments'],
): Extract<Facts['drgTables'][number]['routes'], unknown[]> {
  const typeOf = new Map(attachments.map(({ id, type }) => [id, type]));
  return bodies
    .flatMap((body) => {
      const destination = textIn(body, 'destination');
      const next = textIn(body, 'nextHopDrgAttachmentId');
      if (destination === null || next === null) return [];
      return [
        {
          destination,
          via: typeOf.get(next) ?? next,
          isStatic: textIn(body, 'routeType') !== 'DYNAMIC',
          isUsable: flagIn(body, 'isConflict') !== true && flagIn(body, 'isBlackhole') !== true,
        },
      ];
    })
    .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
}

export const publicIpsOf = (bodies: readonly unknown[]): Extract<Facts['publicIps'], unknown[]> =>
  bodies
    .filter(isThere)
    .flatMap((body) => {
      const address = textIn(body, 'ipAddress');
      return address === null ? [] : [{ address, name: textIn(body, 'displayName') ?? address }];
    })
    .sort((a, b) => compare(a.address, b.address));
