// Which generic artifact of the standby stands for which of the primary, and which of the primary's have to be there.
import type { PairedContext } from '../../contract/rule.ts';
import { regionWords } from '../../formats/region-words.ts';
import { type Facts, type Generic, seen } from './facts.ts';
import { isThere } from './in-use.ts';
import type { Settings } from './settings.ts';

export interface ArtifactPair {
  readonly theirs: Generic;
  /** Null where the standby has none of that repository, path and version. */
  readonly own: Generic | null;
  /** The newest version of its path: older ones need not be everywhere. */
  readonly isNewest: boolean;
}

export function artifactPairs(standby: Facts, primary: Facts, context: PairedContext<Settings>): readonly ArtifactPair[] {
  if (standby.generic.kind !== 'seen' || primary.generic.kind !== 'seen') return [];
  const names = repositoryNames(standby, primary, context);
  const own = Map.groupBy(seen(standby.generic), (one) => JSON.stringify([names.own(one.repository), one.path, one.version]));
  const theirs = seen(primary.generic).filter(isThere);
  const newest = new Set([...Map.groupBy(theirs, ({ repository, path }) => `${repository} ${path}`).values()].map(newestOf));
  return theirs.map((one) => {
    const twins = own.get(JSON.stringify([names.theirs(one.repository), one.path, one.version])) ?? [];
    return { theirs: one, own: twins.find(isThere) ?? twins[0] ?? null, isNewest: newest.has(one) };
  });
}

const newestOf = (all: readonly Generic[]): Generic =>
  all.reduce((newest, one) => ((one.createdAt ?? 0) > (newest.createdAt ?? 0) ? one : newest));

/** Repositories by the name that both sides share; where each side has one alone, that is the one. */
function repositoryNames(standby: Facts, primary: Facts, { standby: mine, primary: other }: PairedContext<Settings>) {
  const own = regionWords(mine.settings.scope, other.settings.scope);
  const theirs = regionWords(other.settings.scope, mine.settings.scope);
  const distinct = (facts: Facts): readonly string[] => [...new Set(seen(facts.generic).map(({ repository }) => repository))];
  const isOneEach = distinct(standby).length === 1 && distinct(primary).length === 1;
  return {
    own: (name: string): string => (isOneEach ? '' : own.shared(name, name)),
    theirs: (name: string): string => (isOneEach ? '' : theirs.shared(name, name)),
  };
}
