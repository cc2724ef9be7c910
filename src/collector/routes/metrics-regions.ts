// What is asked of OCI about regions, as Prometheus counts it: by service, since by operation it would be four times as many series.
import { type OciOperationName, ociOperations } from '../../contract/oci-operations.ts';
import type { Metric } from '../../daemon/metrics-text.ts';
import type { Collector } from '../collector.ts';
import { gauge } from './metrics-fleet.ts';

export function regionMetrics({ regions }: Collector): readonly Metric[] {
  const states = regions.states();
  if (states.length === 0) return [];
  const counted = byService(regions.usage());
  const total = (name: string, help: string, of: keyof Counts): Metric => ({
    name,
    type: 'counter',
    help,
    samples: counted.map(({ labels, counts }) => ({ labels, value: counts[of] })),
  });
  const ofState = (value: (state: (typeof states)[number]) => number) =>
    states.map((state) => ({ labels: { region: state.region }, value: value(state) }));
  return [
    total('understudy_oci_calls_total', 'Requests that were sent to OCI since the start, those that were sent again too.', 'calls'),
    {
      name: 'understudy_oci_answers_total',
      type: 'counter',
      help: 'What came of requests to OCI since the start.',
      samples: counted.flatMap(({ labels, counts }) =>
        (['answered', 'throttled', 'failed'] as const).map((result) => ({ labels: { ...labels, result }, value: counts[result] })),
      ),
    },
    total('understudy_oci_retries_total', 'Requests that were sent to OCI again after a failure.', 'retries'),
    total('understudy_oci_kept_answers_total', 'Questions that needed no request, since the answer was kept.', 'fromCache'),
    total('understudy_oci_not_asked_total', 'Questions that were not asked, since region or service has been failing.', 'notAsked'),
    {
      name: 'understudy_oci_circuit',
      type: 'gauge',
      help: '1 for how a region is asked: closed as always, open for a while not at all, half-open to try.',
      samples: states.flatMap(({ region, circuit }) =>
        (['closed', 'open', 'half-open'] as const).map((state) => ({ labels: { region, state }, value: state === circuit ? 1 : 0 })),
      ),
    },
    gauge(
      'understudy_oci_failing_services',
      'Services of a region that are not asked for a while.',
      ofState(({ failingServices }) => failingServices.length),
    ),
    gauge(
      'understudy_oci_calls_under_way',
      'Requests to OCI at this moment.',
      ofState(({ underWay }) => underWay),
    ),
    gauge(
      'understudy_oci_questions_waiting',
      'Questions that wait for their turn at this moment.',
      ofState(({ waiting }) => waiting),
    ),
  ];
}

const counts = ['calls', 'answered', 'throttled', 'failed', 'retries', 'fromCache', 'notAsked'] as const;

type Counts = Readonly<Record<(typeof counts)[number], number>>;

interface Counted {
  readonly labels: { readonly region: string; readonly service: string };
  readonly counts: Counts;
}

function byService(usage: ReturnType<Collector['regions']['usage']>): readonly Counted[] {
  const groups = Map.groupBy(usage, ({ region, operation }) => `${region}\n${serviceOf(operation)}`);
  return [...groups].map(([key, ofService]) => {
    const [region = '', service = ''] = key.split('\n');
    const summed = counts.map((name) => [name, ofService.reduce((sum, one) => sum + one[name], 0)] as const);
    return { labels: { region, service }, counts: Object.fromEntries(summed) as Counts };
  });
}

const serviceOf = (operation: string): string =>
  Object.hasOwn(ociOperations, operation) ? ociOperations[operation as OciOperationName].service : operation;
