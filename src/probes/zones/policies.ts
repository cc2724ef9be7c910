// Steering policies that have to do with the group, with whose each answer is.
import { onceAJudging } from '../../formats/once-a-judging.ts';
import { type Answer, type Facts, isSeenPolicy, type Monitor, type SeenPolicy } from './facts.ts';
import { steer } from './steer.ts';
import { type Context, type Owner, onceById, type World, worldOf } from './whose.ts';

export interface OwnedAnswer extends Answer {
  readonly owner: Owner;
}

export interface Steering {
  readonly policy: SeenPolicy;
  readonly answers: readonly OwnedAnswer[];
  /** Null: the policy names none, or another one than HTTP. */
  readonly monitor: Monitor | null;
  readonly isHealthChecked: boolean;
  readonly world: World;
}

/** Each once, whichever side's look it is from. */
export const steerings = onceAJudging(steeringsAnew);

function steeringsAnew(standby: Facts, primary: Facts, context: Context): readonly Steering[] {
  const world = worldOf(standby, primary, context);
  const monitors = new Map(onceById([...standby.monitors, ...primary.monitors]).map((one) => [one.id, one]));
  return onceById([...standby.policies, ...primary.policies])
    .filter(isSeenPolicy)
    .filter(({ state }) => state !== 'DELETED' && state !== 'DELETING')
    .map((policy) => ({
      policy,
      answers: policy.content.answers.map((one) => ({ ...one, owner: world.ownerOf(one.type, [one.value]) })),
      monitor: monitors.get(policy.content.monitor ?? '') ?? null,
      isHealthChecked: policy.content.rules.some(({ type, cases }) => type === 'HEALTH' && cases?.length !== 0),
      world,
    }))
    .filter(({ answers }) => ofOwner(answers, 'primary').length > 0 || ofOwner(answers, 'standby').length > 0);
}

export const ofOwner = (answers: readonly OwnedAnswer[], ...owners: readonly Owner[]): readonly OwnedAnswer[] =>
  answers.filter(({ owner }) => owners.includes(owner));

/** Those that should move in a failover: they lead to the primary. */
export const moving = (all: readonly Steering[]): readonly Steering[] =>
  all.filter(({ answers }) => ofOwner(answers, 'primary').length > 0);

/** Those that can: they lead to the standby, too, by an answer that is not switched off. */
export const ableToMove = (all: readonly Steering[]): readonly Steering[] =>
  moving(all).filter(({ answers }) => enabled(answers, 'standby').length > 0);

export const enabled = (answers: readonly OwnedAnswer[], owner: Owner): readonly OwnedAnswer[] =>
  ofOwner(answers, owner).filter(({ isDisabled }) => !isDisabled);

/** What it answers while `down` answers are found unwell: one list for each branch of its cases. */
export function answersGiven({ policy, answers }: Steering, down: Owner | null) {
  const byAnswer = new Map<Answer, OwnedAnswer>(policy.content.answers.map((one, at) => [one, answers[at]!]));
  const { branches, hasCases } = steer(policy.content, (answer) => byAnswer.get(answer)!.owner !== down);
  return { branches: branches?.map((branch) => branch.map((answer) => byAnswer.get(answer)!)) ?? null, hasCases };
}

export function ownersGiven(one: Steering, down: Owner | null) {
  const { branches, hasCases } = answersGiven(one, down);
  return { branches: branches?.map((branch) => branch.map(({ owner }) => owner)) ?? null, hasCases };
}

export const subjectOf = (policy: SeenPolicy, answer?: Pick<Answer, 'name'>): string =>
  answer === undefined ? policy.name : `${policy.name}/${answer.name}`;

export function attachedNames({ policy, answers, world }: Steering): readonly string[] {
  const types = new Set(answers.map(({ type }) => type));
  return world.attachments
    .filter(
      (one) => one.policy === policy.id && (one.types.length === 0 || types.has('CNAME') || one.types.some((type) => types.has(type))),
    )
    .map(({ domain }) => domain);
}
