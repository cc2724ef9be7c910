// Turns the values of a source into what may be told of them: this is the last place that holds a value.
import type { Site } from '../../contract/node.ts';
import { withoutSite } from '../../contract/site.ts';
import type { Key, Seen, Trait } from './facts.ts';
import type { Keyed } from './fingerprint.ts';
import { hintOf } from './hint.ts';
import { namesSite } from './names-site.ts';
import { isName } from './read/gather.ts';
import type { Value } from './read/index.ts';
import { matchesKey } from './read/key.ts';
import type { Look, Target } from './target.ts';

/** A value, or why that one could not be read. */
export type OneRead = Value | Extract<Key['value'], { kind: 'unseen' | 'dangling' }>;

export interface Named {
  readonly keys: readonly Key[];
  readonly lacks: readonly string[];
  /** Keys whose name is to be hidden, and for which there is no fleet key to hide it with. */
  readonly unnamed: number;
  /** Keys that the settings do not select. */
  readonly passedOver: number;
}

/** Some 4 ms of work: what else the agent measures meanwhile must not wait longer. */
const keysAtOnce = 50;

/** Longer ones are content that was taken for a key. */
const nameCharsMax = 200;

/** `from` tells of a key which file it is from. */
export async function namedKeys(
  values: ReadonlyMap<string, OneRead>,
  target: Target,
  look: Look,
  from: ReadonlyMap<string, string> = new Map(),
): Promise<Named> {
  const wanted = wantedKeys(target, look);
  const chosen = [...values].filter(([key]) => wanted(key));
  const shown: Key[] = [];
  for (let at = 0; at < chosen.length; at += keysAtOnce) {
    if (at > 0) await look.machine.pause(0);
    for (const [key, value] of chosen.slice(at, at + keysAtOnce)) {
      const fact = factOf(key, value, target, look);
      const path = from.get(key);
      if (fact !== null) shown.push(path === undefined ? fact : { ...fact, from: path });
    }
  }
  const byName = new Map(shown.map((key) => [key.name, key]));
  const { required = [] } = target.selection;
  return {
    keys: [...byName.values()].sort(inOrder),
    lacks: required
      .filter((pattern) => !chosen.some(([key]) => matchesKey(pattern, key)))
      .map((pattern) => (isToHide(pattern, target) ? hiddenName(pattern, look) : pattern))
      .toSorted(),
    unnamed: chosen.length - shown.length,
    passedOver: values.size - chosen.length,
  };
}

const inOrder = (a: Key, b: Key): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function wantedKeys({ selection }: Target, { settings }: Look): (key: string) => boolean {
  const { include, exclude = [] } = selection;
  const unwanted = [...exclude, ...settings.exclude];
  return (key) => (include === undefined || isAmong(include, key)) && !isAmong(unwanted, key);
}

const isAmong = (patterns: readonly string[], key: string): boolean => patterns.some((pattern) => matchesKey(pattern, key));

function factOf(key: string, value: OneRead, target: Target, look: Look): Key | null {
  const { fleetKey, site } = look;
  const isHidden = isToHide(key, target) || !isShowable(key, value);
  if (isHidden && fleetKey.keyed === null) return null;
  const name = isHidden ? hiddenName(key, look) : withoutSite(key, site);
  if (value.kind === 'unseen' || value.kind === 'dangling') return { name, value, traits: said(key, target, look) };
  const hint = hintOf(value.text, key, target.selection.resolves ?? []);
  return {
    name,
    value:
      fleetKey.keyed === null
        ? { kind: 'no-fleet-key', shape: hint.shape }
        : { ...fingerprint(key, value, fleetKey.keyed, site), shape: hint.shape },
    traits: [
      ...(hint.isSecretLike ? (['secret-like'] as const) : []),
      ...(hint.isUnresolved ? (['unresolved'] as const) : []),
      ...(namesOther(key, value.text, target, look) ? (['names-other-site'] as const) : []),
      ...said(key, target, look),
    ],
  };
}

const hiddenName = (key: string, { fleetKey: { keyed }, site }: Look): string =>
  keyed === null ? 'hidden' : `hidden ${keyed.of(key, site)}`;

const isToHide = (key: string, { selection }: Target): boolean => isAmong(selection.hideNames ?? [], key);

/** Whether a key is one of which the very name is kept back, as far as the name alone tells. */
export const isSecretKey = (key: string, target: Target): boolean => isToHide(key, target) || !isShowable(key, unknownValue);

const unknownValue: OneRead = { kind: 'scalar', text: '.' };

/**
 * Readers leave out names that are long random texts. Shorter ones are compared, unnamed: what has digits here and there, and a bare
 * word with some that is set to nothing, as a line of a secret is that went astray.
 */
function isShowable(key: string, value: OneRead): boolean {
  if (key.length > nameCharsMax || /\p{Cc}/u.test(key) || !isName(key)) return false;
  const isBare = 'text' in value && value.text.trim() === '';
  return (key.match(/[A-Za-z0-9]{10,}/g) ?? []).every((run) => {
    const numbers = run.match(/\d+/g)?.length ?? 0;
    return isBare ? numbers < 2 : run.length < 12 || numbers < 3;
  });
}

/**
 * Bound to its key: else everything that is set to `true` would show the same fingerprint, and one value that somebody knows would
 * tell the others.
 */
function fingerprint(key: string, value: Value, keyed: Keyed, site: Site) {
  const bound = { ...value, text: `${key}\n${value.text}` };
  const [of, asIs] = [keyed.of(bound, site), keyed.of(bound, undefined)];
  return { kind: 'fingerprint', of, ...(asIs === of ? {} : { asIs }) } as const;
}

function namesOther(key: string, text: string, { selection }: Target, { settings: { otherSite }, site }: Look): boolean {
  return otherSite !== undefined && !isAmong(selection.mayNameOtherSite ?? [], key) && namesSite(text, otherSite, site);
}

function said(key: string, { selection }: Target, { settings }: Look): Trait[] {
  const { required = [], mayDiffer = [], mayBeMissing = [], mayNameOtherSite = [] } = selection;
  return [
    ...(isAmong(required, key) ? (['required'] as const) : []),
    ...(isAmong([...mayDiffer, ...settings.mayDiffer], key) ? (['may-differ'] as const) : []),
    ...(isAmong(mayBeMissing, key) ? (['may-be-missing'] as const) : []),
    ...(isAmong(mayNameOtherSite, key) ? (['may-name-other-site'] as const) : []),
  ];
}

export const seen = (named: Named, more: Partial<Pick<Seen, 'repeated' | 'strayLines' | 'strayIn' | 'unnamed'>> = {}): Seen => ({
  kind: 'seen',
  keys: [...named.keys],
  lacks: [...named.lacks],
  repeated: more.repeated ?? [],
  strayLines: more.strayLines ?? [],
  ...(more.strayIn === undefined || more.strayIn.length === 0 ? {} : { strayIn: more.strayIn }),
  unnamed: named.unnamed + (more.unnamed ?? 0),
  ...(named.passedOver === 0 ? {} : { passedOver: named.passedOver }),
});
