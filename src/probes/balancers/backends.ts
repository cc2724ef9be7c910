// Which machine stands behind a backend, and which of the standby's takes the part of one of the primary's.
import type { RegionScope } from '../../contract/region.ts';
import { holds, readBlock } from '../../formats/cidr.ts';
import type { Backend, BackendSet } from './facts.ts';
import { addressInWords, type Comparison, type Context, type Pair } from './pairs.ts';

export interface BackendPairs {
  readonly pairs: readonly Pair<Backend>[];
  readonly missing: readonly MissingBackend[];
}

export interface MissingBackend {
  /** As operators call it. */
  readonly name: string;
  /** In the standby's words; null where it cannot be told. */
  readonly address: string | null;
  readonly port: number | null;
}

/**
 * A machine that is known by name is wanted by name, any other at the address that stands for its own. Where no address stands for it,
 * since nobody said how the networks map, one backend on that port is as good as another.
 */
export function pairBackends({ standby, primary }: Pair<BackendSet>, { words }: Comparison, context: Context): BackendPairs {
  const [ownScope, theirScope] = [context.standby.settings.scope, context.primary.settings.scope];
  const left = new Left(standby.backends, ownScope);
  const pairs: Pair<Backend>[] = [];
  const missing: MissingBackend[] = [];
  const unmapped: { readonly theirs: Backend; readonly wanted: MissingBackend }[] = [];
  for (const theirs of primary.backends) {
    const { host, address, isMapped } = wantedFor(theirs, ownScope, theirScope, words);
    const ours = left.take(theirs.port, host, address);
    const wanted = { name: `${host ?? bracketed(address) ?? theirs.target ?? '?'}:${theirs.port ?? '?'}`, address, port: theirs.port };
    if (ours !== undefined) pairs.push({ standby: ours, primary: theirs });
    else if (isMapped) missing.push(wanted);
    else unmapped.push({ theirs, wanted });
  }
  for (const { theirs, wanted } of unmapped) {
    const ours = left.takeAny(theirs.port);
    if (ours === undefined) missing.push(wanted);
    else pairs.push({ standby: ours, primary: theirs });
  }
  return { pairs, missing };
}

function wantedFor(theirs: Backend, ownScope: RegionScope, theirScope: RegionScope, words: Comparison['words']) {
  const host = hostOf(theirs, theirScope);
  const translated = addressInWords(words, theirs.address);
  if (host === null) return { host, address: translated, isMapped: translated !== theirs.address || isWithin(theirs.address, theirScope) };
  const twin = ownScope.hosts[host];
  return { host, address: twin?.addresses?.[0] ?? translated, isMapped: twin !== undefined };
}

/** Backends of the standby that take nobody's part yet. */
class Left {
  readonly #all: Set<Backend>;
  readonly #byKey: Map<string, Backend[]>;

  constructor(backends: readonly Backend[], scope: RegionScope) {
    this.#all = new Set(backends);
    const keyed = backends.flatMap((one) => {
      const host = hostOf(one, scope);
      return [
        ...(host === null ? [] : [[keyOf(one.port, 'host', host), one] as const]),
        [keyOf(one.port, 'at', one.address ?? ''), one] as const,
      ];
    });
    this.#byKey = new Map([...Map.groupBy(keyed, ([key]) => key)].map(([key, found]) => [key, found.map(([, one]) => one)]));
  }

  take(port: number | null, host: string | null, address: string | null): Backend | undefined {
    const named = host === null ? [] : (this.#byKey.get(keyOf(port, 'host', host)) ?? []);
    const placed = address === null ? [] : (this.#byKey.get(keyOf(port, 'at', address)) ?? []);
    return this.#taken([...named, ...placed].find((one) => this.#all.has(one)));
  }

  takeAny(port: number | null): Backend | undefined {
    return this.#taken([...this.#all].find((one) => one.port === port));
  }

  #taken(found: Backend | undefined): Backend | undefined {
    if (found !== undefined) this.#all.delete(found);
    return found;
  }
}

const keyOf = (port: number | null, kind: 'host' | 'at', value: string): string => `${port} ${kind} ${value}`;

const hostsOf = new WeakMap<RegionScope, ReadonlyMap<string, string>>();

/** By OCID or address. */
export function hostOf({ address, target }: Backend, scope: RegionScope): string | null {
  const hosts = hostsOf.get(scope) ?? hostIndex(scope);
  return (target === undefined ? undefined : hosts.get(target)) ?? (address === null ? undefined : hosts.get(address)) ?? null;
}

function hostIndex(scope: RegionScope): ReadonlyMap<string, string> {
  const index = new Map(
    Object.entries(scope.hosts).flatMap(([name, { id, addresses = [] }]) =>
      [...(id === undefined ? [] : [id]), ...addresses].map((one) => [one, name] as const),
    ),
  );
  hostsOf.set(scope, index);
  return index;
}

/** RFC 3986: else the port looks like a part of the address. */
const bracketed = (address: string | null): string | null => (address?.includes(':') ? `[${address}]` : address);

export const backendName = (backend: Backend, scope: RegionScope): string =>
  `${hostOf(backend, scope) ?? bracketed(backend.address) ?? backend.target ?? '?'}:${backend.port ?? '?'}`;

export const isWithin = (address: string | null, { networks }: RegionScope): boolean => {
  const own = address === null ? null : readBlock(address);
  return own !== null && Object.values(networks).some((text) => isHeldBy(text, own));
};

function isHeldBy(text: string, own: NonNullable<ReturnType<typeof readBlock>>): boolean {
  const block = readBlock(text);
  return block !== null && holds(block, own);
}

/** Of the primary's network, and of none of the standby's: it goes when the primary goes. */
export const isOfPrimary = ({ address }: Backend, { standby, primary }: Context): boolean =>
  isWithin(address, primary.settings.scope) && !isWithin(address, standby.settings.scope);

export const isOut = ({ state }: Backend): boolean => state !== 'online';
