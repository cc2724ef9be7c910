// Everything the collector answers, in the order in which the OpenAPI document lists it.
import type { Served } from '../../daemon/served.ts';
import { openApiDocument } from '../../server/openapi.ts';
import type { Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { causeRoute } from './cause.ts';
import { checkHistoryRoute } from './checks.ts';
import { collectorRoute } from './collector.ts';
import { compareRoute } from './compare.ts';
import { findingsRoute } from './findings.ts';
import { fleetRoutes } from './fleet.ts';
import { gateRoutes } from './gate.ts';
import { healthRoutes } from './health.ts';
import { learnRoute } from './learn.ts';
import { liveRoutes } from './live.ts';
import { matrixRoute } from './matrix/matrix.ts';
import { metricsRoute } from './metrics.ts';
import { nodeRoutes } from './nodes.ts';
import { pairChecksRoute } from './pair-checks.ts';
import { readingsRoute } from './readings.ts';
import { receiptRoutes } from './receipts.ts';
import { reportRoute } from './report.ts';
import { discoveryRoute } from './sd.ts';
import { createOverview } from './slices.ts';
import { timelineRoute } from './timeline.ts';
import { waiverRoutes } from './waivers.ts';

export function collectorRoutes(collector: Collector, served: Served): readonly Route[] {
  const overview = createOverview(collector);
  const routes: readonly Route[] = [
    ...healthRoutes(collector, served),
    metricsRoute(collector, overview),
    collectorRoute(collector, served),
    ...liveRoutes(collector),
    matrixRoute(collector, overview),
    ...fleetRoutes(collector, overview),
    findingsRoute(collector, overview),
    timelineRoute(collector),
    reportRoute(collector),
    ...gateRoutes(collector),
    ...receiptRoutes(collector),
    ...waiverRoutes(collector),
    learnRoute(collector),
    ...nodeRoutes(collector),
    pairChecksRoute(collector),
    checkHistoryRoute(collector),
    compareRoute(collector),
    causeRoute(collector),
    readingsRoute(collector),
    discoveryRoute(collector),
  ];
  return [...routes, descriptionRoute(collector.version, routes)];
}

function descriptionRoute(version: string, routes: readonly Route[]): Route {
  const description: Route = {
    method: 'GET',
    path: '/openapi.json',
    right: null,
    summary: 'This description',
    answers: { 200: { describes: 'OpenAPI 3.1', schema: { type: 'object' } } },
    handle: () => {
      document ??= JSON.stringify(openApiDocument(apiDescription(version), [...routes, description]));
      return { status: 200, body: document };
    },
  };
  let document: string | undefined;
  return description;
}

const apiDescription = (version: string) => ({
  title: 'Understudy collector',
  version,
  describes:
    'What a fleet knows of its readiness: standbys beside their primaries, judged. Times are epoch milliseconds by the collector’s clock.',
});
