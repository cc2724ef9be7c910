// Which machine of the standby stands for which of the primary: by the names that both sides share.

import type { RegionScope } from '../../contract/region.ts';
import type { PairedContext } from '../../contract/rule.ts';
import { regionWords } from '../../formats/region-words.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Settings } from './settings.ts';

interface Named {
  readonly name: string;
  readonly ocid: string;
}

export interface Pair<T> {
  readonly subject: string;
  /** Null where there is none of that name; `many` where there are several. */
  readonly own: T | null | 'many';
  readonly theirs: T;
}

export function pairsOf<T extends Named>(
  standby: readonly T[],
  primary: readonly T[],
  context: PairedContext<Settings>,
): readonly Pair<T>[] {
  const [mine, other] = [context.standby.settings, context.primary.settings];
  const own = Map.groupBy(standby, sharedName(mine.scope, other.scope));
  const theirs = Map.groupBy(primary, sharedName(other.scope, mine.scope));
  return [...theirs].flatMap(([subject, machines]): readonly Pair<T>[] => {
    if (isLikeAny(subject, [...mine.ignore, ...other.ignore])) return [];
    const twins = own.get(subject) ?? [];
    const isOne = machines.length === 1 && twins.length <= 1;
    return [{ subject, own: isOne ? (twins[0] ?? null) : 'many', theirs: machines[0]! }];
  });
}

/** A host that the fleet names by its OCID has that name, whatever it is called in OCI. */
export function sharedName(from: RegionScope, to: RegionScope): (one: Named) => string {
  const hosts = new Map(Object.entries(from.hosts).flatMap(([name, { id }]) => (id === undefined ? [] : [[id, name] as const])));
  const words = regionWords(from, to);
  return ({ ocid, name }) => hosts.get(ocid) ?? words.shared(ocid, name);
}
