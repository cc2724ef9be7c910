// A collector asks two regions through Oracle's SDK, and says how that goes.
import { expect, onTestFinished, test } from 'vitest';
import { openTenancies } from '../../src/tenancy/open.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { hour, temporaryFolder } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { serveCollector, usualOci } from '../support/collector.ts';
import { makeUser, startRegion } from '../support/oci/region.ts';
import { lookAtRegions, networksNamed, regionGroup, vcns } from '../support/regions.ts';

const names = [
  { name: 'eu-frankfurt-1', key: 'fra' },
  { name: 'eu-zurich-1', key: 'zrh' },
] as const;

async function served(primary: readonly RecordedCall[], standby: readonly RecordedCall[]) {
  const folder = temporaryFolder();
  const doubles = await Promise.all(
    names.map((region, index) => startRegion({ region: { region, calls: index === 0 ? primary : standby } })),
  );
  onTestFinished(async () => {
    await Promise.all(doubles.map((double) => double.close()));
  });
  const { file } = makeUser(doubles, { folder, region: 'eu-zurich-1' });
  const endpoints = Object.assign({}, ...doubles.map(({ ociEndpoints }) => ociEndpoints)) as Record<string, string>;
  const oci = { ...usualOci, auth: 'config-file', configFile: file, endpoints, callTimeoutMs: 2_000 } as const;
  let passedMs = 0;
  const collector = await serveCollector({
    folder,
    probes: [vcns],
    groups: [regionGroup('billing')],
    config: { oci },
    openTenancies: async (access, parts) => openTenancies(access, { ...parts, monotonicMs: () => parts.monotonicMs() + passedMs }),
  });
  return {
    ...collector,
    primary: doubles[0]!,
    standby: doubles[1]!,
    look: () => lookAtRegions(collector),
    pass: (ms: number): void => {
      passedMs += ms;
    },
  };
}

test('both regions are asked with signed requests, and what the standby’s lacks is found', async () => {
  const collector = await served(networksNamed('apps', 'db'), networksNamed('apps'));
  await collector.look();
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({
    verdict: 'not-ready',
    findings: [{ code: 'vcns/missing', subject: 'db' }],
  });
  const refused = [collector.primary, collector.standby].flatMap(({ requests }) => requests.filter((one) => one.refusedBecause !== null));
  expect(refused).toEqual([]);
});

test('calls are counted by region and service', async () => {
  const collector = await served(networksNamed('apps'), networksNamed('apps'));
  await collector.look();
  const { text } = await ask(`${collector.url}/metrics`);
  const value = (line: string): number => Number(new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1]);
  for (const { name } of names) {
    expect(value(`understudy_oci_calls_total{region="${name}",service="core"}`)).toBeGreaterThanOrEqual(1);
    expect(value(`understudy_oci_answers_total{region="${name}",service="core",result="answered"}`)).toBeGreaterThanOrEqual(1);
    expect(value(`understudy_oci_answers_total{region="${name}",service="core",result="failed"}`)).toBe(0);
    expect(value(`understudy_oci_circuit{region="${name}",state="closed"}`)).toBe(1);
    expect(value(`understudy_oci_questions_waiting{region="${name}"}`)).toBe(0);
  }
});

test('one that may not be read is unknown, and its health says what was answered', async () => {
  const collector = await served(networksNamed('apps'), [
    { operation: 'listVcns', with: {}, status: 404, body: { code: 'NotAuthorizedOrNotFound', message: 'no' } },
  ]);
  await collector.look();
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ verdict: 'unknown' });
  expect(await got(collector, '/healthz')).toMatchObject({
    state: 'degraded',
    problems: [expect.stringMatching(/^nothing of the region eu-zurich-1 of billing, at zrh, can be seen: listVcns: .*404/)],
  });
});

test('one that is gone does not keep the other from being seen', async () => {
  const collector = await served(networksNamed('apps'), networksNamed('apps'));
  await collector.look();
  await collector.standby.close();
  // What people write is asked once an hour.
  collector.pass(2 * hour);
  collector.primary.world.calls.splice(0, Number.POSITIVE_INFINITY, ...networksNamed('apps', 'db'));
  await collector.look();
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ blindSpots: [{ check: 'vcns' }] });
  expect(collector.collector.regions.problems().some((problem) => problem.includes('eu-zurich-1'))).toBe(true);
  expect(collector.collector.regions.problems().some((problem) => problem.includes('eu-frankfurt-1'))).toBe(false);
});
