// Each finding opens and closes; what is hidden, hostile or told twice is unknown and never green.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeNetworks, type NetworkJudged, type NetworkSide, out, rule, tcp } from '../../../test/support/network-world.ts';
import { listOperations } from '../../../test/support/oci-cases.ts';

const told = ({ findings }: NetworkJudged): readonly string[] =>
  findings.map(({ code, subject }) => `${code.slice('network/'.length)}: ${subject}`);

const counted = (judged: NetworkJudged): readonly string[] => {
  const { findings } = judged;
  return told({ ...judged, findings: findings.filter(({ severity, foldedUnder }) => severity !== 'note' && foldedUnder === undefined) });
};

const vnic = (side: NetworkSide) => side.vnics[0]!;
const list = (side: NetworkSide) => side.lists[0]!;
const table = (side: NetworkSide) => side.tables[0]! as { routeRules: object[] };
const both = (act: (side: NetworkSide) => void) => (standby: NetworkSide, primary: NetworkSide) => [standby, primary].forEach(act);
const nsg = (side: NetworkSide, name: string): string => side.id('networksecuritygroup', name);

describe('two networks that mean the same', () => {
  it('are ready, whichever region stands by', async () => {
    for (const key of ['phx', 'iad'] as const) {
      const judged = await judgeNetworks(undefined, key);
      expect([judged.verdict, told(judged)]).toEqual(['ready', []]);
    }
  });

  it.each<[string, (standby: NetworkSide, primary: NetworkSide) => void]>([
    [
      'rules split, repeated and in another order',
      (standby) => {
        standby.rules['nsg-web'] = [tcp('10.1.1.128/25', 443), tcp('10.1.1.0/25', 443), tcp('10.1.1.0/25', 443)];
      },
    ],
    [
      'a machine’s address for its twin’s',
      (standby, primary) => {
        standby.rules['nsg-web']!.push(tcp('10.1.20.31/32', 1521));
        primary.rules['nsg-web']!.push(tcp('10.0.20.11/32', 1521));
      },
    ],
    [
      'a stateless rule with its reverse, where the primary’s is stateful',
      (standby) => {
        standby.rules['nsg-web'] = [
          tcp('10.1.1.0/24', 443, { isStateless: true }),
          out('10.1.1.0/24', 443, {
            isStateless: true,
            tcpOptions: { sourcePortRange: { min: 443, max: 443 }, destinationPortRange: null },
          }),
        ];
      },
    ],
    [
      'options that say nothing',
      (standby) => {
        standby.rules['nsg-web'] = [{ ...tcp('10.1.1.0/24', 443), udpOptions: {}, icmpOptions: null }, tcp('10.1.1.0/24', 443)];
      },
    ],
    [
      'a rule that is invalid at neither side’s expense',
      (_, primary) => {
        primary.rules['nsg-web']!.push(tcp(primary.id('networksecuritygroup', 'gone'), 1, { isValid: false }));
      },
    ],
    [
      'a default route in two halves',
      (standby) => {
        const [first, ...rest] = table(standby).routeRules;
        table(standby).routeRules = [{ ...first, destination: '0.0.0.0/1' }, { ...first, destination: '128.0.0.0/1' }, ...rest];
      },
    ],
    [
      'the older field of a route',
      (standby) => {
        const [first, ...rest] = table(standby).routeRules;
        table(standby).routeRules = [{ ...first, destination: null, cidrBlock: '0.0.0.0/0' }, ...rest];
      },
    ],
    [
      'a table of another name that the twin subnet uses',
      (standby) => {
        Object.assign(table(standby), { displayName: 'rt-phx' });
      },
    ],
    [
      'a VCN of another name',
      (standby) => {
        standby.vcns[0]!.displayName = 'vcn-phx';
      },
    ],
    [
      'a group of another name that the fleet file maps',
      (standby) => {
        standby.nsgs[1]!.displayName = 'nsg-web-phx';
        standby.scope = { ...standby.scope, names: { 'nsg-web-phx': 'nsg-web' } };
      },
    ],
    [
      'lists and tables that OCI named after their VCN',
      both((side) => {
        side.vcns[0]!.displayName = `vcn-${side.key}`;
        list(side).displayName = `Default Security List for vcn-${side.key}`;
        Object.assign(table(side), { displayName: `Default Route Table for vcn-${side.key}` });
        side.subnets = [];
        side.instances = [];
      }),
    ],
    [
      'a machine’s address for its twin’s, as its VNIC tells',
      both((side) => {
        side.scope = { ...side.scope, hosts: {} };
        side.rules['nsg-web']!.push(tcp(`${side.net}.20.${side.key === 'iad' ? 11 : 31}/32`, 1521));
      }),
    ],
    [
      'networks whose VCNs lie in a compartment that is not looked at',
      both((side) => {
        side.vcns = [];
        const second = side.id('vcn', 'second');
        side.nsgs.push({ id: nsg(side, 'nsg-second'), displayName: 'nsg-second', vcnId: second, lifecycleState: 'AVAILABLE' });
      }),
    ],
    [
      'two machines of a name that the primary has not',
      (standby) => {
        for (const name of ['x', 'y']) standby.instances.push({ id: standby.id('instance', name), displayName: 'pool' });
      },
    ],
    [
      'a machine that is stopped',
      (standby) => {
        standby.instances[0]!.lifecycleState = 'STOPPED';
      },
    ],
    [
      'a machine that one side alone has',
      (_, primary) => {
        primary.instances.push({ id: primary.id('instance', 'other'), displayName: 'other', lifecycleState: 'RUNNING' });
      },
    ],
    [
      'an instance of one name that is gone',
      (standby) => {
        standby.instances.push({ id: standby.id('instance', 'old'), displayName: 'pay-app-1', lifecycleState: 'TERMINATED' });
      },
    ],
  ])('are ready with %s', async (_, change) => {
    const judged = await judgeNetworks(change);
    expect([judged.verdict, counted(judged)]).toEqual(['ready', []]);
  });
});

describe('a difference', () => {
  it.each<[string, string, readonly string[], (standby: NetworkSide, primary: NetworkSide) => void]>([
    [
      'a rule that is missing',
      'not-ready',
      ['flow-missing: nsg-web ingress tcp 443 from 10.1.1.0/24'],
      (standby) => {
        standby.rules['nsg-web'] = [];
      },
    ],
    [
      'a rule of a list',
      'not-ready',
      ['flow-missing: sl-pay egress tcp 443 to 0.0.0.0/0'],
      (standby) => {
        list(standby).egressSecurityRules = [];
      },
    ],
    [
      'a rule that names another group',
      'not-ready',
      ['flow-missing: nsg-app ingress tcp 8443 from nsg-web', 'flow-here-only: nsg-app ingress tcp 8443 from nsg-app'],
      (standby) => {
        standby.rules['nsg-app'] = [tcp(nsg(standby, 'nsg-app'), 8443)];
      },
    ],
    [
      'a stateless rule without its reverse',
      'not-ready',
      ['flow-one-way: nsg-web ingress tcp 443 from 10.1.1.0/24'],
      (standby) => {
        standby.rules['nsg-web'] = [tcp('10.1.1.0/24', 443, { isStateless: true })];
      },
    ],
    [
      'a stateless rule that takes a stateful one’s packets',
      'not-ready',
      ['flow-one-way: nsg-web ingress tcp 443 from 10.1.1.0/24'],
      (standby) => {
        standby.rules['nsg-web']!.push(tcp('10.1.1.0/24', 443, { isStateless: true }));
      },
    ],
    [
      'a stateless rule that is missing and has its answers elsewhere',
      'degraded',
      ['unanswered-flow-missing: nsg-web ingress udp 514 from 10.1.1.0/24'],
      (_, primary) => {
        primary.rules['nsg-web']!.push(rule('ingress', '17', '10.0.1.0/24', 514, { isStateless: true }));
      },
    ],
    [
      'all protocols reduced to four',
      'degraded',
      ['other-protocols-missing: nsg-web ingress protocols other than tcp, udp and icmp from 10.1.1.0/24'],
      (standby, primary) => {
        primary.rules['nsg-web'] = [rule('ingress', 'all', '10.0.1.0/24', null)];
        standby.rules['nsg-web'] = ['6', '17', '1'].map((protocol) => rule('ingress', protocol, '10.1.1.0/24', null));
      },
    ],
    [
      'a protocol of its own number',
      'not-ready',
      ['flow-missing: nsg-web ingress protocol 47 from 10.1.1.0/24'],
      (_, primary) => {
        primary.rules['nsg-web']!.push(rule('ingress', '47', '10.0.1.0/24', null));
      },
    ],
    [
      'icmp that is missing',
      'not-ready',
      ['flow-missing: nsg-web ingress icmp type 3 code 4 from 0.0.0.0/0'],
      (_, primary) => {
        primary.rules['nsg-web']!.push(rule('ingress', '1', '0.0.0.0/0', null, { icmpOptions: { type: 3, code: 4 } }));
      },
    ],
    [
      'icmp of peers that send none at the primary',
      'degraded',
      ['flow-here-only: nsg-web ingress icmp all types from 0.0.0.0/0'],
      (standby) => {
        standby.rules['nsg-web']!.push(rule('ingress', '1', '0.0.0.0/0', null));
      },
    ],
    [
      'IPv6 peers',
      'not-ready',
      ['flow-missing: nsg-web ingress tcp 443 from 2001:db8::/64'],
      (_, primary) => {
        primary.rules['nsg-web']!.push(tcp('2001:db8::/64', 443));
      },
    ],
    [
      'more at the standby',
      'degraded',
      ['flow-here-only: nsg-app ingress tcp 1521 from 0.0.0.0/0'],
      (standby) => {
        standby.rules['nsg-app']!.push(tcp('0.0.0.0/0', 1521));
      },
    ],
    [
      'a rule by address for one that names a group',
      'degraded',
      ['flow-here-only: nsg-app ingress tcp 8443 from 10.1.0.0/16', 'flow-by-address-only: nsg-app ingress tcp 8443 from nsg-web'],
      (standby) => {
        standby.rules['nsg-app'] = [tcp('10.1.0.0/16', 8443)];
      },
    ],
    [
      'a group that is missing',
      'not-ready',
      ['group-missing: nsg-app'],
      (standby) => {
        standby.nsgs.shift();
        vnic(standby).nsgIds = [];
      },
    ],
    [
      'a group that is not attached',
      'not-ready',
      ['group-not-attached: pay-app-1 in nsg-app'],
      (standby) => {
        vnic(standby).nsgIds = null;
      },
    ],
    [
      'an invalid rule',
      'degraded',
      ['rule-invalid: nsg-web ingress tcp 1 from a deleted group (…x.gone)'],
      (standby) => {
        standby.rules['nsg-web']!.push(tcp('ocid1.networksecuritygroup.oc1.phx.gone', 1, { isValid: false }));
      },
    ],
    [
      'a subnet that is missing',
      'not-ready',
      ['subnet-missing: subnet sn-db'],
      (_, primary) => {
        primary.subnets.push({ ...primary.subnets[0], id: primary.id('subnet', 'sn-db'), displayName: 'sn-db', cidrBlock: '10.0.30.0/24' });
      },
    ],
    [
      'a subnet elsewhere',
      'degraded',
      ['subnet-elsewhere: subnet sn-app'],
      (standby) => {
        standby.subnets[0]!.cidrBlock = '10.1.25.0/24';
      },
    ],
    [
      'a VCN that is missing',
      'not-ready',
      ['vcn-missing: VCN vcn-other'],
      (_, primary) => {
        primary.vcns.push({ id: primary.id('vcn', 'other'), displayName: 'vcn-other', cidrBlocks: ['172.16.0.0/16'] });
      },
    ],
    [
      'a route that is missing',
      'not-ready',
      ['route-missing: rt-private 192.168.0.0/16 via drg'],
      (_, primary) => {
        table(primary).routeRules.push({
          destination: '192.168.0.0/16',
          destinationType: 'CIDR_BLOCK',
          networkEntityId: primary.id('drg', 'pay'),
        });
      },
    ],
    [
      'a rule for all protocols that is missing',
      'not-ready',
      ['flow-missing: nsg-web ingress all protocols from 10.1.2.0/24'],
      (_, primary) => {
        primary.rules['nsg-web']!.push(rule('ingress', 'all', '10.0.2.0/24', null));
      },
    ],
    [
      'a route that turns packets aside',
      'degraded',
      ['route-aside-here-only: rt-private 192.168.0.0/16 via drg'],
      (standby) => {
        table(standby).routeRules.push({
          destination: '192.168.0.0/16',
          destinationType: 'CIDR_BLOCK',
          networkEntityId: standby.id('drg', 'pay'),
        });
      },
    ],
    [
      'a way to the Internet',
      'not-ready',
      ['route-target: rt-private 0.0.0.0/0 via natgateway'],
      (standby) => {
        Object.assign(table(standby).routeRules[0]!, { networkEntityId: standby.id('internetgateway', 'igw') });
      },
    ],
    [
      'a table that no subnet uses',
      'degraded',
      ['other-route-table-missing: rt-drg'],
      (_, primary) => {
        primary.tables.push({ ...primary.tables[0], id: primary.id('routetable', 'rt-drg'), displayName: 'rt-drg' });
      },
    ],
    [
      'a second VNIC that is missing',
      'degraded',
      ['vnic-missing: pay-app-1 VNIC backup'],
      (_, primary) => {
        primary.attachments.push({ ...primary.attachments[0], id: primary.id('vnicattachment', 'b'), vnicId: primary.id('vnic', 'b') });
        primary.vnics.push({ ...primary.vnics[0], id: primary.id('vnic', 'b'), displayName: 'backup', isPrimary: false });
      },
    ],
    [
      'a service route that is missing',
      'not-ready',
      ['route-missing: rt-private all-services-in-oracle-services-network via servicegateway'],
      (standby) => {
        table(standby).routeRules.pop();
      },
    ],
    [
      'a NAT gateway that blocks',
      'not-ready',
      ['gateway-closed: NAT gateway nat-pay'],
      (standby) => {
        standby.nats[0]!.blockTraffic = true;
      },
    ],
    [
      'a NAT gateway that is missing',
      'not-ready',
      ['gateway-missing: NAT gateway nat-pay'],
      (standby) => {
        standby.nats = [];
      },
    ],
    [
      'a service that the gateway lacks',
      'not-ready',
      ['gateway-service-missing: service gateway sgw All Services In Oracle Services Network'],
      (standby) => {
        standby.services[0]!.services = [{ serviceName: 'OCI PHX Object Storage' }];
      },
    ],
    [
      'an Internet gateway that is disabled',
      'not-ready',
      ['gateway-closed-here-only: internet gateway igw'],
      both((side) => {
        side.internets = [
          {
            id: side.id('internetgateway', 'igw'),
            displayName: 'igw',
            vcnId: side.id('vcn', 'pay'),
            lifecycleState: 'AVAILABLE',
            isEnabled: side.key === 'iad',
          },
        ];
      }),
    ],
    [
      'a NAT address that nobody declared',
      'degraded',
      ['egress-address-differs: NAT gateway nat-pay'],
      (standby) => {
        standby.scope = { ...standby.scope, addresses: { 'nat-pay': ['198.51.100.99'] } };
      },
    ],
    [
      'a declared address that is not reserved',
      'degraded',
      ['declared-address-missing: partner 198.51.100.50'],
      (standby, primary) => {
        primary.publicIps = [{ id: 'ocid1.publicip.oc1.iad.a', ipAddress: '203.0.113.50', lifecycleState: 'ASSIGNED' }];
        primary.scope = { ...primary.scope, addresses: { partner: ['203.0.113.50'] } };
        standby.scope = { ...standby.scope, addresses: { partner: ['198.51.100.50'] } };
      },
    ],
  ])('%s is %s', async (_, verdict, expected, change) => {
    const judged = await judgeNetworks(change);
    expect([judged.verdict, [...counted(judged)].sort()]).toEqual([verdict, [...expected].sort()]);
  });

  it('turns round with the roles', async () => {
    const judged = await judgeNetworks((_, primary) => {
      primary.rules['nsg-web'] = [];
    }, 'iad');
    expect([judged.verdict, counted(judged)]).toEqual(['degraded', ['flow-here-only: nsg-web ingress tcp 443 from 10.0.1.0/24']]);
  });

  it('is mended in the standby’s own words', async () => {
    const { findings } = await judgeNetworks((standby) => {
      standby.rules['nsg-app'] = [];
    });
    expect(findings.map(({ remedy }) => remedy)).toEqual([
      `$ oci network nsg rules add --nsg-id ocid1.networksecuritygroup.oc1.phx.nsgapp --region us-phoenix-1 --security-rules '[{"direction":"INGRESS","isStateless":false,"sourceType":"NETWORK_SECURITY_GROUP","source":"ocid1.networksecuritygroup.oc1.phx.nsgweb","protocol":"6","tcpOptions":{"destinationPortRange":{"min":8443,"max":8443}}}]'`,
    ]);
  });

  it('that another rule makes up for is a note', async () => {
    const judged = await judgeNetworks((standby) => {
      standby.rules['nsg-app'] = [];
      list(standby).ingressSecurityRules = [tcp('10.1.0.0/16', 22), tcp(nsg(standby, 'nsg-web'), 8443)];
    });
    expect([judged.verdict, told(judged)]).toEqual(['ready', ['flow-by-other-rule: nsg-app ingress tcp 8443 from nsg-web']]);
  });

  it('of one of two networks says which', async () => {
    const judged = await judgeNetworks((standby, primary) => {
      for (const side of [standby, primary]) {
        const vcnId = side.id('vcn', 'hub');
        side.vcns.push({ id: vcnId, displayName: 'vcn-hub', cidrBlocks: ['172.16.0.0/16'], lifecycleState: 'AVAILABLE' });
        side.nsgs.push({ id: nsg(side, 'hub-nsg-web'), displayName: 'nsg-web', vcnId, lifecycleState: 'AVAILABLE' });
        side.rules['hub-nsg-web'] = [tcp('172.16.1.0/24', 443)];
      }
      standby.rules['hub-nsg-web'] = [];
    });
    expect([judged.verdict, counted(judged)]).toEqual(['not-ready', ['flow-missing: vcn-hub/nsg-web ingress tcp 443 from 172.16.1.0/24']]);
  });

  it('names the machines that it is about', async () => {
    const { findings } = await judgeNetworks((standby) => {
      standby.rules['nsg-app'] = [];
    });
    expect(findings[0]?.actual).toBe('works at the primary only (pay-app-1)');
  });
});

describe('the way between the regions', () => {
  const peer = (side: NetworkSide, more: object = {}): Record<string, unknown> => ({
    id: side.id('remotepeeringconnection', 'rpc'),
    displayName: 'rpc',
    drgId: side.id('drg', 'pay'),
    peeringStatus: 'PEERED',
    peerId: `ocid1.remotepeeringconnection.oc1.${side.key === 'iad' ? 'phx' : 'iad'}.rpc`,
    peerRegionName: side.key === 'iad' ? 'us-phoenix-1' : 'us-ashburn-1',
    lifecycleState: 'AVAILABLE',
    ...more,
  });

  it.each<[string, readonly string[], (standby: NetworkSide, primary: NetworkSide) => void]>([
    ['is whole', [], () => undefined],
    [
      'is revoked here',
      ['peering-down: remote peering rpc'],
      (standby) => {
        standby.peerings = [peer(standby, { peeringStatus: 'REVOKED' })];
      },
    ],
    [
      'is revoked there',
      ['peering-not-mutual: remote peering rpc'],
      (_, primary) => {
        primary.peerings = [peer(primary, { peeringStatus: 'REVOKED' })];
      },
    ],
    [
      'leads elsewhere',
      ['peering-not-mutual: remote peering rpc'],
      (_, primary) => {
        primary.peerings = [peer(primary, { peerId: 'ocid1.remotepeeringconnection.oc1.phx.other' })];
      },
    ],
    [
      'is not there',
      ['peering-not-mutual: remote peering us-ashburn-1'],
      (standby) => {
        standby.peerings = [];
      },
    ],
    [
      'is not attached',
      ['drg-not-attached: VCN vcn-pay'],
      (standby) => {
        standby.drgAttachments.shift();
      },
    ],
    [
      'lacks a static route',
      ['drg-route-missing: DRG rt-drg 192.168.0.0/16 via IPSEC_TUNNEL'],
      (standby) => {
        standby.drgRoutes = { 'rt-drg': [] };
      },
    ],
  ])('%s', async (_, expected, change) => {
    const judged = await judgeNetworks((standby, primary) => {
      for (const side of [standby, primary]) {
        side.drgs = [{ id: side.id('drg', 'pay'), displayName: 'drg', lifecycleState: 'AVAILABLE' }];
        side.peerings = [peer(side)];
        side.drgAttachments = [
          {
            id: side.id('drgattachment', 'vcn'),
            displayName: 'a',
            drgId: side.id('drg', 'pay'),
            lifecycleState: 'ATTACHED',
            networkDetails: { type: 'VCN', id: side.id('vcn', 'pay') },
          },
          {
            id: side.id('drgattachment', 'vpn'),
            displayName: 'b',
            drgId: side.id('drg', 'pay'),
            lifecycleState: 'ATTACHED',
            networkDetails: { type: 'IPSEC_TUNNEL', id: 'x' },
          },
        ];
        side.drgTables = [{ id: side.id('drgroutetable', 'rt-drg'), displayName: 'rt-drg', lifecycleState: 'AVAILABLE' }];
        side.drgRoutes = {
          'rt-drg': [{ destination: '192.168.0.0/16', nextHopDrgAttachmentId: side.id('drgattachment', 'vpn'), routeType: 'STATIC' }],
        };
      }
      change(standby, primary);
    });
    expect([judged.verdict, counted(judged)]).toEqual([expected.length === 0 ? 'ready' : 'not-ready', expected]);
  });
});

describe('what cannot be seen', () => {
  const hidden = { status: 404, body: { code: 'NotAuthorizedOrNotFound', message: '' } };

  it.each(
    listOperations.filter(
      (one) =>
        /Vcns|Subnets|Security|Route|Gateway|Drg|Peering|^listInstances|VnicAtt/.test(one) &&
        one !== 'listDrgRouteRules' &&
        one !== 'listDrgRouteTables',
    ),
  )('is unknown where %s is denied, at either side, and nothing is called missing', async (operation) => {
    for (const which of [0, 1]) {
      const judged = await judgeNetworks((standby, primary) => {
        [standby, primary][which]!.over = [{ operation, with: {}, ...hidden }];
      });
      expect([judged.verdict, which, counted(judged).filter((text) => text.includes('missing'))]).toEqual(['unknown', which, []]);
    }
  });

  it.each<[string, string, (standby: NetworkSide, primary: NetworkSide) => void]>([
    [
      'a VNIC',
      'vnic-unseen: pay-app-1',
      (standby) => {
        standby.vnics = [];
      },
    ],
    [
      'the primary’s VNIC',
      'vnic-unseen: pay-app-1 at the primary',
      (_, primary) => {
        primary.vnics = [];
      },
    ],
    [
      'a rule in no known form',
      'rules-unseen: nsg-web',
      (standby) => {
        standby.rules['nsg-web'] = [{ ...tcp('10.1.1.0/24', 443), sourceType: 'PREFIX_LIST' }];
      },
    ],
    [
      'a protocol in no known form',
      'rules-unseen: nsg-web',
      (standby) => {
        standby.rules['nsg-web'] = [tcp('10.1.1.0/24', 443, { protocol: 'tcp' })];
      },
    ],
    [
      'a group that no compartment has',
      'rules-unseen: nsg-web',
      both((side) => {
        side.rules['nsg-web']!.push(tcp(side.id('networksecuritygroup', 'foreign'), 1));
      }),
    ],
    [
      'a group of a VNIC that no compartment has',
      'attachment-unseen: pay-app-1',
      (standby) => {
        (vnic(standby).nsgIds as string[]).push(standby.id('networksecuritygroup', 'foreign'));
      },
    ],
    [
      'a list of a subnet that no compartment has',
      'attachment-unseen: subnet sn-app',
      (standby) => {
        standby.subnets[0]!.securityListIds = [standby.id('securitylist', 'foreign')];
      },
    ],
    [
      'two groups of one name',
      'name-not-unique: network security group nsg-app',
      (standby) => {
        standby.nsgs.push({ ...standby.nsgs[0], id: nsg(standby, 'nsg-app-2') });
      },
    ],
    [
      'two machines of one name',
      'name-not-unique: instance pay-app-2',
      both((side) => {
        for (const name of ['x', 'y'])
          side.instances.push({ id: side.id('instance', name), displayName: 'pay-app-2', lifecycleState: 'RUNNING' });
      }),
    ],
    [
      'security attributes',
      'zpr-unseen: pay-app-1',
      both((side) => {
        vnic(side).securityAttributes = { zpr: { app: { value: 'pay', mode: 'enforce' } } };
      }),
    ],
    [
      'a network under Zero Trust Packet Routing',
      'zpr-unseen: VCN vcn-pay',
      (standby) => {
        standby.vcns[0]!.isZprOnly = true;
      },
    ],
    [
      'a private IP that a route leads to',
      'route-unseen: rt-private 192.168.0.0/16',
      (standby, primary) => {
        for (const side of [standby, primary])
          table(side).routeRules.push({
            destination: '192.168.0.0/16',
            destinationType: 'CIDR_BLOCK',
            networkEntityId: side.id('privateip', 'fw'),
          });
      },
    ],
  ])('is unknown: %s', async (_, expected, change) => {
    const judged = await judgeNetworks(change);
    expect(judged.verdict).toBe('unknown');
    expect(counted(judged)).toContain(expected);
  });

  it('is unknown where there is no answer at all', async () => {
    const judged = await judgeNetworks((standby) => {
      standby.over = listOperations.map((operation) => ({ operation, with: {}, failed: 'timeout' }));
    });
    expect([judged.verdict, judged.standby.current?.outcome.kind]).toEqual(['unknown', 'unseen']);
  });
});

describe('hostile bodies', () => {
  const bodies = [
    null,
    7,
    'text',
    {},
    [null],
    [[]],
    ['x'],
    [{}],
    [{ id: 7 }],
    [{ id: 'x', displayName: {}, vcnId: [] }],
    [{ id: 'x', routeRules: [null, {}, 7], ingressSecurityRules: [null, { protocol: {} }] }],
  ];

  it.each(listOperations.filter((one) => /Vcns|Subnets|Security|Route|Gateway|Drg|Peering|Instances|Vnic|PublicIps/.test(one)))(
    '%s neither throws nor makes the standby ready where it matters',
    async (operation) => {
      for (const body of bodies) {
        const judged = await judgeNetworks((standby) => {
          standby.over = [{ operation, with: {}, body }];
        });
        expect(['observed', 'unseen', 'absent'], JSON.stringify(body)).toContain(judged.standby.current?.outcome.kind);
      }
    },
  );
});

describe('any rules', () => {
  const port = fc.integer({ min: 1, max: 40 });
  const rules = fc.uniqueArray(fc.record({ net: fc.integer({ min: 2, max: 6 }), from: port, more: fc.integer({ min: 0, max: 20 }) }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ net, from, more }) => `${net} ${from} ${more}`,
  });
  type Some = { readonly net: number; readonly from: number; readonly more: number };
  const bodyOf = (side: NetworkSide, { net, from, more }: Some) => tcp(`${side.net}.${net}.0/24`, [from, from + more]);
  const halvesOf = (side: NetworkSide, { net, from, more }: Some) =>
    more === 0
      ? [0, 128].map((host) => tcp(`${side.net}.${net}.${host}/25`, from))
      : [tcp(`${side.net}.${net}.0/24`, [from, from]), tcp(`${side.net}.${net}.0/24`, [from + 1, from + more])];
  const opens = ({ net, from, more }: Some) => Array.from({ length: more + 1 }, (_, at) => `${net} ${from + at}`);

  it('leave the verdict as it is when split, repeated and turned round', async () => {
    await fc.assert(
      fc.asyncProperty(rules, async (some) => {
        const judged = await judgeNetworks((standby, primary) => {
          primary.rules['nsg-web'] = some.map((one) => bodyOf(primary, one));
          standby.rules['nsg-web'] = [...some, ...some].reverse().flatMap((one) => halvesOf(standby, one));
        });
        expect([judged.verdict, counted(judged)]).toEqual(['ready', []]);
      }),
      { numRuns: 25 },
    );
  });

  it('are missed when one is gone, unless the others open the same ports', async () => {
    await fc.assert(
      fc.asyncProperty(rules, async (some) => {
        const [gone, ...rest] = some;
        const judged = await judgeNetworks((standby, primary) => {
          primary.rules['nsg-web'] = some.map((one) => bodyOf(primary, one));
          standby.rules['nsg-web'] = rest.map((one) => bodyOf(standby, one));
        });
        const left = new Set(rest.flatMap(opens));
        expect(judged.verdict).toBe(opens(gone!).every((one) => left.has(one)) ? 'ready' : 'not-ready');
      }),
      { numRuns: 25 },
    );
  });
});

describe('facts', () => {
  it('stand still, in whatever order the API tells', async () => {
    const factsOf = async (change: Parameters<typeof judgeNetworks>[0]) => (await judgeNetworks(change)).standby.current?.outcome;
    const turned = await factsOf((standby) => {
      for (const bodies of [standby.nsgs, ...Object.values(standby.rules), standby.lists, table(standby).routeRules]) bodies.reverse();
    });
    expect(turned).toEqual(await factsOf(undefined));
  });
});
