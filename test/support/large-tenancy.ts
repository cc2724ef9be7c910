// A tenancy as large as the largest that one group is expected in: two regions that are alike but for what a test or a measurement plants.
import type { Role } from '../../src/contract/node.ts';
import { type OciOperationName, ociOperations } from '../../src/contract/oci-operations.ts';
import type { RegionScope } from '../../src/contract/region.ts';
import type { RecordedCall, RecordedRegion } from '../../src/tenancy/recorded.ts';
import { exampleNames } from './oci/instance.ts';

export interface TenancySize {
  readonly instances: number;
  readonly groups: number;
  readonly rules: number;
  readonly policies: number;
}

export const largeSize: TenancySize = { instances: 500, groups: 200, rules: 5_000, policies: 300 };

/** Planted at the standby. */
export interface Planted {
  /** The first rule of this security group is not there. */
  readonly withoutRuleOf?: number;
  /** The machine's interface is in no security group. */
  readonly detached?: number;
  /** This policy names the primary's compartment only. */
  readonly withoutPolicy?: number;
}

const regions = {
  primary: { name: 'us-ashburn-1', key: 'iad', second: 0 },
  standby: { name: 'us-phoenix-1', key: 'phx', second: 1 },
} as const;

/** That of whoever asks the double. */
const { tenancyId } = exampleNames;
const subnetsMax = 25;
const policyHomes = 20;

const compartmentOf = (side: Role): string => `ocid1.compartment.oc1..aaaaaaaalarge${side}`;

export const largeScope = (side: Role): RegionScope => ({
  compartments: { shop: compartmentOf(side) },
  networks: { shop: `10.${regions[side].second}.0.0/16` },
  hosts: {},
  addresses: {},
  names: {},
});

export function largeRegion(side: Role, size: TenancySize = largeSize, planted: Planted = {}): RecordedRegion {
  const { name, key } = regions[side];
  const world: World = { side, size, planted: side === 'standby' ? planted : {}, ...namesOf(side) };
  const calls = [...networkCalls(world), ...computeCalls(world), ...identityCalls(world), ...emptyLists];
  return { now: Date.parse('2026-09-15T00:00:00Z'), region: { name, key }, tenancyId, calls };
}

interface World {
  readonly side: Role;
  readonly size: TenancySize;
  readonly planted: Planted;
  readonly compartmentId: string;
  readonly vcnId: string;
  readonly id: (type: string, name: string | number) => string;
  /** `10.1.2` for the second part of the side and a third one. */
  readonly net: (third: number) => string;
}

function namesOf(side: Role): Pick<World, 'compartmentId' | 'vcnId' | 'id' | 'net'> {
  const { key, second } = regions[side];
  const id = (type: string, name: string | number): string => `ocid1.${type}.oc1.${key}.aaaaaaaalarge${name}`;
  return { compartmentId: compartmentOf(side), vcnId: id('vcn', 'shop'), id, net: (third) => `10.${second}.${third}` };
}

const call = (operation: OciOperationName, body: unknown, given: Readonly<Record<string, string>> = {}): RecordedCall => ({
  operation,
  with: given,
  body,
});

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

const common = ({ compartmentId, vcnId }: World) => ({
  compartmentId,
  vcnId,
  lifecycleState: 'AVAILABLE',
  freeformTags: {},
  definedTags: {},
});

function networkCalls(world: World): readonly RecordedCall[] {
  const { id, net, size, vcnId, compartmentId } = world;
  const vcn = { ...common(world), id: vcnId, displayName: 'shop', cidrBlock: `${net(0)}.0/16`, cidrBlocks: [`${net(0)}.0/16`] };
  const subnets = range(subnetsMax).map((at) => ({
    ...common(world),
    id: id('subnet', at),
    displayName: `sn-${at}`,
    cidrBlock: `${net(at)}.0/24`,
    securityListIds: [id('securitylist', at % 5)],
    routeTableId: id('routetable', at % 5),
  }));
  const lists = range(5).map((at) => ({
    ...common(world),
    id: id('securitylist', at),
    displayName: `sl-${at}`,
    egressSecurityRules: [
      { destination: '0.0.0.0/0', destinationType: 'CIDR_BLOCK', protocol: '6', isStateless: false, tcpOptions: ports(443, 443) },
    ],
    ingressSecurityRules: range(10).map((port) => ({
      source: `${net(port)}.0/24`,
      sourceType: 'CIDR_BLOCK',
      protocol: '6',
      isStateless: false,
      tcpOptions: ports(9_000 + port, 9_010 + port),
    })),
  }));
  const tables = range(5).map((at) => ({
    ...common(world),
    id: id('routetable', at),
    displayName: `rt-${at}`,
    routeRules: [
      { destination: '0.0.0.0/0', destinationType: 'CIDR_BLOCK', networkEntityId: id('natgateway', 'nat') },
      { destination: `192.168.${at}.0/24`, destinationType: 'CIDR_BLOCK', networkEntityId: id('drg', 'drg') },
    ],
  }));
  const groups = range(size.groups).map((at) => ({ ...common(world), id: id('networksecuritygroup', at), displayName: `nsg-${at}` }));
  const gateway = { ...common(world), id: id('natgateway', 'nat'), displayName: 'nat', blockTraffic: false, natIp: '203.0.113.7' };
  return [
    call('listVcns', [vcn]),
    call('listSubnets', subnets),
    ...subnets.map((one) => call('getSubnet', one, { subnetId: one.id })),
    call('listSecurityLists', lists),
    call('listRouteTables', tables),
    call('listNetworkSecurityGroups', groups),
    ...groups.map((one, at) => call('listNetworkSecurityGroupSecurityRules', rulesOf(world, at), { networkSecurityGroupId: one.id })),
    call('listNatGateways', [gateway]),
    call('listDrgs', [{ compartmentId, id: id('drg', 'drg'), displayName: 'drg', lifecycleState: 'AVAILABLE' }]),
  ];
}

const ports = (min: number, max: number) => ({ destinationPortRange: { min, max }, sourcePortRange: null });

/** A third of them between groups, the others from blocks; every tenth is split in two at the standby, as people write the same thing. */
function rulesOf({ id, net, size, planted, side }: World, group: number): readonly object[] {
  const count = Math.floor(size.rules / size.groups);
  const rules = range(count).flatMap((at) => {
    const port = 1_000 + ((group * 7 + at * 13) % 20_000);
    const base = { id: `${group}-${at}`, direction: 'INGRESS', isStateless: false, isValid: true, protocol: at % 5 === 4 ? '17' : '6' };
    const options = at % 5 === 4 ? 'udpOptions' : 'tcpOptions';
    if (at % 3 === 0)
      return [
        {
          ...base,
          source: id('networksecuritygroup', (group + at) % size.groups),
          sourceType: 'NETWORK_SECURITY_GROUP',
          [options]: ports(port, port + 4),
        },
      ];
    const source = { source: `${net((group + at) % 200)}.0/24`, sourceType: 'CIDR_BLOCK' };
    if (at % 10 === 1 && side === 'standby')
      return [
        { ...base, ...source, [options]: ports(port, port + 1) },
        { ...base, ...source, id: `${base.id}b`, [options]: ports(port + 2, port + 4) },
      ];
    return [{ ...base, ...source, [options]: ports(port, port + 4) }];
  });
  return planted.withoutRuleOf === group ? rules.slice(1) : rules;
}

function computeCalls(world: World): readonly RecordedCall[] {
  const { id, net, size, planted, compartmentId } = world;
  const instances = range(size.instances).map((at) => ({
    compartmentId,
    id: id('instance', at),
    displayName: `vm-${at}`,
    lifecycleState: 'RUNNING',
    region: world.side === 'primary' ? 'iad' : 'phx',
    definedTags: { Shop: { Tier: at % 2 === 0 ? 'web' : 'app' } },
    freeformTags: {},
  }));
  const attachments = range(size.instances).map((at) => ({
    compartmentId,
    id: id('vnicattachment', at),
    instanceId: id('instance', at),
    vnicId: id('vnic', at),
    subnetId: id('subnet', at % subnetsMax),
    lifecycleState: 'ATTACHED',
  }));
  const vnics = range(size.instances).map((at) => ({
    compartmentId,
    id: id('vnic', at),
    displayName: `vm-${at}`,
    isPrimary: true,
    lifecycleState: 'AVAILABLE',
    nsgIds: planted.detached === at ? [] : [at % size.groups, (at * 3 + 1) % size.groups].map((group) => id('networksecuritygroup', group)),
    privateIp: `${net(at % subnetsMax)}.${10 + Math.floor(at / subnetsMax)}`,
    subnetId: id('subnet', at % subnetsMax),
    securityAttributes: {},
  }));
  return [
    call('listInstances', instances),
    call('listVnicAttachments', attachments),
    ...vnics.map((one) => call('getVnic', one, { vnicId: one.id })),
  ];
}

/** Policies hang on compartments above both sides, and name both; dynamic groups match by compartment and by tag. */
function identityCalls({ size, planted }: World): readonly RecordedCall[] {
  const apps = 'ocid1.compartment.oc1..aaaaaaaalargeapps';
  const homes = [tenancyId, apps, ...range(policyHomes - 2).map((at) => `ocid1.compartment.oc1..aaaaaaaalargeother${at}`)];
  const compartment = (compartmentId: string, id: string, name: string) => ({ compartmentId, id, name, lifecycleState: 'ACTIVE' });
  const compartments = [
    compartment(tenancyId, apps, 'apps'),
    compartment(apps, compartmentOf('primary'), 'shop-prod'),
    compartment(apps, compartmentOf('standby'), 'shop-dr'),
    ...homes.slice(2).map((id, at) => compartment(tenancyId, id, `other-${at}`)),
  ];
  const groups = range(40).map((at) => ({
    compartmentId: tenancyId,
    id: `ocid1.dynamicgroup.oc1..aaaaaaaalarge${at}`,
    name: `dg-${at}`,
    lifecycleState: 'ACTIVE',
    matchingRule: `All {tag.Shop.Tier.value = '${at % 2 === 0 ? 'web' : 'app'}', Any {instance.compartment.id = '${compartmentOf('primary')}', instance.compartment.id = '${compartmentOf('standby')}'}}`,
  }));
  const policies = range(size.policies).map((at) =>
    policyOf(at, at % 3 === 0 ? apps : homes[at % homes.length]!, planted.withoutPolicy === at),
  );
  return [
    call('listCompartments', compartments),
    call('listDynamicGroups', groups),
    ...groups.map((one) => call('getDynamicGroup', one, { dynamicGroupId: one.id })),
    ...[...homes, compartmentOf('primary'), compartmentOf('standby')].map((compartmentId) =>
      call(
        'listPolicies',
        policies.filter((one) => one.compartmentId === compartmentId),
        { compartmentId },
      ),
    ),
    call('listRegionSubscriptions', [
      { regionKey: 'IAD', regionName: 'us-ashburn-1', isHomeRegion: true, status: 'READY' },
      { regionKey: 'PHX', regionName: 'us-phoenix-1', isHomeRegion: false, status: 'READY' },
    ]),
  ];
}

const grants = ['read secret-bundles', 'use keys', 'read objects', 'manage objects', 'read repos', 'use volumes', 'read buckets'] as const;

function policyOf(at: number, compartmentId: string, isWithoutStandby: boolean) {
  const isApps = compartmentId.endsWith('apps');
  const where = isApps
    ? ['compartment shop-prod', 'compartment shop-dr']
    : ['compartment id ocid1.compartment.oc1..aaaaaaaalargeelsewhere'];
  // One that no other policy grants too.
  const grant = at === 3 ? 'manage repos' : grants[at % grants.length]!;
  const condition = at % 4 === 1 ? ` where any {target.bucket.name = 'shop-${at}', target.bucket.name = /logs-*/}` : '';
  const statements = where
    .filter((place) => !(isWithoutStandby && place.endsWith('-dr')))
    .map((place) => `Allow dynamic-group dg-${at % 40} to ${grant} in ${place}${condition}`);
  return { compartmentId, id: `ocid1.policy.oc1..aaaaaaaalarge${at}`, name: `policy-${at}`, lifecycleState: 'ACTIVE', statements };
}

const emptyLists: readonly RecordedCall[] = Object.entries(ociOperations)
  .filter(([, { body }]) => body !== 'object')
  .map(([name, { body }]) => ({ operation: name as OciOperationName, with: {}, body: body === 'array' ? [] : { items: [] } }));
