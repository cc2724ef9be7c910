import { expect, test } from 'vitest';
import { callsOf, judgeCase, topology } from '../../../test/support/oci-cases.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import { probe } from './index.ts';
import { keepRecords, setsMax } from './keep-records.ts';

const zone = { id: 'z', name: 'example.com', scope: 'GLOBAL', view: null } as const;
const set = (name: string, value: string, type = 'A') => ({ name: `${name}.example.com`, type, ttl: 60, values: [value] });

const namesOf = (max: number, ...sets: ReturnType<typeof set>[]) => {
  const [{ records } = { records: null }] = keepRecords([{ zone, sets }], new Set(['192.0.2.1']), max);
  return records?.kind === 'seen'
    ? { names: records.sets.map(({ name }) => name.split('.')[0]), isPart: records.isPart, isCut: records.isCut }
    : null;
};

test('little is kept as it is', () => {
  expect(namesOf(2, set('a', '192.0.2.1'), set('b', '192.0.2.2'))).toEqual({ names: ['a', 'b'], isPart: false, isCut: false });
});

test('of much, what leads to this side is kept, over any number of aliases', () => {
  const sets = [set('a', '192.0.2.1'), set('b', 'a.example.com', 'CNAME'), set('c', 'b.example.com', 'CNAME'), set('d', '192.0.2.9')];
  expect(namesOf(3, ...sets)).toEqual({ names: ['a', 'b', 'c'], isPart: true, isCut: false });
  expect(namesOf(2, ...sets)).toEqual({ names: ['a', 'b'], isPart: true, isCut: true });
});

test('aliases that lead in a circle come to an end', () => {
  const sets = [set('a', 'b.example.com', 'CNAME'), set('b', 'a.example.com', 'CNAME'), set('c', '192.0.2.9')];
  expect(namesOf(1, ...sets)?.names).toEqual([]);
});

test('the half of a large zone that leads to the primary is in the primary’s look, and is judged', async () => {
  const body = callsOf('dns-zone-records', 'standby').find(({ operation }) => operation === 'listZones')?.body as {
    compartmentId: string;
  }[];
  const many = Array.from({ length: setsMax }, (_, at) => ({ domain: `h${at}.pay.example.com`, rtype: 'A', rdata: '192.0.2.9', ttl: 60 }));
  const items = [...many, { domain: 'api.pay.example.com', rtype: 'A', rdata: '203.0.113.10', ttl: 60 }];
  const over: readonly RecordedCall[] = [
    { operation: 'listZones', with: { scope: 'GLOBAL', compartmentId: body[0]!.compartmentId }, body },
    { operation: 'getZoneRecords', with: { zoneNameOrId: 'pay.example.com' }, body: { items } },
  ];
  const settings = { compartments: [topology.compartments['shared-services']] };
  const { findings } = await judgeCase(probe, 'dns-failover-ok', { over }, settings);
  const counted = findings.filter(({ severity }) => severity !== 'note');
  expect(counted.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['zones/static-primary api.pay.example.com']);
});
