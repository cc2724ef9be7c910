// Rules about the container images of a standby beside its primary's.
import type { Draft, PairedContext } from '../../../contract/rule.ts';
import { isMeant } from '../containers/reference.ts';
import type { Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { unmetWishes } from './alone.ts';
import { bring, bringingParts } from './bring.ts';
import { captureUnit, counted, type Paired, part, quoted, storeName, storeTool, word } from './common.ts';
import { type Beside, type Comparison, comparable, compareImages, storePairs, twinOf } from './images-beside.ts';
import { isIgnored, type Use } from './images-used.ts';

const storeMissing: Paired = {
  code: 'artifacts/store-missing-here',
  kind: 'paired',
  severity: 'blocker',
  title: 'A container store that the primary uses is not known on the standby',
  why: 'Without the runtime, or without that user’s images, none of the containers of it can be started here.',
  judge: (standby, primary, { standby: { settings } }) =>
    primary.stores
      .filter((store) => contentText(store, settings) !== '' && twinOf(store, standby) === undefined)
      .map((store) => ({
        subject: storeName(store),
        expected: `as on the primary: ${contentText(store, settings)}`,
        actual: 'no such store is known here',
        with: { runtime: store.runtime, unit: captureUnit(store), owner: store.owner },
      })),
  remedy: (draft) =>
    part(draft, 'owner') === 'root'
      ? `$ sudo dnf install ${word(draft, 'runtime')}\n# Then bring the primary’s images here, and look again.`
      : `# If the user ${part(draft, 'owner')} has images here too, let the agent see them; else make the user and bring the images:\n$ sudo systemctl enable --now ${part(draft, 'unit')}`,
};

/** Empty where it holds nothing that counts. */
function contentText({ images, containers }: Store, settings: ArtifactsSettings): string {
  const named = images.seen ? images.list.flatMap(({ names, digests }) => names[0] ?? digests[0] ?? []) : [];
  const counting = named.filter((name) => !isIgnored(name, settings));
  const made = containers.seen ? containers.list.map(({ name }) => name) : [];
  return [counting.length > 0 ? `images ${counted(counting)}` : '', made.length > 0 ? `containers ${counted(made)}` : '']
    .filter((text) => text !== '')
    .join('; ');
}

interface About {
  readonly uses: readonly Use[];
  readonly besides: readonly Beside[];
}

/** One finding an image. */
const judging =
  ({ uses, besides }: About): Paired['judge'] =>
  (standby, primary, context) =>
    compareImages(standby, primary, context)
      .filter(({ use, beside }) => uses.includes(use) && besides.includes(beside))
      .map(draftOf(context))
      .filter(({ subject }, at, all) => all.findIndex((one) => one.subject === subject) === at);

const draftOf =
  (context: PairedContext<ArtifactsSettings>) =>
  ({ store, name, expected, actual, bringing }: Comparison): Draft => ({
    subject: `${name} in ${storeName(store)}`,
    expected,
    actual,
    with: { ...bringingParts(bringing, context), image: name },
  });

const needed: readonly Use[] = ['used', 'wanted'];

const imageMissing: Paired = {
  code: 'artifacts/image-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'An image that the primary uses is not on the standby',
  why: 'Its containers cannot start here unless the registry can be reached at that moment, which after the loss of a region is a hope.',
  judge: judgeMissing,
  remedy: bring,
};

/** What the settings want and nothing here is, stands under the word of the settings: the standby says of itself that it is missing. */
function judgeMissing(...sides: Parameters<Paired['judge']>): readonly Draft[] {
  const [standby, , context] = sides;
  const wishes = new Set(unmetWishes(standby.stores, context.standby.settings));
  return judging({ uses: needed, besides: ['missing'] })(...sides).map((draft) => {
    const wish = [...wishes].find((pattern) => isMeant(part(draft, 'image'), [pattern]));
    if (wish === undefined) return draft;
    wishes.delete(wish);
    return { ...draft, subject: wish, expected: `${part(draft, 'image')}: ${draft.expected}` };
  });
}

const imageDiffers: Paired = {
  code: 'artifacts/image-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'Under the same name the standby has another image than its primary',
  why: 'The containers would start without an error, as another release than the one that ran.',
  judge: judging({ uses: needed, besides: ['differs'] }),
  remedy: bring,
};

const imageNamedAnew: Paired = {
  code: 'artifacts/image-named-anew',
  kind: 'paired',
  severity: 'warning',
  title: 'A tag names another image on both sides than the one that runs on the primary',
  why: 'Made here by that name, the container is of a release that production has not run yet; the one that it runs is here without the name.',
  judge: judging({ uses: needed, besides: ['named-anew'] }),
  remedy: (draft) =>
    [
      '# Where the newer image is meant, make the container on the primary anew of it, so that what would start here has run there.',
      '# Where the older one is meant, give it its tag back, here and there:',
      part(draft, 'runtime') === 'crictl'
        ? `$ sudo ctr -n k8s.io images tag --force ${word(draft, 'to')} ${word(draft, 'name')}`
        : `$ ${part(draft, 'tool')} tag ${word(draft, 'id')} ${word(draft, 'name')}`,
    ].join('\n'),
};

const imageOtherDigest: Paired = {
  code: 'artifacts/image-other-digest',
  kind: 'paired',
  severity: 'warning',
  title: 'An image on the standby has the primary’s contents under another digest',
  // podman save and podman load do so in each of their formats (tried with podman 4.3.1).
  why: 'Saved there and loaded here: a container that is started by its digest, or a policy about signatures, does not find it.',
  judge: judging({ uses: [...needed, 'unused', 'other-tag'], besides: ['other-digest'] }),
  remedy: (draft) =>
    part(draft, 'way') === 'carry' ? '# Push it to a registry and pull it from there on both sides, to have one digest.' : bring(draft),
};

const imageNotComparable: Paired = {
  code: 'artifacts/image-not-comparable',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Nothing tells whether an image is the primary’s',
  why: 'An image that was built or loaded here has no digest in a repository, and its tag alone proves nothing.',
  judge: judging({ uses: needed, besides: ['not-comparable'] }),
  remedy: bring,
};

const imageWithoutDigest: Paired = {
  code: 'artifacts/image-without-digest',
  kind: 'paired',
  severity: 'note',
  title: 'An image is the primary’s by its id alone',
  why: 'Equal ids are equal contents; an image from a registry would have a digest to go by as well.',
  judge: judging({ uses: [...needed, 'unused'], besides: ['same-by-id'] }),
  remedy: () => '# Nothing to do; push it to a registry and pull it on both sides to have it compared by digest.',
};

const unusedMissing: Paired = {
  code: 'artifacts/unused-image-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'An image that no container of the primary uses at present is not on the standby',
  why: 'What runs by the hour or by hand has no container between its runs, and a fresh deployment none before it starts.',
  judge: judging({ uses: ['unused'], besides: ['missing'] }),
  remedy: (draft) => `${bring(draft)}\n# Where nobody needs it: remove it from the primary, or name it under containers.ignore.`,
};

const unusedDiffers: Paired = {
  code: 'artifacts/unused-image-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'An image that no container of the primary uses at present is another one on the standby',
  why: 'The next container that is made by this name is of another release here than on the primary.',
  judge: judging({ uses: ['unused', 'other-tag'], besides: ['differs'] }),
  remedy: (draft) => `${bring(draft)}\n# Where nobody needs it: remove it from both, or name it under containers.ignore.`,
};

const unusedNotComparable: Paired = {
  code: 'artifacts/unused-image-not-comparable',
  kind: 'paired',
  severity: 'warning',
  title: 'Nothing tells whether an image that no container of the primary uses at present is the primary’s',
  why: 'An image without a digest in a repository may be another one here; what is made of it by the hour or by hand would be too.',
  judge: judging({ uses: ['unused'], besides: ['not-comparable'] }),
  remedy: (draft) => `${bring(draft)}\n# Where nobody needs it: remove it from both, or name it under containers.ignore.`,
};

/** They are named, since whatever removes all that is unused removes all of a standby on which nothing runs. */
const listedParts = (store: Store, names: readonly string[]): Readonly<Record<string, string>> => ({
  tool: storeTool(store),
  inspect: store.runtime === 'crictl' ? 'inspecti' : "image inspect --format '{{.Created}} {{.RepoTags}}'",
  names: names.slice(0, 10).map(quoted).join(' '),
});

const inspecting = (draft: Draft): string => `${part(draft, 'tool')} ${part(draft, 'inspect')} ${part(draft, 'names')}`;

const otherTagMissing: Paired = {
  code: 'artifacts/other-tag-missing',
  kind: 'paired',
  severity: 'note',
  title: 'Other tags of a used image are on the primary only',
  why: 'Usually yesterday’s releases; one that is tomorrow’s becomes a finding as soon as the primary uses it.',
  judge: (standby, primary, context) => {
    const missing = compareImages(standby, primary, context).filter(({ use, beside }) => use === 'other-tag' && beside === 'missing');
    return [...Map.groupBy(missing, ({ store }) => storeName(store))].map(([store, same]) => ({
      subject: `other tags in ${store}`,
      expected: counted(same.map(({ name }) => name)),
      actual: 'not here',
      with: listedParts(
        same[0]!.store,
        same.map(({ name }) => name),
      ),
    }));
  },
  remedy: (draft) => `# Nothing; remove by name what nobody goes back to. To see how old they are, on the primary:\n$ ${inspecting(draft)}`,
};

const imagesOnlyHere: Paired = {
  code: 'artifacts/images-only-here',
  kind: 'paired',
  severity: 'note',
  title: 'The standby has images that its primary has not',
  why: 'Usually harmless: left over, or pulled here first.',
  judge: (standby, primary, { standby: own, primary: theirs }) =>
    storePairs(standby, primary).flatMap(({ here, there }) => {
      const known = new Set(there.images.list.flatMap(({ names }) => names.map((name) => comparable(name, theirs.node.site))));
      const extra = here.images.list
        .flatMap(({ names }) => names)
        .filter((name) => !known.has(comparable(name, own.node.site)) && !isIgnored(name, own.settings));
      const subject = `images only in the standby’s ${storeName(here)}`;
      return extra.length === 0
        ? []
        : [{ subject, expected: 'the primary’s images', actual: counted(extra), with: listedParts(here, extra) }];
    }),
  remedy: (draft) => `# Nothing; remove by name what nobody needs. To see how old they are, on the standby:\n$ ${inspecting(draft)}`,
};

export const imageRules: readonly Paired[] = [
  storeMissing,
  imageMissing,
  imageDiffers,
  imageNamedAnew,
  imageOtherDigest,
  imageNotComparable,
  imageWithoutDigest,
  unusedMissing,
  unusedDiffers,
  unusedNotComparable,
  otherTagMissing,
  imagesOnlyHere,
];
