// What each instance of the standby may do, beside what its twin may: by compartment, and unit by unit.

import { isStrangeState } from './facts.ts';
import { always, both, either, type Formula, holds, mapTests, requestsOf, type Test, testsIn } from './formula.ts';
import type { Candidate } from './membership.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { type Clock, ownMark, resolve } from './resolve.ts';
import { type Granted, type Unit, type Universe, unitsOf, universeOf } from './units.ts';
import { mayBeGrantedUnread } from './unread.ts';
import { isSubject, isVeiled, type Offer, placeOf, reaches, type Target, targetName, targetOf, type World } from './world.ts';

export interface Grant {
  readonly offer: Offer;
  readonly formula: Formula;
}

/** All that bears on one unit for one instance in one compartment. */
export interface Grants {
  readonly unit: Unit;
  readonly allow: readonly Grant[];
  readonly deny: readonly Grant[];
}

export interface Difference {
  /** `lost`: the twin may and it may not. `perhaps`: that could be. `gained`: it may and the twin may not. */
  readonly kind: 'lost' | 'perhaps' | 'gained';
  readonly unit: Unit;
  readonly target: Target;
  readonly pair: Pair;
  readonly standby: Grants;
  readonly primary: Grants;
}

export interface Comparison {
  readonly standby: World;
  readonly primary: World;
  readonly clock: Clock;
  readonly universe: Universe;
  readonly pairs: readonly Pair[];
  readonly differences: readonly Difference[];
  readonly lookup: Lookup;
}

export function compare(standby: World, primary: World, clock: Clock): Comparison {
  const universe = universeOf([...standby.offers, ...primary.offers].map(({ statement }) => statement));
  const pairs = pairsOf(standby, primary);
  const lookup = new Lookup(universe, clock);
  const differences = pairs.flatMap((pair) =>
    targetsOf(standby, primary, pair).flatMap((target) => differencesOf({ standby, primary, pair, target, lookup })),
  );
  return { standby, primary, clock, universe, pairs, differences, lookup };
}

/** Own compartments by their shared names, and what statements for either speak of beside them. */
function targetsOf(standby: World, primary: World, pair: Pair): readonly Target[] {
  const own = Object.keys(standby.scope.compartments)
    .filter((name) => primary.scope.compartments[name] !== undefined)
    .map((name): Target => ({ own: name, path: [] }));
  const spoken = [...spokenOf(standby, primary, pair.standby), ...spokenOf(primary, standby, pair.primary)];
  const all = new Map([...own, ...spoken].map((target) => [targetName(target), target]));
  return [...all.values()].sort((a, b) => (targetName(a) < targetName(b) ? -1 : 1));
}

function spokenOf(world: World, other: World, candidate: Candidate): readonly Target[] {
  const places = new Set(
    world.offers
      .filter((offer) => offer.isInForce && isSubject(world, offer.statement.subject, candidate) !== 'no')
      .map(({ place }) => place),
  );
  return [...places].flatMap((place) => {
    const target = place === null ? null : targetOf(world, other.scope, place);
    return target === null ? [] : [target];
  });
}

/** Units of statements, cut once. */
export class Lookup {
  readonly #units = new Map<Offer, readonly Granted[]>();
  readonly universe: Universe;
  readonly clock: Clock;

  constructor(universe: Universe, clock: Clock) {
    this.universe = universe;
    this.clock = clock;
  }

  unitsOf(offer: Offer): readonly Granted[] {
    const before = this.#units.get(offer);
    if (before !== undefined) return before;
    const units = unitsOf(offer.statement, this.universe);
    this.#units.set(offer, units);
    return units;
  }
}

interface Compared {
  readonly standby: World;
  readonly primary: World;
  readonly pair: Pair;
  readonly target: Target;
  readonly lookup: Lookup;
}

function differencesOf({ standby, primary, pair, target, lookup }: Compared): readonly Difference[] {
  const ours = grantsIn(standby, pair.standby, target, lookup);
  const theirs = grantsIn(primary, pair.primary, target, lookup);
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return keys.flatMap((key): readonly Difference[] => {
    const unit = (ours.get(key) ?? theirs.get(key))!.unit;
    const none: Grants = { unit, allow: [], deny: [] };
    const about = { unit, target, pair, standby: ours.get(key) ?? none, primary: theirs.get(key) ?? none };
    return kindsOf(about.standby, about.primary, standby, primary)
      .filter((kind) => {
        const [world, candidate] = kind === 'gained' ? ([primary, pair.primary] as const) : ([standby, pair.standby] as const);
        if (isVeiled(world, target)) return false;
        return kind === 'perhaps' || !mayBeGrantedUnread(world, { candidate, target, unit }, lookup.universe);
      })
      .map((kind) => ({ kind, ...about }));
  });
}

/** By unit, what reaches the instance in the compartment. */
export function grantsIn(world: World, candidate: Candidate, target: Target, lookup: Lookup): ReadonlyMap<string, Grants> {
  const found = new Map<string, { unit: Unit; allow: Grant[]; deny: Grant[] }>();
  const place = placeOf(world, target);
  for (const offer of world.offers) {
    if (!offer.isInForce || offer.place === null || !reaches(world, offer.place, target)) continue;
    const subject = isSubject(world, offer.statement.subject, candidate);
    if (subject === 'no') continue;
    const state: Formula = isStrangeState(offer.policy.state)
      ? { kind: 'unknown', why: `whether a policy in the state ${offer.policy.state} is in force is not known` }
      : always;
    const member: Formula =
      subject === 'yes' ? always : { kind: 'unknown', why: 'whether the statement speaks of this instance is not known' };
    for (const { unit, isSure } of lookup.unitsOf(offer)) {
      const formula = both([
        state,
        member,
        certainty(offer, unit, isSure),
        resolve(offer.statement.where, { world, candidate, place, resource: unit.resource, clock: lookup.clock }),
      ]);
      if (formula.kind === 'never') continue;
      const grants = found.get(unit.key) ?? { unit, allow: [], deny: [] };
      found.set(unit.key, grants);
      grants[offer.statement.effect].push({ offer, formula });
    }
  }
  return found;
}

/** What a deny of a verb takes of the verbs below it is written nowhere; where a table names permissions, it takes those. */
function certainty({ statement }: Offer, unit: Unit, isSure: boolean): Formula {
  if (!isSure) return { kind: 'unknown', why: 'whether the verb holds this permission is in no table' };
  const isBelow = statement.effect === 'deny' && unit.verb !== null && statement.verb !== null && unit.verb !== statement.verb;
  return isBelow ? { kind: 'unknown', why: 'whether a deny of a verb takes those below it is not documented' } : always;
}

/** Said alike in whatever order, and everything of it is known: nothing has to be tried. */
function isSame(one: Formula, two: Formula): boolean {
  const texts = (formula: Formula): readonly string[] =>
    formula.kind === 'or' ? formula.of.map((part) => JSON.stringify(part)).sort() : [JSON.stringify(formula)];
  const [a, b] = [texts(one), texts(two)];
  return a.length === b.length && a.every((text, at) => text === b[at] && !text.includes('"kind":"unknown"'));
}

/** A second of trying; whoever writes that many conditions on one thing is told that they were not compared. */
const trialsMax = 20_000_000;

const isTooMuch = (requests: readonly unknown[], formulas: readonly Formula[]): boolean =>
  requests.length * formulas.reduce((sum, formula) => sum + testsIn(formula).length, 0) > trialsMax;

/** How the two differ on one unit; none where they do not. */
export function kindsOf(ours: Grants, theirs: Grants, standby: World, primary: World): readonly Difference['kind'][] {
  const aligned = align(ours, theirs, primary, standby);
  const [sAllow, sDeny] = [either(aligned.ours.allow), either(aligned.ours.deny)];
  const [pAllow, pDeny] = [either(aligned.theirs.allow), either(aligned.theirs.deny)];
  const fixed =
    ours.unit.permission === null ? new Map<string, string>() : new Map([['request.permission', ours.unit.permission.toLowerCase()]]);
  const formulas = [sAllow, sDeny, pAllow, pDeny];
  if (!aligned.isAssumed && isSame(sAllow, pAllow) && isSame(sDeny, pDeny)) return [];
  const requests = requestsOf(formulas, fixed);
  if (requests === null || isTooMuch(requests, formulas))
    return JSON.stringify([sAllow, sDeny]) === JSON.stringify([pAllow, pDeny]) ? [] : ['perhaps'];
  const may = (allow: Formula, deny: Formula, unknownAs: boolean) =>
    requests.map((one) => holds(allow, one, unknownAs) && !holds(deny, one, !unknownAs));
  const [sLow, sHigh] = [may(sAllow, sDeny, false), may(sAllow, sDeny, true)];
  const [pLow, pHigh] = [may(pAllow, pDeny, false), may(pAllow, pDeny, true)];
  const exceeds = (one: readonly boolean[], two: readonly boolean[]): boolean => one.some((is, at) => is && !two[at]);
  const isLost = exceeds(pLow, sHigh);
  const isPerhaps = !isLost && (aligned.isAssumed ? aligned.isPerhaps : exceeds(pHigh, sLow));
  return [
    ...(isLost ? (['lost'] as const) : []),
    ...(isPerhaps ? (['perhaps'] as const) : []),
    ...(exceeds(sLow, pHigh) ? (['gained'] as const) : []),
  ];
}

interface Aligned {
  readonly ours: { readonly allow: readonly Formula[]; readonly deny: readonly Formula[] };
  readonly theirs: { readonly allow: readonly Formula[]; readonly deny: readonly Formula[] };
  /** Things of which each side has its own were taken for each other's twins. */
  readonly isAssumed: boolean;
  readonly isPerhaps: boolean;
}

/** Puts the primary's values into the standby's words, where the standby has such a value: `pay-iad` is `pay-phx`. */
function align(ours: Grants, theirs: Grants, primary: World, standby: World): Aligned {
  const formulas = (grants: readonly Grant[]): readonly Formula[] => grants.map(({ formula }) => formula);
  const known = new Map<string, Set<string>>();
  for (const test of [...formulas(ours.allow), ...formulas(ours.deny)].flatMap(testsIn))
    known.set(test.variable, (known.get(test.variable) ?? new Set()).add(test.value));
  let isAssumed = false;
  const change = (test: Test): Formula => {
    const values = known.get(test.variable);
    if (values === undefined || values.has(test.value)) return test;
    const translated = inRegionWords(test.value, primary, standby);
    if (values.has(translated)) return { ...test, value: translated };
    const twin = test.value.startsWith(ownMark) ? [...values].filter((one) => one.startsWith(typeOf(test.value))) : [];
    if (twin.length !== 1) return test;
    isAssumed = true;
    return { ...test, value: twin[0]! };
  };
  const changed = (grants: readonly Grant[]): readonly Formula[] => formulas(grants).map((one) => mapTests(one, change));
  const result = {
    ours: { allow: formulas(ours.allow), deny: formulas(ours.deny) },
    theirs: { allow: changed(theirs.allow), deny: changed(theirs.deny) },
  };
  return { ...result, isAssumed, isPerhaps: isAssumed };
}

/** `own key ` of `own key ocid1.key.…`. */
const typeOf = (value: string): string => value.split(' ').slice(0, 2).join(' ').concat(' ');

function inRegionWords(value: string, { facts: { region: from } }: World, { facts: { region: to } }: World): string {
  const named = value.replaceAll(from.name.toLowerCase(), to.name.toLowerCase());
  if (from.key === null || to.key === null) return named;
  const [own, theirs] = [from.key.toLowerCase(), to.key.toLowerCase()];
  return named
    .split(/([^a-z0-9]+)/)
    .map((part) => (part === own ? theirs : part))
    .join('');
}
