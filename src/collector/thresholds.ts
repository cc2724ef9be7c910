// Which thresholds a node is measured by: those of its pair, else of its group, else of the fleet.
import type { FleetConfig, Thresholds } from '../config/fleet-config.ts';

/** Found at once: it is asked for every node with every poll. */
export function thresholdsOf(config: FleetConfig, group: string | null, pair: string | null): Thresholds {
  if (group === null) return config.thresholds;
  const index = indexes.get(config) ?? indexOf(config);
  indexes.set(config, index);
  return (pair === null ? undefined : index.get(keyOf(group, pair))) ?? index.get(keyOf(group, '')) ?? config.thresholds;
}

const indexes = new WeakMap<FleetConfig, ReadonlyMap<string, Thresholds>>();

const indexOf = ({ groups }: FleetConfig): ReadonlyMap<string, Thresholds> =>
  new Map(
    groups.flatMap(({ name, thresholds, pairs }) => [
      [keyOf(name, ''), thresholds] as const,
      ...pairs.map((pair) => [keyOf(name, pair.name), pair.thresholds] as const),
    ]),
  );

/** Names hold no control characters. */
const keyOf = (group: string, pair: string): string => `${group}\n${pair}`;
