// Reads what container runtimes tell of their images: which, under which names, and by which digests repositories have them.
import type { Image } from '../facts.ts';
import { bareId, fullName, parseReference } from './reference.ts';
import { type Row, readRows, textIn, textsIn } from './rows.ts';

/**
 * `podman images --format json` (an array; RepoTags is often null and the names are in Names), `docker images --digests` (a line an
 * image and name; `<none>` for what it has not) or `crictl images -o json` (`{"images": […]}`). Null where it is none of them.
 */
export function parseImages(stdout: string): readonly Image[] | null {
  const rows = readRows(stdout, 'images');
  if (rows === null) return null;
  const images = rows.map(imageOf);
  return images.every((image) => image !== null) ? merged(images) : null;
}

type Told = Required<Image>;

function imageOf(row: Row): Told | null {
  const id = textIn(row, 'id');
  if (id === null || !['names', 'repotags', 'repodigests', 'repository', 'digest', 'digests'].some((name) => row.has(name))) return null;
  const told = [...textsIn(row, 'names', 'repotags'), ...nameByParts(row)].filter((name) => !name.includes('<none>'));
  const references = told.map(parseReference).filter((reference) => reference !== null);
  const digests = [...textsIn(row, 'repodigests', 'digests', 'digest'), ...told].map(digestIn).filter((digest) => digest !== null);
  const repositories = [...textsIn(row, 'repodigests', 'digests'), ...told, textIn(row, 'repository') ?? '']
    .map(parseReference)
    .flatMap((reference) => (reference === null ? [] : [`${reference.host}/${reference.path}`]));
  return {
    id: bareId(id),
    names: references.filter(({ digest }) => digest === null).map(fullName),
    digests,
    repositories,
  };
}

/** docker's columns. */
function nameByParts(row: Row): readonly string[] {
  const repository = textIn(row, 'repository');
  const tag = textIn(row, 'tag');
  return repository === null || tag === null ? [] : [`${repository}:${tag}`];
}

const digestIn = (text: string): string | null => /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(text)?.[1] ?? null;

/** One image a row, however many names it has; podman and docker print a row a name. */
function merged(images: readonly Told[]): readonly Image[] {
  const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
  return [...Map.groupBy(images, ({ id }) => id)]
    .map(([id, same]): Image => {
      const names = sorted(same.flatMap((one) => one.names));
      const digests = sorted(same.flatMap((one) => one.digests));
      const repositories = sorted(same.flatMap((one) => one.repositories));
      return names.length > 0 || digests.length === 0 || repositories.length === 0
        ? { id, names, digests }
        : { id, names, digests, repositories };
    })
    .sort((a, b) => ((a.names[0] ?? `~${a.id}`) < (b.names[0] ?? `~${b.id}`) ? -1 : 1));
}
