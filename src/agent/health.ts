// How the agent itself is. Never mixed with what it thinks of the machine.
import type { Health } from '../daemon/health.ts';
import type { Served } from '../daemon/served.ts';
import type { Agent } from './agent.ts';

/** The schedule looks at the clock every ten seconds; three times that is a loop that is blocked or a schedule that ended. */
const tickMsMax = 30_000;
/** A look that starts this late was held up by the agent itself. */
const lateMsMax = 10_000;

export function health(agent: Agent, served: Served): Health {
  const { ledger, schedule, clock } = agent;
  const { lateMs, tickedAtMonotonicMs } = schedule.state();
  const store = ledger.health();
  const isStanding = clock.monotonicMs() - tickedAtMonotonicMs > tickMsMax;
  const reload = served.reloadProblem();
  const unsigned = agent.receiptKey.problem();
  const problems = [
    ...(isStanding ? ['the schedule stands still'] : []),
    ...(lateMs > lateMsMax ? ['looks are started more than ten seconds late'] : []),
    ...(store.trouble === null ? [] : [`the history cannot be written, looks are kept in memory: ${store.trouble.detail}`]),
    ...(store.isHeldUp
      ? [
          `${store.file}-wal grows without bound, since another program reads ${store.file} without end: \`fuser -v ${store.file}\` names it`,
        ]
      : []),
    ...(store.droppedLooks === 0 ? [] : ['looks were dropped while the history could not be written']),
    ...(store.setAside === null ? [] : [`the history was set aside as ${store.setAside.to} and begun anew: ${store.setAside.reason}`]),
    ...(unsigned === null ? [] : [`receipts are signed with a key that ends with this process: ${unsigned}`]),
    ...served.doorProblems(),
    ...(reload === null ? [] : [`the last reload was refused: ${reload}`]),
  ];
  return { state: isStanding ? 'failed' : problems.length > 0 ? 'degraded' : 'ok', problems };
}
