// What one probe saw of the machines of a group last: for looks at the group's regions, which ask for what machines use.
import type { FleetStore } from '../store/fleet/store.ts';
import type { NodeSight, Nodes } from './nodes.ts';

/** Facts of every machine that was ever seen, whichever side it is of; the last that were seen count, however old. */
export function machinesSeen(nodes: Nodes, store: FleetStore, group: string, probe: string): readonly unknown[] {
  return nodes
    .all()
    .filter((sight) => groupOf(sight) === group && sight.aliasOf === null)
    .flatMap((sight) => {
      const { stream, description } = nodes.kept(sight);
      const checks = (description?.checks ?? []).filter((check) => check.probe === probe);
      return stream === null ? [] : checks.flatMap(({ check }) => factsOf(store, stream, check));
    });
}

const groupOf = ({ target, identity }: NodeSight): string | null => target.told.group ?? identity?.group ?? null;

function factsOf(store: FleetStore, stream: number, check: string): readonly unknown[] {
  const sight = store.observations.sight(stream, check);
  const seen = sight?.current.outcome.kind === 'observed' ? sight.current : (sight?.lastObserved ?? null);
  return seen?.outcome.kind === 'observed' ? [seen.outcome.facts] : [];
}
