// The recorded cases of DNS, and their answers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callsOf, casesOf, faultsOf, fixtures, judgeCase, sides, topology } from '../../../test/support/oci-cases.ts';
import type { RecordedCall } from '../../tenancy/recorded.ts';
import type { Answer, SeenPolicy } from './facts.ts';
import { probe } from './index.ts';
import { readView } from './parse-private.ts';
import { readRecords, readZone } from './parse-records.ts';
import { readSteering } from './parse-steering.ts';
import { steer } from './steer.ts';

const bodiesOf = (id: string, side: (typeof sides)[number], operation: RecordedCall['operation']): readonly unknown[] =>
  callsOf(id, side).flatMap((call) => (call.operation === operation ? [call.body] : []));

/** The compartment of zones and policies is not the one of either side. */
const settings = { compartments: [topology.compartments['shared-services']] };

/** What the manifest leaves to the topology: which resolver, which private zone a body is of. */
const identified = (id: string): readonly RecordedCall[] =>
  sides.flatMap((side) => [
    ...bodiesOf(id, side, 'getResolver').flatMap((body): readonly RecordedCall[] => [
      { operation: 'listResolvers', with: { compartmentId: topology[side].compartmentId }, body: [summaryOf(body)] },
      { operation: 'getResolver', with: { resolverId: idOf(body) }, body },
    ]),
    ...((bodiesOf(id, side, 'listZones')[0] as unknown[] | undefined) ?? [])
      .filter((zone) => (zone as { scope: string }).scope === 'PRIVATE')
      .map(
        (zone): RecordedCall => ({
          operation: 'getZoneRecords',
          with: { zoneNameOrId: idOf(zone), scope: 'PRIVATE' },
          body: bodiesOf(id, side, 'getZoneRecords')[0],
        }),
      ),
  ]);

const idOf = (body: unknown): string => (body as { id: string }).id;
/** A list of resolvers shows neither rules nor views. */
const summaryOf = (body: unknown): unknown => {
  const { rules: _, attachedViews: __, endpoints: ___, ...summary } = body as Record<string, unknown>;
  return summary;
};

/** Steering cases change one part of the policy that works; private ones stand over views that are named. */
const under = (id: string): readonly string[] => (/resolver|private/.test(id) ? ['dns-private-view-symmetric'] : ['dns-failover-ok']);

const judged = (id: string) => judgeCase(probe, id, { under: under(id), over: identified(id) }, settings);

describe('DNS', () => {
  test.each(casesOf('10-dns').filter(({ verdict }) => verdict !== 'n/a'))('$id: $verdict', async (one) => {
    expect(faultsOf(one, await judged(one.id))).toEqual([]);
  });
});

const read = (file: string): unknown => JSON.parse(readFileSync(join(fixtures, 'dns', file), 'utf8'));

describe('published shapes', () => {
  test('the view of a VCN is protected and bears its name', () => {
    const [view] = read('listViews-published.json') as unknown[];
    expect(readView(view)).toMatchObject({ name: 'vcn-prd', isProtected: true });
  });

  test('a private zone lies in a view', () => {
    expect(readZone(read('getZone-published-private.json'), 'GLOBAL')).toMatchObject({
      name: 'ocibook.local',
      scope: 'PRIVATE',
      view: expect.stringMatching(/^ocid1\.dnsview\./),
    });
  });

  test('names in data lose the dot that OCI ends them with', () => {
    const { items } = read('getDomainRecords-published-cname.json') as { items: unknown[] };
    expect(readRecords(items)).toEqual([
      { name: 'fss.ocibook.local', type: 'CNAME', ttl: 300, values: ['fss-sp.subnprvapp.vcnprd.oraclevcn.com'] },
    ]);
    const { items: addresses } = read('getDomainRecords-published-a.json') as { items: unknown[] };
    expect(readRecords(addresses)).toMatchObject([{ name: 'lb-sp.ocibook.com.br', type: 'A', values: ['152.70.221.188'] }]);
  });

  test('weights give any answer that is not switched off, also of two that bear one name', () => {
    const content = readSteering({
      answers: read('fragment-steeringAnswers-published.json'),
      rules: read('fragment-steeringRules-published.json'),
    }) as SeenPolicy['content'];
    const given = steer(content, () => true).branches as readonly (readonly Answer[])[];
    expect(given.map((branch) => branch.map(({ value }) => value))).toEqual([['1.2.3.4', '2.3.4.5']]);
  });
});
