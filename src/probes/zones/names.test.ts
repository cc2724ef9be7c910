// Public names: what leads to one side by a detour, to both, to nobody, or to where that was not seen.
import { expect, test } from 'vitest';
import {
  asOf,
  callsOf,
  emptyListCalls,
  judgeCase,
  regionOf,
  scopeOf,
  sides,
  snapshotOf,
  topology,
} from '../../../test/support/oci-cases.ts';
import type { Role } from '../../contract/node.ts';
import { judge } from '../../judge/judge.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';

const base = 'dns-failover-ok';
const settings = { compartments: [topology.compartments['shared-services']] };
const [zone] = callsOf('dns-zone-records', 'standby').find(({ operation }) => operation === 'listZones')!.body as Record<string, string>[];
const primaryVip = '203.0.113.10';

const record = (name: string, rtype: string, rdata: string) => ({ domain: `${name}.pay.example.com`, rtype, rdata, ttl: 60 });
const zoneOf = (...items: readonly object[]): readonly RecordedCall[] => [
  { operation: 'listZones', with: { scope: 'GLOBAL', compartmentId: zone!.compartmentId! }, body: [zone] },
  { operation: 'getZoneRecords', with: { zoneNameOrId: 'pay.example.com' }, body: { items } },
];
const denied = (operation: RecordedCall['operation']): RecordedCall => ({ operation, with: {}, status: 404, body: {} });

async function told(over: readonly RecordedCall[], more: Readonly<Record<string, unknown>> = {}): Promise<readonly string[]> {
  const { verdict, findings } = await judgeCase(probe, base, { over }, { ...settings, ...more });
  const counted = findings.filter(({ severity }) => severity !== 'note');
  return [verdict, ...counted.map(({ code, subject }) => `${code.slice('zones/'.length)} ${subject}`)];
}

/** Two looks whose scopes name no addresses. */
async function toldWithoutAddresses(over: Readonly<Record<Role, readonly RecordedCall[]>>): Promise<readonly string[]> {
  const look = (side: Role) =>
    snapshotOf({
      probe,
      region: regionOf(base, side, { over: over[side] }),
      scope: { ...scopeOf(side), addresses: {} },
      role: side,
      settings,
    });
  const [primary, standby] = await Promise.all(sides.map(look));
  const { verdict, findings } = judge({ now: asOf, subject: standby!, twin: primary!, earlier: [], probes: new Map([[probe.id, probe]]) });
  return [verdict, ...new Set(findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code))];
}

test.each(['CNAME', 'ALIAS'])('a %s to a name that stays on its side does not move', async (type) => {
  const api = zoneOf(record('api', type, 'lb-iad.pay.example.com.'), record('lb-iad', 'A', primaryVip));
  expect(await told(api)).toEqual(['not-ready', 'static-primary api.pay.example.com']);
  expect(await told(api, { names: ['api.pay.example.com'] })).toEqual(['not-ready', 'static-primary api.pay.example.com']);
  const own = zoneOf(record('api', type, 'origin.pay.example.com.'), record('origin', 'A', primaryVip));
  expect(await told(own, { ownNames: ['origin.pay.example.com'] })).toEqual(['not-ready', 'static-primary api.pay.example.com']);
});

test('a record to both sides moves nobody', async () => {
  const both = zoneOf(record('rr', 'A', primaryVip), record('rr', 'A', '198.51.100.20'));
  expect(await told(both)).toEqual(['degraded', 'static-both rr.pay.example.com']);
});

test('no name is said not to move where attachments were not seen', async () => {
  const [verdict, ...findings] = await told([denied('listSteeringPolicyAttachments'), ...zoneOf(record('www', 'A', primaryVip))]);
  expect(verdict).toBe('unknown');
  expect(findings.filter((one) => one.startsWith('static'))).toEqual([]);
});

test.each([
  ['what was denied', { status: 404 }, true],
  ['a region that does not answer', { failed: 'unreadable' as const }, false],
  ['what came late', { failed: 'timeout' as const }, false],
])('%s: a policy is named where one may mend it', async (_, how, isNamed) => {
  const dark: RecordedCall = { operation: 'listZones', with: {}, body: {}, ...how };
  const remedies = (await judgeCase(probe, base, { over: [dark] }, settings)).findings
    .filter(({ code }) => code === 'zones/part-unseen')
    .map(({ remedy }) => remedy);
  expect(remedies).not.toEqual([]);
  expect(remedies.map((remedy) => remedy.includes('Allow dynamic-group'))).toEqual(remedies.map(() => isNamed));
});

test('a listed name that leads to neither side is unknown', async () => {
  const names = ['shop.pay.example.com'];
  const nobodys = zoneOf(record('shop', 'A', '192.0.2.7'));
  expect(await told(nobodys, { names })).toEqual(['unknown', 'name-of-nobody shop.pay.example.com']);
  expect(await told(nobodys)).toEqual(['ready']);
  const mail = zoneOf(record('shop', 'MX', '10 mail.pay.example.com.'));
  expect(await told(mail, { names })).toEqual(['unknown', 'name-unseen shop.pay.example.com']);
});

test('a name may lead to the primary where its addresses were not seen', async () => {
  const records = zoneOf(record('api', 'A', '203.0.113.50'));
  const seen = { primary: [...records, ...emptyListCalls], standby: records };
  const dark = { primary: [denied('listNetworkLoadBalancers'), ...records], standby: records };
  expect(await toldWithoutAddresses(seen)).toEqual(['ready']);
  expect(await toldWithoutAddresses(dark)).toEqual(['unknown', 'zones/primary-unseen']);
});
