// Sets the standby's sources beside those of its primary that take the same part, and their keys beside each other.
import type { PairedContext } from '../../../contract/rule.ts';
import type { Facts, Key, Source } from '../facts.ts';
import { tellingAttributes } from '../read/xml.ts';
import type { Settings } from '../settings.ts';

export type Context = PairedContext<Settings>;

export interface SourcePair {
  readonly standby: Source;
  readonly primary: Source;
}

export interface KeyPair extends SourcePair {
  readonly ours: Key;
  readonly theirs: Key;
}

export interface Pairs {
  readonly sources: readonly SourcePair[];
  /** Of the primary, with nothing on the standby under that name. */
  readonly unpaired: readonly Source[];
  readonly keys: readonly KeyPair[];
  readonly missing: readonly (SourcePair & { readonly theirs: Key })[];
  readonly extra: readonly (SourcePair & { readonly ours: Key })[];
  /** Of an XML element that is alone on one side and has siblings on the other: which of them it is, is not known. */
  readonly unmatched: readonly (SourcePair & { readonly theirs: Key })[];
}

export function pairUp(standby: Facts, primary: Facts, context: Context): Pairs {
  const before = made.get(context);
  if (before?.standby === standby && before.primary === primary) return before.pairs;
  const pairs = paired(standby, primary);
  made.set(context, { standby, primary, pairs });
  return pairs;
}

/** Each rule of a judgement asks for the same. */
const made = new WeakMap<Context, { readonly standby: Facts; readonly primary: Facts; readonly pairs: Pairs }>();

function paired(standby: Facts, primary: Facts): Pairs {
  const here = new Map(standby.sources.map((source) => [source.name, source]));
  const sources = primary.sources.flatMap((theirs) => {
    const ours = here.get(theirs.name);
    return ours === undefined ? [] : [{ standby: ours, primary: theirs }];
  });
  const named = new Set(sources.map((pair) => pair.primary.name));
  const each = sources.map(keysOf);
  return {
    sources,
    unpaired: primary.sources.filter(({ name }) => !named.has(name)),
    keys: each.flatMap(({ keys }) => keys),
    missing: each.flatMap(({ missing }) => missing),
    extra: each.flatMap(({ extra }) => extra),
    unmatched: each.flatMap(({ unmatched }) => unmatched),
  };
}

function keysOf(pair: SourcePair): Pick<Pairs, 'keys' | 'missing' | 'extra' | 'unmatched'> {
  const [ours, theirs] = [pair.standby.content, pair.primary.content];
  if (ours.kind !== 'seen' || theirs.kind !== 'seen') return { keys: [], missing: [], extra: [], unmatched: [] };
  const here = new Map(ours.keys.map((key) => [key.name, key]));
  const there = new Set(theirs.keys.map(({ name }) => name));
  const missing = theirs.keys.filter(({ name }) => !here.has(name));
  const extra = ours.keys.filter(({ name }) => !there.has(name));
  const [isTheirsUnmatched, isOursUnmatched] = [unmatchedAmong(extra), unmatchedAmong(missing)];
  return {
    keys: theirs.keys.flatMap((key) => {
      const own = here.get(key.name);
      return own === undefined ? [] : [{ ...pair, ours: own, theirs: key }];
    }),
    missing: missing.filter((key) => !isTheirsUnmatched(key)).map((key) => ({ ...pair, theirs: key })),
    extra: extra.filter((key) => !isOursUnmatched(key)).map((key) => ({ ...pair, ours: key })),
    unmatched: missing.filter(isTheirsUnmatched).map((key) => ({ ...pair, theirs: key })),
  };
}

/** The same place once what tells siblings apart is taken away, on one of the sides only. */
function unmatchedAmong(others: readonly Key[]): (key: Key) => boolean {
  const names = others.map(({ name }) => ({ name, plain: withoutMarks(name) }));
  const [alone, marked] = [true, false].map(
    (isAlone) => new Set(names.filter((one) => (one.name === one.plain) === isAlone).map((one) => one.plain)),
  );
  return ({ name }) => {
    const plain = withoutMarks(name);
    return (name === plain ? marked : alone)!.has(plain);
  };
}

export const withoutMarks = (name: string): string => (name.includes('[@') ? name.replaceAll(siblingMark, '') : name);

const siblingMark = new RegExp(`\\[@(?:${tellingAttributes.join('|')})='[^']*'\\]`, 'g');

/** How two values of one setting differ; null where they are the same, may differ, or cannot be compared. */
export type Difference = 'emptied' | 'unresolved' | 'names-primary' | 'vital' | 'other' | null;

export function differenceOf({ ours, theirs }: KeyPair, isSameKey: boolean): Difference {
  const [own, other] = [ours.value, theirs.value];
  const isEither = (trait: Key['traits'][number]): boolean => ours.traits.includes(trait) || theirs.traits.includes(trait);
  if (!('shape' in own) || !('shape' in other) || isEither('may-differ')) return null;
  if (own.shape === 'empty' && other.shape !== 'empty') return 'emptied';
  if (ours.traits.includes('unresolved') && !theirs.traits.includes('unresolved')) return 'unresolved';
  if (!isSameKey || own.kind !== 'fingerprint' || other.kind !== 'fingerprint') return null;
  if (own.of === other.of) return isLiteral(own, other);
  if (asWritten(own) === asWritten(other)) {
    // The primary's own words and none of ours: a list of both sites is the same on both.
    const isCopied = other.asIs !== undefined && own.asIs === undefined;
    return isCopied && !ours.traits.includes('may-name-other-site') ? 'names-primary' : null;
  }
  return isEither('required') || isEither('secret-like') ? 'vital' : 'other';
}

const asWritten = ({ of, asIs = of }: { readonly of: string; readonly asIs?: string }): string => asIs;

/**
 * Alike only because one side has the very words that stand for its site (`db.{domain}`), with nothing of its site replaced: a template
 * that was not filled in.
 */
function isLiteral(own: { readonly asIs?: string }, other: { readonly asIs?: string }): Difference {
  if ((own.asIs === undefined) === (other.asIs === undefined)) return null;
  return own.asIs === undefined ? 'unresolved' : 'other';
}

export const isSameFleetKey = (standby: Facts, primary: Facts): boolean =>
  standby.fleetKey.kind === 'usable' && primary.fleetKey.kind === 'usable' && standby.fleetKey.id === primary.fleetKey.id;
