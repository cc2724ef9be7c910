// What statements grant, cut into units that can be compared one by one: a permission where the tables know the resource type, and
// otherwise a verb on it.
import { allResources, membersOf } from './families.ts';
import type { Statement, Verb } from './parse-statement.ts';
import { verbs } from './parse-statement.ts';
import { extrasOf, mayBelong, ownerOf, permissionsOf } from './permissions.ts';

export interface Unit {
  /** The permission, or verb and resource type. */
  readonly key: string;
  readonly resource: string;
  /** Null for a unit that is a verb. */
  readonly permission: string | null;
  /** Null for a unit that is a permission. */
  readonly verb: Verb | null;
}

export interface Granted {
  readonly unit: Unit;
  /** Whether it is known that the statement covers it; a permission and a verb of a type without a table cannot be told. */
  readonly isSure: boolean;
}

/** All that either side speaks of, which is what `all-resources` stands for. */
export interface Universe {
  readonly resources: readonly string[];
  readonly strangePermissions: readonly string[];
}

export function universeOf(statements: readonly Statement[]): Universe {
  const resources = new Set<string>([allResources]);
  const strange = new Set<string>();
  for (const { resource, verb, permissions } of statements) {
    if (resource !== null && verb !== null) for (const one of membersOf(resource)) resources.add(one);
    for (const one of permissions) {
      const owner = ownerOf(one);
      if (owner === null) strange.add(one);
      else resources.add(owner);
    }
  }
  return { resources: [...resources].sort(), strangePermissions: [...strange].sort() };
}

export const ofPermission = (permission: string): Unit => ({
  key: permission,
  resource: ownerOf(permission) ?? permission,
  permission,
  verb: null,
});

const ofVerb = (verb: Verb, resource: string): Unit => ({ key: `${verb} ${resource}`, resource, permission: null, verb });

const sure = (unit: Unit): Granted => ({ unit, isSure: true });
const perhaps = (unit: Unit): Granted => ({ unit, isSure: false });

export function unitsOf(
  { verb, permissions, resource }: Pick<Statement, 'verb' | 'permissions' | 'resource'>,
  universe: Universe,
): readonly Granted[] {
  if (verb === null) return permissions.flatMap((one) => byPermission(one, universe));
  const types = resource === allResources ? universe.resources : membersOf(resource!);
  const everyPermission =
    resource === allResources ? universe.strangePermissions.map((one) => ({ unit: ofPermission(one), isSure: verb === 'manage' })) : [];
  return [
    ...types.flatMap((type) => byVerb(verb, type, universe)),
    ...extrasOf(resource!, verb).map((one) => sure(ofPermission(one))),
    ...everyPermission,
  ];
}

function byVerb(verb: Verb, type: string, { strangePermissions }: Universe): readonly Granted[] {
  const known = permissionsOf(type, verb);
  if (known !== null) return known.map((one) => sure(ofPermission(one)));
  return [
    ...verbs.slice(0, verbs.indexOf(verb) + 1).map((one) => sure(ofVerb(one, type))),
    ...strangePermissions.filter((one) => mayBelong(one, type)).map((one) => perhaps(ofPermission(one))),
  ];
}

function byPermission(permission: string, { resources }: Universe): readonly Granted[] {
  if (ownerOf(permission) !== null) return [sure(ofPermission(permission))];
  const types = resources.filter((type) => mayBelong(permission, type));
  return [sure(ofPermission(permission)), ...types.flatMap((type) => verbs.map((verb) => perhaps(ofVerb(verb, type))))];
}
