// The fleet and the collector for Prometheus: text exposition format 0.0.4, of a size that does not grow with the fleet without end.
import { type Metric, metricsText } from '../../daemon/metrics-text.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { keptText } from './kept-text.ts';
import { gauge, groupMetrics, pairMetrics, wholeMetrics } from './metrics-fleet.ts';
import { allNodesMetrics, nodeMetrics } from './metrics-nodes.ts';
import { ownMetrics } from './metrics-own.ts';
import { regionMetrics } from './metrics-regions.ts';
import { type Overview, viewsInSlices } from './slices.ts';

const exposition = 'text/plain; version=0.0.4; charset=utf-8';

/** Each takes 44 series with ten gaps, six or less. With more of a kind than this, none of that kind is shown: part of them would look like all. */
export const shownMax = { groups: 300, pairs: 1_000, nodes: 1_000 } as const;

export function metricsRoute(collector: Collector, overview: Overview): Route {
  const text = keptText(collector.clock.monotonicMs, async () => metricsText(await metrics(collector, overview)));
  return defineRoute({
    method: 'GET',
    path: '/metrics',
    right: 'read',
    summary: 'Metrics for Prometheus',
    answers: { 200: { describes: 'Text exposition format', type: exposition } },
    handle: async () => ({ status: 200, type: exposition, body: await text() }),
  });
}

async function metrics(collector: Collector, overview: Overview): Promise<readonly Metric[]> {
  const groups = await overview();
  const pairs = groups.flatMap((group) => group.pairs);
  const views = await viewsInSlices(collector);
  const leftOut = (of: keyof typeof shownMax, all: readonly unknown[]) => ({
    labels: { of },
    value: all.length > shownMax[of] ? all.length : 0,
  });
  return [
    ...wholeMetrics(groups),
    ...allNodesMetrics(views),
    gauge('understudy_collector_nodes_unassigned', 'Nodes that were heard and stand in no pair.', [
      { labels: {}, value: collector.review.unassigned().length },
    ]),
    gauge('understudy_collector_metrics_left_out', 'How many have no metrics of their own, since they are too many.', [
      leftOut('groups', groups),
      leftOut('pairs', pairs),
      leftOut('nodes', views),
    ]),
    ...(groups.length > shownMax.groups ? [] : groupMetrics(groups)),
    ...(pairs.length > shownMax.pairs ? [] : pairMetrics(pairs)),
    ...(views.length > shownMax.nodes ? [] : nodeMetrics(views)),
    ...regionMetrics(collector),
    ...ownMetrics(collector),
  ];
}
