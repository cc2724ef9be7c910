// Sets the files of a standby beside its primary's: by path, without what the sites are called.
import type { Site } from '../../../contract/node.ts';
import type { PairedContext } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import type { ArtifactsFacts, Content, FileFact, TreeFact } from '../facts.ts';
import { ignoring } from '../files/ignore.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { once } from './once.ts';

type Context = PairedContext<ArtifactsSettings>;

/** `not-watched`: the standby’s settings do not look there. `unknown`: one side has not seen it, which is said elsewhere. */
export type Beside = 'same' | 'differs' | 'missing' | 'only-here' | 'not-watched' | 'primary-unknown' | 'unknown';

export interface Compared {
  readonly beside: Beside;
  /** As the standby calls it; the primary’s word where the standby has none. */
  readonly path: string;
  /** As the primary calls it; null where only the standby has it. */
  readonly pathThere: string | null;
  /** The tree, pattern or path of the settings. */
  readonly from: string;
  readonly here: Content | null;
  readonly there: Content | null;
}

export const compareFiles = once((standby: ArtifactsFacts, primary: ArtifactsFacts, context: Context): readonly Compared[] => {
  const own = plainBy(context.standby.node.site);
  const theirs = plainBy(context.primary.node.site);
  const mine = new Map(standby.files.map((file) => [own(file.path), file]));
  const known = new Set(primary.files.map(({ path }) => theirs(path)));
  const covers = coverage(standby, context.standby.settings, own);
  const coveredThere = coverage(primary, context.primary.settings, theirs);
  const both = primary.files.map((file) =>
    besideOf(file, mine.get(theirs(file.path)), () => covers(theirs(file.path), theirs(file.from)), own, theirs),
  );
  const extra = standby.files
    .filter(({ path, content }) => isThere(content) && !known.has(own(path)) && coveredThere(own(path), own(path)) === 'whole')
    .map(({ path, from, content }): Compared => ({ beside: 'only-here', path, pathThere: null, from, here: content, there: null }));
  return [...both, ...extra];
});

/** Each path is asked about several times. */
function plainBy(site: Site): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const plain = known.get(text) ?? withoutSite(text, site);
    known.set(text, plain);
    return plain;
  };
}

const isThere = ({ kind }: Content): boolean => kind === 'digest' || kind === 'link' || kind === 'not-yet';

function besideOf(
  { path, from, content: there }: FileFact,
  twin: FileFact | undefined,
  coverHere: () => Cover,
  own: (text: string) => string,
  theirs: (text: string) => string,
): Compared {
  const here = twin?.content ?? null;
  const about = { path: twin?.path ?? path, pathThere: path, from, here, there };
  if (there.kind === 'missing') return { ...about, beside: here !== null && isThere(here) ? 'only-here' : 'same' };
  if (here === null) return { ...about, beside: notHere[coverHere()] };
  if (here.kind === 'missing') return { ...about, beside: 'missing' };
  if (here.kind === 'unseen' || here.kind === 'not-yet') return { ...about, beside: 'unknown' };
  if (there.kind === 'unseen' || there.kind === 'not-yet') return { ...about, beside: 'primary-unknown' };
  return { ...about, beside: isSame(here, there, own, theirs) ? 'same' : 'differs' };
}

const notHere: Readonly<Record<Cover, Beside>> = { whole: 'missing', part: 'unknown', none: 'not-watched' };

function isSame(here: Content, there: Content, own: (text: string) => string, theirs: (text: string) => string): boolean {
  if (here.kind === 'digest' && there.kind === 'digest') return here.sha256 === there.sha256;
  return here.kind === 'link' && there.kind === 'link' && own(here.target ?? '') === theirs(there.target ?? '');
}

/** Whether a side looks where a path would be: `whole` means that it would have found it. */
type Cover = 'whole' | 'part' | 'none';

function coverage(
  facts: ArtifactsFacts,
  settings: ArtifactsSettings,
  plain: (text: string) => string,
): (path: string, from: string) => Cover {
  const trees = new Set(facts.trees.map(({ path }) => path));
  const entries = new Map<string, Cover>();
  // A pattern that could not be followed stands for itself among the files.
  for (const { path, from, content } of facts.files)
    if (from !== 'manifest' && !trees.has(from)) entries.set(plain(from), path === from && content.kind === 'unseen' ? 'part' : 'whole');
  return (path, from) => {
    const covering = facts.trees.filter((tree) => isBelow(path, plain(tree.path)));
    const covers = [...covering.map((tree) => coverOf(tree, path, settings, plain)), entries.get(from) ?? 'none'];
    return covers.includes('whole') ? 'whole' : covers.includes('part') ? 'part' : 'none';
  };
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

function coverOf(
  { path: root, state, denied }: TreeFact,
  path: string,
  settings: ArtifactsSettings,
  plain: (text: string) => string,
): Cover {
  const ignore = settings.trees.find((tree) => tree.path === root)?.ignore ?? [];
  const relative = path.slice(plain(root).replace(/\/+$/, '').length + 1);
  // What this side does not want to hear of is no difference.
  if (ignoring(ignore)(relative)) return 'part';
  if (state === 'missing') return 'whole';
  return state === 'whole' && !denied.some((folder) => isBelow(path, plain(folder))) ? 'whole' : 'part';
}
