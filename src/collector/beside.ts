// Puts what a check saw on the standby beside what it saw on the primary, field by field.
import type { Comparison, Field, Seen } from '../contract/comparison.ts';
import type { LawfulDifference } from '../contract/lawful.ts';
import type { CheckState, Observation } from '../contract/observation.ts';
import type { AnyProbe } from '../contract/probe.ts';
import { type ComparedField, comparedFields } from '../judge/compare-fields.ts';
import { shownValue } from '../judge/shown-value.ts';

export interface BesideSide {
  /** Null where the side does not watch the check. */
  readonly state: CheckState | null;
  /** Who stands there; null for nobody. */
  readonly target: string | null;
  readonly words: (text: string) => string;
}

export interface Beside {
  readonly standby: BesideSide;
  readonly primary: BesideSide;
  /** Of the pair, ended or not. */
  readonly lawful: readonly LawfulDifference[];
  readonly probes: ReadonlyMap<string, AnyProbe>;
  readonly now: number;
  /** Whether those that are the same are listed too. */
  readonly withSame: boolean;
  /** Lets others have their turn. */
  readonly rest: () => Promise<void>;
}

/** Nobody reads more of them. */
export const fieldsListedMax = 1_000;

export async function beside(given: Beside): Promise<Omit<Comparison, 'at'>> {
  const { standby, primary } = given;
  const told = (standby.state ?? primary.state)!;
  const seen = {
    check: told.check,
    probe: told.probe,
    standby: seenOf(standby.state),
    primary: seenOf(primary.state),
  };
  const [own, theirs] = [lastSeen(standby.state), lastSeen(primary.state)];
  const uncompared = why(given, own, theirs);
  if (own === null || theirs === null || uncompared !== null)
    return { ...seen, uncompared, fields: wholeFields(given.probes, own, theirs), same: 0, hasMore: false };
  return { ...seen, uncompared, ...(await fieldsOf(given, factsOf(standby.state), factsOf(primary.state))) };
}

/** What was seen last; undefined where nothing was, or nothing is there. */
export function factsOf(state: CheckState | null): unknown {
  const outcome = lastSeen(state)?.outcome;
  return outcome?.kind === 'observed' ? outcome.facts : undefined;
}

/** The newest look that saw something. */
const lastSeen = (state: CheckState | null): Observation | null =>
  state?.current?.outcome.kind === 'unseen' ? state.lastObserved : (state?.current ?? null);

function seenOf(state: CheckState | null): Seen {
  const seen = lastSeen(state);
  const outcome = state?.current?.outcome;
  if (seen === null || seen.outcome.kind === 'unseen') return null;
  return {
    seq: seen.seq,
    seenAt: seen.lastAt,
    kind: seen.outcome.kind,
    detail: seen.outcome.kind === 'absent' ? seen.outcome.detail : '',
    unseen: outcome?.kind === 'unseen' ? `${outcome.reason}: ${outcome.detail}` : null,
  };
}

function why({ standby, primary }: Beside, own: Observation | null, theirs: Observation | null): string | null {
  for (const [name, { state, target }, seen] of [
    ['standby', standby, own],
    ['primary', primary, theirs],
  ] as const) {
    if (target === null) return `Nobody is the ${name} of this pair at present`;
    if (state === null) return `The ${name}, ${target}, does not watch this`;
    if (seen === null) return unseenSentence(name, state);
  }
  if (standby.state!.probe !== primary.state!.probe) return 'Under this name the two sides look at two things, with two probes';
  if (own!.outcome.kind === 'absent' || theirs!.outcome.kind === 'absent') return absence(own!, theirs!);
  if (own!.factsVersion !== theirs!.factsVersion)
    return 'The two agents are of versions whose facts cannot be compared: bring both to the same version';
  return null;
}

function unseenSentence(name: string, { current }: CheckState): string {
  if (current?.outcome.kind !== 'unseen') return `The ${name} has not looked yet`;
  return `The ${name} never saw it (${current.outcome.reason}: ${current.outcome.detail})`;
}

function absence(own: Observation, theirs: Observation): string {
  if (own.outcome.kind === theirs.outcome.kind) return 'Neither side has it';
  return own.outcome.kind === 'absent' ? 'The primary has it and the standby has not' : 'The standby has it and the primary has not';
}

/** Where one side has the thing and the other has not, that is the one difference. */
function wholeFields(probes: Beside['probes'], own: Observation | null, theirs: Observation | null): Field[] {
  if (own === null || theirs === null || own.outcome.kind === theirs.outcome.kind || own.probe !== theirs.probe) return [];
  return [{ field: '', state: 'differs', reason: null, standby: wholeValue(probes, own), primary: wholeValue(probes, theirs) }];
}

/** All of it in a line: its summary, or why it is not there. */
export function wholeValue(probes: Beside['probes'], { probe, outcome }: Observation): Field['standby'] {
  if (outcome.kind !== 'observed') return { isHere: false, text: outcome.detail };
  try {
    return shownValue(probes.get(probe)?.summary(outcome.facts) ?? '');
  } catch {
    // Facts of another version of the probe than ours.
    return shownValue('');
  }
}

async function fieldsOf(
  { standby, primary, lawful, probes, now, withSame, rest }: Beside,
  own: unknown,
  theirs: unknown,
): Promise<Pick<Comparison, 'fields' | 'same' | 'hasMore'>> {
  const listed: Record<Field['state'], ComparedField[]> = { differs: [], lawful: [], words: [], same: [] };
  const counts: Record<Field['state'], number> = { differs: 0, lawful: 0, words: 0, same: 0 };
  const check = standby.state!.check;
  const standing = lawful.filter((one) => one.check === check && (one.until === null || one.until > now));
  const words = { own: standby.words, theirs: primary.words };
  const { ownFields = [] } = probes.get(standby.state!.probe) ?? {};
  for (const field of comparedFields({ standby: own, primary: theirs, lawful: standing, ownFields, words })) {
    await rest();
    if (field === null) continue;
    counts[field.state]++;
    if (listed[field.state].length < fieldsListedMax) listed[field.state].push(field);
  }
  const states = (['differs', 'lawful', 'words', 'same'] as const).filter((state) => withSame || state !== 'same');
  const fields: Field[] = [];
  for (const field of states.flatMap((state) => listed[state]).slice(0, fieldsListedMax)) {
    fields.push({ ...field, standby: shownValue(field.standby), primary: shownValue(field.primary) });
    await rest();
  }
  const hasMore = states.reduce((sum, state) => sum + counts[state], 0) > fields.length;
  return { fields, same: counts.same, hasMore };
}
