// What the rules of this probe have in common.
import type { AloneRule, Draft, PairedRule } from '../../../contract/rule.ts';
import type { ArtifactsFacts, Image, Store } from '../facts.ts';
import type { ArtifactsSettings } from '../settings.ts';

export type Alone = AloneRule<ArtifactsFacts, ArtifactsSettings>;
export type Paired = PairedRule<ArtifactsFacts, ArtifactsSettings>;

/** As many names as a person reads in one finding; the count is whole. */
const namedMax = 10;

/** `2 of them: a, b`; `12: a, b, … and 2 more`. */
export function counted(names: readonly string[]): string {
  const shown = names.slice(0, namedMax).join(', ');
  return `${names.length}: ${shown}${names.length > namedMax ? ` and ${names.length - namedMax} more` : ''}`;
}

/** A part of a remedy as one word of a shell. */
export const word = (draft: Draft, key: string): string => quoted(draft.with?.[key] ?? '');

export function quoted(text: string): string {
  return /^(?:[A-Za-z0-9._:%/@+,=~^-]+|<[^<>']*>)$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of our own making, which is no single word. */
export const part = (draft: Draft, key: string): string => draft.with?.[key] ?? '';

export const storeName = ({ runtime, owner }: Pick<Store, 'runtime' | 'owner'>): string =>
  runtime === 'podman' ? `podman (${owner})` : runtime;

/** How an operator asks the runtime about this very store. */
export const storeTool = ({ runtime, owner }: Pick<Store, 'runtime' | 'owner'>): string =>
  owner === 'root' ? `sudo ${runtime}` : `sudo -iu ${owner.replaceAll(/[^A-Za-z0-9._-]/g, '_')} ${runtime}`;

export const captureUnit = ({ runtime, owner }: Pick<Store, 'runtime' | 'owner'>): string =>
  owner === 'root'
    ? `understudy-capture-${runtime}.timer`
    : `understudy-capture-${runtime}@${owner.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.timer`;

/** The digest that tells an image from others; its id, by its own word, where no repository has it. */
export const imageText = ({ digests, id }: Pick<Image, 'digests' | 'id'>): string =>
  digests.length === 0 ? `an image without a repository digest (id ${id.slice(0, 12)})` : digests.map(shortDigest).join(' or ');

export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);
