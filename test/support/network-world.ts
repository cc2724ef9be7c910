// Two small regions whose networks mean the same until a test changes one of them: bodies as OCI's API writes them (names and types of
// fields: Oracle's SDK, package oci-core).
import type { Judgement } from '../../src/contract/finding.ts';
import type { Role } from '../../src/contract/node.ts';
import type { CheckState } from '../../src/contract/observation.ts';
import type { OciOperationName } from '../../src/contract/oci-operations.ts';
import type { RegionScope } from '../../src/contract/region.ts';
import { judge } from '../../src/judge/judge.ts';
import { probe } from '../../src/probes/network/index.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { asOf, emptyListCalls, snapshotOf } from './oci-cases.ts';

export type Body = Record<string, unknown>;

export interface NetworkSide {
  readonly key: 'iad' | 'phx';
  readonly net: string;
  /** Second and third part of its own addresses. */
  readonly id: (type: string, name: string) => string;
  vcns: Body[];
  subnets: Body[];
  nsgs: Body[];
  rules: Record<string, Body[]>;
  lists: Body[];
  tables: Body[];
  nats: Body[];
  internets: Body[];
  services: Body[];
  locals: Body[];
  peerings: Body[];
  drgs: Body[];
  drgAttachments: Body[];
  drgTables: Body[];
  drgRoutes: Record<string, Body[]>;
  instances: Body[];
  attachments: Body[];
  vnics: Body[];
  publicIps: Body[];
  /** Answered before all of these. */
  over: RecordedCall[];
  scope: RegionScope;
}

const regions = { iad: 'us-ashburn-1', phx: 'us-phoenix-1' } as const;

export const tcp = (source: string, port: number | readonly [number, number], more: Body = {}): Body =>
  rule('ingress', '6', source, port, more);
export const out = (destination: string, port: number | readonly [number, number], more: Body = {}): Body =>
  rule('egress', '6', destination, port, more);

export function rule(
  direction: 'ingress' | 'egress',
  protocol: string,
  peer: string,
  port: number | readonly [number, number] | null,
  more: Body = {},
): Body {
  const name = direction === 'ingress' ? 'source' : 'destination';
  const type = peer.startsWith('ocid1.') ? 'NETWORK_SECURITY_GROUP' : /[.:].*\//.test(peer) ? 'CIDR_BLOCK' : 'SERVICE_CIDR_BLOCK';
  const [min, max] = typeof port === 'number' ? [port, port] : (port ?? [null, null]);
  const options = port === null ? null : { destinationPortRange: { min, max }, sourcePortRange: null };
  return {
    direction: direction.toUpperCase(),
    protocol,
    [name]: peer,
    [`${name}Type`]: type,
    isStateless: false,
    isValid: true,
    tcpOptions: protocol === '6' ? options : null,
    udpOptions: protocol === '17' ? options : null,
    icmpOptions: null,
    ...more,
  };
}

export function networkSide(key: 'iad' | 'phx'): NetworkSide {
  const net = key === 'iad' ? '10.0' : '10.1';
  const id = (type: string, name: string): string => `ocid1.${type}.oc1.${key}.${name.replace(/[^a-z0-9]/g, '')}`;
  const vcnId = id('vcn', 'pay');
  const named = (type: string, name: string, more: Body = {}): Body => ({
    id: id(type, name),
    displayName: name,
    vcnId,
    lifecycleState: 'AVAILABLE',
    ...more,
  });
  return {
    key,
    net,
    id,
    vcns: [{ id: vcnId, displayName: 'vcn-pay', cidrBlocks: [`${net}.0.0/16`], cidrBlock: `${net}.0.0/16`, lifecycleState: 'AVAILABLE' }],
    subnets: [
      named('subnet', 'sn-app', {
        cidrBlock: `${net}.20.0/24`,
        routeTableId: id('routetable', 'rt-private'),
        securityListIds: [id('securitylist', 'sl-pay')],
      }),
    ],
    nsgs: [named('networksecuritygroup', 'nsg-app'), named('networksecuritygroup', 'nsg-web')],
    rules: { 'nsg-app': [tcp(id('networksecuritygroup', 'nsg-web'), 8443)], 'nsg-web': [tcp(`${net}.1.0/24`, 443)] },
    lists: [
      named('securitylist', 'sl-pay', { ingressSecurityRules: [tcp(`${net}.0.0/16`, 22)], egressSecurityRules: [out('0.0.0.0/0', 443)] }),
    ],
    tables: [
      named('routetable', 'rt-private', {
        routeRules: [
          { destination: '0.0.0.0/0', destinationType: 'CIDR_BLOCK', networkEntityId: id('natgateway', 'nat-pay') },
          {
            destination: `all-${key}-services-in-oracle-services-network`,
            destinationType: 'SERVICE_CIDR_BLOCK',
            networkEntityId: id('servicegateway', 'sgw'),
          },
        ],
      }),
    ],
    nats: [named('natgateway', 'nat-pay', { blockTraffic: false, natIp: key === 'iad' ? '203.0.113.7' : '198.51.100.7' })],
    internets: [],
    services: [
      named('servicegateway', 'sgw', {
        blockTraffic: false,
        services: [{ serviceName: `All ${key.toUpperCase()} Services In Oracle Services Network` }],
      }),
    ],
    locals: [],
    peerings: [],
    drgs: [],
    drgAttachments: [],
    drgTables: [],
    drgRoutes: {},
    instances: [{ id: id('instance', 'pay-app-1'), displayName: 'pay-app-1', lifecycleState: 'RUNNING' }],
    attachments: [
      {
        id: id('vnicattachment', 'pay-app-1'),
        instanceId: id('instance', 'pay-app-1'),
        vnicId: id('vnic', 'pay-app-1'),
        lifecycleState: 'ATTACHED',
      },
    ],
    vnics: [
      {
        id: id('vnic', 'pay-app-1'),
        displayName: 'pay-app-1',
        isPrimary: true,
        subnetId: id('subnet', 'sn-app'),
        nsgIds: [id('networksecuritygroup', 'nsg-app')],
        privateIp: `${net}.20.${key === 'iad' ? 11 : 31}`,
        securityAttributes: {},
      },
    ],
    publicIps: [],
    over: [],
    scope: {
      compartments: { payments: `ocid1.compartment.oc1..${key}` },
      networks: { pay: `${net}.0.0/16` },
      hosts: { 'pay-app-1': { id: id('instance', 'pay-app-1'), addresses: [`${net}.20.${key === 'iad' ? 11 : 31}`] } },
      addresses: {},
      names: {},
    },
  };
}

export const callsOfSide = (side: NetworkSide): readonly RecordedCall[] => {
  const lists: readonly (readonly [OciOperationName, Body[]])[] = [
    ['listVcns', side.vcns],
    ['listSubnets', side.subnets],
    ['listNetworkSecurityGroups', side.nsgs],
    ['listSecurityLists', side.lists],
    ['listRouteTables', side.tables],
    ['listNatGateways', side.nats],
    ['listInternetGateways', side.internets],
    ['listServiceGateways', side.services],
    ['listLocalPeeringGateways', side.locals],
    ['listRemotePeeringConnections', side.peerings],
    ['listDrgs', side.drgs],
    ['listDrgAttachments', side.drgAttachments],
    ['listDrgRouteTables', side.drgTables],
    ['listInstances', side.instances],
    ['listVnicAttachments', side.attachments],
    ['listPublicIps', side.publicIps],
  ];
  return [
    ...side.over,
    ...lists.map(([operation, body]) => ({ operation, with: {}, body })),
    ...Object.entries(side.rules).map(
      ([name, body]): RecordedCall => ({
        operation: 'listNetworkSecurityGroupSecurityRules',
        with: { networkSecurityGroupId: side.id('networksecuritygroup', name) },
        body,
      }),
    ),
    ...Object.entries(side.drgRoutes).map(
      ([name, body]): RecordedCall => ({
        operation: 'listDrgRouteRules',
        with: { drgRouteTableId: side.id('drgroutetable', name) },
        body,
      }),
    ),
    ...side.vnics.map((body): RecordedCall => ({ operation: 'getVnic', with: { vnicId: String(body.id) }, body })),
    ...emptyListCalls,
  ];
};

export interface NetworkJudged extends Judgement {
  readonly standby: CheckState;
  readonly primary: CheckState;
}

/** Phoenix stands by for Ashburn, unless the roles are turned round. */
export async function judgeNetworks(
  change: (standby: NetworkSide, primary: NetworkSide) => void = () => undefined,
  standbyKey: 'iad' | 'phx' = 'phx',
): Promise<NetworkJudged> {
  const standby = networkSide(standbyKey);
  const primary = networkSide(standbyKey === 'phx' ? 'iad' : 'phx');
  change(standby, primary);
  const look = (side: NetworkSide, role: Role) =>
    snapshotOf({
      probe,
      region: { now: asOf, region: { name: regions[side.key], key: side.key }, tenancyId: null, calls: callsOfSide(side) },
      scope: side.scope,
      role,
    });
  const [mine, theirs] = await Promise.all([look(standby, 'standby'), look(primary, 'primary')]);
  const judgement = judge({ now: asOf, subject: mine, twin: theirs, earlier: [], probes: new Map([[probe.id, probe]]) });
  return { ...judgement, standby: mine.checks[0]!, primary: theirs.checks[0]! };
}
