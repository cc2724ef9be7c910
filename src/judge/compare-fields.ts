// Says of each field of two sides' facts whether it differs, may differ, differs in the sites' words alone, or is the same. Step by step, as
// the walk is.
import type { Field } from '../contract/comparison.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import { type Leaf, leavesOf, type Words } from './fields.ts';
import { withoutLawful } from './lawful.ts';

export interface Compared {
  readonly standby: unknown;
  readonly primary: unknown;
  /** Of this check and pair, and not ended. */
  readonly lawful: readonly LawfulDifference[];
  /** Of the probe: what each side has otherwise by nature. */
  readonly ownFields: readonly string[];
  readonly words: Words;
}

export interface ComparedField extends Pick<Field, 'field' | 'state' | 'reason'> {
  /** Undefined where that side does not have it. */
  readonly standby: unknown;
  readonly primary: unknown;
}

/** Null where there is nothing to tell yet: whoever walks may rest there. */
export function* comparedFields(given: Compared): Generator<ComparedField | null> {
  const { standby, primary, lawful, words } = given;
  const isAnyExplained = lawful.length + given.ownFields.length > 0;
  const different = isAnyExplained ? yield* differingIn(standby, primary, words) : new Set<string>();
  const reasons = yield* reasonsOf(given, different);
  const own = yield* clearedBy(
    given,
    different,
    given.ownFields.map((field) => ({ field })),
  );
  for (const leaf of leavesOf(standby, primary, words)) yield leaf === null ? null : comparedField(leaf, reasons, own);
}

function comparedField(
  { field, own, theirs, kind }: Leaf,
  reasons: ReadonlyMap<string, string>,
  byNature: ReadonlySet<string>,
): ComparedField {
  const reason = kind === 'same' ? null : (reasons.get(field) ?? null);
  // What one side has not at all is no word of the other.
  const isOwn = kind === 'differs' && byNature.has(field) && own !== undefined && theirs !== undefined;
  return { field, state: reason !== null ? 'lawful' : isOwn ? 'words' : kind, reason, standby: own, primary: theirs };
}

/** Each costs a walk; beyond, a field is told that it is lawful, and all reasons there are. */
const lawfulAskedMax = 50;

/** Why fields that differ may. */
function* reasonsOf(given: Compared, different: ReadonlySet<string>): Generator<null, ReadonlyMap<string, string>> {
  const { lawful } = given;
  const reasons = new Map<string, string>();
  const covered = yield* clearedBy(given, different, lawful);
  for (const one of lawful.slice(0, lawfulAskedMax)) {
    if (reasons.size === covered.size) break;
    for (const field of yield* clearedBy(given, different, [one])) if (!reasons.has(field)) reasons.set(field, one.reason);
  }
  // It takes several of them together.
  const all = [...new Set(lawful.map(({ reason }) => reason))].join('; ');
  return new Map([...covered].map((field) => [field, reasons.get(field) ?? all]));
}

/** What differs no more once these are taken out as the judge takes them out. */
function* clearedBy(
  { standby, primary, words }: Compared,
  different: ReadonlySet<string>,
  some: readonly Pick<LawfulDifference, 'field'>[],
): Generator<null, ReadonlySet<string>> {
  if (some.length === 0 || different.size === 0) return new Set();
  const still = yield* differingIn(withoutLawful(standby, primary, some), primary, words);
  const around = new Set([...still].flatMap(pathAndAbove));
  return new Set([...different].filter((field) => !around.has(field) && !pathAndAbove(field).some((above) => still.has(above))));
}

function* differingIn(own: unknown, theirs: unknown, words: Words): Generator<null, ReadonlySet<string>> {
  const fields = new Set<string>();
  for (const leaf of leavesOf(own, theirs, words)) {
    if (leaf !== null && leaf.kind !== 'same') fields.add(leaf.field);
    yield null;
  }
  return fields;
}

const pathAndAbove = (field: string): readonly string[] =>
  [...field.matchAll(/\/|$/g)].map(({ index }) => field.slice(0, index)).filter((path) => path !== '');
