// Which images the primary runs, as far as anybody tells: the settings, DevOps, and of a repository that neither names the newest tag.
import { isLikeAny } from '../../formats/wildcard.ts';
import { type Facts, type Image, type Repository, seen } from './facts.ts';
import type { Settings } from './settings.ts';

export interface Used {
  readonly repository: Repository;
  readonly image: Image;
}

/** Those that the primary has: a tag that it has not either is not what the standby lacks. */
export function imagesInUse(facts: Facts, { ignore }: Settings): readonly Used[] {
  const named = new Set([...facts.inUse, ...deployedImages(facts)]);
  return seen(facts.repositories)
    .filter(({ name }) => !isLikeAny(name, ignore))
    .flatMap((repository) => {
      const images = repository.images.filter(isThere);
      const chosen = images.filter(({ tag }) => named.has(`${repository.name}:${tag}`));
      const isNamed = [...named].some((one) => one.startsWith(`${repository.name}:`));
      const newest = isNamed ? [] : images.slice(0, 1);
      return [...chosen, ...newest].map((image) => ({ repository, image }));
    });
}

const deployedImages = (facts: Facts): readonly string[] =>
  seen(facts.deployed).flatMap(({ source }) =>
    source.kind === 'image' && source.tag !== null ? [`${source.repository}:${source.tag}`] : [],
  );

export const isThere = ({ state }: { readonly state: string }): boolean => state === 'AVAILABLE';
