// One side of a pair as an overview shows it.
import type { NodeView } from '../../contract/fleet.ts';
import type { SideLine } from '../../contract/fleet-lines.ts';

export function sideLine(view: NodeView | null): SideLine | null {
  if (view === null) return null;
  const { target, name, site, heardAt, poll, troubles } = view;
  return { target, name, site, heardAt, failures: poll.failures, troubles };
}
