// Sights by the node that they are said to be, of which there should be one each.
import type { Seen } from './sight.ts';

export interface Namesakes {
  add(seen: Seen): void;
  remove(seen: Seen): void;
  /** Others with that id. */
  of(seen: Seen, nodeId: string): readonly Seen[];
}

export function namesakes(): Namesakes {
  const byId = new Map<string, Set<Seen>>();
  return {
    add: (seen) => {
      const { nodeId } = seen.known;
      if (nodeId === null) return;
      const same = byId.get(nodeId) ?? new Set();
      byId.set(nodeId, same.add(seen));
    },
    remove: (seen) => {
      const { nodeId } = seen.known;
      const same = nodeId === null ? undefined : byId.get(nodeId);
      same?.delete(seen);
      if (same?.size === 0) byId.delete(nodeId!);
    },
    of: (seen, nodeId) => [...(byId.get(nodeId) ?? [])].filter((one) => one !== seen),
  };
}
