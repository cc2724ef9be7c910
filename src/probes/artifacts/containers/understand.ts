// Makes a store's facts of what was answered about its images and its containers.
import type { Failed } from '../../../contract/machine.ts';
import { type Container, type Image, partUnseen, type Runtime, type Store, type UnseenPart } from '../facts.ts';
import type { Told } from './ask.ts';
import { type Listed, parseContainers } from './containers-parse.ts';
import { parseImages } from './images-parse.ts';
import { isSameId } from './reference.ts';

/** More than these are no application's, and a registry is asked elsewhere. */
const listedMax = 3_000;

export interface Looked {
  readonly stores: readonly Store[];
  /** Minutes, by the name of the capture. */
  readonly ages: ReadonlyMap<string, number>;
}

export type ImagesSeen = Extract<Store['images'], { seen: true }>;

export const unseenFrom = ({ reason, detail }: Failed): UnseenPart => partUnseen(reason, detail.slice(0, 300));

export function understandImages(answer: Told | Failed): ImagesSeen | UnseenPart {
  if (answer.kind === 'failed') return unseenFrom(answer);
  const list = parseImages(answer.stdout);
  // Those that print JSON print brackets for none.
  if (list === null || answer.stdout.trim() === '') return partUnseen('unparsable', `${answer.learntFrom} told no list of images`);
  if (list.length > listedMax) return partUnseen('too-much-output', `${answer.learntFrom} told of more than ${listedMax} images`);
  return { seen: true, learntFrom: answer.learntFrom, list: [...list] };
}

export function understandContainers(answer: Told | Failed): readonly Listed[] | UnseenPart {
  if (answer.kind === 'failed') return unseenFrom(answer);
  const list = parseContainers(answer.stdout);
  if (list === null) return partUnseen('unparsable', `${answer.learntFrom} told no list of containers`);
  if (list.length > listedMax) return partUnseen('too-much-output', `${answer.learntFrom} told of more than ${listedMax} containers`);
  return list;
}

interface Parts {
  readonly runtime: Runtime;
  readonly owner: string;
  readonly images: ImagesSeen | UnseenPart;
  readonly containers: readonly Listed[] | UnseenPart;
  readonly containersFrom: string;
}

/** An empty list of containers is nothing by itself: only beside images does it say that there is none. */
export function storeOf({ runtime, owner, images, containers, containersFrom }: Parts): Store {
  if ('seen' in containers) return { runtime, owner, images, containers };
  if (containers.length === 0 && !images.seen)
    return { runtime, owner, images, containers: partUnseen(images.reason, 'no container was told of, and the images are not seen') };
  const known = images.seen ? images.list : [];
  const list = containers.map((one) => withImage(one, known)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { runtime, owner, images, containers: { seen: true, learntFrom: containersFrom, list } };
}

/** Finds the image where the runtime told of it by digest, or by a name that is known to mean it still. */
function withImage({ name, reference, imageId, digest, isRunning }: Listed, images: readonly Image[]): Container {
  const byId = imageId === null ? undefined : images.find(({ id }) => isSameId(id, imageId));
  const byDigest = digest === null ? undefined : images.find(({ digests }) => digests.includes(digest));
  return { name, reference, imageId: byId?.id ?? imageId ?? byDigest?.id ?? null, isRunning };
}
