// Which images a standby has to have: those that the primary's containers are made of, that the settings want, and that have a name.
import { isMeant, isSameId, pathOf } from '../containers/reference.ts';
import type { Container, Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';

export type SeenStore = Store & { readonly images: Extract<Store['images'], { seen: true }> };

/**
 * Why an image counts: a container of the primary is made of it, or nobody knows whether one is (`used`); the settings want it
 * (`wanted`); it has a name of which nothing is used (`unused`), or another tag of what is used (`other-tag`).
 */
export type Use = 'used' | 'wanted' | 'unused' | 'other-tag';

export interface Need {
  readonly name: string;
  readonly use: Use;
  /** Whose container it is, as a text. */
  readonly usedBy: string;
  /** One of them has to be here. Of an image that is gone from the primary’s store, the id alone. */
  readonly images: readonly Image[];
  /** The primary’s own store has it no more. */
  readonly isGone: boolean;
  /** What the name means on the primary by now, where a running container is made of another image. */
  readonly namedNow: readonly Image[];
}

/** The pause image is podman's own: it makes one wherever it makes a pod. */
const isPodmansOwn = (name: string): boolean => name.startsWith('localhost/podman-pause:');

export function isIgnored(name: string, { containers }: ArtifactsSettings): boolean {
  return isPodmansOwn(name) || isMeant(name, containers.ignore);
}

export function needsOf(store: SeenStore, settings: ArtifactsSettings): readonly Need[] {
  const used = usedIn(store);
  const names = new Set(used.map(({ name }) => name));
  const paths = new Set([...names].map(pathOf));
  const named = store.images.list.flatMap((image) => image.names.filter((name) => !names.has(name)).map((name) => ({ image, name })));
  const others = named.map(({ image, name }): Need => {
    const isWanted = isMeant(name, settings.containers.wanted);
    const use = isWanted ? 'wanted' : !store.containers.seen ? 'used' : paths.has(pathOf(name)) ? 'other-tag' : 'unused';
    const usedBy = isWanted ? 'the settings want it' : store.containers.seen ? 'no container is made of it' : 'its containers are not seen';
    return { name, use, usedBy, images: [image], isGone: false, namedNow: [] };
  });
  return [...used, ...others].filter(({ name }) => !isIgnored(name, settings));
}

/** One need a name and image: two containers of one name may be made of two images, and both of them run. */
function usedIn({ images, containers }: SeenStore): readonly Need[] {
  const used = new Map<string, Need>();
  for (const container of containers.seen ? containers.list : []) {
    const need = needOf(container, images.list);
    const key = need === null ? '' : `${need.name} ${need.images.map(({ id }) => id).join(' ')}`;
    if (need !== null && !used.has(key)) used.set(key, need);
  }
  return [...used.values()];
}

/** Null where nothing tells what it is made of. A container that was made by an id or a digest stands under a name of its image. */
function needOf({ name: container, reference, imageId, isRunning }: Container, images: readonly Image[]): Need | null {
  const own = imageId === null ? undefined : images.find(({ id }) => isSameId(id, imageId));
  const runs = own ?? (imageId === null ? null : { id: imageId, names: [], digests: [] });
  const name = reference ?? own?.names[0] ?? nameByDigest(own) ?? (imageId === null ? null : `image ${imageId.slice(0, 12)}`);
  if (name === null) return null;
  const named = images.filter(({ names }) => names.includes(name));
  const usedBy = `container ${container}${isRunning ? '' : ', stopped,'} is made of it`;
  const need = { name, use: 'used', usedBy, isGone: runs !== null && own === undefined } as const;
  if (runs === null) return { ...need, images: named, namedNow: [] };
  const isAsNamed = named.length === 0 || named.some(({ id }) => isSameId(id, runs.id));
  if (isAsNamed) return { ...need, images: [runs], namedNow: [] };
  // The next one that is made by this name is of what the name means by then.
  return isRunning ? { ...need, images: [runs], namedNow: named } : { ...need, images: [runs, ...named], namedNow: [] };
}

/** With the repository that it is from, where that is known: a digest alone can be asked of no registry. */
function nameByDigest(image: Image | undefined): string | undefined {
  const [digest, repository] = [image?.digests[0], image?.repositories?.[0]];
  return digest === undefined || repository === undefined ? digest : `${repository}@${digest}`;
}
