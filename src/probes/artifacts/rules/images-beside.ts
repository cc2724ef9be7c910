// Sets the images of a standby beside what its primary uses, store by store, by repository path, tag and digest.

import type { Site } from '../../../contract/node.ts';
import type { PairedContext } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import { nameInRegistry, pathOf } from '../containers/reference.ts';
import type { ArtifactsFacts, Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';
import type { Bringing } from './bring.ts';
import { imageText } from './common.ts';
import { type Need, needsOf, type SeenStore, type Use } from './images-used.ts';
import { once } from './once.ts';

/**
 * `named-anew`: it is here, and its name means on both sides what does not run on the primary yet. `other-digest`: not the primary’s by
 * digest, and by its id of the same contents; `same-by-id`: the same, where a digest is lacking.
 */
export type Beside = 'same' | 'missing' | 'differs' | 'named-anew' | 'other-digest' | 'same-by-id' | 'not-comparable';

export interface Comparison {
  readonly store: Store;
  readonly name: string;
  readonly use: Use;
  readonly beside: Beside;
  readonly expected: string;
  readonly actual: string;
  /** What its remedy is made of. */
  readonly bringing: Bringing;
}

type Context = PairedContext<ArtifactsSettings>;

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
      ...{ store: here, name: need.name, use: need.use },
      ...compare(need, here, context),
    })),
  ),
);

type Answer = Pick<Comparison, 'beside' | 'expected' | 'actual' | 'bringing'>;

function compare(need: Need, store: SeenStore, { standby, primary }: Context): Answer {
  const here = store.images.list;
  const key = comparable(need.name, primary.node.site);
  const named = here.filter(({ names }) => names.some((name) => comparable(name, standby.node.site) === key));
  const sought = soughtBy(need);
  const expected = expectedText(need, sought);
  const isByDigest = /sha256:[0-9a-f]{64}$/.test(need.name) || need.name.startsWith('image ');
  const present = here.filter((image) => isSame(image, sought) || isSameById(image, sought));
  const candidates = isByDigest ? present : named;
  const bringing: Bringing = {
    ...{
      store,
      name: need.name,
      wanted: need.images[0] ?? null,
      isGone: need.isGone,
      present: present.find((image) => !named.includes(image)) ?? null,
    },
    nameHere: named[0]?.names.find((name) => comparable(name, standby.node.site) === key) ?? null,
  };
  const result = (beside: Beside, actual: string): Answer => ({ beside, expected, actual, bringing });
  const [first] = candidates;
  if (first === undefined) return result('missing', present.length > 0 ? otherNames(present) : otherTags(need.name, here));
  if (candidates.some((image) => isSame(image, sought))) return result('same', imageText(first));
  const isByBoth = sought.digests.size > 0 && candidates.every((image) => image.digests.length > 0);
  if (candidates.some((image) => isSameById(image, sought))) return result(isByBoth ? 'other-digest' : 'same-by-id', imageText(first));
  // In one store on the primary these are two images: what is the one is not the other.
  const now = soughtOf(need.namedNow);
  const anew = candidates.find((image) => isSame(image, now) || isSameById(image, now));
  if (anew !== undefined) {
    const said = `under this name is what the primary’s tag names now: ${imageText(anew)}`;
    return present.length > 0 ? result('named-anew', said) : result('missing', `not here; ${said}`);
  }
  return result(isByBoth ? 'differs' : 'not-comparable', imageText(first));
}

/** By what an image is known to be one of these. */
interface Sought {
  readonly digests: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

const soughtOf = (images: readonly Image[], more: readonly string[] = []): Sought => ({
  digests: new Set([...images.flatMap(({ digests }) => digests), ...more]),
  ids: new Set(images.map(({ id }) => id)),
});

const soughtBy = ({ name, images }: Need): Sought => soughtOf(images, /sha256:[0-9a-f]{64}$/.exec(name) ?? []);

const isSame = (image: Image, { digests }: Sought): boolean => image.digests.some((digest) => digests.has(digest));

/** An id that a command line has cut is none. */
const isSameById = ({ id }: Image, { ids }: Sought): boolean => id.length === 64 && ids.has(id);

function expectedText({ images: [image], isGone, usedBy, namedNow }: Need, { digests }: Sought): string {
  const known = digests.size > 0 ? imageText({ digests: [...digests].sort(), id: '' }) : image === undefined ? 'there' : imageText(image);
  const what = isGone && digests.size === 0 ? `an image that the primary’s own store has no more (id ${image?.id.slice(0, 12)})` : known;
  return `${what} (${usedBy}${namedNow.length === 0 ? '' : ', and the tag names another one by now'})`;
}

/** Registries differ lawfully between regions, and so does what the sites are called. */
export const comparable = (name: string, site: Site): string => withoutSite(nameInRegistry(name), site);

function otherNames(present: readonly Image[]): string {
  const names = present.flatMap((image) => image.names);
  return names.length === 0 ? 'its image is here, and has no name' : `its image is here, as ${names.slice(0, 5).join(', ')} only`;
}

function otherTags(name: string, here: readonly Image[]): string {
  const tags = here.flatMap(({ names }) => names.filter((each) => pathOf(each) === pathOf(name)));
  return tags.length === 0 ? 'not here' : `not here; of this repository there is ${tags.slice(0, 5).join(', ')}`;
}
