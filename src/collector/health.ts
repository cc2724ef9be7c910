// How the collector itself is. Never mixed with what it thinks of the fleet.
import type { Health } from '../daemon/health.ts';
import type { Served } from '../daemon/served.ts';
import type { Collector } from './collector.ts';

/** A loop that is blocked for so long, or a timer that ended, polls nobody. */
const lateMsMax = 30_000;
/** What is heard this late makes findings late, and nodes silent that are not. */
const lagMsMax = 10_000;

export function health(collector: Collector, served: Served): Health {
  const { poller, tell } = collector;
  const { lagMs, lateMs } = poller.stats();
  const reload = served.reloadProblem();
  const isStanding = lateMs > lateMsMax;
  const problems = [
    ...(isStanding ? ['nodes are not asked any more: the polls stand still'] : []),
    ...(lagMs.p99 !== null && lagMs.p99 > lagMsMax ? ['nodes are heard more than ten seconds late: the collector does not keep up'] : []),
    ...storeProblems(collector),
    ...inventoryProblems(collector),
    ...collector.http.problems(),
    ...collector.regions.problems(),
    ...tell.problems(),
    ...served.doorProblems(),
    ...(reload === null ? [] : [`the last reload was refused: ${reload}`]),
  ];
  return { state: isStanding ? 'failed' : problems.length > 0 ? 'degraded' : 'ok', problems };
}

/** What may be missing in the fleet as it is shown. */
export const inventoryProblems = ({ inventory, following }: Collector): string[] => [
  ...inventory.roster().problems,
  ...following.problems(),
];

function storeProblems({ store, poller, review }: Collector): readonly string[] {
  const { trouble } = poller.stats();
  const unwritten = review.trouble();
  return [
    ...(trouble === null ? [] : [`what nodes tell cannot be stored, it is asked for again until it can: ${trouble}`]),
    ...(unwritten === null ? [] : [`judgements cannot be written, they are made again until they can: ${unwritten}`]),
    ...(store.isInPlace()
      ? []
      : [`${store.file} was removed or replaced while it was in use: what is written now is lost with the next start`]),
  ];
}
