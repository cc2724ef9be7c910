// What was not understood, or not shown, and could hold the very grant that seems to be missing.
import { isInForce } from './facts.ts';
import { membersOf } from './families.ts';
import type { Candidate } from './membership.ts';
import { located } from './tree.ts';
import { type Unit, type Universe, unitsOf } from './units.ts';
import { isSubject, type NotRead, reaches, type Target, type World } from './world.ts';

export interface Asked {
  readonly candidate: Candidate;
  readonly target: Target;
  readonly unit: Unit;
}

export function mayBeGrantedUnread(world: World, asked: Asked, universe: Universe): boolean {
  const isHidden = world.facts.policies.some(
    ({ compartment, seen }) =>
      Array.isArray(seen) &&
      seen.some(({ statements, state }) => statements === null && isInForce(state)) &&
      reaches(world, compartment, asked.target),
  );
  return isHidden || world.notRead.some((one) => mayGrant(world, one, asked, universe));
}

function mayGrant(
  world: World,
  { policy, attachedTo, text, read }: NotRead,
  { candidate, target, unit }: Asked,
  universe: Universe,
): boolean {
  if (read.kind !== 'unread' || !isInForce(policy.state)) return false;
  const { effect, granted, location } = read.sofar;
  if (effect === 'deny' || isSubject(world, read.subject, candidate) === 'no') return false;
  const place = location === undefined ? attachedTo : located(world.tree, attachedTo, location);
  if (place === null || !reaches(world, place, target)) return false;
  return granted === undefined ? isMentioned(text, unit) : unitsOf(granted, universe).some((one) => one.unit.key === unit.key);
}

/** The resource type, a family that holds it, or the permission by its name. */
function isMentioned(text: string, { resource, permission }: Unit): boolean {
  const words = text.toLowerCase().match(/[\w-]+/g) ?? [];
  return words.some((word) => word === 'all-resources' || word === permission?.toLowerCase() || membersOf(word).includes(resource));
}
