// A collector looks at the two regions of a group itself, and everything that is known of nodes is known of them.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import type { Tenancy } from '../../src/contract/tenancy.ts';
import { type Clock, systemClock } from '../../src/daemon/clock.ts';
import { hour, temporaryFolder } from '../support/agent.ts';
import { ask, got } from '../support/asking.ts';
import { buildCollector, serveCollector } from '../support/collector.ts';
import {
  atPrimary,
  atStandby,
  lookAtRegions,
  networksNamed,
  noAnswer,
  regionAt,
  regionCheck,
  regionGroup,
  regionWorld,
  scopeIn,
  vcns,
} from '../support/regions.ts';
import { understudy } from '../support/understudy.ts';

async function served(folder = temporaryFolder(), world = regionWorld()) {
  const started = await serveCollector({ folder, probes: [vcns], groups: [regionGroup('billing')], openTenancies: world.openTenancies });
  return { ...started, world, look: () => lookAtRegions(started) };
}

const pairNow = (collector: { readonly url: string }) => got(collector, '/v1/pairs/billing/region');

test('what the standby’s region lacks is found, counts for its group, and is gone when it is mended', async () => {
  const collector = await served();
  const { world, look } = collector;
  world.set('eu-frankfurt-1', networksNamed('apps', 'db'));
  world.set('eu-zurich-1', networksNamed('apps'));
  await look();
  expect(await pairNow(collector)).toMatchObject({
    verdict: 'not-ready',
    standby: { target: atStandby, name: 'eu-zurich-1', role: 'standby', site: 'zrh', troubles: [] },
    primary: { target: atPrimary, name: 'eu-frankfurt-1', role: 'primary', site: 'fra', troubles: [] },
    findings: [{ code: 'vcns/missing', subject: 'db', state: 'open' }],
    twin: { leftAt: null, error: null },
  });
  expect(await got(collector, '/v1/fleet')).toMatchObject({ verdict: 'not-ready', groups: [{ group: 'billing', verdict: 'not-ready' }] });
  world.set('eu-zurich-1', networksNamed('apps', 'db'));
  await look();
  expect(await pairNow(collector)).toMatchObject({ verdict: 'ready', findings: [], blindSpots: [] });
});

test('a region that does not answer keeps what was seen of it, with its age, and blinds no other', async () => {
  const collector = await served();
  const { world, look } = collector;
  for (const region of ['eu-frankfurt-1', 'eu-zurich-1']) world.set(region, networksNamed('apps'));
  await look();
  world.set('eu-zurich-1', noAnswer);
  world.set('eu-frankfurt-1', networksNamed());
  await look();
  const pair = await pairNow(collector);
  expect(pair).toMatchObject({
    verdict: 'unknown',
    findings: [],
    blindSpots: [{ check: 'vcns', detail: expect.stringContaining('the region did not answer'), seenAt: expect.any(Number) }],
  });
  const lines = async (target: string) => (await got(collector, `/v1/nodes/${encodeURIComponent(target)}`)).checks;
  expect(await lines(atStandby)).toMatchObject([{ check: 'vcns', current: { kind: 'unseen', reason: 'unreadable' } }]);
  expect(await lines(atPrimary)).toMatchObject([{ check: 'vcns', current: { kind: 'observed', says: '0 networks' } }]);
  expect(collector.collector.regions.problems()).toEqual([
    'nothing of the region eu-zurich-1 of billing, at zrh, can be seen: listVcns: the region did not answer',
  ]);
});

test('the last that was seen of the primary’s region is what the standby’s is judged by', async () => {
  const collector = await served();
  const { world, look } = collector;
  world.set('eu-frankfurt-1', networksNamed('apps', 'db'));
  world.set('eu-zurich-1', networksNamed('apps', 'db'));
  await look();
  world.set('eu-frankfurt-1', noAnswer);
  world.set('eu-zurich-1', networksNamed('apps'));
  await look();
  expect(await pairNow(collector)).toMatchObject({ verdict: 'not-ready', findings: [{ code: 'vcns/missing', subject: 'db' }] });
});

test('a start goes on where the one before ended: every row is here once', async () => {
  const folder = temporaryFolder();
  const world = regionWorld();
  const run = async (...lists: readonly (readonly string[])[]) => {
    const built = buildCollector({ folder, probes: [vcns], groups: [regionGroup('billing')], openTenancies: world.openTenancies });
    await built.collector.start();
    for (const names of lists) {
      world.set('eu-zurich-1', networksNamed(...names));
      await lookAtRegions(built);
    }
    const sight = built.collector.nodes.get(atStandby)!;
    const { stream } = built.collector.nodes.kept(sight);
    const rows = built.collector.store.observations.history(stream!, 'vcns', { limit: 100 }).map(({ seq }) => seq);
    const troubles = sight.troubles.map(({ kind }) => kind);
    await built.collector.stop();
    return { rows: rows.sort((a, b) => a - b), troubles };
  };
  const first = await run(['a'], ['a', 'b'], ['a', 'b', 'c']);
  const second = await run(['a'], ['b']);
  expect(second.rows).toEqual([...first.rows, first.rows.at(-1)! + 1, first.rows.at(-1)! + 2]);
  expect(second.rows).toEqual(second.rows.map((_, index) => second.rows[0]! + index));
  expect(second.troubles).toEqual([]);
  expect(world.ways).toEqual({ opened: 2, open: 0 });
});

test('regions come, change and go with the fleet file, and another region at a site is another history', async () => {
  const collector = await served();
  const { world, look, config, folder, lookAround } = collector;
  world.set('eu-frankfurt-1', networksNamed('apps'));
  await look();
  const targets = async () =>
    (await got(collector, '/v1/nodes?group=billing')).nodes.map(({ target, name }: Record<string, string>) => [target, name]);
  expect(await targets()).toEqual([
    [atPrimary, 'eu-frankfurt-1'],
    [atStandby, 'eu-zurich-1'],
  ]);
  const moved = regionGroup('billing', { regions: [regionAt('fra', 'eu-frankfurt-1'), regionAt('zrh', 'eu-amsterdam-1')] });
  await collector.collector.reload({ ...config, groups: [moved] });
  world.set('eu-amsterdam-1', networksNamed('apps'));
  await look();
  expect(await targets()).toEqual([
    [atPrimary, 'eu-frankfurt-1'],
    [atStandby, 'eu-amsterdam-1'],
  ]);
  expect(await pairNow(collector)).toMatchObject({
    verdict: 'ready',
    standby: { name: 'eu-amsterdam-1', troubles: [{ kind: 'stranger' }] },
  });
  await collector.collector.reload({ ...config, groups: [regionGroup('billing', { regions: [] })] });
  await lookAround();
  expect(await targets()).toEqual([]);
  expect(world.ways).toEqual({ opened: 1, open: 0 });
  for (const file of ['fra.eu-frankfurt-1', 'zrh.eu-zurich-1', 'zrh.eu-amsterdam-1'])
    expect(existsSync(join(folder, 'regions', 'billing', `${file}.db`))).toBe(true);
});

test('other words for a region are looked with at once', async () => {
  const collector = await served();
  const { world, look, config, lookAround } = collector;
  world.set('eu-zurich-1', [
    { operation: 'listVcns', with: { compartmentId: scopeIn('other').compartments.shared! }, body: [{ displayName: 'elsewhere' }] },
  ]);
  await look();
  const scope = scopeIn('other');
  const zrh = regionAt('zrh', 'eu-zurich-1', { scope, checks: [regionCheck(scope)] });
  await collector.collector.reload({ ...config, groups: [regionGroup('billing', { regions: [regionAt('fra', 'eu-frankfurt-1'), zrh] })] });
  await expect
    .poll(async () => {
      await lookAround();
      return (await got(collector, `/v1/nodes/${encodeURIComponent(atStandby)}`)).checks;
    })
    .toMatchObject([{ current: { kind: 'observed', says: '1 networks' } }]);
});

test('after a switchover the other region is the one that lags', async () => {
  const collector = await served();
  const { world, look, config } = collector;
  world.set('eu-frankfurt-1', networksNamed('apps'));
  world.set('eu-zurich-1', networksNamed('apps', 'db'));
  await look();
  expect(await pairNow(collector)).toMatchObject({ verdict: 'ready' });
  await collector.collector.reload({ ...config, groups: [regionGroup('billing', { primarySite: 'zrh' })] });
  await look();
  expect(await pairNow(collector)).toMatchObject({
    verdict: 'not-ready',
    standby: { target: atPrimary, role: 'standby', troubles: [] },
    findings: [{ subject: 'db' }],
  });
});

test('a fleet without regions opens no way to OCI', async () => {
  const world = regionWorld();
  await serveCollector({ groups: [regionGroup('billing', { regions: [] })], openTenancies: world.openTenancies });
  expect(world.ways.opened).toBe(0);
});

test('a way that cannot be opened is told, and what was seen before stays', async () => {
  const folder = temporaryFolder();
  const world = regionWorld();
  world.set('eu-frankfurt-1', networksNamed('apps'));
  world.set('eu-zurich-1', networksNamed('apps'));
  const before = buildCollector({ folder, probes: [vcns], groups: [regionGroup('billing')], openTenancies: world.openTenancies });
  await before.collector.start();
  await lookAtRegions(before);
  await before.collector.stop();
  const after = await served(folder, { ...world, openTenancies: () => Promise.reject(new Error('oci-common is not there')) });
  expect(after.collector.regions.problems()).toEqual([
    'no region can be looked at, since the way to OCI could not be opened: oci-common is not there',
  ]);
  expect(await got(after, '/healthz')).toMatchObject({ state: 'degraded' });
  expect(await pairNow(after)).toMatchObject({ verdict: 'ready' });
});

test('regions are shown beside nodes, and are no agents', async () => {
  const collector = await served();
  const { world, look, socket } = collector;
  world.set('eu-frankfurt-1', networksNamed('apps', 'db'));
  world.set('eu-zurich-1', networksNamed('apps'));
  await look();
  expect(await got(collector, '/v1/sd')).toEqual([]);
  // Nothing is learnt from regions of what is expected of machines.
  expect((await ask(`${collector.url}/v1/learn/billing`)).status).toBe(409);
  const shown = async (...argv: readonly string[]) => (await understudy([...argv, '--collector', socket])).stdout;
  const texts = [await shown('fleet'), await shown('fleet', 'billing'), await shown('gate', 'billing')];
  for (const text of texts) expect(text).toContain('region');
  for (const text of texts) expect(text).not.toMatch(/\b(agent|machine)\b/);
});

test('a region whose facts hold nothing but what could not be seen is told of in health', async () => {
  const parts = { ...vcns, observe: async (port: Tenancy) => observed({ names: [(await port.list('listVcns')).kind] }) };
  const world = regionWorld();
  world.set('eu-frankfurt-1', networksNamed('apps'));
  world.set('eu-zurich-1', noAnswer);
  const collector = await serveCollector({ probes: [parts], groups: [regionGroup('billing')], openTenancies: world.openTenancies });
  await lookAtRegions(collector);
  expect((await got(collector, '/healthz')).problems).toEqual([
    'nothing of the region eu-zurich-1 of billing, at zrh, can be seen: listVcns: the region did not answer',
  ]);
});

test('hours without a collector are a gap in what was seen of a region, and no look', async () => {
  const folder = temporaryFolder();
  const world = regionWorld();
  const run = async (clock: Clock) => {
    const parts = { folder, clock, probes: [vcns], groups: [regionGroup('billing')], openTenancies: world.openTenancies };
    const built = buildCollector(parts);
    await built.collector.start();
    await lookAtRegions(built);
    const { stream } = built.collector.nodes.kept(built.collector.nodes.get(atStandby)!);
    const rows = built.collector.store.observations.history(stream!, 'vcns', { limit: 10 });
    await built.collector.stop();
    return rows.toReversed().map(({ outcome }) => (outcome.kind === 'unseen' ? `${outcome.reason}: ${outcome.detail}` : outcome.kind));
  };
  expect(await run(systemClock())).toEqual(['observed']);
  expect(await run(systemClock(Date.now() + 5 * hour))).toEqual([
    'observed',
    'missed: no look was taken: the collector was not running, or the machine was suspended',
    'observed',
  ]);
});

test('where a region’s history cannot be written, it is looked at all the same, and health says so', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'regions'), 'in the way');
  const collector = await served(folder);
  await collector.look();
  expect((await got(collector, '/healthz')).problems).toEqual([
    expect.stringMatching(/^what is seen of eu-frankfurt-1 of billing is kept in memory, since its history cannot be written: /),
    expect.stringMatching(/^what is seen of eu-zurich-1 of billing is kept in memory, since its history cannot be written: /),
  ]);
  expect(await pairNow(collector)).toMatchObject({ verdict: 'unknown' });
  rmSync(join(folder, 'regions'));
  await expect
    .poll(
      async () => {
        await collector.lookAround();
        return (await pairNow(collector)).verdict;
      },
      { timeout: 10_000 },
    )
    .toBe('ready');
});
