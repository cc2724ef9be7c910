// Finds for what the primary has its counterpart on the standby: balancers by name, listeners by port and protocol, backend sets by name.
import type { PairedContext } from '../../contract/rule.ts';
import { type Block, blockTexts, readBlock } from '../../formats/cidr.ts';
import { onceAJudging } from '../../formats/once-a-judging.ts';
import { inRegion } from '../../formats/region-tokens.ts';
import { type RegionWords, regionWords } from '../../formats/region-words.ts';
import { type BackendSet, type Balancer, type Facts, isSeen, type Listener, type SeenBalancer } from './facts.ts';
import type { Settings } from './settings.ts';

export type Context = PairedContext<Settings>;

export interface Pair<T> {
  readonly standby: T;
  readonly primary: T;
}

export interface Comparison {
  readonly balancers: readonly Pair<Balancer>[];
  /** Of the primary's, without a counterpart. */
  readonly missing: readonly Balancer[];
  /** The primary's text in the standby's words. */
  text(text: string): string;
  readonly words: RegionWords;
}

const gone = ['DELETED', 'DELETING', 'FAILED'];

export const compare = onceAJudging(compareAnew);

function compareAnew(standby: Facts, primary: Facts, context: Context): Comparison {
  const scopes = { standby: context.standby.settings.scope, primary: context.primary.settings.scope };
  const words = regionWords(scopes.primary, scopes.standby);
  const own = regionWords(scopes.standby, scopes.primary);
  const text = (one: string): string => inRegion(one, primary.region, standby.region);
  const here = standby.balancers.filter(({ state }) => state !== 'DELETED');
  const taken = new Set<Balancer>();
  const balancers: Pair<Balancer>[] = [];
  const missing: Balancer[] = [];
  for (const theirs of primary.balancers.filter(({ state }) => !gone.includes(state ?? ''))) {
    const name = text(words.shared(theirs.id, theirs.name));
    const namesakes = here.filter((one) => !taken.has(one) && one.layer === theirs.layer && own.shared(one.id, one.name) === name);
    const ours = namesakes.find(({ compartment }) => compartment === theirs.compartment) ?? namesakes[0];
    if (ours === undefined) missing.push(theirs);
    else {
      taken.add(ours);
      balancers.push({ standby: ours, primary: theirs });
    }
  }
  return { balancers, missing, text, words };
}

export interface SeenPair {
  readonly standby: SeenBalancer;
  readonly primary: SeenBalancer;
}

/** Those whose inside was seen on both sides. */
export const seenPairs = ({ balancers }: Comparison): readonly SeenPair[] =>
  balancers.flatMap(({ standby, primary }) => (isSeen(standby) && isSeen(primary) ? [{ standby, primary }] : []));

export interface ListenerPairs {
  readonly pairs: readonly Pair<Listener>[];
  readonly missing: readonly { readonly theirs: Listener; readonly instead: Listener | null }[];
  readonly extra: readonly Listener[];
}

/** Several listeners may share a port, each for other hosts. */
export function pairListeners({ standby, primary }: SeenPair, text: (text: string) => string): ListenerPairs {
  const left = new Set(standby.content.listeners);
  const pairs: Pair<Listener>[] = [];
  const lone: Listener[] = [];
  const match = (theirs: Listener, isMatch: (ours: Listener) => boolean): boolean => {
    const ours = [...left].find((one) => isAlike(one, theirs) && isMatch(one));
    if (ours === undefined) return false;
    left.delete(ours);
    pairs.push({ standby: ours, primary: theirs });
    return true;
  };
  const hosts = ({ hostnames }: Listener): string => hostnames.join(' ');
  const rest = primary.content.listeners.filter((theirs) => !match(theirs, (ours) => hosts(ours) === text(hosts(theirs))));
  const last = rest.filter((theirs) => !match(theirs, (ours) => ours.name === text(theirs.name)));
  for (const theirs of last) if (!match(theirs, () => true)) lone.push(theirs);
  const missing = lone.map((theirs) => ({ theirs, instead: [...left].find(({ port }) => port === theirs.port) ?? null }));
  const said = new Set(missing.map(({ instead }) => instead));
  return { pairs, missing, extra: [...left].filter((one) => !said.has(one)) };
}

/** HTTP/2 is spoken beside HTTP/1.1 on one listener; whether TLS comes first is another matter. */
const isAlike = (a: Listener, b: Listener): boolean =>
  a.port === b.port && includes(family(a.protocol), family(b.protocol)) && (a.tls === null) === (b.tls === null);

/** Of network balancers: both protocols are one listener. */
const includes = (ours: string, theirs: string): boolean =>
  ours === theirs || (ours === 'TCP_AND_UDP' && (theirs === 'TCP' || theirs === 'UDP'));

const family = (protocol: string): string => (protocol === 'HTTP2' ? 'HTTP' : protocol);

export interface SetPairs {
  readonly pairs: readonly Pair<BackendSet>[];
  readonly missing: readonly BackendSet[];
}

/** By name, or as the sets that listeners of a pair send to. */
export function pairSets(pair: SeenPair, text: (text: string) => string): SetPairs {
  const { standby, primary } = pair;
  const byListener = new Map(pairListeners(pair, text).pairs.map((one) => [one.primary.backendSet, one.standby.backendSet]));
  const pairs: Pair<BackendSet>[] = [];
  const missing: BackendSet[] = [];
  for (const theirs of primary.content.backendSets) {
    const names = [text(theirs.name), byListener.get(theirs.name)];
    const ours = names.map((name) => standby.content.backendSets.find((one) => one.name === name)).find((one) => one !== undefined);
    if (ours === undefined) missing.push(theirs);
    else pairs.push({ standby: ours, primary: theirs });
  }
  return { pairs, missing };
}

/** One address of the primary as the standby has to have it; null for what is no address. */
export function addressInWords(words: RegionWords, address: string | null): string | null {
  const block = address === null ? null : readBlock(address);
  return block === null ? null : addressText(words.block(block));
}

const addressText = (block: Block): string => blockTexts(block)[0]!.replace(/\/(32|128)$/, '');
