// Judges whether the ways out of the standby's networks are there and open: gateways, peering of the regions, DRGs.
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { command } from '../../formats/remedy-words.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts, GatewayFact, PeeringFact } from './facts.ts';
import { drgRouteMissing, drgRoutesUnseen } from './rules-drgs.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';
import type { Side } from './side.ts';
import { faultOf, isClear, isKnownAttachment, isKnownPeering, kindNames, subjectOf } from './states.ts';
import type { Network } from './units.ts';

type Rule = PairedRule<Facts, Settings>;

const verbs: Readonly<Record<string, string>> = {
  internetgateway: 'internet-gateway',
  natgateway: 'nat-gateway',
  servicegateway: 'service-gateway',
  localpeeringgateway: 'local-peering-gateway',
};

const openRemedy = ({ with: fill = {} }: Draft): string => {
  const { kind = '', id = '<OCID>', region = '<region>', isSwitch = 'no' } = fill;
  if (isSwitch === 'no')
    return [
      '# no setting opens a gateway in this state: see what became of it, else create another one and let the routes lead to it',
      command(`oci network ${verbs[kind] ?? 'nat-gateway'} get`, {
        [kind === 'internetgateway' ? 'ig-id' : `${verbs[kind] ?? 'nat-gateway'}-id`]: id,
        region,
      }),
    ].join('\n');
  switch (kind) {
    case 'natgateway':
      return command('oci network nat-gateway update', { 'nat-gateway-id': id, 'block-traffic': 'false', region });
    case 'servicegateway':
      return command('oci network service-gateway update', { 'service-gateway-id': id, 'block-traffic': 'false', region });
    case 'internetgateway':
      return command('oci network internet-gateway update', { 'ig-id': id, 'is-enabled': 'true', region });
    default:
      return `# peer it again\n${command('oci network local-peering-gateway get', { 'local-peering-gateway-id': id, region })}`;
  }
};

const closedDraft = (gateway: GatewayFact, fault: string, facts: Facts): Draft => ({
  subject: subjectOf(gateway, gateway.name),
  expected: 'a gateway that lets packets through',
  actual: fault,
  with: { kind: gateway.kind, id: gateway.id, region: facts.region.name, isSwitch: gateway.state === 'AVAILABLE' ? 'yes' : 'no' },
});

const isUsed = (facts: Facts, { id }: GatewayFact): boolean =>
  facts.routeTables.some(({ routes }) => routes.some(({ target }) => target === id));

const gatewayClosed: AloneRule<Facts, Settings> = {
  code: 'network/gateway-closed',
  kind: 'alone',
  severity: 'blocker',
  title: 'A gateway of the standby, to which routes lead, lets nothing through',
  why: 'Routes look right, and every packet on them is dropped.',
  remedy: openRemedy,
  judge: (facts) =>
    facts.gateways.flatMap((gateway) => {
      const fault = faultOf(gateway);
      return fault === null || !isUsed(facts, gateway) ? [] : [closedDraft(gateway, fault, facts)];
    }),
};

interface GatewayPair {
  readonly primary: GatewayFact;
  readonly standby: readonly GatewayFact[];
}

/** There is mostly one of a kind in a VCN, under any name; local peerings have counterparts by name. */
export function gatewayPairs({ sides }: Network): readonly GatewayPair[] {
  const { standby, primary } = sides;
  const paired = new Set(sides.vcns.pairs.map((pair) => pair.primary.id));
  return primary.facts.gateways
    .filter(({ vcnId }) => paired.has(vcnId))
    .map((gateway) => ({
      primary: gateway,
      standby: standby.facts.gateways.filter(
        (one) =>
          one.kind === gateway.kind &&
          standby.vcnKey(one.vcnId) === primary.vcnKey(gateway.vcnId) &&
          (one.kind !== 'localpeeringgateway' || standby.nameOf(one) === primary.nameOf(gateway)),
      ),
    }));
}

const pairedRule = (
  told: Pick<Rule, 'code' | 'severity' | 'title' | 'why' | 'remedy'>,
  judge: (network: Network) => readonly Draft[],
): Rule => ({
  ...told,
  kind: 'paired',
  judge: (standby, primary, context: PairedContext<Settings>) => judge(comparisonOf(standby, primary, context).network),
});

const gatewayClosedHere = pairedRule(
  {
    code: 'network/gateway-closed-here-only',
    severity: 'blocker',
    title: 'A gateway of the standby lets nothing through, and its primary’s does',
    why: 'No route leads to it yet; the day one does, every packet on it is dropped.',
    remedy: openRemedy,
  },
  (network) => {
    const { facts } = network.sides.standby;
    return gatewayPairs(network).flatMap((pair) => {
      if (faultOf(pair.primary) !== null || !isClear(pair.primary) || pair.standby.some((one) => faultOf(one) === null)) return [];
      return pair.standby.filter((one) => !isUsed(facts, one)).map((one) => closedDraft(one, faultOf(one) ?? '', facts));
    });
  },
);

const lists: Readonly<Record<GatewayFact['kind'], string>> = {
  internetgateway: 'listInternetGateways',
  natgateway: 'listNatGateways',
  servicegateway: 'listServiceGateways',
  localpeeringgateway: 'listLocalPeeringGateways',
};

const gatewayMissing = pairedRule(
  {
    code: 'network/gateway-missing',
    severity: 'blocker',
    title: 'A network of the standby lacks a gateway that its primary’s has',
    why: 'There is no way out for what goes through it: the Internet, OCI’s services or a neighbouring network.',
    remedy: () => '# create it in the standby’s network, and let the routes lead to it',
  },
  (network) =>
    gatewayPairs(network).flatMap(({ primary, standby }) =>
      standby.length > 0 ||
      !isNeeded(network.sides.primary.facts, primary) ||
      !isListWhole(network.sides.standby.facts, lists[primary.kind])
        ? []
        : [
            {
              subject: subjectOf(primary, network.sides.primary.nameOf(primary)),
              expected: `a ${kindNames[primary.kind]} in the network that stands for its own`,
              actual: 'there is none',
            },
          ],
    ),
);

/** One that no route leads to is left over; where no tables are seen, it may be needed. */
const isNeeded = (facts: Facts, gateway: GatewayFact): boolean => facts.routeTables.length === 0 || isUsed(facts, gateway);

const serviceMissing = pairedRule(
  {
    code: 'network/gateway-service-missing',
    severity: 'blocker',
    title: 'The standby’s service gateway does not lead to a service that its primary’s leads to',
    why: 'Object Storage, vaults or the agents’ services are out of reach for private machines.',
    remedy: ({ with: fill = {} }) =>
      [
        '# which services there are; then all that the gateway shall have, those that it has included',
        command('oci network service list', { region: fill.region ?? '<region>' }),
        command('oci network service-gateway update', {
          'service-gateway-id': fill.id ?? '<OCID>',
          services: '[{"serviceId": "<OCID>"}]',
          region: fill.region ?? '<region>',
        }),
      ].join('\n'),
  },
  (network) =>
    gatewayPairs(network).flatMap(({ primary, standby }) => {
      const [one] = standby;
      if (one?.services == null || primary.services === null) return [];
      const has = new Set(one.services.map((service) => plainService(service, network.sides.standby)));
      if ([...has].some((service) => service.startsWith('allservices'))) return [];
      return primary.services
        .filter((service) => !has.has(plainService(service, network.sides.primary)))
        .map((service) => ({
          subject: `${subjectOf(one, one.name)} ${withoutKey(service, network.sides.primary)}`,
          expected: 'the service is reached through it, as at the primary',
          actual: 'it is not among its services',
          with: { id: one.id, region: network.sides.standby.facts.region.name },
        }));
    }),
);

/** `All IAD Services In Oracle Services Network` and `all-iad-services-in-oracle-services-network` are one. */
const plainService = (service: string, side: Side): string =>
  withoutKey(service, side)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

function withoutKey(service: string, { facts }: Side): string {
  const { key } = facts.region;
  return key === null ? service.replace(/^(All|OCI) \S+ /, '$1 ') : service.replace(new RegExp(`([ -])${key}[ -]`, 'i'), '$1');
}

const gatewayUnlisted = pairedRule(
  {
    code: 'network/gateway-unlisted',
    severity: 'note',
    title: 'Routes of the standby lead to a gateway that is in none of the compartments that are looked at',
    why: 'Whether it is there and lets anything through is not seen.',
    remedy: () => '# add the compartment in which it lies under `compartments` of both sides in the fleet file',
  },
  ({ sides }) => {
    const { facts } = sides.standby;
    const known = new Set([...facts.gateways, ...facts.drgs].map(({ id }) => id));
    return facts.routeTables.flatMap(({ name, routes }) =>
      routes
        .filter(({ target }) => /^ocid1\.(?:drg|(?:internet|nat|service|localpeering)gateway)\./.test(target) && !known.has(target))
        .map(({ destination, target }) => ({ subject: `${name} ${destination}`, expected: 'a gateway that is seen', actual: target })),
    );
  },
);

const peeringDown: AloneRule<Facts, Settings> = {
  code: 'network/peering-down',
  kind: 'alone',
  severity: 'blocker',
  title: 'A remote peering connection of the standby is not peered',
  why: 'What crosses the regions (replication before, and what stayed behind after a failover) has no way.',
  remedy: ({ with: fill = {} }) =>
    [
      '# a revoked connection cannot be peered again: create one at each side and connect them',
      command('oci network remote-peering-connection get', {
        'remote-peering-connection-id': fill.id ?? '<OCID>',
        region: fill.region ?? '<region>',
      }),
    ].join('\n'),
  judge: ({ peerings, region }) =>
    peerings
      .filter(
        ({ status, drgId }) =>
          isKnownPeering(status) &&
          status !== 'PEERED' &&
          !(status === 'NEW' && peerings.some((one) => one.drgId === drgId && (one.status === 'PEERED' || !isKnownPeering(one.status)))),
      )
      .map(({ name, status, id }) => ({
        subject: `remote peering ${name}`,
        expected: 'PEERED',
        actual: status ?? 'its status is not told',
        with: { id, region: region.name },
      })),
};

const towards = (facts: Facts, region: string): readonly PeeringFact[] => facts.peerings.filter(({ peerRegion }) => peerRegion === region);

/** Then the peering lies where the DRG does, and is not seen either. */
const hangsOnUnlisted = ({ drgs, drgAttachments }: Facts): boolean =>
  drgAttachments.some(({ type, drgId }) => type === 'VCN' && !drgs.some(({ id }) => id === drgId));

const peeringNotMutual = pairedRule(
  {
    code: 'network/peering-not-mutual',
    severity: 'blocker',
    title: 'The two ends of the regions’ peering do not name each other as peered',
    why: 'One end looks right, and nothing arrives at the other.',
    remedy: () =>
      '# see both ends: oci network remote-peering-connection list, in each region; create and connect them anew where they differ',
  },
  ({ sides: { standby, primary } }) => {
    const mine = towards(standby.facts, primary.facts.region.name);
    const theirs = towards(primary.facts, standby.facts.region.name);
    if (!isListWhole(standby.facts, 'listRemotePeeringConnections') || !isListWhole(primary.facts, 'listRemotePeeringConnections'))
      return [];
    if (mine.length === 0 && hangsOnUnlisted(standby.facts)) return [];
    if (mine.length === 0)
      return theirs
        .filter(({ status }) => status === 'PEERED')
        .map(({ name }) => ({
          subject: `remote peering ${primary.facts.region.name}`,
          expected: `the other end of ${name}`,
          actual: 'there is none',
        }));
    return mine.flatMap((one) => {
      const other = primary.facts.peerings.find(({ id }) => id === one.peerId);
      const draft = (actual: string): readonly Draft[] => [
        { subject: `remote peering ${one.name}`, expected: 'both ends PEERED, naming each other', actual },
      ];
      if (one.status !== 'PEERED') return [];
      if (other === undefined) return theirs.length === 0 ? [] : draft('its peer is none of the primary’s connections');
      if (other.peerId !== one.id) return draft(`${other.name} at the primary names another peer`);
      return other.status === 'PEERED' || !isKnownPeering(other.status)
        ? []
        : draft(`${other.name} at the primary is ${other.status ?? 'without a status'}`);
    });
  },
);

const drgNotAttached = pairedRule(
  {
    code: 'network/drg-not-attached',
    severity: 'blocker',
    title: 'A network of the standby is attached to no DRG, and its primary’s is',
    why: 'Routes to the data centre and to the other region end at the DRG that the network is not part of.',
    remedy: ({ with: fill = {} }) =>
      command('oci network drg-attachment create', {
        'drg-id': fill.drg ?? '<OCID of the DRG>',
        'vcn-id': fill.vcn ?? '<OCID>',
        region: fill.region ?? '<region>',
      }),
  },
  ({ sides }) => {
    const { standby, primary } = sides;
    const isAttached = ({ facts }: Side, vcnId: string): boolean =>
      facts.drgAttachments.some(({ networkId, state }) => networkId === vcnId && (state === 'ATTACHED' || state === ''));
    const isUnclear = ({ facts }: Side, vcnId: string): boolean =>
      facts.drgAttachments.some((one) => one.networkId === vcnId && !isKnownAttachment(one));
    if (!isListWhole(standby.facts, 'listDrgAttachments')) return [];
    return sides.vcns.pairs
      .filter(
        (pair) => isAttached(primary, pair.primary.id) && !isAttached(standby, pair.standby.id) && !isUnclear(standby, pair.standby.id),
      )
      .map((pair) => ({
        subject: `VCN ${pair.standby.name ?? pair.standby.id}`,
        expected: 'attached to a DRG',
        actual: 'not attached',
        with: {
          vcn: pair.standby.id,
          region: standby.facts.region.name,
          ...(standby.facts.drgs.length === 1 && { drg: standby.facts.drgs[0]!.id }),
        },
      }));
  },
);

export const gatewayRules = [
  gatewayClosed,
  gatewayClosedHere,
  gatewayMissing,
  serviceMissing,
  gatewayUnlisted,
  peeringDown,
  peeringNotMutual,
  drgNotAttached,
  drgRouteMissing,
  drgRoutesUnseen,
] as const;
