// The words that findings about settings share: what they are about, and what mends them.
import type { Draft } from '../../../contract/rule.ts';
import type { Facts, Key, Seen, Source } from '../facts.ts';
import { masked } from '../units/unit.ts';

/** As an operator would name it. */
export const placeOf = ({ kind, where }: Source): string => (kind === 'environment' ? `process of ${where}` : where);

export const subjectOf = (source: Source, key: string): string => `${placeOf(source)} ${key}`;

export interface JudgedKey {
  readonly source: Source;
  readonly key: Key;
}

export const seenSources = ({ sources }: Facts): readonly { readonly source: Source; readonly content: Seen }[] =>
  sources.flatMap((source) => (source.content.kind === 'seen' ? [{ source, content: source.content }] : []));

export const judgedKeys = (facts: Facts): readonly JudgedKey[] =>
  seenSources(facts).flatMap(({ source, content }) => content.keys.map((key) => ({ source, key })));

export const isEmpty = ({ value }: Key): boolean => 'shape' in value && value.shape === 'empty';

/**
 * The same setting where it is written: a unit has it from a file that is watched by itself, a process from its unit. What is wrong with
 * it there explains what is wrong with it here.
 */
export function writtenAt({ sources }: Facts, source: Source, key: Pick<Key, 'name' | 'from'>): string | undefined {
  const origin = sources.find(
    ({ kind, where }) =>
      (source.kind === 'unit' && (kind === 'file' || kind === 'flags') && where === key.from) ||
      (source.kind === 'environment' && kind === 'unit' && where === source.where),
  );
  return origin === undefined ? undefined : subjectOf(origin, key.name);
}

/** A process of a unit that is watched by itself is missing for no other reason than the unit. */
export function unitOf({ sources }: Facts, { kind, where }: Source): string | undefined {
  const unit = kind === 'environment' ? sources.find((one) => one.kind === 'unit' && one.where === where) : undefined;
  return unit && placeOf(unit);
}

export const caused = (cause: string | undefined): Pick<Draft, 'cause'> => (cause === undefined ? {} : { cause });

/** What remedies are filled with. */
export function wordsOf(source: Source, key = '', from?: string): NonNullable<Draft['with']> {
  const { kind, where, unit = '' } = source;
  if (from !== undefined) return { kind: 'file', path: quoted(from), key, file: quoted(from), unit };
  return {
    kind,
    path: quoted(where),
    key,
    file: kind === 'directory' && !isHidden(key) ? quoted(`${where}/${key.replaceAll('"', '')}`) : quoted(where),
    unit,
  };
}

/** A fingerprint stands for its name. */
const isHidden = (key: string): boolean => /^hidden\b/.test(key);

export const quoted = (text: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A draft that carries no words still has a remedy. */
export const words = (draft: Draft): Record<string, string> =>
  new Proxy(draft.with ?? {}, { get: (known, key) => Reflect.get(known, key) ?? '' }) as Record<string, string>;

/** Where the value is written, and what takes it up. */
export function edited(draft: Draft): readonly string[] {
  const { kind, file, path, key, unit } = words(draft);
  if (kind === 'directory' && isHidden(key!))
    return [`# It is one of the files in ${path}; its name is a secret itself.`, ...takenUp(draft)];
  if (kind === 'environment')
    return ['# Where the files of its unit say so already, a new start is enough; else set it there:', madeOf(unit!), ...takenUp(draft)];
  const edit = kind === 'unit' ? [`$ sudo systemctl edit ${unit}`] : [`$ sudoedit ${file}`];
  return [...edit, ...takenUp(draft)];
}

/** Where a unit is written. Never all that is known of it, and never its text: its assignments are values. */
export const madeOf = (unit: string): string => `$ systemctl show ${unit} -p LoadState,LoadError,FragmentPath,DropInPaths,EnvironmentFiles`;

export const unmasked = (unit: string): readonly string[] => [
  '# Somebody masked it, mostly for a reason: find out which, then',
  `$ sudo systemctl unmask ${unit}`,
];

export const isMasked = ({ content }: Source): boolean => content.kind === 'missing' && content.detail === masked;

/** The service, where one is named, and the look that proves it. */
export function takenUp(draft: Draft): readonly string[] {
  const { unit } = words(draft);
  return [...(unit === '' ? [] : [`$ sudo systemctl try-restart ${unit}`]), '$ understudy run settings'];
}

export const lines = (...all: readonly (string | readonly string[])[]): string => all.flat().join('\n');
