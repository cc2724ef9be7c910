// Where the collector leaves the primary's last good snapshot, so that the standby can judge itself when everything else is gone.
import type { Snapshot } from '../../contract/observation.ts';
import { schemaProblems } from '../../contract/schema.ts';
import { TwinSchema } from '../../contract/twin.ts';
import { Problem } from '../../server/problem.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import { clockStepToleranceMs } from '../../store/record.ts';
import type { Agent } from '../agent.ts';

/** Facts of 40 checks with long package lists are under 2 MiB. */
const twinBytesMax = 16 * 1024 ** 2;

export function twinRoute(agent: Agent): Route {
  return defineRoute({
    method: 'PUT',
    path: '/v1/twin',
    right: 'twin',
    summary: 'Leave the primary’s snapshot here, with what the fleet agreed on for the pair',
    body: { schema: TwinSchema, bytesMax: twinBytesMax },
    answers: {
      204: { describes: 'Kept, and judged beside' },
      422: { describes: 'Facts in it are not what their probe sees; what was kept before stays' },
      409: { describes: 'It is not the snapshot of this node’s primary' },
      503: { describes: 'It cannot be kept at present' },
    },
    handle: ({ body: { terms = null, ...snapshot } }) => {
      refuseStranger(agent, snapshot);
      refuseGarbage(agent, snapshot);
      if (!agent.takeTwin(snapshot, terms))
        throw new Problem(503, 'The history cannot be written at present; /healthz says why', { headers: { 'retry-after': '30' } });
      return { status: 204 };
    },
  });
}

function refuseStranger(agent: Agent, twin: Snapshot): void {
  const own = agent.node();
  if (own.twin === null) throw new Problem(409, 'This node has no twin: node.twin is not set');
  if (own.role === 'primary') throw new Problem(409, 'This node is the primary itself');
  if (twin.node.twin !== own.twin)
    throw new Problem(409, `The snapshot is of twin ${JSON.stringify(twin.node.twin)}, this node’s is ${JSON.stringify(own.twin)}`);
  if (twin.node.role !== 'primary') throw new Problem(409, 'The snapshot is not of a primary');
  if (twin.node.id === own.id)
    throw new Problem(409, 'The snapshot is of a machine with this one’s machine id: one is a clone of the other');
  const kept = agent.ledger.ask((store) => store.twins.get());
  // One from the future came from a clock that was wrong, and must not keep all later ones out.
  const isBelievable = kept !== null && kept.snapshot.takenAt <= agent.clock.now() + clockStepToleranceMs;
  // The collector shifts times into this clock by a measurement that gets better: a step back of that size is no older word.
  if (isBelievable && kept.snapshot.node.id === twin.node.id && kept.snapshot.takenAt > twin.takenAt + clockStepToleranceMs) {
    throw new Problem(409, 'A newer snapshot of this primary is here already');
  }
}

/** What is kept is the last good word of a primary that may be gone: it is not given up for what no rule can read. */
function refuseGarbage({ probes }: Agent, twin: Snapshot): void {
  const errors = twin.checks.flatMap(({ probe, current, lastObserved }, index) =>
    [current, lastObserved].flatMap((observation, at) => {
      const known = probes.get(probe);
      if (known === undefined || observation?.outcome.kind !== 'observed' || observation.factsVersion !== known.factsVersion) return [];
      const place = `body/checks/${index}/${at === 0 ? 'current' : 'lastObserved'}/outcome/facts`;
      const problems = schemaProblems(known.facts, observation.outcome.facts).slice(0, 5);
      return problems.map(({ instancePath, message, keyword }) => ({ at: `${place}${instancePath}`, message: message ?? keyword }));
    }),
  );
  if (errors.length > 0) throw new Problem(422, 'Facts in the snapshot are not what their probe sees', { errors: errors.slice(0, 20) });
}
