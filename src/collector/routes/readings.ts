// The numbers of a check on one side of a pair over time: asked of whoever looked, by the collector's clock.
import * as Type from 'typebox/type';
import { type ReadingsPage, ReadingsQuerySchema, SideReadingsSchema } from '../../contract/readings.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { askedReadings, type ReadingsAsked, spanProblem } from '../../watch/readings.ts';
import { createAskReadings, type ReadingsTold } from '../ask-readings.ts';
import type { Collector } from '../collector.ts';
import type { NodeSight } from '../nodes.ts';
import { isRegionAddress } from '../regions/address.ts';
import { demandCheck } from './known.ts';
import { CheckName, GroupName, PairName, strict } from './schemas.ts';
import { checksOf, SideSchema, standingAt } from './sides.ts';

const SideReadingsQuery = Type.Object(
  { group: GroupName, pair: PairName, side: SideSchema, check: CheckName, ...ReadingsQuerySchema.properties },
  strict,
);

export function readingsRoute(collector: Collector): Route {
  const { nodes, clock, http, config } = collector;
  const ask = createAskReadings({ http, monotonicMs: clock.monotonicMs, pollTimeoutMs: () => config().poll.timeoutMs });
  const told = async (sight: NodeSight, check: string, asked: ReadingsAsked): Promise<ReadingsPage> => {
    const { key, contact } = sight.target;
    if (isRegionAddress(key)) return ofRegion(collector, key, check, asked);
    return demandTold(await ask(contact, check, asked), key);
  };
  return defineRoute({
    method: 'GET',
    path: '/v1/checks/readings',
    right: 'read',
    summary: 'The numbers of a check on one side of a pair over time, asked of the agent that keeps them',
    query: SideReadingsQuery,
    answers: {
      200: { describes: 'A page of them', schema: SideReadingsSchema },
      404: { describes: 'There is no such group, pair or check' },
      409: { describes: 'Nobody stands on that side' },
      502: { describes: 'The agent’s answer is of no use' },
      503: { describes: 'Too many ask at once, or the history of a region cannot be read' },
      504: { describes: 'The agent does not answer' },
    },
    handle: async ({ query: { group, pair, side, check, ...query } }) => {
      const sight = standingAt(collector, group, pair, side);
      demandCheck(check, checksOf(collector, sight), `/v1/nodes/${encodeURIComponent(sight.target.key)}`);
      const asked = askedReadings(query, clock.now());
      const problem = spanProblem(asked);
      if (problem !== null) throw new Problem(400, problem);
      const shiftMs = nodes.shiftMs(sight);
      const page = await told(sight, check, { ...asked, from: Math.max(0, asked.from + shiftMs), to: Math.max(0, asked.to + shiftMs) });
      const { clockOffsetMs } = nodes.view(sight);
      return { status: 200, body: { at: clock.now(), target: sight.target.key, clockOffsetMs, ...shifted(page, -shiftMs) } };
    },
  });
}

function ofRegion({ regions }: Collector, address: string, check: string, asked: ReadingsAsked): ReadingsPage {
  const page = regions.readings(address, check, asked);
  if (page != null) return page;
  throw new Problem(503, 'The history of this region cannot be read at present; /healthz says why', { headers: { 'retry-after': '30' } });
}

const kept = 'It alone keeps readings; what it saw before stands in the history of the check';

function demandTold(told: ReadingsTold, target: string): ReadingsPage {
  switch (told.kind) {
    case 'told':
      return told.page;
    case 'silent':
      throw new Problem(504, `The agent does not answer: ${told.detail}. ${kept}`);
    case 'refused':
    case 'garbled':
      throw new Problem(502, `The agent at ${target} told no readings: ${told.detail}. ${kept}`);
    case 'busy':
      throw new Problem(503, told.detail, { headers: { 'retry-after': '5' } });
  }
}

function shifted({ series, points, hours, nextFrom }: ReadingsPage, ms: number): ReadingsPage {
  return {
    series,
    points: points.map((point) => ({ ...point, at: point.at + ms })),
    hours: hours.map((line) => ({ ...line, hour: line.hour + ms })),
    nextFrom: nextFrom === null ? null : nextFrom + ms,
  };
}
