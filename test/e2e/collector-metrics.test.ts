// What a collector shows to Prometheus: of real agents, and of fleets that are too large to be shown node by node.
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/collector/inventory/roster.ts';
import { collectorRoutes } from '../../src/collector/routes/all.ts';
import { ask } from '../support/asking.ts';
import {
  buildCollector,
  contactOf,
  groupOf,
  pairOf,
  type ServedCollector,
  see,
  serveCollector,
  serveTwoGroups,
} from '../support/collector.ts';

/** Each series with its value. */
function seriesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

const scrape = async ({ url }: ServedCollector) => {
  const { status, headers, text } = await ask(`${url}/metrics`);
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return seriesIn(text);
};

const families = (series: ReadonlyMap<string, number>): readonly string[] => [
  ...new Set([...series.keys()].map((name) => name.replace(/\{.*/, ''))),
];

/** A second later, since what many ask for at once is written once. */
const later = () => new Promise((resolve) => setTimeout(resolve, 1_050));

describe('metrics', () => {
  test('tell the one verdict that holds, of each group and pair, and count what counts', async () => {
    const served = await serveTwoGroups();
    const series = await scrape(served);
    const verdictOf = (name: string, labels: string) =>
      ['not-ready', 'unknown', 'degraded', 'ready'].filter((verdict) => series.get(`${name}{${labels},verdict="${verdict}"}`) === 1);
    expect(verdictOf('understudy_fleet_verdict', 'group="billing"')).toEqual(['not-ready']);
    expect(verdictOf('understudy_fleet_verdict', 'group="crm"')).toEqual(['ready']);
    expect(verdictOf('understudy_pair_verdict', 'group="billing",pair="app1"')).toEqual(['not-ready']);
    expect(series.get('understudy_fleet_findings{group="billing",gap="kernel",severity="blocker"}')).toBe(1);
    expect(series.get('understudy_fleet_findings{group="crm",gap="kernel",severity="blocker"}')).toBe(0);
    expect(series.get('understudy_collector_findings{gap="kernel",severity="warning"}')).toBe(1);
    expect(series.get('understudy_collector_groups{verdict="ready"}')).toBe(1);
    expect(series.get('understudy_fleet_pairs{group="billing",verdict="not-ready"}')).toBe(1);
    const ageSeconds = Date.now() / 1_000 - series.get('understudy_fleet_seen_timestamp_seconds{group="crm"}')!;
    expect([ageSeconds > 0, ageSeconds < 60]).toEqual([true, true]);
  });

  test('do not count what was accepted', async () => {
    const served = await serveTwoGroups();
    const body = { group: 'billing', pair: 'app1', code: 'levels/behind', subject: 'level', author: 'Ada', reason: 'known' };
    await ask(`${served.url}/v1/waivers`, { method: 'POST', body: { ...body, until: Date.now() + 60_000 } });
    const series = await scrape(served);
    expect(series.get('understudy_fleet_findings{group="billing",gap="kernel",severity="blocker"}')).toBe(0);
    expect(series.get('understudy_fleet_findings_waived{group="billing"}')).toBe(1);
    expect(series.get('understudy_collector_findings{gap="kernel",severity="blocker"}')).toBe(0);
    expect(series.get('understudy_collector_findings_waived')).toBe(1);
    expect(series.get('understudy_fleet_verdict{group="billing",verdict="degraded"}')).toBe(1);
  });

  test('say of each node whether it answers, and nothing of what was never known', async () => {
    const served = await serveTwoGroups();
    const { app1, app2 } = served;
    const deaf = pairOf('app3', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    await served.collector.reload({ ...served.config, groups: [groupOf('billing', [app1.config, deaf]), groupOf('crm', [app2.config])] });
    await app1.standby.agent.doors.close();
    await served.lookAround();
    await later();
    const series = await scrape(served);
    const of = (name: string, target: string, pair: string) => series.get(`${name}{target="${target}",group="billing",pair="${pair}"}`);
    const { url: gone } = app1.standby.agent;
    expect(of('understudy_target_up', app1.primary.agent.url, 'app1')).toBe(1);
    expect(of('understudy_target_up', gone, 'app1')).toBe(0);
    expect(Date.now() / 1_000 - of('understudy_target_heard_timestamp_seconds', gone, 'app1')!).toBeLessThan(60);
    expect(of('understudy_target_up', 'http://127.0.0.1:1', 'app3')).toBe(0);
    expect(of('understudy_target_heard_timestamp_seconds', 'http://127.0.0.1:1', 'app3')).toBeUndefined();
    expect(of('understudy_target_clock_offset_seconds', 'http://127.0.0.1:1', 'app3')).toBeUndefined();
    expect(series.get('understudy_collector_nodes{state="up"}')).toBe(3);
    expect(series.get('understudy_collector_nodes{state="down"}')).toBe(3);
    expect(series.get('understudy_fleet_seen_timestamp_seconds{group="billing"}')).toBeUndefined();
    const [info] = [...series.keys()].filter((name) => name.startsWith('understudy_target_info') && name.includes('app1-primary'));
    expect(info).toContain('role="primary",site="fra",version="0.0.0-test"');
  });

  test('count polls and what they brought', async () => {
    const served = await serveTwoGroups();
    const before = await scrape(served);
    await see(served.app1.primary, 11);
    await served.lookAround();
    await later();
    const after = await scrape(served);
    const grewBy = (name: string) => after.get(name)! - before.get(name)!;
    expect(grewBy('understudy_collector_polls_total')).toBe(4);
    expect(grewBy('understudy_collector_poll_observations_total')).toBe(1);
    expect(grewBy('understudy_collector_poll_failures_total')).toBe(0);
    expect(grewBy('understudy_collector_poll_seconds_total')).toBeGreaterThan(0);
    expect(grewBy('understudy_collector_poll_received_bytes_total')).toBeGreaterThan(100);
    expect(after.get('understudy_collector_store_up')).toBe(1);
    expect(after.get('understudy_collector_store_size_bytes')).toBeGreaterThan(4_096);
    expect(grewBy('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  test('hold each series once, whatever nodes and groups are called', async () => {
    const odd = pairOf('a"\\', { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:2' });
    const served = await serveCollector({ groups: [groupOf('b"\\', [odd])] });
    const { text } = await ask(`${served.url}/metrics`);
    expect(text).toContain('understudy_pair_verdict{group="b\\"\\\\",pair="a\\"\\\\",verdict="unknown"} 1\n');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(seriesIn(text).size).toBe(lines.length);
    expect([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)).toEqual([
      ...new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)),
    ]);
  });
});

describe('a large fleet', () => {
  /** Known from its roster, and never asked. */
  async function scrapeOf(groups: number, pairsEach: number) {
    const { collector } = buildCollector();
    const target = (group: number, pair: number, role: Target['told']['role']): Target => {
      const key = `http://${role}-${group}-${pair}:1`;
      return { key, contact: contactOf(key), told: { group: `g${group}`, pair: `p${pair}`, role, site: null }, source: 'test' };
    };
    const targets = Array.from({ length: groups * pairsEach }, (_, n) => [Math.floor(n / pairsEach), n % pairsEach] as const).flatMap(
      ([group, pair]) => [target(group, pair, 'primary'), target(group, pair, 'standby')],
    );
    collector.nodes.setRoster({ targets, problems: [] });
    collector.review.start();
    const route = collectorRoutes(collector, { urls: () => [], doorProblems: () => [], reloadProblem: () => null }).find(
      ({ path }) => path === '/metrics',
    );
    const { body } = await route!.handle({ params: {}, query: {}, body: undefined, caller: { name: 'test', rights: ['read'] } });
    collector.review.stop();
    collector.store.close();
    return seriesIn(body as string);
  }

  const leftOut = (series: ReadonlyMap<string, number>) =>
    ['groups', 'pairs', 'nodes'].map((of) => series.get(`understudy_collector_metrics_left_out{of="${of}"}`));

  test('of so many nodes shows none by itself, says so, and still shows groups, pairs and how many nodes do not answer', async () => {
    const series = await scrapeOf(3, 200);
    expect(leftOut(series)).toEqual([0, 0, 1_200]);
    expect(families(series).filter((name) => name.startsWith('understudy_target_'))).toEqual([]);
    expect(series.get('understudy_pair_verdict{group="g2",pair="p199",verdict="unknown"}')).toBe(1);
    expect(series.get('understudy_collector_nodes{state="not-asked"}')).toBe(1_200);
  });

  test('of so many pairs and groups shows what they come to together, in a body that is small', async () => {
    const series = await scrapeOf(310, 4);
    expect(leftOut(series)).toEqual([310, 1_240, 2_480]);
    expect(families(series).filter((name) => /^understudy_(target|pair|fleet)_/.test(name))).toEqual([]);
    expect(series.get('understudy_collector_groups{verdict="unknown"}')).toBe(310);
    expect(series.get('understudy_collector_blind_spots')).toBeGreaterThanOrEqual(1_240);
    expect(series.size).toBeLessThan(150);
  });

  test('that is small leaves nothing out', async () => {
    expect(leftOut(await scrapeOf(2, 2))).toEqual([0, 0, 0]);
  });
});
