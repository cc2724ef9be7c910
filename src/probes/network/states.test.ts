// A state that OCI's API model has no word for is unknown for the thing that is in it; and a private IP is what lies on a machine, at
// whichever of its addresses.
import { describe, expect, it } from 'vitest';
import { type Body, judgeNetworks, type NetworkJudged, type NetworkSide } from '../../../test/support/network-world.ts';

const told = ({ findings }: NetworkJudged): readonly string[] => findings.map(({ code, subject }) => `${code} ${subject}`);

const peering = (side: NetworkSide, peeringStatus: string | null): Body => ({
  id: side.id('remotepeeringconnection', 'rpc'),
  displayName: 'rpc-pay',
  drgId: side.id('drg', 'drg'),
  peeringStatus,
  peerId: side.id('remotepeeringconnection', 'rpc').replace(`.${side.key}.`, side.key === 'iad' ? '.phx.' : '.iad.'),
  peerRegionName: side.key === 'iad' ? 'us-phoenix-1' : 'us-ashburn-1',
});

const attached = (side: NetworkSide, lifecycleState: string): void => {
  const drgId = side.id('drg', 'drg');
  side.drgs = [{ id: drgId, displayName: 'drg-pay', lifecycleState: 'AVAILABLE' }];
  side.drgAttachments = [
    {
      id: side.id('drgattachment', 'vcn'),
      displayName: 'att-pay',
      drgId,
      lifecycleState,
      networkDetails: { type: 'VCN', id: side.id('vcn', 'pay') },
    },
  ];
};

type Act = (standby: NetworkSide, primary: NetworkSide) => void;

describe('a state that is not known', () => {
  it.each<[string, readonly string[], Act]>([
    [
      'of a gateway',
      ['network/state-unseen NAT gateway nat-pay'],
      (standby) => {
        standby.nats[0]!.lifecycleState = 'FANCY_NEW';
      },
    ],
    [
      'of a peering, in another spelling',
      ['network/state-unseen remote peering rpc-pay'],
      (standby, primary) => {
        standby.peerings = [peering(standby, 'Peered')];
        primary.peerings = [peering(primary, 'PEERED')];
      },
    ],
    [
      'of a peering that tells none',
      ['network/state-unseen remote peering rpc-pay'],
      (standby, primary) => {
        standby.peerings = [peering(standby, null)];
        primary.peerings = [peering(primary, 'PEERED')];
      },
    ],
    [
      'of the other end of a peering',
      ['network/primary-state-unseen remote peering rpc-pay at the primary'],
      (standby, primary) => {
        standby.peerings = [peering(standby, 'PEERED')];
        primary.peerings = [peering(primary, 'FANCY_NEW')];
      },
    ],
    [
      'of an attachment to a DRG',
      ['network/state-unseen DRG attachment att-pay'],
      (standby, primary) => {
        attached(standby, 'FANCY_NEW');
        attached(primary, 'ATTACHED');
      },
    ],
  ])('is unknown and no blocker: %s', async (_, expected, change) => {
    const judged = await judgeNetworks(change);
    expect([judged.verdict, told(judged)]).toEqual(['unknown', expected]);
  });

  it('hides no switch that is known to be off', async () => {
    const judged = await judgeNetworks((standby) => {
      Object.assign(standby.nats[0]!, { lifecycleState: 'FANCY_NEW', blockTraffic: true });
    });
    expect(judged.verdict).toBe('not-ready');
    expect(told(judged)).toContain('network/gateway-closed NAT gateway nat-pay');
  });

  it('of a primary’s gateway asks nothing of a standby whose own is open', async () => {
    const judged = await judgeNetworks((_, primary) => {
      primary.nats[0]!.lifecycleState = 'FANCY_NEW';
    });
    expect([judged.verdict, told(judged)]).toEqual(['ready', []]);
  });
});

describe('a route to a private IP', () => {
  const routed = (side: NetworkSide, address: string, vnic: string | null): void => {
    const id = side.id('privateip', 'vip');
    (side.tables[0] as { routeRules: object[] }).routeRules.push({
      destination: '192.168.0.0/16',
      destinationType: 'CIDR_BLOCK',
      networkEntityId: id,
    });
    side.over.push({
      operation: 'getPrivateIp',
      with: { privateIpId: id },
      body: { id, ipAddress: `${side.net}.20.${address}`, vnicId: vnic === null ? null : side.id('vnic', vnic) },
    });
  };

  it('is the same at any address of the machine’s twin', async () => {
    const judged = await judgeNetworks((standby, primary) => {
      routed(standby, '200', 'pay-app-1');
      routed(primary, '100', 'pay-app-1');
    });
    expect([judged.verdict, told(judged)]).toEqual(['ready', []]);
  });

  it.each<[string, string | null, string | null]>([
    ['on another VNIC', 'other', 'pay-app-1'],
    ['on VNICs that stand for nothing', 'other', 'other'],
    ['on a VNIC that is not told', null, null],
  ])('is another at another address %s', async (_, mine, theirs) => {
    const judged = await judgeNetworks((standby, primary) => {
      routed(standby, '200', mine);
      routed(primary, '100', theirs);
    });
    expect(told(judged)).toContain('network/route-target rt-private 192.168.0.0/16 via privateip 10.1.20.100');
  });
});
