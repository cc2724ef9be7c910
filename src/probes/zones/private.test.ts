// Private DNS that is symmetric; each test changes one thing and names what is then said.
import { expect, test } from 'vitest';
import { asOf, emptyListCalls, regionOf, scopeOf, snapshotOf, topology } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are changed in ways that no type allows.
type Body = any;

const vip = { primary: '203.0.113.10', standby: '198.51.100.20' } as const;
const net = { primary: '10.0', standby: '10.1' } as const;

interface World {
  readonly records?: readonly (readonly [name: string, type: string, data: string])[];
  readonly rules?: unknown;
  readonly views?: readonly string[];
  readonly listed?: readonly object[];
  readonly endpoints?: readonly object[];
  /** Another zone of that name, in the view of that name. */
  readonly other?: string;
}

const viewId = (side: Role, name: string): string => `ocid1.dnsview.oc1.${side}.${name}`;
const viewOf = (side: Role, name: string, more: object = {}) => ({
  id: viewId(side, name),
  displayName: name,
  lifecycleState: 'ACTIVE',
  ...more,
});
const forward = (names: readonly string[], ...targets: readonly string[]) => ({
  action: 'FORWARD',
  qnameCoverConditions: names,
  clientAddressConditions: [],
  destinationAddresses: targets,
  sourceEndpointName: 'fwd',
});
const endpoint = (more: object = {}) => ({ name: 'fwd', isForwarding: true, isListening: false, lifecycleState: 'ACTIVE', ...more });

function callsIn(side: Role, { records, rules, views = ['pay'], listed, endpoints = [endpoint()], other }: World): readonly RecordedCall[] {
  const { compartmentId } = topology[side];
  const zone = (view: string) => ({
    id: `ocid1.dns-zone.${side}.${view}`,
    name: 'int.example',
    scope: 'PRIVATE',
    viewId: viewId(side, view),
  });
  const sets = records ?? [['db', 'A', `${net[side]}.30.15`]];
  const resolver: Body = {
    id: `ocid1.dnsresolver.${side}`,
    displayName: 'vcn',
    attachedViews: views.map((name) => ({ viewId: viewId(side, name) })),
    endpoints,
  };
  return [
    { operation: 'listViews', with: { compartmentId }, body: listed ?? views.map((name) => viewOf(side, name)) },
    {
      operation: 'listZones',
      with: { compartmentId, scope: 'PRIVATE' },
      body: [zone('pay'), ...(other === undefined ? [] : [zone(other)])],
    },
    {
      operation: 'getZoneRecords',
      with: {},
      body: { items: sets.map(([name, rtype, rdata]) => ({ domain: `${name}.int.example`, rtype, rdata, ttl: 60 })) },
    },
    { operation: 'listResolvers', with: { compartmentId }, body: [{ id: resolver.id, displayName: 'vcn' }] },
    {
      operation: 'getResolver',
      with: {},
      body: { ...resolver, rules: rules === undefined ? [forward(['corp.example'], '192.168.1.53')] : rules },
    },
    ...emptyListCalls,
  ];
}

async function judged(standby: World, primary: World = {}) {
  const look = (side: Role, world: World) =>
    snapshotOf({
      probe,
      region: regionOf('dns-failover-ok', side, { over: callsIn(side, world) }),
      scope: { ...scopeOf(side), addresses: { lb: [vip[side]] } },
      role: side,
    });
  const [subject, twin] = await Promise.all([look('standby', standby), look('primary', primary)]);
  return judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
}

const both = (world: World): readonly [World, World] => [world, world];

test.each<[string, readonly [World, World?], readonly string[]]>([
  ['nothing', [{}], []],
  ['each its own mapped public address', [{ records: [['lb', 'A', vip.standby]] }, { records: [['lb', 'A', vip.primary]] }], []],
  ['the primary’s public address', both({ records: [['lb', 'A', vip.primary]] }), ['private-record-of-primary']],
  [
    'an alias in place of an address',
    [
      {
        records: [
          ['db', 'CNAME', 'b.int.example.'],
          ['b', 'A', '10.1.30.15'],
        ],
      },
    ],
    [],
  ],
  [
    'an alias to the primary',
    [
      {
        records: [
          ['db', 'CNAME', 'b.int.example.'],
          ['b', 'A', '10.0.30.15'],
        ],
      },
    ],
    ['private-record-of-primary'],
  ],
  ['a name that speaks of its region', [{ records: [['db-phx', 'A', '10.1.30.15']] }, { records: [['db-iad', 'A', '10.0.30.15']] }], []],
  [
    'an alias that speaks of the primary’s region',
    both({ records: [['db', 'CNAME', 'db-iad.corp.example.']] }),
    ['private-record-differs'],
  ],
  ['no rules on either side', both({ rules: null }), []],
  ['no rules here', [{ rules: null }], ['forward-missing']],
  [
    'two rules for one with two names',
    [
      { rules: [forward(['a.example'], '192.168.1.53'), forward(['b.example'], '192.168.1.53')] },
      { rules: [forward(['a.example', 'b.example'], '192.168.1.53')] },
    ],
    [],
  ],
  [
    'each side asks the other for its names',
    [{ rules: [forward(['iad.example'], '10.0.20.54')] }, { rules: [forward(['phx.example'], '10.1.20.54')] }],
    [],
  ],
  ['equal pairs of targets', both({ rules: [forward(['a.example'], '10.0.20.53', '10.1.20.53')] }), []],
  [
    'a rule for all names before',
    [{ rules: [forward([], '192.168.9.9'), forward(['corp.example'], '192.168.1.53')] }],
    ['forward-shadowed'],
  ],
  [
    'a rule for names above before',
    [{ rules: [forward(['example'], '192.168.9.9'), forward(['corp.example'], '192.168.1.53')] }],
    ['forward-shadowed'],
  ],
  ['a rule for all names after', [{ rules: [forward(['corp.example'], '192.168.1.53'), forward([], '192.168.9.9')] }], []],
  ['a deleted endpoint beside the one that works', [{ endpoints: [endpoint({ lifecycleState: 'DELETED' }), endpoint()] }], []],
  ['another view first with the same zone', [{ views: ['x', 'pay'], other: 'x' }], ['view-order']],
  ['another view last with the same zone', [{ views: ['pay', 'x'], other: 'x' }], []],
  ['a view that is deleted', [{ listed: [viewOf('standby', 'pay', { lifecycleState: 'DELETED' })] }], ['view-not-attached']],
  ['a view of another compartment', [{ views: ['hidden'], listed: [viewOf('standby', 'pay')] }], ['part-unseen']],
])('%s', async (_, [standby, primary], codes) => {
  const { findings } = await judged(standby, primary);
  expect(findings.map(({ code }) => code.slice('zones/'.length))).toEqual(codes);
});

test('no remedy adds an address beside an alias, or writes the primary’s address', async () => {
  const { findings } = await judged({
    records: [
      ['db', 'CNAME', 'b.int.example.'],
      ['b', 'A', '10.0.30.15'],
    ],
  });
  expect(findings[0]?.remedy).toMatch(/rrset delete .*--rtype CNAME\n\$ oci dns record rrset update .*--rtype A .*10\.1\.30\.15/);
});

test('an endpoint that is not there is made, and a resolver is not', async () => {
  const { findings } = await judged({ endpoints: [] });
  expect(findings.map(({ remedy }) => remedy).join()).toMatch(/resolver-endpoint create .*--name fwd --is-forwarding true/);
});
