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
  const left = new Set(standby.backends);
  const pairs: Pair<Backend>[] = [];
  const missing: (MissingBackend & { readonly theirs: Backend; readonly isMapped: boolean })[] = [];
  const take = (theirs: Backend, isMatch: (one: Backend) => boolean): boolean => {
    const ours = [...left].find((one) => one.port === theirs.port && isMatch(one));
    if (ours === undefined) return false;
    left.delete(ours);
    pairs.push({ standby: ours, primary: theirs });
    return true;
  };
  for (const theirs of primary.backends) {
    const host = hostOf(theirs, theirScope);
    const address =
      host === null
        ? addressInWords(words, theirs.address)
        : (ownScope.hosts[host]?.addresses?.[0] ?? addressInWords(words, theirs.address));
    const isFound = take(
      theirs,
      (one) => (host !== null && hostOf(one, ownScope) === host) || (one.address !== null && one.address === address),
    );
    const isMapped =
      host === null ? address !== theirs.address || isWithin(theirs.address, theirScope) : ownScope.hosts[host] !== undefined;
    if (!isFound)
      missing.push({
        name: `${host ?? address ?? theirs.target ?? '?'}:${theirs.port ?? '?'}`,
        address,
        port: theirs.port,
        theirs,
        isMapped,
      });
  }
  return { pairs, missing: missing.filter(({ theirs, isMapped }) => isMapped || !take(theirs, () => true)) };
}

export function hostOf({ address, target }: Backend, { hosts }: RegionScope): string | null {
  const found = Object.entries(hosts).find(
    ([, { id, addresses }]) => (target !== null && id === target) || (address !== null && addresses?.includes(address) === true),
  );
  return found?.[0] ?? null;
}

export const backendName = (backend: Backend, scope: RegionScope): string =>
  `${hostOf(backend, scope) ?? backend.address ?? backend.target ?? '?'}:${backend.port ?? '?'}`;

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

export const isOut = ({ isOffline, isDrain }: Backend): boolean => isOffline === true || isDrain === true;
