// Which call of the standby stands for which call of its primary.
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import type { Call, Facts } from './facts.ts';

export interface Pair {
  readonly mine: Call;
  readonly theirs: Call;
}

export interface Paired {
  readonly pairs: readonly Pair[];
  /** Of the primary, without a counterpart on the standby. */
  readonly unpaired: readonly Call[];
}

type Key = (call: Call, site: Site) => string | null;

/**
 * The surest likeness first: the operator's label; then what is named, without what belongs to a site; then being the only one of its
 * kind. Never the position: a line more on one side would set everything below it beside the wrong thing.
 */
const keys: readonly Key[] = [
  ({ label, kind, name }, site) => (label === null ? null : JSON.stringify([withoutSite(label, site), kind, withoutSite(name, site)])),
  ({ label, kind }, site) => (label === null ? null : JSON.stringify([withoutSite(label, site), kind])),
  ({ label }, site) => (label === null ? null : withoutSite(label, site)),
  ({ kind, name }, site) => JSON.stringify([kind, withoutSite(name, site)]),
  ({ label, kind }) => (label === null ? kind : null),
];

export function pairCalls(standby: Facts, standbySite: Site, primary: Facts, primarySite: Site): Paired {
  const mineLeft = new Set(standby.calls);
  const theirsLeft = new Set(primary.calls);
  const pairs: Pair[] = [];
  for (const key of keys) {
    for (const pair of pairsBy(key, mineLeft, standbySite, theirsLeft, primarySite)) {
      pairs.push(pair);
      mineLeft.delete(pair.mine);
      theirsLeft.delete(pair.theirs);
    }
  }
  return { pairs, unpaired: [...theirsLeft] };
}

/** Only keys that one call alone has on either side. */
function pairsBy(key: Key, mine: ReadonlySet<Call>, mySite: Site, theirs: ReadonlySet<Call>, theirSite: Site): readonly Pair[] {
  const others = single(key, theirs, theirSite);
  return [...single(key, mine, mySite)].flatMap(([text, call]) => {
    const other = others.get(text);
    return other === undefined ? [] : [{ mine: call, theirs: other }];
  });
}

function single(key: Key, calls: ReadonlySet<Call>, site: Site): ReadonlyMap<string, Call> {
  const found = new Map<string, Call | null>();
  for (const call of calls) {
    const text = key(call, site);
    if (text !== null) found.set(text, found.has(text) ? null : call);
  }
  return new Map([...found].flatMap(([text, call]) => (call === null ? [] : [[text, call] as const])));
}
