// The same state for Prometheus: text exposition format 0.0.4.

import { countOf, type Judgement, verdicts } from '../../contract/finding.ts';
import { gapIds } from '../../contract/gap.ts';
import type { CheckState } from '../../contract/observation.ts';
import { severities } from '../../contract/rule.ts';
import { type Metric, metricsText, type Sample } from '../../daemon/metrics-text.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { engineLabels } from '../../store/engine/engine.ts';
import type { Agent } from '../agent.ts';

const exposition = 'text/plain; version=0.0.4; charset=utf-8';
/** What a look can be, for the one-hot gauge of a check's state. */
const kinds = ['observed', 'absent', 'unseen', 'never'] as const;
/** A check with more series than this shows them at /v1/checks/{id}/readings only: they would drown a Prometheus. */
const readingsPerCheckMax = 200;

/** What many ask for at once is written once; while nothing is recorded, what it says of the agent itself is at most this old. */
const keptMs = 1_000;

export function metricsRoute(agent: Agent): Route {
  let made: Made | null = null;
  const text = (): string => {
    const about = { revision: agent.revision(), judged: agent.review.latest() };
    const isOf = (kept: Made): boolean => kept.revision === about.revision && kept.judged === about.judged;
    const atMs = agent.clock.monotonicMs();
    if (made === null || !isOf(made) || atMs - made.atMs >= keptMs) made = { ...about, atMs, text: metricsText(metrics(agent)) };
    return made.text;
  };
  return defineRoute({
    method: 'GET',
    path: '/metrics',
    right: 'read',
    summary: 'Metrics for Prometheus',
    answers: { 200: { describes: 'Text exposition format', type: exposition } },
    handle: () => ({ status: 200, type: exposition, body: text() }),
  });
}

interface Made {
  readonly revision: number;
  readonly judged: Judgement;
  readonly atMs: number;
  readonly text: string;
}

function metrics(agent: Agent): readonly Metric[] {
  const states = agent.config().checks.flatMap(({ id }) => agent.checkState(id) ?? []);
  return [...nodeMetrics(agent), ...judgementMetrics(agent), ...checkMetrics(agent, states), readingMetrics(states), ...ownMetrics(agent)];
}

const one = (value: number): readonly Sample[] => [{ labels: {}, value }];

function nodeMetrics(agent: Agent): readonly Metric[] {
  const { id, name, role, group, twin, version } = agent.node();
  const labels = { id, name, role: role ?? '', group: group ?? '', twin: twin ?? '', version };
  return [{ name: 'understudy_node_info', type: 'gauge', help: 'Who this node is; always 1.', samples: [{ labels, value: 1 }] }];
}

function judgementMetrics(agent: Agent): readonly Metric[] {
  const { verdict, findings, blindSpots } = agent.review.latest();
  const counted = findings.filter((finding) => finding.foldedUnder === undefined);
  const bySeverity = gapIds.flatMap((gap) =>
    severities.map((severity) => ({
      labels: { gap, severity },
      value: countOf(
        counted.filter((finding) => finding.gap === gap),
        severity,
      ),
    })),
  );
  return [
    {
      name: 'understudy_verdict',
      type: 'gauge',
      help: '1 for the verdict that holds.',
      samples: verdicts.map((each) => ({ labels: { verdict: each }, value: each === verdict ? 1 : 0 })),
    },
    { name: 'understudy_findings', type: 'gauge', help: 'Findings that count, by gap and severity.', samples: bySeverity },
    {
      name: 'understudy_blind_spots',
      type: 'gauge',
      help: 'Required things that cannot be judged.',
      samples: one(blindSpots.length + countOf(counted, 'blind')),
    },
  ];
}

function checkMetrics(agent: Agent, states: readonly CheckState[]): readonly Metric[] {
  const seen = states.flatMap((state) => (state.current === null ? [] : [{ state, current: state.current }]));
  const now = agent.clock.now();
  const label = (state: CheckState) => ({ check: state.check, probe: state.probe });
  return [
    {
      name: 'understudy_check_state',
      type: 'gauge',
      help: '1 for what the newest look of a check came to.',
      samples: states.flatMap((state) =>
        kinds.map((kind) => ({
          labels: { ...label(state), state: kind },
          value: kind === (state.current?.outcome.kind ?? 'never') ? 1 : 0,
        })),
      ),
    },
    {
      name: 'understudy_check_last_look_timestamp_seconds',
      type: 'gauge',
      help: 'When a check was last looked at.',
      samples: seen.map(({ state, current }) => ({ labels: label(state), value: current.lastAt / 1_000 })),
    },
    {
      name: 'understudy_check_last_change_timestamp_seconds',
      type: 'gauge',
      help: 'When what a check saw last changed.',
      samples: seen.map(({ state, current }) => ({ labels: label(state), value: current.firstAt / 1_000 })),
    },
    {
      name: 'understudy_check_look_duration_seconds',
      type: 'gauge',
      help: 'How long the newest look took.',
      samples: seen.map(({ state, current }) => ({ labels: label(state), value: current.tookMs / 1_000 })),
    },
    {
      name: 'understudy_check_stale',
      type: 'gauge',
      help: '1 when the newest look is too old to count.',
      samples: seen.map(({ state, current }) => ({ labels: label(state), value: now - current.lastAt > state.staleAfterMs ? 1 : 0 })),
    },
  ];
}

/** Readings of an unseen check are left out: an old number would look like a new one. */
function readingMetrics(states: readonly CheckState[]): Metric {
  return {
    name: 'understudy_reading',
    type: 'gauge',
    help: 'Numbers of the newest look; the unit is the end of the name.',
    samples: states.flatMap((state) =>
      (state.current?.outcome.kind === 'observed' ? state.current.readings : [])
        .slice(0, readingsPerCheckMax)
        .map(({ name, subject, value }) => ({ labels: { check: state.check, probe: state.probe, name, subject }, value })),
    ),
  };
}

function ownMetrics(agent: Agent): readonly Metric[] {
  const usage = agent.usage();
  const store = agent.ledger.health();
  const { lateMs, underWay } = agent.schedule.state();
  return [
    { name: 'understudy_store_up', type: 'gauge', help: '1 when the history can be written.', samples: one(store.state === 'ok' ? 1 : 0) },
    { name: 'understudy_store_size_bytes', type: 'gauge', help: 'Size of the history.', samples: one(store.sizeBytes) },
    {
      name: 'understudy_store_engine',
      type: 'gauge',
      help: 'Always 1; the labels say which SQLite keeps the history.',
      samples: [{ labels: engineLabels(), value: 1 }],
    },
    {
      name: 'understudy_store_waiting_looks',
      type: 'gauge',
      help: 'Looks kept in memory since the disk cannot be written.',
      samples: one(store.waitingLooks),
    },
    {
      name: 'understudy_store_dropped_looks_total',
      type: 'counter',
      help: 'Looks dropped while the disk could not be written.',
      samples: one(store.droppedLooks),
    },
    { name: 'understudy_schedule_late_seconds', type: 'gauge', help: 'How late the last look was started.', samples: one(lateMs / 1_000) },
    { name: 'understudy_looks_under_way', type: 'gauge', help: 'Looks at this moment.', samples: one(underWay) },
    { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory size in bytes.', samples: one(usage.rssBytes) },
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Total user and system CPU time spent in seconds.',
      samples: one(usage.cpuSeconds),
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'Start time of the process since unix epoch in seconds.',
      samples: one(agent.startedAt / 1_000),
    },
  ];
}
