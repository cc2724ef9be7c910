// How an image of the primary is brought to the standby: from its own region's registry, from machine to machine, or by giving it its name.
import type { Site } from '../../../contract/node.ts';
import type { Draft, PairedContext } from '../../../contract/rule.ts';
import { withoutSite } from '../../../contract/site.ts';
import { fullName, parseReference } from '../containers/reference.ts';
import type { Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';
import { part, storeTool, word } from './common.ts';

/** `tag`: it is here, without its name. `carry`: no registry has it. `gone`: not even the primary’s own store has it. */
type Way = 'tag' | 'pull' | 'carry' | 'gone';

export interface Bringing {
  readonly store: Pick<Store, 'runtime' | 'owner'>;
  /** As the primary calls it. */
  readonly name: string;
  /** As it is on the primary; null where nothing tells. */
  readonly wanted: Image | null;
  readonly isGone: boolean;
  /** The same image here, by another name or none. */
  readonly present: Image | null;
  /** The standby’s own word for the name, where an image stands under it. */
  readonly nameHere: string | null;
}

type Sides = Pick<PairedContext<ArtifactsSettings>, 'standby' | 'primary'>;

/** The parts of the remedy. */
export function bringingParts(bringing: Bringing, { standby, primary }: Sides): Readonly<Record<string, string>> {
  const { store, name, wanted, present, nameHere } = bringing;
  const asHere = (text: string): string => inSite(text, primary.node.site, standby.node.site);
  const reference = parseReference(name);
  const from = registryName(name, wanted?.digests[0]);
  const isTagged = reference !== null && reference.digest === null;
  const hereName = nameHere ?? (isTagged ? asHere(name) : '');
  const to = from === '' ? '' : nameHere === null ? asHere(from) : (registryName(nameHere, /sha256:.*$/.exec(from)?.[0]) ?? '');
  return {
    way: wayOf(bringing, from),
    runtime: store.runtime,
    tool: storeTool(store),
    primary: primary.node.name || '<primary>',
    name: hereName,
    from,
    to,
    // To save by name keeps the name; but a name that means another image by now would save that.
    saved: isTagged && wanted?.names.includes(name) ? name : (wanted?.id ?? name),
    id: present?.id ?? wanted?.id ?? '',
  };
}

function wayOf({ store, wanted, isGone, present, name }: Bringing, from: string): Way {
  if (present !== null && store.runtime !== 'crictl' && !name.includes('@') && parseReference(name) !== null) return 'tag';
  if (from !== '') return 'pull';
  return isGone || wanted === null ? 'gone' : 'carry';
}

/** `host/path@digest`; empty where no registry can have it. By digest nothing else is pulled, whoever owns that name in the registry. */
function registryName(name: string, digest: string | undefined): string {
  const reference = parseReference(name);
  const told = reference?.digest ?? digest;
  if (reference === null || told === undefined || /^(?:localhost|127\.)/.test(reference.host)) return '';
  return fullName({ ...reference, tag: null, digest: told });
}

/** The primary’s words replaced by the standby’s; the text as it is where the standby has no word for one of them. */
function inSite(text: string, from: Site, to: Site): string {
  // Of several domains nothing tells which one answers to which.
  const domain = from.domains?.length === 1 && to.domains?.length === 1 ? to.domains[0] : undefined;
  const words: Readonly<Record<string, string | undefined>> = { domain, site: to.name, ...to.tokens };
  const translated = withoutSite(text, from).replaceAll(/\{([^{}]*)\}/g, (placeholder, key: string) => words[key] ?? placeholder);
  return /[{}]/.test(translated) ? text : translated;
}

export function bring(draft: Draft): string {
  return ways[(part(draft, 'way') || 'pull') as Way]?.(draft) ?? pull(draft);
}

const ways: Readonly<Record<Way, (draft: Draft) => string>> = {
  tag: (draft) => `# It is here, and lacks its name:\n$ ${part(draft, 'tool')} tag ${word(draft, 'id')} ${word(draft, 'name')}`,
  pull,
  carry,
  gone: () =>
    '# The primary’s own store has it no more, and its digest is not known. On the primary, make the container anew of what its tag names\n' +
    '# now, so that what would start here is what runs there; then look again:\n$ understudy run artifacts',
};

function pull(draft: Draft): string {
  const isSameRegistry = part(draft, 'from') === part(draft, 'to');
  const whence = isSameRegistry
    ? '# On the standby, by the name that it has in this region’s own registry, where there is one:'
    : '# On the standby, from its own region’s registry:';
  const target = isSameRegistry ? '<this region’s registry>/<path>:<tag>' : targetOf(draft);
  return [
    whence,
    `$ ${part(draft, 'tool')} pull ${word(draft, 'to')}`,
    ...tagging(draft, 'to'),
    '# Where that registry lacks it; this keeps its digest, which saving and loading would not:',
    `$ skopeo copy --all docker://${word(draft, 'from')} docker://${target}`,
  ].join('\n');
}

/** A registry takes an image under a tag, or under its digest alone. */
const targetOf = (draft: Draft): string => word(draft, part(draft, 'name') === '' ? 'to' : 'name');

/** crictl gives no names: an image has the one that it was pulled by. */
function tagging(draft: Draft, source: string): readonly string[] {
  if (part(draft, 'name') === '') return [];
  return part(draft, 'runtime') === 'crictl'
    ? [`$ sudo crictl pull ${word(draft, 'name')}`]
    : [`$ ${part(draft, 'tool')} tag ${word(draft, source)} ${word(draft, 'name')}`];
}

function carry(draft: Draft): string {
  const [primary, tool, saved] = [word(draft, 'primary'), part(draft, 'tool'), word(draft, 'saved')];
  if (part(draft, 'runtime') === 'crictl')
    return [
      '# No registry is known to have it. From machine to machine, on the standby, where containerd is behind it:',
      `$ ssh ${primary} sudo ctr -n k8s.io images export - ${saved} | sudo ctr -n k8s.io images import -`,
    ].join('\n');
  const isNamed = part(draft, 'name') === '' || part(draft, 'name') === part(draft, 'saved');
  return [
    '# No registry is known to have it; one that answers to this name may have somebody else’s. From machine to machine, on the standby:',
    `$ ssh ${primary} ${tool} save ${saved} | ${tool} load`,
    ...(isNamed ? [] : [`$ ${tool} tag ${saved} ${word(draft, 'name')}`]),
  ].join('\n');
}
