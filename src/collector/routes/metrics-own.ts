// The collector itself, as Prometheus counts it.
import type { Metric } from '../../daemon/metrics-text.ts';
import { engineLabels } from '../../store/engine/engine.ts';
import type { Collector } from '../collector.ts';
import { gauge, one, sample, seconds } from './metrics-fleet.ts';

export const ownMetrics = (collector: Collector): readonly Metric[] => [
  gauge('understudy_collector_info', 'Who this collector is; always 1.', [
    { labels: { name: collector.name, version: collector.version }, value: 1 },
  ]),
  ...pollMetrics(collector),
  ...deliveryMetrics(collector),
  ...storeMetrics(collector),
  ...processMetrics(collector),
];

function pollMetrics({ poller, inventory }: Collector): readonly Metric[] {
  const { polls, failures, rows, bytes, tookMs, underWay, due, catchingUp, lagMs, lateMs } = poller.stats();
  return [
    counter('understudy_collector_polls_total', 'Polls since the start.', polls),
    counter(
      'understudy_collector_poll_failures_total',
      'Polls since the start that were not answered, or not with what an agent tells.',
      failures,
    ),
    counter(
      'understudy_collector_poll_seconds_total',
      'Time from asking to having the answer, over all answers since the start.',
      tookMs / 1_000,
    ),
    counter('understudy_collector_poll_received_bytes_total', 'What nodes told since the start.', bytes),
    counter('understudy_collector_poll_observations_total', 'Rows that nodes told since the start.', rows),
    gauge(
      'understudy_collector_poll_lag_median_seconds',
      'From when a node was due until it was heard, for half of the last few thousand polls at most.',
      sample({}, seconds(lagMs.p50)),
    ),
    gauge(
      'understudy_collector_poll_lag_p99_seconds',
      'From when a node was due until it was heard, for all but one of a hundred of the last few thousand polls at most.',
      sample({}, seconds(lagMs.p99)),
    ),
    gauge('understudy_collector_poll_late_seconds', 'How late polls are begun at this moment.', one(lateMs / 1_000)),
    gauge('understudy_collector_polls_under_way', 'Polls at this moment.', one(underWay)),
    gauge('understudy_collector_polls_waiting', 'Nodes that wait for their poll at this moment, by why they do.', [
      { labels: { why: 'due' }, value: due },
      { labels: { why: 'catching-up' }, value: catchingUp },
    ]),
    gauge(
      'understudy_collector_inventory_problems',
      'What of the inventory cannot be read or contradicts itself.',
      one(inventory.roster().problems.length),
    ),
  ];
}

function deliveryMetrics({ tell }: Collector): readonly Metric[] {
  const stats = tell.stats();
  const label = ({ channel, kind, to }: (typeof stats)[number]) => ({ channel, kind, to });
  return [
    {
      name: 'understudy_collector_deliveries_total',
      type: 'counter',
      help: 'What a channel was told, or was given up, since the history was begun.',
      samples: stats.flatMap((each) => [
        { labels: { ...label(each), result: 'delivered' }, value: each.delivered },
        { labels: { ...label(each), result: 'given-up' }, value: each.givenUp },
      ]),
    },
    {
      name: 'understudy_collector_delivery_failures_total',
      type: 'counter',
      help: 'Tries to tell a channel that failed since the start.',
      samples: stats.map((each) => ({ labels: label(each), value: each.failed })),
    },
    gauge(
      'understudy_collector_deliveries_waiting',
      'What a channel has not been told yet.',
      stats.map((each) => ({ labels: label(each), value: each.waiting })),
    ),
    gauge(
      'understudy_collector_delivery_oldest_waiting_seconds',
      'For how long the oldest of it has waited; zero when nothing waits.',
      stats.map((each) => ({ labels: label(each), value: (each.oldestWaitingMs ?? 0) / 1_000 })),
    ),
  ];
}

function storeMetrics({ store, review, poller }: Collector): readonly Metric[] {
  const isWritten = review.trouble() === null && poller.stats().trouble === null;
  return [
    gauge('understudy_collector_store_up', '1 when the history can be written.', one(isWritten ? 1 : 0)),
    gauge('understudy_collector_store_size_bytes', 'Size of the history.', one(store.sizeBytes())),
    gauge('understudy_collector_store_engine', 'Always 1; the labels say which SQLite keeps the history.', [
      { labels: engineLabels(), value: 1 },
    ]),
  ];
}

function processMetrics({ usage, startedAt }: Collector): readonly Metric[] {
  const { rssBytes, heapUsedBytes, cpuSeconds } = usage();
  // Since the process began: of `usage` it is since anybody last asked.
  const { active } = performance.eventLoopUtilization();
  return [
    counter('understudy_collector_event_loop_busy_seconds_total', 'Time in which the event loop was busy.', active / 1_000),
    gauge('understudy_collector_heap_used_bytes', 'What of the heap of JavaScript is used.', one(heapUsedBytes)),
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', one(rssBytes)),
    counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', cpuSeconds),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', one(startedAt / 1_000)),
  ];
}

const counter = (name: string, help: string, value: number): Metric => ({ name, type: 'counter', help, samples: one(value) });
