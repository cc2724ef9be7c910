// Tells what a patch is from its description, which is all that opatch and the dictionary have in common about it.

/** `ru`, `psu` and `bp` carry the database's own level; `component` is one of the parts of Grid Infrastructure; `bundle` any other cumulative one. */
export const patchKinds = ['ru', 'psu', 'bp', 'ojvm', 'ocw', 'component', 'bundle', 'one-off'] as const;

export type PatchKind = (typeof patchKinds)[number];

export interface Patch {
  readonly id: string;
  readonly description: string;
  readonly kind: PatchKind;
  /** `19.23.0.0.240416`; null for a one-off, which has none of its own. */
  readonly version: string | null;
}

/** Descriptions vary by release and by year; a one-off is titled like its bug and may name any product or version in it. */
const kindsByDescription: readonly (readonly [RegExp, PatchKind])[] = [
  [/^\s*merge\b/i, 'one-off'],
  [/^\s*ojvm\b|oracle javavm component|^\s*javavm\b/i, 'ojvm'],
  [/^\s*ocw\b/i, 'ocw'],
  [/^\s*(?:acfs|tomcat|dbwlm|rhp|has|cha) (?:release update|patch set update|bundle)/i, 'component'],
  [/^\s*(?:(?:oracle )?database|db|grid infrastructure|gi)\b.{0,40}\brelease update\b|^\s*(?:db)?rur?\b/i, 'ru'],
  [/^\s*(?:database|db|grid infrastructure|gi)\b.{0,40}\b(?:patch set update|psu)\b/i, 'psu'],
  [/^\s*(?:database|db|exadata)\b.{0,40}\b(?:bundle patch|bp)\b/i, 'bp'],
  [/^.{0,60}\b(?:bundle patch|release update|patch set update)\b/i, 'bundle'],
];

export function describePatch(id: string, description: string): Patch {
  const kind = kindsByDescription.find(([expression]) => expression.test(description))?.[1] ?? 'one-off';
  return { id, description, kind, version: kind === 'one-off' ? null : versionIn(description) };
}

const versionIn = (description: string): string | null => /(?:^|[^0-9.])([0-9]+(?:\.[0-9]+){2,6})(?![0-9.])/.exec(description)?.[1] ?? null;

/** Whether the patch carries the level of the database itself. */
export const isDatabaseLevel = ({ kind }: Pick<Patch, 'kind'>): boolean => kind === 'ru' || kind === 'psu' || kind === 'bp';

/**
 * What a newer one of replaces an older one of: `ojvm`, `DATAPUMP BUNDLE PATCH`; a one-off is its own. 12.1 has two tracks, PSUs and bundle
 * patches, of which neither replaces the other.
 */
export function lineOf(patch: Patch): string {
  if (patch.kind === 'one-off') return patch.id;
  if (isDatabaseLevel(patch) || patch.kind === 'ojvm' || patch.kind === 'ocw') return patch.kind;
  const words = patch.description.replaceAll(/\([0-9]+\)|[0-9]+(?:\.[0-9]+){2,}|[:;]/g, ' ');
  return words.trim().replaceAll(/\s+/g, ' ').toUpperCase();
}
