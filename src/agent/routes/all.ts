// Everything the agent answers, in the order in which the OpenAPI document lists it.

import type { Served } from '../../daemon/served.ts';
import { openApiDocument } from '../../server/openapi.ts';
import type { Route } from '../../server/route.ts';
import type { Agent } from '../agent.ts';
import { changesRoute } from './changes.ts';
import { checkRoutes } from './checks.ts';
import { gateRoutes } from './gate.ts';
import { healthRoutes } from './health.ts';
import { judgementRoutes } from './judgement.ts';
import { metricsRoute } from './metrics.ts';
import { nodeRoute } from './node.ts';
import { snapshotRoute } from './snapshot.ts';
import { twinRoute } from './twin.ts';

export function agentRoutes(agent: Agent, served: Served): readonly Route[] {
  const routes: Route[] = [
    ...healthRoutes(agent, served),
    metricsRoute(agent),
    nodeRoute(agent, served),
    ...judgementRoutes(agent),
    ...gateRoutes(agent),
    snapshotRoute(agent),
    ...checkRoutes(agent),
    changesRoute(agent),
    twinRoute(agent),
  ];
  const description: Route = {
    method: 'GET',
    path: '/openapi.json',
    right: null,
    summary: 'This description',
    answers: { 200: { describes: 'OpenAPI 3.1', schema: { type: 'object' } } },
    handle: () => {
      // With the program's version in it, it cannot be made before there is an agent.
      document ??= JSON.stringify(openApiDocument(apiDescription(agent), [...routes, description]));
      return { status: 200, body: document };
    },
  };
  let document: string | undefined;
  return [...routes, description];
}

const apiDescription = (agent: Agent) => ({
  title: 'Understudy agent',
  version: agent.node().version,
  describes: 'What one machine knows of its readiness to take over, or to be taken over. Times are epoch milliseconds.',
});
