// Where a Prometheus finds the agents: its HTTP service discovery, with what the collector knows of each as labels.
import * as Type from 'typebox/type';
import type { NodeView } from '../../contract/fleet.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';
import { viewsInSlices } from './slices.ts';

/** https://prometheus.io/docs/prometheus/latest/http_sd/, read 2026-11. */
const TargetsBody = Type.Array(
  Type.Object({
    targets: Type.Array(Type.String(), { description: 'host:port' }),
    labels: Type.Record(Type.String(), Type.String()),
  }),
);

export function discoveryRoute(collector: Collector): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/sd',
    right: 'read',
    summary: 'The agents for Prometheus’ http_sd_config; those behind Unix sockets are left out',
    answers: { 200: { describes: 'Target groups of one each', schema: TargetsBody } },
    handle: async () => ({ status: 200, body: (await viewsInSlices(collector)).flatMap(targetGroup) }),
  });
}

function targetGroup({ target, group, pair, role, site, name }: NodeView): Type.Static<typeof TargetsBody> {
  const { protocol, host } = new URL(target);
  if (protocol !== 'https:' && protocol !== 'http:') return [];
  // An empty label is none to Prometheus.
  const labels = { __scheme__: protocol.slice(0, -1), group, pair, role, site, node: name };
  const known = Object.entries(labels).filter((one): one is [string, string] => one[1] !== null);
  return [{ targets: [host], labels: Object.fromEntries(known) }];
}
