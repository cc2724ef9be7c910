// The nodes that are polled, as Prometheus counts them.
import { type NodeView, nodeTroubleKinds } from '../../contract/fleet.ts';
import type { Metric, Sample } from '../../daemon/metrics-text.ts';
import { gauge, sample, seconds } from './metrics-fleet.ts';

/** Whether the last poll was answered; null for one that was not asked yet. */
const isUp = ({ poll }: NodeView): boolean | null => (poll.at === null ? null : poll.error === null);

const states = { up: true, down: false, 'not-asked': null } as const;

/** Of all of them: always there, however many they are. */
export const allNodesMetrics = (views: readonly NodeView[]): readonly Metric[] => [
  gauge(
    'understudy_collector_nodes',
    'Nodes that are polled, by whether the last poll was answered.',
    Object.entries(states).map(([state, up]) => ({ labels: { state }, value: views.filter((view) => isUp(view) === up).length })),
  ),
  gauge(
    'understudy_collector_node_troubles',
    'Nodes that are polled and have a trouble, by its kind.',
    nodeTroubleKinds.map((kind) => ({ labels: { kind }, value: views.filter((view) => has(view, kind)).length })),
  ),
];

export function nodeMetrics(views: readonly NodeView[]): readonly Metric[] {
  const each = (value: (view: NodeView) => number | null): readonly Sample[] =>
    views.flatMap((view) => sample({ target: view.target, group: view.group ?? '', pair: view.pair ?? '' }, value(view)));
  return [
    gauge(
      'understudy_target_info',
      'Who answers at an address; always 1.',
      views.map((view) => ({ labels: infoLabels(view), value: 1 })),
    ),
    gauge(
      'understudy_target_up',
      '1 when the last poll of a node was answered; absent until it was asked.',
      each((view) => {
        const up = isUp(view);
        return up === null ? null : Number(up);
      }),
    ),
    gauge(
      'understudy_target_heard_timestamp_seconds',
      'When a node was last heard; absent where it never was.',
      each(({ heardAt }) => seconds(heardAt)),
    ),
    gauge(
      'understudy_target_clock_offset_seconds',
      'How far the clock of a node is ahead of the clock of the collector; absent until it was measured.',
      each(({ clockOffsetMs }) => seconds(clockOffsetMs)),
    ),
    gauge(
      'understudy_target_trouble',
      '1 for each trouble that a node has.',
      views.flatMap(({ target, group, pair, troubles }) =>
        troubles.map(({ kind }) => ({ labels: { target, group: group ?? '', pair: pair ?? '', kind }, value: 1 })),
      ),
    ),
  ];
}

const has = ({ troubles }: NodeView, kind: NodeView['troubles'][number]['kind']): boolean => troubles.some((one) => one.kind === kind);

const infoLabels = (view: NodeView) => ({
  target: view.target,
  group: view.group ?? '',
  pair: view.pair ?? '',
  node: view.name ?? '',
  role: view.role ?? '',
  site: view.site ?? '',
  version: view.version ?? '',
});
