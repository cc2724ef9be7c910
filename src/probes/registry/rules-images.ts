// Images of the tags in use: there, and the same ones.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { regionWords } from '../../formats/region-words.ts';
import { command, comment, oneLine } from '../../formats/remedy-words.ts';
import { shellWord } from '../../formats/shell-word.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import { type Facts, type Image, type Repository, seen } from './facts.ts';
import { imagesInUse, isThere } from './in-use.ts';
import type { Settings } from './settings.ts';

type Context = PairedContext<Settings>;

/** The standby's repositories by the names that both sides share, and those of the primary in the same words. */
function named({ standby, primary }: Context) {
  const own = regionWords(standby.settings.scope, primary.settings.scope);
  const theirs = regionWords(primary.settings.scope, standby.settings.scope);
  return {
    ofStandby: (facts: Facts): ReadonlyMap<string, Repository> =>
      new Map(seen(facts.repositories).map((one) => [own.shared(one.name, one.name), one])),
    shared: ({ name }: Repository): string => theirs.shared(name, name),
  };
}

const isSeen = ({ repositories }: Facts): boolean => repositories.kind === 'seen';

const withRegion = (facts: Facts, more: Readonly<Record<string, string>>): NonNullable<Draft['with']> => ({
  region: facts.region.name,
  ...more,
});

function compared(standby: Facts, primary: Facts, context: Context, say: (one: Compared) => readonly Draft[]): readonly Draft[] {
  if (!isSeen(standby) || !isSeen(primary)) return [];
  const names = named(context);
  const own = names.ofStandby(standby);
  return imagesInUse(primary, context.primary.settings).flatMap(({ repository, image }) => {
    const shared = names.shared(repository);
    const there = own.get(shared);
    if (there === undefined) return [];
    return say({ subject: `${shared}:${image.tag}`, image, there, twin: there.images.find(({ tag }) => tag === image.tag) ?? null });
  });
}

interface Compared {
  readonly subject: string;
  readonly image: Image;
  readonly there: Repository;
  readonly twin: Image | null;
}

/** An image in the registry of a region, as tools that copy images take it. */
const imageWord = (region: string | undefined, image: string): string =>
  shellWord(oneLine(`docker://${region ?? '<region>'}.ocir.io/<namespace>/${image}`));

export const imageMissing: PairedRule<Facts, Settings> = {
  code: 'registry/image-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'An image in use at the primary is not in the standby’s registry',
  why: 'Containers that are started in the standby region pull from its own registry, and the primary’s may be gone with its region.',
  remedy: ({ subject, with: given = {} }) =>
    [
      '# Copy it as it is, so that both sides run the same bytes; pipelines should push to both regions:',
      `$ skopeo copy --all --preserve-digests ${imageWord(given.from, subject)} ${imageWord(given.to, subject)}`,
      command('oci artifacts container image list', {
        'compartment-id': given.compartment,
        'repository-name': given.repository,
        region: given.region,
      }),
    ].join('\n'),
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ subject, image, there, twin }) => {
      if (twin !== null ? isThere(twin) : there.isCut) return [];
      const newest = there.images.find(isThere)?.tag;
      const actual =
        twin === null ? (newest === undefined ? 'no tag' : `no such tag; the newest is ${newest}`) : `its state is ${twin.state}`;
      return [{ subject, expected: image.digest ?? 'there', actual, with: copying(standby, primary, there) }];
    }),
};

const copying = (standby: Facts, primary: Facts, there: Repository): NonNullable<Draft['with']> =>
  withRegion(standby, {
    from: primary.region.key ?? primary.region.name,
    to: standby.region.key ?? standby.region.name,
    compartment: there.compartment,
    repository: there.name,
  });

export const imageDiffers: PairedRule<Facts, Settings> = {
  code: 'registry/image-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A tag in use leads to another image in the standby’s registry',
  why: 'The name is the same and the code is not: the tag was pushed again to one region only.',
  remedy: imageMissing.remedy,
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ subject, image, there, twin }) =>
      twin === null || !isThere(twin) || image.digest === null || twin.digest === null || twin.digest === image.digest
        ? []
        : [{ subject, expected: image.digest, actual: twin.digest, with: copying(standby, primary, there) }],
    ),
};

export const imageUnknown: PairedRule<Facts, Settings> = {
  code: 'registry/image-unknown',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether an image in use is in the standby’s registry was not seen',
  why: 'A repository with very many tags is kept in part, and an entry without a digest cannot be compared.',
  remedy: ({ subject, with: given = {} }) =>
    [
      comment(
        `Name it under the settings of this check (inUse: [${JSON.stringify(subject)}]), and it is kept whatever its age. To look by hand:`,
      ),
      `${command('oci artifacts container image list', {
        'compartment-id': given.compartment,
        'repository-name': given.repository,
        region: given.region,
      })} --all`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    compared(standby, primary, context, ({ subject, image, there, twin }) => {
      const isUnknown = twin === null ? there.isCut : isThere(twin) && (image.digest === null || twin.digest === null);
      const actual = twin === null ? 'not among the tags that are kept' : 'an entry names no digest';
      const given = withRegion(standby, { compartment: there.compartment, repository: there.name });
      return isUnknown ? [{ subject, expected: image.digest ?? 'a digest', actual, with: given }] : [];
    }),
};

export const repositoryMissing: PairedRule<Facts, Settings> = {
  code: 'registry/repository-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A repository of the primary is not in the standby’s region',
  why: 'Registries are regional and nothing mirrors them: without the repository none of its images can be pulled there.',
  remedy: ({ subject, with: given = {} }) =>
    [
      '# Create it, then push what is in use; or list it under `ignore` of this check where the standby does not need it:',
      command('oci artifacts container repository create', {
        'compartment-id': given.compartment,
        'display-name': subject,
        region: given.region,
      }),
    ].join('\n'),
  judge: (standby, primary, context) => {
    if (!isSeen(standby) || !isSeen(primary)) return [];
    const names = named(context);
    const own = names.ofStandby(standby);
    const { ignore } = context.primary.settings;
    const compartments = context.standby.settings.scope.compartments;
    return (
      seen(primary.repositories)
        // One that holds nothing is nothing that anybody pulls.
        .filter((one) => !one.isEmpty && !isLikeAny(one.name, ignore) && !own.has(names.shared(one)))
        .map((one) => {
          const shared = Object.entries(context.primary.settings.scope.compartments).find(([, id]) => id === one.compartment)?.[0];
          const compartment = (shared === undefined ? undefined : compartments[shared]) ?? '<compartment>';
          return {
            subject: names.shared(one),
            expected: 'a repository',
            actual: 'no such repository',
            with: withRegion(standby, { compartment }),
          };
        })
    );
  },
};

export const imageRules = [imageMissing, imageDiffers, imageUnknown, repositoryMissing];
