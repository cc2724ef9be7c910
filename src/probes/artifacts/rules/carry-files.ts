// How files of the primary are carried to the standby: all that a finding is about, and nothing that it is not.
import type { Draft } from '../../../contract/rule.ts';
import { part, quoted, word } from './common.ts';
import type { Compared } from './files-beside.ts';

/** As many as stand in one command; a folder with more is carried whole. */
const namedMax = 100;

interface Roots {
  readonly there: string;
  readonly here: string;
  /** Below both of them. */
  readonly names: readonly string[];
}

/** The parts of the remedy; `from` is the primary’s word. */
export function carryingParts(from: string, files: readonly Compared[], primary: string): Readonly<Record<string, string>> {
  const paths = files.slice(0, namedMax).map(({ path }) => path);
  const isLink = files.some(({ here, there }) => here?.kind === 'link' || there?.kind === 'link');
  const isHere = files.some(({ here }) => here !== null && here.kind !== 'missing');
  const { there, here, names } = rootsOf(from, files);
  return {
    primary: primary || '<primary>',
    paths: paths.map(quoted).join(' '),
    look: isHere ? (isLink ? 'readlink -f' : 'sha256sum') : '',
    there,
    here,
    names: names.length > namedMax ? '' : names.map(quoted).join(' '),
  };
}

/** The tree on both sides, where the sites’ words stand above it only; else the root. */
function rootsOf(from: string, files: readonly Compared[]): Roots {
  const pairs = files.map(({ path, pathThere }) => ({ path, pathThere: pathThere ?? path }));
  const names = pairs.map(({ pathThere }) => (pathThere.startsWith(`${from}/`) ? pathThere.slice(from.length + 1) : null));
  const roots = new Set(
    pairs.map(({ path }, at) => (names[at] && path.endsWith(`/${names[at]}`) ? path.slice(0, -names[at].length) : null)),
  );
  const [root] = roots;
  if (roots.size === 1 && root) return { there: `${from}/`, here: root, names: names.filter((name) => name !== null) };
  const isAlike = pairs.every(({ path, pathThere }) => path === pathThere);
  if (isAlike) return { there: '/', here: '/', names: pairs.slice(0, namedMax).map(({ path }) => path) };
  return { there: pairs[0]!.pathThere, here: pairs[0]!.path, names: [] };
}

export function carryOver(draft: Draft): string {
  const look = part(draft, 'look');
  return [
    ...(look === '' ? [] : ['# See them on both sides:', `$ sudo ${look} ${part(draft, 'paths')}`]),
    ...carrying(draft, '# Deploy the same release here the way it is always deployed; by hand, on the standby:'),
  ].join('\n');
}

/** A name on rsync’s own command line would be put below what it is to replace, where that is a link to a folder. */
export function carrying(draft: Draft, why: string): readonly string[] {
  const names = part(draft, 'names');
  const ends = `${word(draft, 'primary')}:${word(draft, 'there')} ${word(draft, 'here')}`;
  if (names !== '') return [why, `$ printf '%s\\n' ${names} | sudo rsync -aX --checksum --no-implied-dirs --files-from=- ${ends}`];
  return [
    why,
    '# More than one command can name: see first what this would change; what this check ignores is to be excluded; then without --dry-run.',
    `$ sudo rsync -aX --checksum --itemize-changes --dry-run ${ends}`,
  ];
}
