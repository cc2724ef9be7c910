// Sets the images of a standby beside what its primary uses, store by store, by repository path, tag and digest.

import type { Site } from '../../../contract/node.ts';
import type { PairedContext } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import { isSameId as isIdOf, isMeant, nameInRegistry, pathOf } from '../containers/reference.ts';
import type { ArtifactsFacts, Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { imageText } from './common.ts';
import { once } from './once.ts';

/**
 * Why an image counts: a container of the primary is made of it, or nobody knows whether one is (`used`); the settings want it
 * (`wanted`); it has a name of which nothing is used (`unused`), or another tag of what is used (`other-tag`).
 */
export type Use = 'used' | 'wanted' | 'unused' | 'other-tag';

/** `other-digest`: not the primary’s by digest, and by its id of the same contents; `same-by-id`: the same, where a digest is lacking. */
export type Beside = 'same' | 'missing' | 'differs' | 'other-digest' | 'same-by-id' | 'not-comparable';

export interface Comparison {
  readonly store: Store;
  readonly name: string;
  readonly use: Use;
  readonly beside: Beside;
  readonly expected: string;
  readonly actual: string;
}

interface Need {
  readonly name: string;
  readonly use: Use;
  /** Whose container it is, as a text. */
  readonly usedBy: string;
  /** What the name means on the primary, and what its containers are made of: either may be here. */
  readonly images: readonly Image[];
}

type Context = PairedContext<ArtifactsSettings>;

export type SeenStore = Store & { readonly images: Extract<Store['images'], { seen: true }> };

export interface StorePair {
  readonly here: SeenStore;
  readonly there: SeenStore;
}

/** Of one runtime and owner, seen on both sides. */
export function storePairs(standby: ArtifactsFacts, primary: ArtifactsFacts): readonly StorePair[] {
  return primary.stores.flatMap((there) => {
    const here = twinOf(there, standby);
    return isSeen(there) && here !== undefined && isSeen(here) ? [{ here, there }] : [];
  });
}

export const twinOf = ({ runtime, owner }: Store, facts: ArtifactsFacts): Store | undefined =>
  facts.stores.find((store) => store.runtime === runtime && store.owner === owner);

const isSeen = (store: Store): store is SeenStore => store.images.seen;

export const compareImages = once((standby: ArtifactsFacts, primary: ArtifactsFacts, context: Context): readonly Comparison[] =>
  storePairs(standby, primary).flatMap(({ here, there }) =>
    needsOf(there, context.standby.settings).map((need) => ({
      store: here,
      name: need.name,
      use: need.use,
      ...compare(need, here.images.list, context),
    })),
  ),
);

/** The pause image is podman's own: it makes one wherever it makes a pod. */
const isPodmansOwn = (name: string): boolean => name.startsWith('localhost/podman-pause:');

export function isIgnored(name: string, { containers }: ArtifactsSettings): boolean {
  return isPodmansOwn(name) || isMeant(name, containers.ignore);
}

function needsOf(store: SeenStore, settings: ArtifactsSettings): readonly Need[] {
  const used = usedIn(store);
  const paths = new Set([...used.keys()].map(pathOf));
  const named = store.images.list.flatMap((image) => image.names.filter((name) => !used.has(name)).map((name) => ({ image, name })));
  const others = named.map(({ image, name }): Need => {
    const isWanted = isMeant(name, settings.containers.wanted);
    const use = isWanted ? 'wanted' : !store.containers.seen ? 'used' : paths.has(pathOf(name)) ? 'other-tag' : 'unused';
    const usedBy = isWanted ? 'the settings want it' : store.containers.seen ? 'no container is made of it' : 'its containers are not seen';
    return { name, use, usedBy, images: [image] };
  });
  return [...used.values(), ...others].filter(({ name }) => !isIgnored(name, settings));
}

/** By name. A container that was made by an id or a digest stands under a name of its image, else under its digest. */
function usedIn({ images, containers }: SeenStore): ReadonlyMap<string, Need> {
  const used = new Map<string, Need>();
  for (const { name: container, reference, imageId, isRunning } of containers.seen ? containers.list : []) {
    const own = images.list.find(({ id }) => imageId !== null && isIdOf(id, imageId));
    const name = reference ?? own?.names[0] ?? own?.digests[0] ?? (imageId === null ? null : `image ${imageId.slice(0, 12)}`);
    if (name === null) continue;
    const tagged = images.list.filter(({ names }) => names.includes(name));
    const before = used.get(name);
    const usedBy = before?.usedBy ?? `container ${container}${isRunning ? '' : ', stopped,'} is made of it`;
    const all = [...(before?.images ?? []), ...(own === undefined ? [] : [own]), ...tagged];
    used.set(name, { name, use: 'used', usedBy, images: [...new Set(all)] });
  }
  return used;
}

function compare(need: Need, here: readonly Image[], { standby, primary }: Context): Pick<Comparison, 'beside' | 'expected' | 'actual'> {
  const key = comparable(need.name, primary.node.site);
  const named = here.filter(({ names }) => names.some((name) => comparable(name, standby.node.site) === key));
  const digests = new Set([...need.images.flatMap((image) => image.digests), ...(/sha256:[0-9a-f]{64}$/.exec(need.name) ?? [])]);
  const expected = `${digests.size === 0 ? 'there' : imageText({ digests: [...digests].sort(), id: '' })} (${need.usedBy})`;
  const result = (beside: Beside, actual: string) => ({ beside, expected, actual });
  const isSame = (image: Image): boolean => image.digests.some((digest) => digests.has(digest));
  const isByDigest = /sha256:[0-9a-f]{64}$/.test(need.name) || need.name.startsWith('image ');
  const isSameId = (image: Image): boolean => image.id.length === 64 && need.images.some(({ id }) => id === image.id);
  const candidates = isByDigest ? here.filter((image) => isSame(image) || isSameId(image)) : named;
  const [first] = candidates;
  if (first === undefined)
    return result('missing', here.some(isSame) ? 'its image is here under another name only' : otherTags(need.name, here));
  if (candidates.some(isSame)) return result('same', imageText(first));
  const isByBoth = digests.size > 0 && candidates.every((image) => image.digests.length > 0);
  if (candidates.some(isSameId)) return result(isByBoth ? 'other-digest' : 'same-by-id', imageText(first));
  return result(isByBoth ? 'differs' : 'not-comparable', imageText(first));
}

/** Registries differ lawfully between regions, and so does what the sites are called. */
export const comparable = (name: string, site: Site): string => withoutSite(nameInRegistry(name), site);

function otherTags(name: string, here: readonly Image[]): string {
  const tags = here.flatMap(({ names }) => names.filter((each) => pathOf(each) === pathOf(name)));
  return tags.length === 0 ? 'not here' : `not here; of this repository there is ${tags.slice(0, 5).join(', ')}`;
}
