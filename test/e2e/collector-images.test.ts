// What machines run, their region is asked for: the collector tells the registry check what the artifacts check saw.
import { expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { fillDefaults } from '../../src/contract/schema.ts';
import { probe as registry } from '../../src/probes/registry/index.ts';
import type { RecordedCall } from '../../src/tenancy/recorded.ts';
import { got } from '../support/asking.ts';
import { pairOf, serveCollector } from '../support/collector.ts';
import { emptyListCalls } from '../support/oci-cases.ts';
import { lookAtRegions, regionAt, regionCheck, regionGroup, regionWorld, scopeIn } from '../support/regions.ts';
import { descriptionOf, scriptedAgent } from '../support/scripted-agent.ts';

const imagesOf = (...tags: readonly string[]): readonly RecordedCall[] => [
  {
    operation: 'listContainerImages',
    with: {},
    body: {
      items: tags.map((version, at) => ({
        repositoryName: 'shop/api',
        version,
        digest: `sha256:${version}`,
        lifecycleState: 'AVAILABLE',
        timeCreated: `2026-0${9 - at}-01T00:00:00Z`,
      })),
    },
  },
  ...emptyListCalls,
];

function registryAt(site: string, region: string) {
  const scope = scopeIn(site);
  const settings = { scope };
  fillDefaults(registry.settings, settings);
  return regionAt(site, region, { scope, checks: [regionCheck(scope, registry, { settings })] });
}

test('a tag that a machine runs is in use, though a newer one was pushed', async () => {
  const checks = [{ check: 'artifacts', probe: 'artifacts', settings: {}, staleAfterMs: 300_000, isRequired: true }];
  const node = await scriptedAgent({ description: { ...descriptionOf([]), checks } });
  const containers = { seen: true, list: [{ name: 'api', reference: 'fra.ocir.io/ns/shop/api:1', imageId: null, isRunning: true }] };
  node.look('artifacts', observed({ stores: [{ containers }] }), { probe: 'artifacts' });
  const world = regionWorld();
  world.set('eu-frankfurt-1', imagesOf('2', '1'));
  world.set('eu-zurich-1', imagesOf('2'));
  const group = regionGroup('billing', {
    regions: [registryAt('fra', 'eu-frankfurt-1'), registryAt('zrh', 'eu-zurich-1')],
    pairs: [pairOf('app1', { primary: node.url, standby: 'http://127.0.0.1:9' })],
  });
  const collector = await serveCollector({ probes: [registry], groups: [group], openTenancies: world.openTenancies });
  await collector.collector.poller.pollNow(node.url);
  await lookAtRegions(collector, 'registry');
  const pair = await got(collector, '/v1/pairs/billing/region');
  expect(pair.findings.map(({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`)).toEqual([
    'registry/image-missing shop/api:1',
  ]);
  world.set('eu-zurich-1', imagesOf('2', '1'));
  await lookAtRegions(collector, 'registry');
  expect(await got(collector, '/v1/pairs/billing/region')).toMatchObject({ verdict: 'ready', findings: [] });
});
