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
  readonly words: Words;
}

export interface ComparedField extends Pick<Field, 'field' | 'state' | 'reason'> {
  /** Undefined where that side does not have it. */
  readonly standby: unknown;
  readonly primary: unknown;
}

/** Null where there is nothing to tell yet: whoever walks may rest there. */
export function* comparedFields(given: Compared): Generator<ComparedField | null> {
  const reasons = yield* reasonsOf(given);
  for (const leaf of leavesOf(given.standby, given.primary, given.words)) yield leaf === null ? null : comparedField(leaf, reasons);
}

function comparedField({ field, own, theirs, kind }: Leaf, reasons: ReadonlyMap<string, string>): ComparedField {
  const reason = reasons.get(field) ?? null;
  return { field, state: kind === 'same' || reason === null ? kind : 'lawful', reason, standby: own, primary: theirs };
}

/** Each costs a walk; beyond, a field is told that it is lawful, and all reasons there are. */
const lawfulAskedMax = 50;

/** Why fields that differ may: what differs no more once the lawful is taken out as the judge takes it out is covered. */
function* reasonsOf({ standby, primary, lawful, words }: Compared): Generator<null, ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  if (lawful.length === 0) return reasons;
  const different = yield* differingIn(standby, primary, words);
  const clearedBy = function* (some: readonly LawfulDifference[]): Generator<null, readonly string[]> {
    const still = yield* differingIn(withoutLawful(standby, primary, some), primary, words);
    const around = new Set([...still].flatMap(pathAndAbove));
    return [...different].filter((field) => !around.has(field) && !pathAndAbove(field).some((above) => still.has(above)));
  };
  const covered = yield* clearedBy(lawful);
  for (const one of lawful.slice(0, lawfulAskedMax)) {
    if (reasons.size === covered.length) break;
    for (const field of yield* clearedBy([one])) if (!reasons.has(field)) reasons.set(field, one.reason);
  }
  // It takes several of them together.
  const all = [...new Set(lawful.map(({ reason }) => reason))].join('; ');
  return new Map(covered.map((field) => [field, reasons.get(field) ?? all]));
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
