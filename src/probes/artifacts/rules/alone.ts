// Rules about one machine by itself: containers beside their images, and what the settings name and is not there.
import type { Draft } from '../../../contract/rule.ts';
import { isMeant, isSameId } from '../containers/reference.ts';
import type { Container, Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { type Alone, imageText, part, storeName, storeTool, word } from './common.ts';

const containerOutdated: Alone = {
  code: 'artifacts/container-outdated',
  kind: 'alone',
  severity: 'warning',
  title: 'A running container is made of another image than its tag names now',
  why: 'When the container is made anew, as after a boot or a switchover, it is another program than the one that runs and was tested.',
  judge: ({ stores }) => stores.flatMap(outdatedIn),
  remedy: (draft) =>
    [
      `$ ${part(draft, 'tool')} ps ${isCrictl(draft) ? '--name ' : '--filter name='}${word(draft, 'container')}`,
      '# Where the newer image is meant, make the container anew through what made it (its unit, its deployment); to restart it changes nothing.',
      ...(part(draft, 'isNameless') === '' || isCrictl(draft) ? [] : ['# By what name it was made:', askingFor(draft)]),
      ...(part(draft, 'tag') === '' ? [] : ['# Where the older one is meant, give it its tag back:', taggingBack(draft)]),
    ].join('\n'),
};

const isCrictl = (draft: Draft): boolean => part(draft, 'tool') === 'sudo crictl';

const askingFor = (draft: Draft): string => `$ ${part(draft, 'tool')} inspect --format '{{.Config.Image}}' ${word(draft, 'container')}`;

/** crictl gives no tags; containerd knows each of its images by `sha256:` and id as well (pkg/cri, image pull). */
const taggingBack = (draft: Draft): string =>
  isCrictl(draft)
    ? `$ sudo ctr -n k8s.io images tag --force sha256:${word(draft, 'runs')} ${word(draft, 'tag')}`
    : `$ ${part(draft, 'tool')} tag ${word(draft, 'runs')} ${word(draft, 'tag')}`;

function outdatedIn(store: Store): readonly Draft[] {
  const { images, containers } = store;
  if (!images.seen || !containers.seen) return [];
  return containers.list.flatMap((container) => {
    const drift = container.isRunning ? driftOf(container, images.list) : null;
    if (drift === null) return [];
    const isHere = images.list.some(({ id }) => container.imageId !== null && isSameId(id, container.imageId));
    // What is gone cannot be named again.
    const tag = isHere ? (container.reference ?? '') : '';
    const about = {
      tool: storeTool(store),
      container: container.name,
      runs: container.imageId ?? '',
      tag,
      isNameless: container.reference === null ? 'yes' : '',
    };
    return [{ subject: `container ${container.name} of ${storeName(store)}`, ...drift, with: about }];
  });
}

function driftOf({ reference, imageId }: Container, images: readonly Image[]): Pick<Draft, 'expected' | 'actual'> | null {
  if (imageId === null) return null;
  const own = images.find(({ id }) => isSameId(id, imageId));
  const runs = own === undefined ? `made of an image that is not here any more (id ${imageId.slice(0, 12)})` : `made of ${imageText(own)}`;
  if (reference === null) {
    const isNamed = own === undefined || own.names.length > 0 || own.digests.length > 0;
    return isNamed ? null : { expected: 'made of an image that a tag names', actual: runs };
  }
  if (reference.includes('@')) return null;
  const named = images.find(({ names }) => names.includes(reference));
  if (named === undefined) return { expected: `made of what ${reference} names`, actual: `${runs}; ${reference} names no image here` };
  return isSameId(named.id, imageId) ? null : { expected: `made of what ${reference} names: ${imageText(named)}`, actual: runs };
}

const wantedImageMissing: Alone = {
  code: 'artifacts/wanted-image-missing',
  kind: 'alone',
  severity: 'warning',
  title: 'No image here is one that the settings want',
  why: 'Somebody named it because no container shows that it is needed; it is not on this machine, or was renamed.',
  // That knows which image it is on the primary, and takes the pattern for its subject.
  dependsOn: ['artifacts/image-missing'],
  judge: ({ stores }, { settings }) =>
    unmetWishes(stores, settings).map((pattern) => ({
      subject: pattern,
      expected: 'an image of this name',
      actual: 'none',
      with: { list: listing(stores) },
    })),
  remedy: (draft) => `# Bring it here, or correct containers.wanted of this check:\n$ ${part(draft, 'list')}`,
};

/** Patterns of the settings of which no image is here. */
export function unmetWishes(stores: readonly Store[], { containers }: ArtifactsSettings): readonly string[] {
  // It may be in a store that could not be seen, and that is said.
  if (stores.some(({ images }) => !images.seen)) return [];
  const names = stores.flatMap(({ images }) => (images.seen ? images.list.flatMap((image) => image.names) : []));
  return containers.wanted.filter((pattern) => !names.some((name) => isMeant(name, [pattern])));
}

const listing = ([store]: readonly Store[]): string => (store === undefined ? 'understudy run artifacts' : `${storeTool(store)} images`);

const fileMissing: Alone = {
  code: 'artifacts/file-missing',
  kind: 'alone',
  severity: 'warning',
  title: 'A file or folder that the settings name is not there',
  // Those know that the primary has it, or who asks for it.
  dependsOn: ['artifacts/file-missing-here', 'artifacts/manifest-item-missing'],
  why: 'What is deployed there on the primary would be missing after a switchover; or the settings name a place that is no more.',
  judge: ({ files, trees }) => [
    ...files.flatMap(({ path, content }) => (content.kind === 'missing' ? [missingDraft(path)] : [])),
    ...trees.flatMap(({ path, state }) => (state === 'missing' ? [missingDraft(path)] : [])),
  ],
  remedy: (draft) => `# Deploy it here too, or take it out of the settings.\n$ ls -ld ${word(draft, 'path')}`,
};

const missingDraft = (path: string): Draft => ({ subject: path, expected: 'there', actual: 'it is not there', with: { path } });

const packageMissing: Alone = {
  code: 'artifacts/package-missing',
  kind: 'alone',
  severity: 'warning',
  title: 'A package that the settings name is not installed',
  dependsOn: ['artifacts/package-missing-here', 'artifacts/manifest-item-missing'],
  why: 'What this system is deployed with is not installed on this machine.',
  judge: ({ packages }) =>
    packages.kind !== 'seen'
      ? []
      : packages.list
          .filter(({ versions }) => versions.length === 0)
          .map(({ name }) => ({
            subject: name,
            expected: 'installed',
            actual: 'not installed',
            with: { name, install: packages.by === 'rpm' ? 'dnf install' : 'apt-get install' },
          })),
  remedy: (draft) => `# In the version of the release that has to be here:\n$ sudo ${part(draft, 'install')} ${word(draft, 'name')}`,
};

export const aloneRules: readonly Alone[] = [containerOutdated, wantedImageMissing, fileMissing, packageMissing];
