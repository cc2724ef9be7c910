// Where machines and subnets lie, and the ways on from a DRG: each difference is told, and its absence is not.
import { describe, expect, it } from 'vitest';
import { judgeNetworks, type NetworkSide, out, rule, tcp } from '../../../test/support/network-world.ts';

type Act = (standby: NetworkSide, primary: NetworkSide) => void;

const told = async (act: Act): Promise<readonly string[]> =>
  (await judgeNetworks(act)).findings.filter(({ severity }) => severity !== 'note').map(({ code, subject }) => `${code} ${subject}`);

const vnic = (side: NetworkSide) => side.vnics[0]!;
const both =
  (act: (side: NetworkSide) => void): Act =>
  (standby, primary) =>
    [primary, standby].forEach(act);

/** A VCN on a DRG that is peered with the other region and leads to the data centre. */
function withDrg(side: NetworkSide): void {
  const [drg, table, vcn] = [side.id('drg', 'drg'), side.id('drgroutetable', 'vcn'), side.id('vcn', 'pay')];
  const twin = side.key === 'iad' ? 'phx' : 'iad';
  const peering = side.id('remotepeeringconnection', 'rpc');
  const attached = { drgId: drg, lifecycleState: 'ATTACHED' };
  side.drgs.push({ id: drg, displayName: 'drg-pay', lifecycleState: 'AVAILABLE' });
  for (const name of ['vcn', 'other']) {
    side.drgTables.push({ id: side.id('drgroutetable', name), displayName: name, drgId: drg });
    side.drgRoutes[side.id('drgroutetable', name)] = [];
  }
  side.drgAttachments.push(
    {
      ...attached,
      id: side.id('drgattachment', 'vcn'),
      displayName: 'vcn',
      vcnId: vcn,
      drgRouteTableId: table,
      networkDetails: { id: vcn, type: 'VCN' },
    },
    {
      ...attached,
      id: side.id('drgattachment', 'vpn'),
      displayName: 'vpn',
      networkDetails: { id: side.id('ipsectunnel', 'a'), type: 'IPSEC_TUNNEL' },
    },
  );
  side.peerings.push({
    id: peering,
    displayName: 'rpc',
    drgId: drg,
    peeringStatus: 'PEERED',
    peerId: peering.replace(side.key, twin),
    peerRegionName: twin === 'iad' ? 'us-ashburn-1' : 'us-phoenix-1',
  });
  (side.tables[0] as { routeRules: object[] }).routeRules.push({
    destination: '192.168.0.0/16',
    destinationType: 'CIDR_BLOCK',
    networkEntityId: drg,
  });
}

const onDrg =
  (act: Act): Act =>
  (standby, primary) => {
    both(withDrg)(standby, primary);
    act(standby, primary);
  };

function withIngressTable(side: NetworkSide): void {
  side.tables.push({ ...side.tables[0], id: side.id('routetable', 'in'), displayName: 'rt-in', routeRules: [] });
  side.nats[0]!.routeTableId = side.id('routetable', 'in');
}

const attachment = (side: NetworkSide) => side.drgAttachments[0]!;

describe('two sides that are the same', () => {
  it.each<[string, Act]>([
    ['with a DRG', onDrg(() => {})],
    ['with a route table for what comes in', both(withIngressTable)],
    [
      'with a VNIC that forwards, and a public subnet',
      both((side) => {
        vnic(side).skipSourceDestCheck = true;
        side.subnets[0]!.prohibitInternetIngress = false;
      }),
    ],
  ])('%s have no finding', async (_, act) => {
    expect(await told(act)).toEqual([]);
  });
});

describe('a standby', () => {
  it.each<[string, string, Act]>([
    [
      'whose machine lies in another subnet',
      'network/vnic-in-other-subnet pay-app-1 subnet',
      (standby, primary) => {
        for (const side of [standby, primary])
          side.subnets.push({ ...side.subnets[0], id: side.id('subnet', 'sn-lb'), displayName: 'sn-lb' });
        vnic(standby).subnetId = standby.id('subnet', 'sn-lb');
      },
    ],
    [
      'whose public subnet keeps the Internet out',
      'network/subnet-closed-here-only subnet sn-app',
      (standby, primary) => {
        for (const side of [standby, primary]) {
          const route = { destination: '1.1.1.0/24', destinationType: 'CIDR_BLOCK', networkEntityId: side.id('internetgateway', 'igw') };
          (side.tables[0] as { routeRules: object[] }).routeRules.push(route);
          side.subnets[0]!.prohibitInternetIngress = side === standby;
        }
      },
    ],
    [
      'whose firewall drops what is not its own',
      'network/forwarding-off pay-app-1 source/destination check',
      (standby, primary) => {
        vnic(standby).skipSourceDestCheck = false;
        vnic(primary).skipSourceDestCheck = true;
      },
    ],
    [
      'whose VNIC goes by an empty table of its own',
      'network/route-missing rt-private (here rt-own) 0.0.0.0/0 via natgateway',
      (standby) => {
        standby.tables.push({ ...standby.tables[0], id: standby.id('routetable', 'own'), displayName: 'rt-own', routeRules: [] });
        vnic(standby).routeTableId = standby.id('routetable', 'own');
      },
    ],
    [
      'whose VNIC goes by a table that is not seen',
      'network/attachment-unseen pay-app-1',
      (standby) => {
        vnic(standby).routeTableId = standby.id('routetable', 'hidden');
      },
    ],
    [
      'whose gateway lets in past the firewall',
      'network/ingress-table-missing nat-pay',
      (standby, primary) => {
        both(withIngressTable)(standby, primary);
        standby.nats[0]!.routeTableId = null;
      },
    ],
    [
      'whose routes lead to another DRG',
      'network/route-to-other-drg rt-private 192.168.0.0/16 via DRG',
      onDrg((standby) => {
        const { routeRules } = standby.tables[0] as { routeRules: { networkEntityId: string }[] };
        routeRules.at(-1)!.networkEntityId = standby.id('drg', 'old');
      }),
    ],
    [
      'whose DRG has no way to the data centre',
      'network/drg-way-missing VCN vcn-pay to the data centre (VPN or FastConnect)',
      onDrg((standby) => {
        standby.drgAttachments.pop();
      }),
    ],
    [
      'that lacks a peering to a third region',
      'network/drg-way-missing VCN vcn-pay to eu-frankfurt-1',
      onDrg((_, primary) => {
        const third = { id: primary.id('remotepeeringconnection', 'fra'), displayName: 'rpc-to-fra', peerRegionName: 'eu-frankfurt-1' };
        primary.peerings.push({ ...primary.peerings[0], ...third });
      }),
    ],
    [
      'whose attachment goes by another table',
      'network/drg-table-differs DRG attachment of VCN vcn-pay',
      onDrg((standby) => {
        attachment(standby).drgRouteTableId = standby.id('drgroutetable', 'other');
      }),
    ],
    [
      'whose attachment goes by no table',
      'network/drg-table-differs DRG attachment of VCN vcn-pay',
      onDrg((standby) => {
        attachment(standby).drgRouteTableId = null;
      }),
    ],
    [
      'whose DRG lies in a compartment that is not named',
      'network/drg-unseen VCN vcn-pay',
      onDrg((standby) => {
        standby.drgs = [];
        standby.peerings = [];
      }),
    ],
  ])('%s is told', async (_, finding, act) => {
    const findings = await told(act);
    const { verdict } = await judgeNetworks(act);
    expect([findings, verdict]).toEqual([expect.arrayContaining([finding]), finding.includes('unseen') ? 'unknown' : 'not-ready']);
  });
});

describe('what is not told apart or not seen', () => {
  it('are groups in use that lie elsewhere: none is called missing', async () => {
    const { verdict, findings } = await judgeNetworks((standby) => {
      standby.nsgs = standby.nsgs.filter(({ displayName }) => displayName !== 'nsg-app');
    });
    expect([verdict, findings.map(({ code }) => code)]).toEqual(['unknown', expect.not.arrayContaining(['network/group-missing'])]);
  });

  it('are groups to which the fleet file gives one name', async () => {
    const { verdict, findings } = await judgeNetworks((standby) => {
      standby.scope = { ...standby.scope, names: { 'nsg-web': 'nsg-app' } };
    });
    expect([verdict, findings.map(({ code }) => code)]).toEqual(['unknown', expect.not.arrayContaining(['network/group-missing'])]);
  });

  it('are entries of a list that name no OCID', async () => {
    const { verdict } = await judgeNetworks((standby) => {
      standby.tables.push('x' as never);
    });
    expect(verdict).toBe('unknown');
  });
});

describe('rules beside others', () => {
  const group = (side: NetworkSide) => side.id('networksecuritygroup', 'nsg-web');
  const answers = (min: number) => ({
    isStateless: true,
    tcpOptions: { sourcePortRange: { min: 443, max: 443 }, destinationPortRange: { min, max: 65_535 } },
  });

  it('for all addresses, without tracking, take the packets of a group as well', async () => {
    const act: Act = (standby) => {
      standby.rules['nsg-app']!.push(tcp('0.0.0.0/0', 8443, { isStateless: true }));
    };
    expect(await told(act)).toContain('network/flow-one-way nsg-app ingress tcp 8443 from nsg-web');
  });

  it('for all addresses, at both sides, let the standby do without the one for a group', async () => {
    const act: Act = (standby, primary) => {
      for (const side of [standby, primary]) side.rules['nsg-app'] = [tcp(group(side), 8443), rule('ingress', 'all', '0.0.0.0/0', null)];
      standby.rules['nsg-app']!.shift();
    };
    expect(await told(act)).toEqual([]);
  });

  it('that let answers go to the ports of clients alone are answers, and to fewer are not', async () => {
    const withAnswersTo =
      (min: number): Act =>
      (standby) => {
        standby.rules['nsg-web'] = [tcp('10.1.1.0/24', 443, { isStateless: true }), out('10.1.1.0/24', 443, answers(min))];
      };
    expect(await told(withAnswersTo(1024))).toEqual([]);
    expect(await told(withAnswersTo(2000))).toEqual([expect.stringMatching(/^network\/flow-one-way nsg-web ingress tcp 443 /)]);
  });

  it('that let tcp in without answers at both sides are told as such', async () => {
    const act: Act = (standby, primary) => {
      for (const side of [standby, primary]) side.rules['nsg-web'] = [tcp(`${side.net}.1.0/24`, 443, { isStateless: true })];
    };
    expect(await told(act)).toEqual(['network/flow-answered-nowhere nsg-web ingress tcp 443 from 10.1.1.0/24']);
  });

  it('that are missing and need no answers are given back without tracking', async () => {
    const { findings } = await judgeNetworks((_, primary) => {
      primary.rules['nsg-web']!.push(rule('ingress', '17', '192.168.0.0/24', 514, { isStateless: true }));
    });
    expect(findings.find(({ code }) => code === 'network/unanswered-flow-missing')?.remedy).toContain('"isStateless":true');
  });
});

describe('an address of a NAT gateway that is not the declared one', () => {
  it('is told once', async () => {
    const { findings } = await judgeNetworks((standby, primary) => {
      standby.scope = { ...standby.scope, addresses: { 'nat-pay': ['198.51.100.77'] } };
      primary.scope = { ...primary.scope, addresses: { 'nat-pay': [String(primary.nats[0]!.natIp)] } };
    });
    const counted = findings.filter(({ foldedUnder }) => foldedUnder === undefined);
    expect(counted.map(({ code }) => code)).toEqual(['network/egress-address-differs']);
  });
});

describe('a map of networks that is not right', () => {
  const noted = async (act: (standby: NetworkSide, primary: NetworkSide) => void) =>
    (await judgeNetworks(act)).findings.filter(({ code }) => code === 'network/networks-not-mapped');

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['to other addresses', { pay: '10.2.0.0/16' }, '10.2.0.0/16'],
    ['of another size', { pay: '10.1.0.0/20' }, '10.0.0.0/16'],
    ['at one side only', {}, '10.0.0.0/16'],
  ])('is told beside all that follows from it: %s', async (_, networks, expected) => {
    const found = await noted((standby) => {
      standby.scope = { ...standby.scope, networks };
    });
    expect(found).toMatchObject([{ severity: 'note', subject: 'VCN vcn-pay for 10.0.0.0/16', expected, actual: '10.1.0.0/16' }]);
    expect(found[0]!.remedy).toContain('# networks of the primary: 10.0.0.0/16; of us-phoenix-1: 10.1.0.0/16');
  });

  it('is not told of networks that mean the same, of a wider one, or of prefixes of IPv6', async () => {
    const found = await noted((standby, primary) => {
      Object.assign(standby.vcns[0]!, { cidrBlocks: ['10.1.0.0/15'], cidrBlock: '10.1.0.0/15', ipv6CidrBlocks: ['2603:c021::/56'] });
      primary.vcns[0]!.ipv6CidrBlocks = ['2603:c020::/56'];
    });
    expect(found).toEqual([]);
  });
});
