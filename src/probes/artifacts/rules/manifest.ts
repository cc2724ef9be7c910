// Rules that hold a machine against the manifest of what has to be deployed on it.
import type { Draft } from '../../../contract/rule.ts';
import { compareDpkgVersions } from '../../../formats/dpkg-version.ts';
import { compareRpmVersions } from '../../../formats/rpm-version.ts';
import { isSameId, nameInRegistry, pathOf } from '../containers/reference.ts';
import type { ArtifactsFacts, Image, ManifestRead, WantedImage } from '../facts.ts';
import { type Alone, imageText, shortDigest, storeName, word } from './common.ts';

const manifestUnusable: Alone = {
  code: 'artifacts/manifest-unusable',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The manifest of what has to be deployed cannot be used',
  why: 'Nothing is held against it, so that a release which never arrived here is not noticed by it.',
  judge: ({ manifest, endpoints }, { settings }) => {
    const path = settings.manifest ?? 'manifest';
    const draft = (actual: string): readonly Draft[] => [{ subject: path, expected: 'a manifest', actual, with: { path } }];
    switch (manifest.kind) {
      case 'none':
        return [];
      case 'read':
        return manifest.endpoints
          .filter((wanted) => !endpoints.some(({ name }) => name === wanted.name))
          .map(({ name }) => ({ subject: name, expected: 'an endpoint of this name', actual: 'the settings have none', with: { path } }));
      case 'missing':
        return draft('there is no such file');
      case 'wrong':
      case 'unseen':
        return draft(manifest.detail);
    }
  },
  remedy: (draft) =>
    `# Let the deployment write it, readable by the agent’s user; its form is in the README of this probe.\n$ ls -l ${word(draft, 'path')}`,
};

const manifestEmpty: Alone = {
  code: 'artifacts/manifest-empty',
  kind: 'alone',
  severity: 'warning',
  title: 'The manifest of what has to be deployed asks for nothing',
  why: 'Whoever named it relies on it, and nothing that is missing or old here is noticed by it.',
  judge: ({ manifest }, { settings }) => {
    if (manifest.kind !== 'read') return [];
    const { images, files, packages, endpoints } = manifest;
    if (images.length + files.length + packages.length + endpoints.length > 0) return [];
    const path = settings.manifest ?? 'manifest';
    return [{ subject: path, expected: 'images, files, packages or endpoints', actual: 'it names none', with: { path } }];
  },
  remedy: (draft) => `# Let the deployment write what it deploys into it, or take it out of the settings:\n$ cat ${word(draft, 'path')}`,
};

interface Shortfall {
  readonly kind: 'missing' | 'differs';
  readonly draft: Draft;
}

const itemMissing: Alone = {
  code: 'artifacts/manifest-item-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'Something that the manifest asks for is not here',
  why: 'A part of the release that has to be deployed here is missing, and the system would start without it or not at all.',
  judge: (facts) => shortfalls(facts).flatMap(({ kind, draft }) => (kind === 'missing' ? [draft] : [])),
  remedy,
};

const itemDiffers: Alone = {
  code: 'artifacts/manifest-item-differs',
  kind: 'alone',
  severity: 'blocker',
  title: 'Something is deployed here in another form than the manifest asks for',
  why: 'Another release than the one that has to be deployed would serve after a switchover.',
  // A container runs of the image that is not the one.
  dependsOn: ['artifacts/manifest-item-missing', 'artifacts/manifest-item-differs'],
  judge: (facts) => shortfalls(facts).flatMap(({ kind, draft }) => (kind === 'differs' ? [draft] : [])),
  remedy,
};

function remedy(draft: Draft): string {
  return `# Deploy to this machine what the manifest asks for, or correct the manifest; then look again:\n$ ${draft.with?.command ?? 'understudy run artifacts'}`;
}

function shortfalls(facts: ArtifactsFacts): readonly Shortfall[] {
  const { manifest } = facts;
  if (manifest.kind !== 'read') return [];
  return [
    ...manifest.images.flatMap((wanted) => imageShortfall(facts, wanted)),
    ...containerShortfalls(facts, manifest),
    ...manifest.files.flatMap((wanted) => fileShortfall(facts, wanted)),
    ...manifest.packages.flatMap((wanted) => packageShortfall(facts, wanted)),
    ...manifest.endpoints.flatMap((wanted) => endpointShortfall(facts, wanted)),
  ];
}

const fallsShort = (kind: Shortfall['kind'], subject: string, expected: string, actual: string, command?: string): readonly Shortfall[] => [
  { kind, draft: { subject, expected, actual, ...(command === undefined ? {} : { with: { command } }) } },
];

function imageShortfall({ stores }: Pick<ArtifactsFacts, 'stores'>, wanted: WantedImage): readonly Shortfall[] {
  const images = stores.flatMap(({ images: seen }) => (seen.seen ? seen.list : []));
  const expected = wanted.digests.length === 0 ? 'there' : wanted.digests.map(shortDigest).join(' or ');
  const named = images.filter(({ names }) => names.some((name) => nameInRegistry(name) === nameInRegistry(wanted.name)));
  if (images.some((image) => isWanted(image, wanted)) || (wanted.digests.length === 0 && named.length > 0)) return [];
  const [other] = named;
  if (other !== undefined) return fallsShort('differs', wanted.name, expected, imageText(other));
  // It may be in the store that could not be seen, and that is said.
  if (stores.some(({ images: seen }) => !seen.seen)) return [];
  return fallsShort('missing', wanted.name, expected, stores.length === 0 ? 'there is no container runtime' : 'no image has this name');
}

const isWanted = ({ digests }: Image, wanted: WantedImage): boolean => wanted.digests.some((digest) => digests.includes(digest));

/** What runs of a repository that the manifest names has to be one of the images that it names there. */
function containerShortfalls({ stores }: ArtifactsFacts, { images: wanted }: ManifestRead): readonly Shortfall[] {
  return stores.flatMap((store) => {
    const { images, containers } = store;
    if (!images.seen || !containers.seen) return [];
    const short = new Set(wanted.filter((one) => imageShortfall({ stores }, one).length > 0));
    return containers.list.flatMap(({ name, reference, imageId, isRunning }) => {
      const image = images.list.find(({ id }) => imageId !== null && isSameId(id, imageId));
      const names = [...(reference === null ? [] : [reference]), ...(image?.names ?? [])];
      const asked = wanted.filter((one) => names.some((each) => pathOf(each) === pathOf(one.name)));
      if (!isRunning || image === undefined || asked.length === 0) return [];
      const isAsked = asked.some((one) =>
        one.digests.length === 0 ? names.some((each) => nameInRegistry(each) === nameInRegistry(one.name)) : isWanted(image, one),
      );
      const expected = asked.map((one) => `${one.name} ${one.digests.map(shortDigest).join(' or ')}`.trim()).join(', ');
      const actual = `${names[0]} ${imageText(image)}`;
      const cause = asked.find((one) => short.has(one))?.name;
      const [shortfall] = fallsShort('differs', `container ${name} of ${storeName(store)}`, expected, actual);
      if (isAsked || shortfall === undefined) return [];
      return [cause === undefined ? shortfall : { ...shortfall, draft: { ...shortfall.draft, cause } }];
    });
  });
}

function fileShortfall({ files }: ArtifactsFacts, wanted: ManifestRead['files'][number]): readonly Shortfall[] {
  const content = files.find(({ path }) => path === wanted.path)?.content;
  const expected = wanted.sha256.slice(0, 16);
  const command = `sudo sha256sum '${wanted.path.replaceAll("'", "'\\''")}'`;
  if (content?.kind === 'missing') return fallsShort('missing', wanted.path, expected, 'it is not there', command);
  if (content?.kind === 'link') return fallsShort('differs', wanted.path, expected, 'it is a link', command);
  if (content?.kind !== 'digest' || content.sha256 === wanted.sha256) return [];
  return fallsShort('differs', wanted.path, expected, content.sha256.slice(0, 16), command);
}

function packageShortfall({ packages }: ArtifactsFacts, wanted: ManifestRead['packages'][number]): readonly Shortfall[] {
  if (packages.kind !== 'seen') return [];
  const versions = packages.list.find(({ name }) => name === wanted.name)?.versions ?? [];
  if (versions.length === 0) return fallsShort('missing', wanted.name, wanted.version, 'not installed');
  const compare = packages.by === 'rpm' ? compareRpmVersions : compareDpkgVersions;
  const isWanted = (version: string): boolean => compare(version, wanted.version) === 0 || upstream(version) === wanted.version;
  return versions.some(isWanted) ? [] : fallsShort('differs', wanted.name, wanted.version, versions.join(', '));
}

/** Manifests are written by those who release, not by those who package. */
const upstream = (version: string): string => version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');

function endpointShortfall({ endpoints }: ArtifactsFacts, wanted: ManifestRead['endpoints'][number]): readonly Shortfall[] {
  const answer = endpoints.find(({ name }) => name === wanted.name)?.answer;
  if (answer?.kind !== 'version' || answer.version === wanted.version) return [];
  return fallsShort('differs', wanted.name, wanted.version, answer.version);
}

export const manifestRules: readonly Alone[] = [manifestUnusable, manifestEmpty, itemMissing, itemDiffers];
