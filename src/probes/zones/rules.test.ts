// A policy that works and private DNS that is symmetric; each test changes one thing and names what is then said.
import { describe, expect, test } from 'vitest';
import { asOf, callsOf, judgeCase, regionOf, scopeOf, sides, snapshotOf, topology } from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const base = 'dns-failover-ok';
const settings = { compartments: [topology.compartments['shared-services']] };

// biome-ignore lint/suspicious/noExplicitAny: bodies are changed in ways that no type allows.
type Body = any;

const bodyOf = (operation: RecordedCall['operation'], id = base, side: Role = 'standby'): Body =>
  structuredClone(callsOf(id, side).find((call) => call.operation === operation)?.body);

function changed(operation: RecordedCall['operation'], change: (body: Body) => void): RecordedCall {
  const body = bodyOf(operation);
  change(body);
  return { operation, with: {}, body };
}

const policy = (change: (body: Body) => void): RecordedCall => changed('getSteeringPolicy', change);
const monitor = (change: (body: Body) => void): RecordedCall => changed('getHttpMonitor', change);

/** What vantage points said of either side a minute ago. */
const found = (...healthy: readonly boolean[]): RecordedCall => ({
  operation: 'listHttpProbeResults',
  with: {},
  body: ['198.51.100.20', '203.0.113.10'].flatMap((target) =>
    healthy.map((isHealthy, at) => ({ target, vantagePointName: `v${at}`, isHealthy, startTime: asOf - 60_000 })),
  ),
});

async function judged(over: readonly RecordedCall[], more: Readonly<Record<string, unknown>> = {}) {
  const { verdict, findings } = await judgeCase(probe, base, { over: [...over, found(true, true, true)] }, { ...settings, ...more });
  return { verdict, codes: findings.map(({ code, severity }) => `${code.slice('zones/'.length)} ${severity}`).sort(), findings };
}

const codesOf = async (...over: readonly RecordedCall[]): Promise<readonly string[]> => (await judged(over)).codes;

const [filter, wellness, priority, limit] = bodyOf('getSteeringPolicy').rules as Body[];

describe('a steering policy', () => {
  test.each<[string, RecordedCall, readonly string[]]>([
    ['of the primary only', policy((body) => body.answers.pop()), ['no-standby-answer blocker']],
    ['without HEALTH', policy((body) => Object.assign(body, { rules: [filter, priority, limit] })), ['no-health-check blocker']],
    [
      'whose HEALTH is switched off by an empty sequence of cases',
      policy((body) => Object.assign(body.rules[1], { cases: [] })),
      ['no-health-check blocker'],
    ],
    ['without a monitor', policy((body) => Object.assign(body, { healthCheckMonitorId: null })), ['no-health-check blocker']],
    [
      'that cuts off before it asks for health',
      policy((body) => Object.assign(body, { rules: [filter, priority, limit, wellness] })),
      ['answer-not-given blocker'],
    ],
    ['that ranks the primary only', policy((body) => body.rules[2].defaultAnswerData.pop()), ['answer-not-given blocker']],
    [
      'that ranks both alike',
      policy((body) => Object.assign(body.rules[2].defaultAnswerData[1], { value: 1 })),
      ['priority-reversed warning'],
    ],
    [
      'whose primary is switched off',
      policy((body) => Object.assign(body.answers[0], { isDisabled: true })),
      ['priority-reversed warning'],
    ],
    ['with a long ttl', policy((body) => Object.assign(body, { ttl: 3600 })), ['ttl-too-long warning']],
    ['with a rule of tomorrow', policy((body) => body.rules.push({ ruleType: 'MOON' })), ['rules-not-understood warning']],
    [
      'with a condition of tomorrow',
      policy((body) => Object.assign(body.rules[2].defaultAnswerData[0], { answerCondition: 'answer.moon > 1' })),
      ['rules-not-understood warning'],
    ],
    [
      'of nobody here',
      policy((body) => {
        for (const one of body.answers) one.rdata = '192.0.2.1';
      }),
      [],
    ],
    [
      'with weights',
      policy((body) =>
        Object.assign(body, { rules: [filter, wellness, { ruleType: 'WEIGHTED', defaultAnswerData: [{ value: 5 }] }, limit] }),
      ),
      ['priority-reversed warning'],
    ],
    [
      'with one more answer of its pool',
      policy((body) => body.answers.push({ name: 'dr2', pool: 'dr', rtype: 'A', rdata: '192.0.2.9' })),
      ['answer-foreign warning'],
    ],
    [
      'that sends other clients elsewhere',
      policy((body) =>
        Object.assign(body.rules[2], {
          cases: [
            {
              caseCondition: 'query.client.geoKey in (geoKey "6255148")',
              answerData: [{ answerCondition: "answer.name == 'primary'", value: 1 }],
            },
          ],
          defaultAnswerData: [],
        }),
      ),
      ['answer-not-given blocker'],
    ],
  ])('%s', async (_, over, codes) => {
    expect(await codesOf(over)).toEqual(codes);
  });

  test('whose answers bear the names of the other side is judged by their addresses', async () => {
    const names = policy((body) => {
      [body.answers[0].name, body.answers[1].name] = ['dr', 'primary'];
      [body.answers[0].pool, body.answers[1].pool] = ['dr', 'primary'];
      body.rules[2].defaultAnswerData = [
        { answerCondition: "answer.pool == 'dr'", value: 1 },
        { answerCondition: "answer.pool in ('primary', 'other')", value: 2 },
      ];
    });
    expect(await codesOf(names)).toEqual([]);
  });

  test('may answer with a name, which is followed in the own zones', async () => {
    const named = policy((body) => Object.assign(body.answers[1], { rtype: 'CNAME', rdata: 'dr.pay.example.com.' }));
    const [zone] = bodyOf('listZones', 'dns-zone-records');
    const records = (items: readonly Body[]): readonly RecordedCall[] => [
      { operation: 'listZones', with: { scope: 'GLOBAL', compartmentId: zone.compartmentId }, body: [zone] },
      { operation: 'getZoneRecords', with: { zoneNameOrId: 'pay.example.com' }, body: { items } },
      monitor((body) => body.targets.push('dr.pay.example.com')),
    ];
    const to = (rdata: string) => [{ domain: 'dr.pay.example.com', rtype: 'A', rdata, ttl: 30 }];
    expect(await codesOf(named, ...records(to('198.51.100.20')))).toEqual(['health-unseen note']);
    expect(await codesOf(named, ...records(to('198.51.100.99')))).toEqual(['answer-stale blocker']);
    expect(await codesOf(named, ...records([]))).toEqual(['answer-stale blocker']);
  });

  test('that answers with a name of somebody else’s zone is unknown', async () => {
    const { verdict, codes } = await judged([
      policy((body) => Object.assign(body.answers[1], { rtype: 'CNAME', rdata: 'pay.example.net.' })),
    ]);
    expect([verdict, codes]).toEqual(['unknown', ['answer-unseen warning']]);
  });

  test('attached for another type only, or not yet, is not attached', async () => {
    const attached = (change: object) => changed('listSteeringPolicyAttachments', ([one]) => Object.assign(one, change));
    expect(await codesOf(attached({ rtypes: ['AAAA'] }))).toEqual(['not-attached blocker']);
    expect(await codesOf(attached({ lifecycleState: 'CREATING' }))).toEqual(['not-attached blocker']);
  });

  test('leads to an address that the region has, whether or not the scope names it', async () => {
    const other = policy((body) => Object.assign(body.answers[1], { rdata: '198.51.100.77' }));
    const watched = monitor((body) => Object.assign(body, { targets: ['203.0.113.10', '198.51.100.77'] }));
    const at = (operation: RecordedCall['operation'], one: object): RecordedCall => ({
      operation,
      with: { compartmentId: topology.standby.compartmentId },
      body: operation === 'listNetworkLoadBalancers' ? { items: [one] } : [one],
    });
    const held = { id: 'ocid1.x', displayName: 'x', lifecycleState: 'ACTIVE', ipAddresses: [{ ipAddress: '198.51.100.77' }] };
    const reserved = { id: 'ocid1.x', displayName: 'x', ipAddress: '198.51.100.77' };
    expect(await codesOf(other, watched)).toEqual(['answer-stale blocker']);
    expect(await codesOf(other, watched, at('listLoadBalancers', held))).toEqual(['health-unseen note']);
    expect(await codesOf(other, watched, at('listNetworkLoadBalancers', held))).toEqual(['health-unseen note']);
    expect(await codesOf(other, watched, at('listPublicIps', { ...reserved, lifecycleState: 'ASSIGNED' }))).toEqual(['health-unseen note']);
    expect(await codesOf(other, watched, at('listPublicIps', { ...reserved, lifecycleState: 'AVAILABLE' }))).toEqual([
      'answer-idle warning',
      'health-unseen note',
    ]);
  });
});

describe('a monitor', () => {
  test.each<[string, RecordedCall, readonly string[]]>([
    ['that is switched off', monitor((body) => Object.assign(body, { isEnabled: false })), ['monitor-disabled blocker']],
    ['that does not look at the primary', monitor((body) => body.targets.shift()), ['primary-not-probed blocker']],
    ['that does not look at the standby', monitor((body) => body.targets.pop()), ['standby-not-probed warning']],
    ['that finds it unwell from half of the world', found(true, false), ['standby-partly-unhealthy warning']],
    ['that finds it unwell from one place', found(true, true, false), []],
    ['that finds it well', found(true, true, true), []],
  ])('%s', async (_, over, codes) => {
    expect(await codesOf(over)).toEqual(codes);
  });

  test('tells nothing by results of long ago, and only the last of each vantage point counts', async () => {
    const one = { target: '198.51.100.20', vantagePointName: 'v', isHealthy: false };
    const at = (...items: readonly object[]): RecordedCall => ({ operation: 'listHttpProbeResults', with: {}, body: items });
    expect(await codesOf(at({ ...one, startTime: asOf - 7_200_000 }))).toEqual(['health-unseen note']);
    expect(await codesOf(at({ ...one, startTime: asOf - 90_000 }, { ...one, isHealthy: true, startTime: asOf - 60_000 }))).toEqual([]);
  });

  test('of another kind makes the verdict unknown', async () => {
    expect((await judged([{ operation: 'getHttpMonitor', with: {}, status: 404, body: {} }])).verdict).toBe('unknown');
  });
});

describe('a public name', () => {
  const zone = (...items: readonly object[]): readonly RecordedCall[] => {
    const [body] = bodyOf('listZones', 'dns-zone-records');
    return [
      { operation: 'listZones', with: { scope: 'GLOBAL', compartmentId: body.compartmentId }, body: [body] },
      { operation: 'getZoneRecords', with: { zoneNameOrId: 'pay.example.com' }, body: { items } },
    ];
  };
  const a = (domain: string, rdata = '203.0.113.10', ttl = 60) => ({ domain, rtype: 'A', rdata, ttl });
  const alias = (domain: string, rdata: string) => ({ domain, rtype: 'CNAME', rdata, ttl: 60 });

  test.each<[string, readonly object[], readonly string[]]>([
    ['that is steered', [a('www.pay.example.com')], []],
    ['that leads to both', [a('api.pay.example.com'), a('api.pay.example.com', '198.51.100.20')], ['static-both warning']],
    ['that speaks of its region', [a('api-iad.pay.example.com'), a('api.us-ashburn-1.pay.example.com')], []],
    ['of a machine', [a('pay-web-1.pay.example.com', '10.0.10.11')], []],
    ['that leads to a steered one', [alias('shop.pay.example.com', 'www.pay.example.com.')], []],
    ['that leads elsewhere', [alias('docs.pay.example.com', 'pages.example.net.')], []],
    [
      'that leads to one that does not move, told once',
      [a('api.pay.example.com'), alias('shop.pay.example.com', 'api.pay.example.com.')],
      ['static-primary blocker'],
    ],
    ['in capitals', [a('API.Pay.Example.com')], ['static-primary blocker']],
  ])('%s', async (_, records, codes) => {
    expect(await codesOf(...zone(...records))).toEqual(codes);
  });

  test('that the settings keep on one side, or do not list, stays', async () => {
    const records = zone(a('api.pay.example.com'));
    expect((await judged(records, { ownNames: ['api.pay.example.com'] })).codes).toEqual([]);
    expect((await judged(records, { names: ['www.pay.example.com'] })).codes).toEqual([]);
    expect((await judged(records, { names: ['api.pay.example.com'] })).codes).toEqual(['static-primary blocker']);
    expect((await judged(records, { names: ['lost.example.com'] })).verdict).toBe('unknown');
  });

  test('in a zone whose records could not be read is unknown, and told once', async () => {
    const [list] = zone();
    const { verdict, codes } = await judged([list!, { operation: 'getZoneRecords', with: {}, status: 404, body: {} }]);
    expect([verdict, codes]).toEqual(['unknown', ['part-unseen warning']]);
  });
});

describe('private DNS', () => {
  const privateCase = 'dns-private-view-symmetric';
  const records = (side: Role, change: (items: Body[]) => void): RecordedCall => {
    const body = bodyOf('getZoneRecords', privateCase, side);
    change(body.items);
    return { operation: 'getZoneRecords', with: { zoneNameOrId: bodyOf('listZones', privateCase, side)[0].id }, body };
  };
  const resolver = (side: Role, change: (body: Body) => void): readonly RecordedCall[] => {
    const body = bodyOf('getResolver', 'dns-resolver-rule-missing', side);
    body.rules = structuredClone(bodyOf('getResolver', 'dns-resolver-rule-missing', 'primary').rules);
    change(body);
    return [
      {
        operation: 'listResolvers',
        with: { compartmentId: topology[side].compartmentId },
        body: [{ id: body.id, displayName: body.displayName }],
      },
      { operation: 'getResolver', with: { resolverId: body.id }, body },
    ];
  };

  async function codesIn(over: readonly RecordedCall[], from: readonly RecordedCall[] = sides.map((side) => records(side, () => {}))) {
    const { findings } = await judgeCase(probe, privateCase, { over: [...over, ...from] }, settings);
    return findings.map(({ code, severity }) => `${code.slice('zones/'.length)} ${severity}`).sort();
  }

  test.each<[string, (items: Body[]) => void, readonly string[]]>([
    ['nothing', () => {}, []],
    ['a record that is missing', (items) => items.pop(), ['private-record-missing blocker']],
    ['a record that leads to the primary', ([one]) => Object.assign(one, { rdata: '10.0.30.15' }), ['private-record-of-primary blocker']],
    ['a record that leads elsewhere', ([one]) => Object.assign(one, { rdata: '10.1.30.99' }), ['private-record-differs warning']],
    ['one record more', (items) => items.push({ domain: 'x.int.pay.example.com', rtype: 'A', rdata: '10.1.1.1', ttl: 1 }), []],
    ['another ttl', ([one]) => Object.assign(one, { ttl: 5 }), []],
  ])('%s', async (_, change, codes) => {
    expect(await codesIn([records('standby', change)])).toEqual(codes);
  });

  test('views that VCNs were born with belong together where their resolvers do', async () => {
    const born = (side: Role, name: string): readonly RecordedCall[] => {
      const [zone] = bodyOf('listZones', privateCase, side);
      const own = { id: `ocid1.dnsview.oc1.${side}.a`, displayName: name, isProtected: true };
      return [
        { operation: 'listViews', with: { compartmentId: topology[side].compartmentId }, body: [own] },
        {
          operation: 'listZones',
          with: { compartmentId: topology[side].compartmentId, scope: 'PRIVATE' },
          body: [{ ...zone, viewId: own.id }],
        },
        ...resolver(side, (body) => Object.assign(body, { displayName: name, defaultViewId: own.id, attachedViews: [] })),
      ];
    };
    expect(await codesIn([...born('primary', 'vcn-prod'), ...born('standby', 'vcn-dr')])).toEqual([]);
  });

  test('a zone that is not there', async () => {
    const none: RecordedCall = {
      operation: 'listZones',
      with: { scope: 'PRIVATE', compartmentId: topology.standby.compartmentId },
      body: [],
    };
    expect(await codesIn([none])).toEqual(['private-zone-missing blocker']);
  });

  test.each<[string, (body: Body) => void, readonly string[]]>([
    ['nothing', () => {}, []],
    ['a resolver of another name', (body) => Object.assign(body, { displayName: 'vcn-dr' }), []],
    [
      'a target in the primary’s network',
      (body) => Object.assign(body.rules[0], { destinationAddresses: ['10.0.20.60'] }),
      ['forward-to-primary blocker'],
    ],
    ['another target', (body) => Object.assign(body.rules[0], { destinationAddresses: ['192.168.10.99'] }), ['forward-differs warning']],
    [
      'a rule for other names',
      (body) => Object.assign(body.rules[0], { qnameCoverConditions: ['other.example.com'] }),
      ['forward-missing blocker'],
    ],
    [
      'an endpoint that is being deleted',
      (body) => Object.assign(body.endpoints[0], { lifecycleState: 'DELETING' }),
      ['endpoint-not-working blocker'],
    ],
    ['no endpoint that listens', (body) => body.endpoints.pop(), ['listening-endpoint-missing warning']],
    ['no view', (body) => Object.assign(body, { attachedViews: [] }), ['view-not-attached blocker']],
  ])('%s at a resolver', async (_, change, codes) => {
    expect(await codesIn([...resolver('primary', () => {}), ...resolver('standby', change)])).toEqual(codes);
  });

  test('rules for the same names in another order', async () => {
    const wide = {
      action: 'FORWARD',
      qnameCoverConditions: ['example.com'],
      destinationAddresses: ['192.168.10.54'],
      clientAddressConditions: [],
    };
    const over = [...resolver('primary', ({ rules }) => rules.push(wide)), ...resolver('standby', ({ rules }) => rules.unshift(wide))];
    expect(await codesIn(over)).toEqual(['forward-order warning']);
  });
});

test('after a switchover the same policy is read the other way round', async () => {
  const look = (side: Role, role: Role) =>
    snapshotOf({ probe, region: regionOf(base, side, { over: [found(true)] }), scope: scopeOf(side), role, settings });
  const [subject, twin] = await Promise.all([look('primary', 'standby'), look('standby', 'primary')]);
  const { findings } = judge({ now: asOf, subject, twin, earlier: [], probes: new Map([[probe.id, probe]]) });
  expect(findings.map(({ code, actual }) => [code, actual])).toEqual([['zones/priority-reversed', 'primary 1, dr 2']]);
});
