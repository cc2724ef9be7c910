// Follows names within the private zones of one side to the addresses that they end in.
import type { RecordSet, Zone } from './facts.ts';
import { isAddressType } from './whose.ts';

export type Lookup = ReadonlyMap<string, readonly RecordSet[]>;

const stepsMax = 16;

export const lookupIn = (zones: readonly Zone[]): Lookup =>
  Map.groupBy(
    zones.flatMap(({ scope, records }) => (scope === 'PRIVATE' && records.kind === 'seen' ? records.sets : [])),
    ({ name }) => name,
  );

/** Addresses, of one type if it is given; names that the zones do not know stay as they are. Sorted. */
export function endsIn(lookup: Lookup, set: RecordSet, type?: string): readonly string[] {
  const ends = new Set<string>();
  let open: readonly RecordSet[] = [set];
  for (let step = 0; open.length > 0 && step <= stepsMax; step++) {
    const next: RecordSet[] = [];
    for (const one of open) {
      if (isAddressType(one.type)) for (const value of type === undefined || one.type === type ? one.values : []) ends.add(value);
      else
        for (const value of one.values) {
          const behind = (lookup.get(value) ?? []).filter((other) => isAddressType(other.type) || other.type === 'CNAME');
          if (behind.length === 0) ends.add(value);
          next.push(...behind);
        }
    }
    open = next;
  }
  return [...ends].sort();
}
