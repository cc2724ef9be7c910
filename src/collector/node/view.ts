// A node as others are shown it.
import type { NodeView } from '../../contract/fleet.ts';
import type { NodeSight, Seen } from './sight.ts';

export function viewOf(sight: NodeSight): NodeView {
  const { target, identity, known, poll, troubles } = sight as Seen;
  return {
    target: target.key,
    name: identity?.name ?? null,
    nodeId: known.nodeId,
    role: identity?.role ?? target.told.role,
    group: identity?.group ?? target.told.group,
    pair: identity?.twin ?? target.told.pair,
    site: target.told.site ?? identity?.site.name ?? null,
    version: identity?.version ?? null,
    heardAt: known.heardAt,
    clockOffsetMs: whole(known.clockOffsetMs),
    clockErrorMs: known.clockErrorMs === null ? null : Math.ceil(known.clockErrorMs),
    poll,
    instanceId: known.instanceId,
    cursor: known.cursor,
    newestSeq: known.newestSeq,
    troubles: [...troubles],
  };
}

const whole = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
