// Takes the name of a container image apart, as the registries' clients do, and tells whether a pattern means it.

export interface Reference {
  /** `fra.ocir.io`, `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** `acme/app`, without the registry. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:…`. */
  readonly digest: string | null;
}

/**
 * `[host[:port]/]path[:tag][@sha256:hex]`. A first part without dot, port and not `localhost` belongs to the path, and docker.io is
 * then meant (github.com/distribution/reference, normalize.go). Null where it is no such name, for example an id.
 */
export function parseReference(text: string): Reference | null {
  const match = /^([^@\s]+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text.trim());
  if (match === null || isImageId(text)) return null;
  const [first = '', ...rest] = match[1]!.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? rest.join('/') : match[1]!;
  if (!/^[a-z0-9][a-z0-9._/-]*$/.test(path)) return null;
  const host = hasHost ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  return {
    host,
    path: host === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    tag: match[2] ?? null,
    digest: match[3] ?? null,
  };
}

/** Whole, or as cut by a command line; with the algorithm in front or without. */
export const isImageId = (text: string): boolean => /^(?:sha256:)?[0-9a-f]{12}(?:[0-9a-f]{52})?$/.test(text.trim());

export const bareId = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '');

/** One of them may be cut to its first twelve digits. */
export const isSameId = (one: string, other: string): boolean =>
  one.length >= 12 && other.length >= 12 && (one.startsWith(other) || other.startsWith(one));

/** The name in full; a name without tag and digest means `latest`. */
export const fullName = ({ host, path, tag, digest }: Reference): string =>
  digest === null ? `${host}/${path}:${tag ?? 'latest'}` : `${host}/${path}@${digest}`;

/** `path:tag`, what two sites with registries of their own have in common. */
export const nameInRegistry = (name: string): string => {
  const reference = parseReference(name);
  return reference === null ? name : fullName(reference).slice(reference.host.length + 1);
};

export const pathOf = (name: string): string => parseReference(name)?.path ?? name;

/** Whether one of the patterns means the image: by its full name, without the registry, without the tag, or without both. */
export function isMeant(name: string, patterns: readonly string[]): boolean {
  const reference = parseReference(name);
  const spellings = reference === null ? [name] : [name, `${reference.host}/${reference.path}`, nameInRegistry(name), reference.path];
  return patterns.some((pattern) => spellings.some((spelling) => wildcard(pattern).test(spelling)));
}

const wildcard = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');
