// Policies that grant nothing to either side, and are meant to: listed like any other, and not in force.
import type { Draft } from '../../contract/rule.ts';
import { candidatesOf } from './candidates.ts';
import { type Comparison, grantsIn } from './compare.ts';
import { resolve } from './resolve.ts';
import { isSubject, type Offer, placeOf, reaches, type Target } from './world.ts';

/** Those that somebody deletes are left out: that is meant. */
export function idlePolicies(comparison: Comparison): readonly Draft[] {
  const { standby } = comparison;
  const idle = standby.offers.filter(
    ({ isInForce, statement, policy }) =>
      !isInForce && statement.effect === 'allow' && !['DELETING', 'DELETED'].includes(policy.state ?? ''),
  );
  const found = new Map<string, Offer>();
  for (const offer of idle) if (!found.has(offer.policy.name) && isMissed(offer, comparison)) found.set(offer.policy.name, offer);
  return [...found].map(([name, offer]) => ({
    subject: `policy ${name}`,
    expected: 'ACTIVE',
    actual: `${offer.policy.state}, for the primary as well; nothing else grants what it would`,
    with: { policy: name, policyId: offer.policy.id, homeRegion: standby.facts.homeRegion ?? '' },
  }));
}

/** Whether an instance here would have something by it that it has by nothing else. */
function isMissed(offer: Offer, { standby, lookup, clock }: Comparison): boolean {
  const own = Object.keys(standby.scope.compartments).map((name): Target => ({ own: name, path: [] }));
  return own.some((target) => {
    const place = placeOf(standby, target);
    if (offer.place === null || !reaches(standby, offer.place, target)) return false;
    return candidatesOf(standby).some((candidate) => {
      if (isSubject(standby, offer.statement.subject, candidate) !== 'yes') return false;
      const has = grantsIn(standby, candidate, target, lookup);
      return lookup.unitsOf(offer).some(({ unit, isSure }) => {
        const given = { world: standby, candidate, place, resource: unit.resource, clock };
        return isSure && !has.get(unit.key)?.allow.length && resolve(offer.statement.where, given).kind !== 'never';
      });
    });
  });
}
