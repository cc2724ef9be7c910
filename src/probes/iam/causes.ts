// Why the standby has not what its primary has: the first of these that there is, since it is what has to be mended.
import { type Comparison, type Difference, kindsOf } from './compare.ts';
import { isInForce } from './facts.ts';
import { type KnownGroup, matches, memberOf, namedGroup } from './membership.ts';
import { resolve } from './resolve.ts';
import { groupsOf, isSubject, isWithin, type Offer, placeOf, reaches, type Target, targetName, type World } from './world.ts';

export type Cause =
  | { readonly kind: 'denied' | 'condition' | 'region' | 'inactive' | 'weaker'; readonly offer: Offer }
  | { readonly kind: 'not-a-member'; readonly group: KnownGroup; readonly offer: Offer }
  /** Named in a statement for the side's own compartments. */
  | { readonly kind: 'not-there'; readonly offer: Offer }
  /** Its rule would take the instance in: that finding stands by itself. */
  | { readonly kind: 'not-in-force' }
  | { readonly kind: 'missing' };

export class Causes {
  readonly #comparison: Comparison;
  readonly #reaching = new Map<string, Reaching>();

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  of(difference: Difference): Cause {
    return this.#held(difference) ?? this.#nearly(difference) ?? this.#weaker(difference) ?? { kind: 'missing' };
  }

  /** It is granted, and not wholly. */
  #held({ standby, primary }: Difference): Cause | null {
    const { standby: ours, primary: theirs } = this.#comparison;
    if (standby.allow.length === 0) return null;
    const isLostAnyway = kindsOf({ ...standby, deny: [] }, primary, ours, theirs).includes('lost');
    if (!isLostAnyway && standby.deny.length > 0) return { kind: 'denied', offer: standby.deny[0]!.offer };
    return { kind: 'condition', offer: standby.allow[0]!.offer };
  }

  /** Statements that would grant it, were it not for one thing. */
  #nearly(difference: Difference): Cause | null {
    const offers = this.#offersFor(difference.target).byUnit.get(difference.unit.key) ?? [];
    const { standby } = this.#comparison;
    const isOurs = (offer: Offer): boolean => isSubject(standby, offer.statement.subject, difference.pair.standby) !== 'no';
    const open = (offer: Offer, isRegionFree = false): boolean => this.#isOpen(offer, difference, isRegionFree);
    const region = offers.find((one) => one.isInForce && isOurs(one) && open(one, true));
    if (region !== undefined) return { kind: 'region', offer: region };
    const closed = offers.find((one) => one.isInForce && isOurs(one));
    if (closed !== undefined) return { kind: 'condition', offer: closed };
    const inactive = offers.find((one) => !one.isInForce && isOurs(one) && open(one));
    if (inactive !== undefined) return { kind: 'inactive', offer: inactive };
    const others = offers.filter((one) => one.isInForce && open(one));
    return this.#left(others, difference) ?? this.#stale(others);
  }

  /** A group whose rule leaves the instance out: the twin's own, or one that takes in nobody here. */
  #left(offers: readonly Offer[], { pair }: Difference): Cause | null {
    const { standby, primary, pairs } = this.#comparison;
    const all = offers.flatMap((offer) => groupsOf(standby, offer.statement.subject).map((group) => ({ group, offer })));
    const isIdle = ({ group }: { readonly group: KnownGroup }): boolean =>
      !isInForce(group.state) && group.parsed !== null && matches(group.parsed, pair.standby) === 'yes';
    const isTold = ({ offer }: { readonly offer: Offer }): boolean =>
      offer.place !== null && Object.values(standby.scope.compartments).some((id) => isWithin(standby, id, offer.place!));
    if (all.some((one) => isIdle(one) && isTold(one))) return { kind: 'not-in-force' };
    const twins = all.find(({ group }) => {
      const isOneTenancy = standby.facts.tenancy === primary.facts.tenancy;
      const theirs = primary.index.get(isOneTenancy ? `id ${group.id.toLowerCase()}` : `name ${group.name.toLowerCase()}`);
      return theirs !== undefined && memberOf(theirs, pair.primary) === 'yes';
    });
    if (twins !== undefined && !this.#hasCounterpart(pair)) return { kind: 'not-a-member', ...twins };
    const empty = all.find(
      ({ group }) =>
        pairs.every((one) => memberOf(group, one.standby) === 'no') && pairs.every((one) => memberOf(group, one.primary) === 'no'),
    );
    return empty === undefined ? null : { kind: 'not-a-member', ...empty };
  }

  /** A group of the standby’s own, by which it has what the twin has by another. */
  #hasCounterpart({ standby: candidate, primary: twin }: Difference['pair']): boolean {
    const { standby } = this.#comparison;
    return standby.offers.some(
      (offer) =>
        offer.isInForce &&
        groupsOf(standby, offer.statement.subject).some((group) => memberOf(group, candidate) === 'yes' && memberOf(group, twin) === 'no'),
    );
  }

  #stale(offers: readonly Offer[]): Cause | null {
    const stale = offers.find((offer) => missingGroups(this.#comparison.standby, offer).length > 0);
    return stale === undefined ? null : { kind: 'not-there', offer: stale };
  }

  /** Less of the same resource type. */
  #weaker({ target, unit, pair }: Difference): Cause | null {
    const { standby, lookup } = this.#comparison;
    const weaker = this.#offersFor(target).offers.find(
      (offer) =>
        offer.isInForce &&
        lookup.unitsOf(offer).some((one) => one.isSure && one.unit.resource === unit.resource) &&
        isSubject(standby, offer.statement.subject, pair.standby) === 'yes' &&
        this.#isOpen(offer, { target, unit, pair }, false),
    );
    return weaker === undefined ? null : { kind: 'weaker', offer: weaker };
  }

  #isOpen(offer: Offer, { target, unit, pair }: Pick<Difference, 'target' | 'unit' | 'pair'>, isRegionFree: boolean): boolean {
    const { standby, clock } = this.#comparison;
    const place = placeOf(standby, target);
    const given = { world: standby, candidate: pair.standby, place, resource: unit.resource, clock, isRegionFree };
    return resolve(offer.statement.where, given).kind !== 'never';
  }

  #offersFor(target: Target): Reaching {
    const name = targetName(target);
    const before = this.#reaching.get(name);
    if (before !== undefined) return before;
    const { standby, lookup } = this.#comparison;
    const offers = standby.offers.filter(
      ({ statement, place }) => statement.effect === 'allow' && place !== null && reaches(standby, place, target),
    );
    const byUnit = new Map<string, Offer[]>();
    for (const offer of offers)
      for (const { unit, isSure } of lookup.unitsOf(offer)) {
        if (!isSure) continue;
        const known = byUnit.get(unit.key);
        if (known === undefined) byUnit.set(unit.key, [offer]);
        else known.push(offer);
      }
    const reaching = { offers, byUnit };
    this.#reaching.set(name, reaching);
    return reaching;
  }
}

/** Allowing statements that reach a compartment, whoever they speak of. */
interface Reaching {
  readonly offers: readonly Offer[];
  readonly byUnit: ReadonlyMap<string, readonly Offer[]>;
}

/** Names of dynamic groups that are not there, in a statement for one of the side's own compartments or below. */
export function missingGroups(world: World, { statement: { subject }, place }: Offer): readonly string[] {
  if (subject.kind !== 'groups' || place === null) return [];
  if (!Object.values(world.scope.compartments).some((id) => isWithin(world, place, id))) return [];
  return subject.groups.filter((name) => namedGroup(world.index, name).kind === 'not-there').map(({ name }) => name);
}
