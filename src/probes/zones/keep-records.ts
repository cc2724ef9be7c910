// Bounds what is kept of zones: everything while that is little, else what can matter to this side.
import type { RecordSet, Zone } from './facts.ts';

/** Some 3 MB of facts. */
export const setsMax = 20_000;

export interface ReadZone {
  readonly zone: Omit<Zone, 'records'>;
  readonly sets: readonly RecordSet[];
}

/**
 * Of a private zone every set matters, since the other side has to have it. Of a public one those that lead to an address or name of
 * this side do, over any number of CNAMEs; those that lead to the other side are kept by the other side's look.
 */
export function keepRecords(zones: readonly ReadZone[], own: ReadonlySet<string>, max = setsMax): readonly Zone[] {
  const total = zones.reduce((sum, { sets }) => sum + sets.length, 0);
  const wanted = total <= max ? null : leadingTo(zones, own);
  let left = max;
  return zones.map(({ zone, sets }) => {
    const matter = zone.scope === 'PRIVATE' || wanted === null ? sets : sets.filter((set) => wanted.has(set));
    const kept = matter.slice(0, left);
    left -= kept.length;
    return { ...zone, records: { kind: 'seen', sets: [...kept], isPart: matter !== sets, isCut: kept.length < matter.length } };
  });
}

function leadingTo(zones: readonly ReadZone[], own: ReadonlySet<string>): ReadonlySet<RecordSet> {
  const byValue = new Map<string, RecordSet[]>();
  const queue: RecordSet[] = [];
  for (const set of zones.flatMap(({ zone, sets }) => (zone.scope === 'GLOBAL' ? sets : []))) {
    if (own.has(set.name)) queue.push(set);
    for (const value of set.values) {
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, [set]);
      else known.push(set);
    }
  }
  for (const value of own) queue.push(...(byValue.get(value) ?? []));
  const reached = new Set<RecordSet>();
  for (let set = queue.pop(); set !== undefined; set = queue.pop()) {
    if (reached.has(set)) continue;
    reached.add(set);
    queue.push(...(byValue.get(set.name) ?? []));
  }
  return reached;
}
