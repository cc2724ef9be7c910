// Container images and generic artifacts out of the answers of the artifacts service (20160918).
// https://docs.oracle.com/en-us/iaas/api/#/en/registry/20160918/
import { numberIn, textIn, timeIn } from '../../formats/oci.ts';
import type { Generic, Image, Repository } from './facts.ts';

/** A build pipeline leaves hundreds of tags; what is deployed is among the newest, or is named in the settings. */
const tagsMax = 60;

/** Repositories of a compartment; those that hold no tagged image are there all the same. */
export function readRepositories(
  compartment: string,
  repositories: readonly unknown[],
  images: readonly unknown[],
  wanted: ReadonlySet<string>,
): readonly Repository[] {
  const byName = new Map<string, Image[]>(repositories.flatMap((one) => nameOf(one)).map((name) => [name, []]));
  for (const image of images) {
    const name = textIn(image, 'repositoryName');
    const tag = tagOf(image);
    if (name === null || tag === null) continue;
    const known = byName.get(name) ?? [];
    known.push({
      tag,
      digest: textIn(image, 'digest'),
      state: textIn(image, 'lifecycleState') ?? 'UNKNOWN',
      createdAt: timeIn(image, 'timeCreated'),
    });
    byName.set(name, known);
  }
  const empty = new Set(repositories.flatMap((one) => (numberIn(one, 'imageCount') === 0 ? nameOf(one) : [])));
  return [...byName].map(([name, all]) => ({
    ...repositoryOf(name, compartment, all, wanted),
    isEmpty: all.length === 0 && empty.has(name),
  }));
}

/** One that is gone is no repository any more. */
function nameOf(body: unknown): readonly string[] {
  const name = textIn(body, 'displayName');
  return name === null || /^DELET/.test(textIn(body, 'lifecycleState') ?? '') ? [] : [name];
}

/** Null for an untagged one, which nobody can pull by name. */
function tagOf(body: unknown): string | null {
  const version = textIn(body, 'version');
  return version === null || version === 'unknown' ? null : version;
}

function repositoryOf(name: string, compartment: string, all: readonly Image[], wanted: ReadonlySet<string>): Omit<Repository, 'isEmpty'> {
  const newest = [...byTag(all).values()].sort(byAge);
  const kept = newest.filter(({ tag }, at) => at < tagsMax || wanted.has(`${name}:${tag}`));
  return { name, compartment, images: kept, isCut: kept.length < newest.length };
}

/** A tag that was deleted and pushed again is listed twice: what can be pulled counts, else the newest. */
function byTag(all: readonly Image[]): ReadonlyMap<string, Image> {
  const found = new Map<string, Image>();
  for (const image of all) {
    const before = found.get(image.tag);
    if (before === undefined || rank(image) > rank(before)) found.set(image.tag, image);
  }
  return found;
}

const rank = ({ state, createdAt }: Image): number => (state === 'AVAILABLE' ? 1e15 : 0) + (createdAt ?? 0);

const byAge = (a: Image, b: Image): number => (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0);

export const readGeneric = (repository: string, artifacts: readonly unknown[]): readonly Generic[] =>
  artifacts.flatMap((one) => {
    const path = textIn(one, 'artifactPath');
    const version = textIn(one, 'version');
    if (path === null || version === null) return [];
    const state = textIn(one, 'lifecycleState') ?? 'UNKNOWN';
    return [{ repository, path, version, sha256: textIn(one, 'sha256'), state, createdAt: timeIn(one, 'timeCreated') }];
  });
